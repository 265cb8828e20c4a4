"""A request as bytes: one head and a body that is exactly as long as the head says."""

import re

import attrs
import httpx

_TOKEN = rb"[-!#$%&'*+.^_`|~0-9A-Za-z]+"  # RFC 9110, 5.6.2
_VALUE = rb"[^\x00-\x08\n-\x1f\x7f]*"  # RFC 9110, 5.5
_HEAD = re.compile(
    rb"%b [!-~]+ HTTP/1\.1\r\n((?:%b: %b\r\n)*)\r\n" % (_TOKEN, _TOKEN, _VALUE)
).fullmatch
_FRAMING = re.compile(
    rb"\r\n(host|content-length|transfer-encoding): ([^\r]*)", re.IGNORECASE
).findall
_CLOSE = re.compile(rb"\r\nconnection:[^\r]*close", re.IGNORECASE).search


@attrs.frozen(eq=False, repr=False)  # it holds the token, and stands in tracebacks
class Head:
    """The head of a request as it will leave, and what it says about the body."""

    data: bytes
    chunked: bool
    length: int  #: of a body that is not chunked, bytes
    closing: bool  #: it says that the request is the last on its connection


def write_head(method: str, target: bytes, headers: tuple[tuple[bytes, bytes], ...]) -> Head:
    """
    Write a head and check it as it will leave.

    Raises:
        httpx.LocalProtocolError: It cannot be said in HTTP/1.1. The message shows nothing of the
            head, which holds secrets.
    """
    lines = [b"%b %b HTTP/1.1\r\n" % (method.encode("ascii", "replace"), target)]
    lines += [b"%b: %b\r\n" % header for header in headers]
    lines.append(b"\r\n")
    data = b"".join(lines)
    # A line end hidden in a name or value makes a line more than there are headers.
    if not _HEAD(data) or data.count(b"\n") != len(headers) + 2:
        raise httpx.LocalProtocolError("an illegal method, target or header")
    if method == "CONNECT":
        raise httpx.LocalProtocolError("tunnels are not made here")
    return Head(data, *_framing(data), closing=bool(_CLOSE(data)))


def _framing(data: bytes) -> tuple[bool, int]:
    found = _FRAMING(data)
    framing = {name.lower(): value.lower() for name, value in found}
    coding = framing.get(b"transfer-encoding")
    length = framing.get(b"content-length")
    if len(framing) < len(found) or b"host" not in framing or (coding and length):
        raise httpx.LocalProtocolError("a request has one Host, and at most one length")
    if coding not in (None, b"chunked") or not (length or b"0").isdigit():
        raise httpx.LocalProtocolError("an illegal Transfer-Encoding or Content-Length")
    return coding is not None, int(length or 0)


class RequestWriter:
    """Bytes of one request, in the order `data()` of each chunk, `end()`; the head comes first."""

    __slots__ = ("_chunked", "_head", "_left", "closing", "stream")

    def __init__(self, head: Head, stream: httpx.SyncByteStream | httpx.AsyncByteStream) -> None:
        self.closing: bool = head.closing
        self.stream: httpx.SyncByteStream | httpx.AsyncByteStream = stream
        self._head = head.data  # until it is taken
        self._chunked = head.chunked
        self._left = head.length  # bytes of body still owed

    def whole(self, body: bytes) -> bytes:
        """Return the bytes of a request with this body."""
        if self._chunked or self._left != len(body):
            return self.data(body) + self.end()
        self._left = 0
        return self._after_head(body)

    def data(self, chunk: bytes) -> bytes:
        """Return the bytes of *chunk*; raise LocalProtocolError if there are too many."""
        if self._chunked:
            return self._after_head(b"%x\r\n%b\r\n" % (len(chunk), chunk) if chunk else b"")
        self._left -= len(chunk)
        if self._left < 0:
            raise httpx.LocalProtocolError("the body is longer than its Content-Length")
        return self._after_head(chunk)

    def end(self) -> bytes:
        """Return what ends the body; raise LocalProtocolError if it is too short."""
        if self._left:
            raise httpx.LocalProtocolError("the body is shorter than its Content-Length")
        return self._after_head(b"0\r\n\r\n" if self._chunked else b"")

    def _after_head(self, data: bytes) -> bytes:
        head, self._head = self._head, b""
        return head + data
