"""One response, read from bytes as they arrive; strict where two readers could disagree."""

import re
from abc import ABC, abstractmethod

import httpx

_HEAD_END = re.compile(rb"\n\r?\n")
_FOLD = re.compile(rb"\n[ \t]")
_MAX_INTERIM = 32  # 1xx answers in front of one response
_SWITCHING_PROTOCOLS = 101
_NO_CONTENT = (204, 304)

Headers = list[tuple[bytes, bytes]]


class ResponseReader(ABC):
    """
    The state of one response: what has been read of it and how it goes on.

    Lengths are counted here; heads and chunks are read by a library, in a subclass.
    """

    def __init__(self, method: str, max_head: int) -> None:
        self.status: int = 0  #: 0 until the head has been read
        self.reason: bytes = b""
        self.version: bytes = b""  #: b"1.0" or b"1.1"
        self.headers: Headers = []
        self.body: bytearray = bytearray()  #: read, and not yet taken by take()
        self.complete: bool = False  #: the response has ended
        self.keep_alive: bool = False  #: complete, and the next response may follow
        self._max_head = max_head
        self._bodiless = method == "HEAD"
        self._start = b""  # of a head that is not whole yet
        self._interim = 0
        self._chunked = False
        self._left: int | None = None  # bytes of body to come; None: until the server closes
        self._fruitless = 0  # bytes that neither brought nor ended the body

    @abstractmethod
    def _read_head(self, head: bytes) -> tuple[bytes, int, bytes, Headers]:
        """Return version, status, reason and headers of a whole head."""

    @abstractmethod
    def _read_chunks(self, data: bytes) -> None:
        """Add what *data* holds to the body; set `complete`, unset `keep_alive` on surplus."""

    def feed(self, data: bytes) -> None:
        """
        Read *data*, which is not empty.

        Raises:
            httpx.RemoteProtocolError: This is not a response, or not a clear one.
        """
        if self.complete:
            self.keep_alive = False
        elif self.status:
            self._feed_body(data)
        elif rest := self._feed_head(data):
            self.feed(rest)

    def feed_eof(self) -> None:
        """
        Read that the server closed.

        Raises:
            httpx.RemoteProtocolError: The response is not whole.
        """
        if not self.status:
            raise httpx.RemoteProtocolError("the server closed without a response")
        if not self.complete and (self._chunked or self._left is not None):
            raise httpx.RemoteProtocolError("the server closed in the middle of the body")
        self.complete = True
        self.keep_alive = False

    def take(self) -> bytes:
        """Return what was read of the body since the last call."""
        body = bytes(self.body)
        self.body.clear()
        return body

    def _feed_head(self, data: bytes) -> bytes:
        searched = max(len(self._start) - 2, 0)
        data = self._start + data
        if data[:5] != b"HTTP/"[: len(data)]:
            raise httpx.RemoteProtocolError("the answer is not HTTP/1.1")
        found = _HEAD_END.search(data, searched)
        end = found.end() if found else len(data)
        if end > self._max_head:
            raise httpx.RemoteProtocolError(f"the head is longer than {self._max_head} bytes")
        if not found:
            self._start = data
            return b""
        self._start = b""
        self._take_head(data[:end])
        return data[end:]

    def _take_head(self, head: bytes) -> None:
        if _FOLD.search(head):
            raise httpx.RemoteProtocolError("a folded header line")
        version, status, reason, headers = self._read_head(head)
        if status == _SWITCHING_PROTOCOLS:
            raise httpx.RemoteProtocolError("the server switches protocols")
        if status < 200:  # noqa: PLR2004  the classes of status codes need no names
            self._interim += 1
            if self._interim > _MAX_INTERIM:
                raise httpx.RemoteProtocolError("no end of interim responses")
            return
        self.version, self.status, self.reason, self.headers = version, status, reason, headers
        self._decide_framing()

    def _decide_framing(self) -> None:
        lengths, codings, options = set(), [], b""
        for name, value in self.headers:
            match name.lower():
                case b"content-length":
                    lengths.add(value)
                case b"transfer-encoding":
                    codings.append(value.lower())
                case b"connection":
                    options += b"," + value.lower()
        if len(lengths) + len(codings) > 1:
            raise httpx.RemoteProtocolError("the response says its length twice")
        self.keep_alive = self.version == b"1.1" and b"close" not in options
        if codings:
            self._chunked = True
            if codings != [b"chunked"]:
                raise httpx.RemoteProtocolError("an unknown transfer encoding")
        elif lengths:
            self._left = _length(lengths.pop())
        if self._left == 0 or self._bodiless or self.status in _NO_CONTENT:
            self.complete = True

    def _feed_body(self, data: bytes) -> None:
        if self._chunked:
            self._feed_chunks(data)
        elif self._left is None:
            self.body += data
        else:
            self.body += data[: self._left]
            self.complete = len(data) >= self._left
            if len(data) > self._left:
                self.keep_alive = False
            self._left -= len(data)

    def _feed_chunks(self, data: bytes) -> None:
        before = len(self.body)
        self._read_chunks(data)
        self._fruitless = 0 if len(self.body) > before else self._fruitless + len(data)
        if not self.complete and self._fruitless > self._max_head:
            raise httpx.RemoteProtocolError("no end of chunk extensions or trailers")


def _length(value: bytes) -> int:
    if not value.isdigit() or len(value) > 19:  # noqa: PLR2004  digits of 2**63
        raise httpx.RemoteProtocolError("an illegal Content-Length")
    return int(value)
