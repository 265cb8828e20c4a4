"""All the ways in which a request can fail, one table for each row of the retry rules."""

import httpx
import pytest
from verbs import DELETE, DELETE_DEVICE, VERBS, error

NEVER_LEFT = {
    "DNS or refused": httpx.ConnectError("refused"),
    "connect timeout": httpx.ConnectTimeout("slow"),
    "pool timeout": httpx.PoolTimeout("full"),
    "proxy refuses": httpx.ProxyError("407"),
}
REFUSED_FOR_NOW = {"429": error(429, 1000), "429 of a proxy": error(429)}
FAILED_BY_THE_API = {
    "500": error(500, 1000),
    "503": error(503, 1000),
    "500, new code": error(500, 7),
}
LOST = {
    "408": error(408),
    "bare 500": error(500),
    "502": error(502),
    "502 in the API's form": error(502, 1000),
    "bare 503": error(503),
    "504": error(504),
    "520": error(520),
    "read timeout": httpx.ReadTimeout("slow"),
    "write timeout": httpx.WriteTimeout("slow"),
    "reset": httpx.ReadError("reset"),
    "reset while writing": httpx.WriteError("reset"),
    "truncated": httpx.RemoteProtocolError("truncated"),
    "an error of the system": OSError(24, "too many open files"),
}
UNUSABLE = {
    "HTML": httpx.Response(200, html="<h1>hi</h1>"),
    "empty": httpx.Response(200),
    "null": httpx.Response(200, json=None),
    "a list": httpx.Response(200, json=[]),
    "an empty object": httpx.Response(200, json={}),
    "an id of a wrong type": httpx.Response(201, json={"id": 5}),
    "an id too short": httpx.Response(200, json={"id": "6654a4e8"}),
    "broken UTF-8": httpx.Response(200, content=b'{"id": "\xff"}'),
    "200 000 deep": httpx.Response(200, content=b"[" * 200_000),
    "no content": httpx.Response(204),
}
REFUSED = {
    **{str(status): error(status) for status in (301, 302, 303, 307, 308)},
    **{str(status): error(status) for status in (400, 401, 403, 405, 413, 415, 422)},
    "400 with a code": error(400, 2001),
    "404 for a code of its own": error(404, 1016),
}


GONE = {
    DELETE.name: error(404, 1008),
    DELETE_DEVICE.name: error(404, 1012),
}


def rows(*tables, verbs=VERBS):
    """Each failure of *tables* for each of *verbs*."""
    return pytest.mark.parametrize(
        ("verb", "failure"),
        [
            pytest.param(verb, failure, id=f"{verb.name}: {name}")
            for verb in verbs
            for table in tables
            for name, failure in table.items()
        ],
    )
