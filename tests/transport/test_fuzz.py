"""Whatever bytes come, however cut: the readers agree, and are never laxer than httpx."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reading import READERS, REFUSED, cut, read, read_by_httpx

STATUS = st.sampled_from(
    [
        b"HTTP/1.1 200 OK",
        b"HTTP/1.1 204 No Content",
        b"HTTP/1.1 304 X",
        b"HTTP/1.0 200 OK",
        b"HTTP/1.1 200",
        b"HTTP/1.1 500 Oh no",
        b"HTTP/2.0 200 OK",
        b"HTTP/1.1 099 Low",
        b"http/1.1 200 OK",
        b"HTTP/1.1  200 OK",
    ]
)
HEADERS = st.lists(
    st.sampled_from(
        [
            b"Content-Length: 5",
            b"Content-Length: 0",
            b"content-length: 005",
            b"Content-Length: 5, 5",
            b"Content-Length: -5",
            b"Content-Length: 18446744073709551621",
            b"Transfer-Encoding: chunked",
            b"transfer-encoding: Chunked",
            b"Transfer-Encoding: identity",
            b"Transfer-Encoding: gzip, chunked",
            b"Connection: close",
            b"Connection: keep-alive, Upgrade",
            b"Upgrade: h2c",
            b"X-Tab:\tv\t",
            b"X-Empty:",
            b"X-Obs: \xff\xfe",
            b" folded",
            b"No colon",
            b"Space : v",
            b"X: a\rb",
            b"X: \x00",
            b"X: \x01",
        ]
    ),
    max_size=4,
)
BODIES = st.sampled_from(
    [
        b"",
        b"hello",
        b"hello, and more",
        b"5\r\nhello\r\n0\r\n\r\n",
        b"5;a=b\r\nhello\r\n0\r\nT: v\r\n\r\n",
        b"5 \r\nhello\r\n0\r\n\r\n",
        b"05\r\nhello\r\n00\r\n\r\n",
        b"5\nhello\n0\n\n",
        b"5\r\nhello\r\n0\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
        b"5\r\nhelloX\r\n0\r\n\r\n",
        b"-5\r\nhello\r\n0\r\n\r\n",
        b"fffffffffffffffff\r\nhello",
    ]
)
INTERIM = st.sampled_from([b"", b"", b"", b"HTTP/1.1 100 Continue\r\n\r\n", b"\r\n"])
LINE_END = st.sampled_from([b"\r\n", b"\r\n", b"\r\n", b"\n"])


@st.composite
def answers(draw):
    """Draw something like a response, often with a wound."""
    end = draw(LINE_END)
    head = end.join([draw(STATUS), *draw(HEADERS), b"", b""])
    data = draw(INTERIM) + head + draw(BODIES)
    if draw(st.booleans()):
        place = draw(st.integers(0, len(data)))
        data = data[:place] + draw(st.binary(max_size=3)) + data[place + draw(st.integers(0, 3)) :]
    return data


ANSWERS = st.one_of(answers(), st.binary(max_size=80))
CUTS = st.lists(st.integers(0, 1000), max_size=6)
METHODS = st.sampled_from(["POST", "POST", "POST", "HEAD"])
MANY = settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@MANY
@given(ANSWERS, CUTS, METHODS)
def test_the_cuts_change_nothing(data, places, method):
    """A response means the same whole, cut anywhere, and byte by byte."""
    for parser in READERS:
        whole = read(parser, [data] if data else [], method)

        assert read(parser, cut(data, places), method) == whole
        assert read(parser, cut(data, list(range(len(data)))), method) == whole


@MANY
@given(ANSWERS, METHODS)
async def test_never_laxer_than_httpx(data, method):
    """What we accept httpx accepts too, and reads the same; what it refuses we refuse."""
    oracle = await read_by_httpx([data], method)

    for parser in READERS:
        assert read(parser, [data] if data else [], method) in (oracle, REFUSED)


@MANY
@given(
    st.integers(200, 599),
    st.lists(st.tuples(st.sampled_from("abcdef"), st.text("!~az09", max_size=9)), max_size=5),
    st.one_of(st.binary(max_size=300), st.lists(st.binary(min_size=1, max_size=40), max_size=5)),
    CUTS,
)
async def test_what_is_right_is_accepted(status, headers, body, places):
    """Every well-formed response is read, and as httpx reads it."""
    lines = [f"HTTP/1.1 {status} Text".encode()]
    lines += [f"X-{name}: {value}".encode() for name, value in headers]
    if isinstance(body, bytes):
        lines.append(b"Content-Length: %d" % len(body))
    else:
        lines.append(b"Transfer-Encoding: chunked")
        body = b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in body) + b"0\r\n\r\n"
    pieces = cut(b"\r\n".join([*lines, b"", body]), places)
    oracle = await read_by_httpx(pieces)

    assert oracle[0] == status
    for parser in READERS:
        assert read(parser, pieces) == oracle
