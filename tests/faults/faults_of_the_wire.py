"""Faults of a connection: none, broken off, silent, endless."""

from acts import chunked, close, drip, hang, head_of, keep, part, reset, say, whole
from kinds import ALL, OWN, Fault, Kind, group

AWAY = tuple(
    Fault(
        name,
        Kind.AWAY,
        error="TransportError",
        place=place,
        waits=place in {"hole", "tls hangs"},
        over=OWN if place == "tls hangs" else ALL,  # httpcore leaves the socket open
    )
    for name, place in {
        "no such name": "nowhere",
        "connection refused": "refused",
        "SYN black hole": "hole",
        "self-signed certificate": "unknown authority",
        "certificate of another host": "other name",
        "expired certificate": "expired",
        "no TLS where TLS belongs": "no tls",
        "TLS handshake that never ends": "tls hangs",
        "end in the TLS handshake": "tls ends",
    }.items()
)

BROKEN_OFF = group(
    Kind.LOST,
    "TransportError",
    {
        "end before the answer": say(b"", close),
        "reset before the answer": say(b"", reset),
        "end in the status line": head_of(11, close),
        "end in the headers": head_of(40, close),
        "reset in the headers": head_of(40, reset),
        "end after the headers": part(0, close),
        "reset after the headers": part(0, reset),
        "end in the body": part(0.5, close),
        "reset in the body": part(0.5, reset),
        "end before the last chunk": chunked(b"", close),
        "reset before the last chunk": chunked(b"", reset),
        "end in the last chunk": chunked(b"0\r\n", close),
        "illegal chunk size": chunked(b"zz\r\n"),
        "two Content-Lengths": part(1, keep, headers=[b"Content-Length: 1"]),
        "negative Content-Length": whole(status=200, framing=b"Content-Length: -1"),
        "another protocol": say(b"SSH-2.0-OpenSSH_9.2\r\n", close),
        "no status line": say(b'{"id": "' + b"b" * 24 + b'"}', close),
        "NUL in a header": whole(headers=[b"X: a\0b"]),
        "8 MiB of one header": say(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 2**23, close),
        "20 000 headers": say(b"HTTP/1.1 200 OK\r\n" + b"X-Some: thing\r\n" * 20_000, close),
    },
)
SILENT = group(
    Kind.SILENT,
    "TransportError",
    {
        "no answer": say(b"", hang),
        "silence in the headers": head_of(40, hang),
        "silence after the headers": part(0, hang),
        "silence in the body": part(0.5, hang),
        "silence before the last chunk": chunked(b"", hang),
        "headers that drip": head_of(40, drip(b"x")),
        "body that drips": part(0.5, drip(b" ", 0.05), framing=b"Content-Length: 100000"),
        "chunks that drip": chunked(b"", drip(b"1\r\n \r\n", 0.05)),
    },
    waits=True,
)
ENDLESS = group(
    Kind.ENDLESS,
    "TransportError|UnreadableResponseError",
    {
        "endless 1xx": say(b"", drip(b"HTTP/1.1 100 Continue\r\n\r\n" * 20)),
        "endless chunk extension": chunked(b"1;", drip(b"e" * 4096)),
        "endless trailers": chunked(b"0\r\n", drip(b"T: t\r\n" * 512)),
    },
    waits=True,
)
