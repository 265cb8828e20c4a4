"""Answers that say no: the server's errors and its refusals."""

from acts import answer, api_error, html
from kinds import Fault, Kind, group

SERVER_ERRORS = (
    *group(
        Kind.FAILED,
        "ServerError",
        {
            "500 of the API": api_error(500, 1000),
            "500 of an unknown code": api_error(500, 987654),
            "503 of the API, Retry-After": api_error(503, 1000, b"Retry-After: 0.01"),
        },
    ),
    *group(
        Kind.LOST,
        "ServerError",
        {
            "500 without a body": answer(500),
            "500 of a proxy": html(500),
            "502 of a proxy": html(502),
            "502 in the API's form": api_error(502, 1000),
            "503 of a proxy, Retry-After": html(503, b"Retry-After: 0"),
            "504": html(504),
            "520": html(520),
            "599": html(599),
            "999": html(999),
        },
    ),
    Fault("408", Kind.LOST, html(408), "APIError"),
    Fault("101", Kind.LOST, answer(101, framing=b"Upgrade: websocket"), "TransportError"),
    Fault(
        "503 of a proxy, Retry-After an hour",
        Kind.LOST_FOR_LONG,
        html(503, b"Retry-After: 3600"),
        "ServerError",
    ),
)
REFUSALS = (
    *group(Kind.REFUSED, "BadRequestError", {"400": api_error(400, 2001), "400 HTML": html(400)}),
    *group(
        Kind.REFUSED,
        "AuthenticationError",
        {"401 in the middle": api_error(401, 1003), "401 without a body": answer(401)},
    ),
    Fault("403", Kind.REFUSED, api_error(403, 1005), "PermissionDeniedError"),
    Fault("404", Kind.REFUSED, api_error(404, 1008), "NotFoundError"),
    Fault("500, account blocked", Kind.REFUSED, api_error(500, 3000), "ServerError"),
    *group(
        Kind.REFUSED,
        "APIError",
        {
            **{str(status): html(status) for status in (402, 405, 413, 415, 422, 431, 499)},
            "301 elsewhere": answer(301, b"", b"Location: /v1/elsewhere"),
            "302 to itself, a loop": answer(302, b"", b"Location: ?"),
            "303 to a GET": answer(303, b"", b"Location: /v1/elsewhere"),
            "307 to another host": answer(307, b"", b"Location: http://localhost.invalid/"),
            "308 from https to http": answer(308, b"", b"Location: http://127.0.0.1:9/"),
            "304": answer(304),
        },
    ),
    *group(
        Kind.NOT_NOW,
        "RateLimitError",
        {
            "429": api_error(429, 1000),
            "429 HTML": html(429),
            **{
                f"429, Retry-After {value}": html(429, b"Retry-After: " + value.encode())
                for value in (
                    "0",
                    "0.02",
                    "-1",
                    "nan",
                    "inf",
                    "1e999",
                    "soon",
                    "١",
                    "Thu, 01 Jan 1970 00:00:00 GMT",
                )
            },
        },
    ),
    *group(
        Kind.REFUSED,
        "RateLimitError",
        {
            "429, Retry-After an hour": html(429, b"Retry-After: 3600"),
            "429, Retry-After 1e300": html(429, b"Retry-After: 1e300"),
            "429, Retry-After in 2999": html(429, b"Retry-After: Tue, 01 Jan 2999 00:00:00 GMT"),
        },
    ),
)
