"""A request as bytes: one head and a body that is exactly as long as the head says."""

import re

import httpx

_TOKEN = re.compile(rb"[-!#$%&'*+.^_`|~0-9A-Za-z]+").fullmatch  # RFC 9110, 5.6.2
_VALUE = re.compile(rb"[^\x00-\x08\n-\x1f\x7f]*").fullmatch  # RFC 9110, 5.5
_TARGET = re.compile(rb"[!-~\x80-\xff]+").fullmatch


class RequestWriter:
    """Bytes of one request, in the order `head`, `data()` of each chunk, `end()`."""

    __slots__ = ("_chunked", "_left", "closing", "head", "stream")

    def __init__(self, request: httpx.Request) -> None:
        """
        Check and write the head.

        Raises:
            httpx.LocalProtocolError: The request cannot be said in HTTP/1.1; header values,
                which may be secrets, are never part of the message.
        """
        method = request.method.encode("ascii", "replace")
        target = request.url.raw_path
        if not _TOKEN(method) or method == b"CONNECT" or not _TARGET(target):
            raise httpx.LocalProtocolError("illegal method or target")
        self._chunked = False
        self._left = 0  # bytes of body still owed
        self.closing = False  #: the request says that it is the connection's last
        lines = [b"%b %b HTTP/1.1" % (method, target)]
        lines += [self._line(name, value) for name, value in request.headers.raw]
        lines += [b"", b""]
        self.head = b"\r\n".join(lines)
        self.stream = request.stream
        self._check_framing(request.headers)

    @staticmethod
    def _line(name: bytes, value: bytes) -> bytes:
        if not _TOKEN(name):
            raise httpx.LocalProtocolError("illegal header name")
        if not _VALUE(value):
            raise httpx.LocalProtocolError(f"illegal value of header {name.decode()}")
        return b"%b: %b" % (name, value)

    def _check_framing(self, headers: httpx.Headers) -> None:
        names = [name.lower() for name, _ in headers.raw]
        if names.count(b"host") != 1:
            raise httpx.LocalProtocolError("a request has exactly one Host header")
        if names.count(b"content-length") + names.count(b"transfer-encoding") > 1:
            raise httpx.LocalProtocolError("a request says its length once")
        if b"connection" in names:
            self.closing = "close" in headers["connection"].lower()
        if b"transfer-encoding" in names:
            self._chunked = headers["transfer-encoding"].lower() == "chunked"
            if not self._chunked:
                raise httpx.LocalProtocolError("the only transfer encoding is chunked")
        elif b"content-length" in names:
            length = headers["content-length"]
            if not (length.isascii() and length.isdigit()):
                raise httpx.LocalProtocolError("illegal Content-Length")
            self._left = int(length)

    def data(self, chunk: bytes) -> bytes:
        """Return the bytes of *chunk*; raise LocalProtocolError if there are too many."""
        if self._chunked:
            return b"%x\r\n%b\r\n" % (len(chunk), chunk) if chunk else b""
        self._left -= len(chunk)
        if self._left < 0:
            raise httpx.LocalProtocolError("the body is longer than its Content-Length")
        return chunk

    def end(self) -> bytes:
        """Return what ends the body; raise LocalProtocolError if it is too short."""
        if self._left:
            raise httpx.LocalProtocolError("the body is shorter than its Content-Length")
        return b"0\r\n\r\n" if self._chunked else b""
