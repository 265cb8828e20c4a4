"""Heads and chunks read by httptools, of the extra `fast`."""

import httpx

from .transport_response import Headers, ResponseReader

try:
    import httptools
except ImportError as _missing:  # pragma: no cover  asserted in a process without it
    _package = __name__.partition(".")[0].replace("_", "-")
    raise ImportError(f"httptools is missing: pip install '{_package}[fast]'") from _missing


class _Events:
    """What the parser tells; apart from the reader, so that the two make no cycle."""

    def __init__(self) -> None:
        self.reason = b""
        self.headers: Headers = []
        self.body = bytearray()
        self.ended = False
        self.surplus = False

    def on_status(self, reason: bytes) -> None:
        self.reason += reason

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers.append((name, value.strip(b" \t")))

    def on_body(self, data: bytes) -> None:
        self.body += data

    def on_message_complete(self) -> None:
        self.ended = True

    def on_message_begin(self) -> None:
        self.surplus = self.ended


class HttptoolsReader(ResponseReader):
    """The reader of uvicorn: C, about ten times as fast as h11."""

    def _read_head(self, head: bytes) -> tuple[bytes, int, bytes, Headers]:
        # A parser for each head: nothing of one response can leak into the next.
        self._events = events = _Events()
        self._parser = httptools.HttpResponseParser(events)
        self._tail = b""
        self._parse(head)
        version = self._parser.get_http_version().encode()
        return version, self._parser.get_status_code(), events.reason, events.headers

    def _read_chunks(self, data: bytes) -> None:
        events = self._events
        events.headers = []  # not those of the head: trailers
        self._parse(data)
        self.body.extend(events.body)
        events.body.clear()
        self.complete: bool = events.ended
        # llhttp skips line ends after a message in silence; a chunked one has exactly two.
        self._tail = (self._tail + data)[-5:]
        clean = self._tail[1:] == b"\r\n\r\n" and self._tail[:1] not in b"\r\n"
        if events.ended and (events.surplus or not clean):
            self.keep_alive = False

    def _parse(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade) as error:
            if not self._events.ended:
                raise httpx.RemoteProtocolError(str(error)) from error
            self._events.surplus = True  # what follows the response is no response
