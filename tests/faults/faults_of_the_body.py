"""Answers that say yes in a form that cannot be read, or an odd one."""

import gzip
import math

from acts import (
    answer,
    api_error,
    bytewise,
    chunked,
    close,
    data,
    every,
    fields,
    flood,
    html,
    part,
    reset,
    say,
    whole,
)
from kinds import ANSWERING, OWN, Fault, Kind, group

_BOMB = gzip.compress(bytes(64 * 2**20), 9)

UNREADABLE = (
    *group(
        Kind.UNREADABLE,
        "UnreadableResponseError",
        {
            "200 empty": answer(),
            "200 HTML": html(200),
            "200 null": answer(200, b"null"),
            "200 a number": answer(200, b"7"),
            "200 a text": answer(200, b'"ok"'),
            "200 a list": answer(200, b"[]"),
            "200 {}": answer(200, b"{}"),
            "200 an error": api_error(200, 1000),
            "200 broken JSON": answer(200, b'{"id": "6654a4e8f1527149588c89f2'),
            "200 invalid UTF-8": answer(200, b'{"id": "\xff\xfe"}'),
            "200 JSON 200 000 deep": answer(200, b"[" * 200_000),
            "200 an integer of 5000 digits": answer(200, b'{"id": ' + b"9" * 5000 + b"}"),
            "200 gzip bomb": answer(200, _BOMB, b"Content-Encoding: gzip"),
            "204 instead of a body": answer(204),
            "206 empty": answer(206),
        },
    ),
    *group(
        Kind.UNREADABLE,
        "UnreadableResponseError",
        {
            "id null": every(lambda one: one | {"id": None, "device_id": None}),
            "id a list": every(lambda one: one | {"id": [], "device_id": {}}),
            "id absent": every(
                lambda one: {k: v for k, v in one.items() if k not in {"id", "device_id"}}
            ),
        },
        only=ANSWERING,
    ),
    *group(
        Kind.UNREADABLE,
        "UnreadableResponseError",
        {
            "id a number": fields(id=123456789012345678901234),
            "id too short": fields(id="6654a4e8"),
            "id not hexadecimal": fields(id="z" * 24),
        },
        only=("send", "get", "list"),
    ),
    *group(
        Kind.UNREADABLE,
        "UnreadableResponseError",
        {
            "time of creation nan": fields(time_create=math.nan),
            "time of creation 1e300": fields(time_create=1e300),
            "time of creation null": fields(time_create=None),
            "status a text": fields(status="sent"),
            "status infinite": fields(status=math.inf),
            "required fields absent": every(
                lambda one: {k: v for k, v in one.items() if k in {"id", "pagination", "sms_list"}}
            ),
        },
        only=("get", "list"),
    ),
    *group(
        Kind.HUGE,
        "UnreadableResponseError",
        {
            "200 endless body": say(b"HTTP/1.1 200 OK\r\n\r\n", flood),
            "200 body of 400 MiB": part(1, flood, framing=b"Content-Length: 419430400"),
        },
    ),
    Fault(
        "500 endless body",
        Kind.LOST_FOR_LONG,
        say(b"HTTP/1.1 500 Oh\r\n\r\n", flood),
        "UnreadableResponseError",
    ),
)
ODD = (
    *group(
        Kind.FINE,
        "",
        {
            "201": whole(status=201),
            "200 where 204 belongs": whole(status=200),
            "HTTP/1.0": say(lambda reply: reply.wire(version="1.0"), close),
            "HTTP/1.0 that goes on": whole(version="1.0"),
            "no length, an end": say(
                lambda reply: reply.wire(status=200, framing=b"X-No: length"), close
            ),
            "chunked": chunked(b"0\r\n\r\n"),
            "chunked, with extension and trailer": chunked(b"0\r\nT: t\r\n\r\n", extension=b";a=b"),
            "byte by byte": bytewise(),
            "100 Continue first": say(lambda r: b"HTTP/1.1 100 Continue\r\n\r\n" + r.wire()),
            "103 Early Hints first": say(
                lambda r: b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + r.wire()
            ),
            "Connection: close": say(lambda r: r.wire(headers=[b"Connection: close"]), close),
            "closed in silence afterwards": say(lambda reply: reply.wire(), close),
            "reset in silence afterwards": say(lambda reply: reply.wire(), reset),
            "wrong content type": whole(headers=[b"Content-Type: text/html"]),
            "no such charset": whole(headers=[b"Content-Type: text/html; charset=klingon"]),
            "cookies": whole(headers=[b"Set-Cookie: a=b", b"Set-Cookie: c=d"]),
            "no Date": whole(date=False),
            "a Date that is none": whole(date=False, headers=[b"Date: yesterday"]),
        },
    ),
    *group(
        Kind.FINE,
        "",
        {
            "the same answer twice": say(lambda reply: reply.wire() * 2),
            "a second answer nobody asked for": say(lambda r: r.wire() + b"HTTP/1.1 500 X\r\n\r\n"),
        },
        over=OWN,  # httpcore takes the surplus for the answer to the next request
    ),
    *group(
        Kind.FINE,
        "",
        {
            "unknown fields": every(lambda one: one | {"new": {"a": [1]}}),
            "UTF-16": say(lambda r: r.wire(body=r.body.decode().encode("utf-16"))),
            "UTF-8 with a BOM": say(lambda r: r.wire(body=b"\xef\xbb\xbf" + r.body)),
            "white space around": say(lambda reply: reply.wire(body=b"\n \t" + reply.body + b"\n")),
        },
        only=ANSWERING,
    ),
    *group(
        Kind.FINE,
        "",
        {
            "null where a field is optional": fields(
                callback_id=None, device_id=None, message_status=None, to_sim=None
            ),
            "optional fields absent": every(
                lambda one: {
                    key: value
                    for key, value in one.items()
                    if key not in {"callback_id", "device_id", "message_status", "to_sim"}
                }
            ),
            "numbers as texts": every(
                lambda one: {k: str(v) if type(v) is int else v for k, v in one.items()}
            ),
            "time of creation in milliseconds": fields(time_create=1716812679000),
            "time of creation before 1970": fields(time_create=-1),
            "status 6": fields(status=6),
            "status -1": fields(status=-1),
            "total_records negative": fields(total_records=-1),
            "total_records huge": fields(total_records=10**30),
        },
        only=("get", "list"),
    ),
    Fault("list null", Kind.FINE, data(lambda page: page | {"sms_list": None}), only=("list",)),
    *group(
        Kind.FINE,
        "",
        {
            "204 with a body, then reuse": say(
                b"HTTP/1.1 204 No Content\r\nContent-Length: 4\r\n\r\nbody"
            ),
            "204 with a chunked body, then reuse": say(
                b"HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
            ),
        },
        only=("delete", "edit_device", "delete_device"),
    ),
)
