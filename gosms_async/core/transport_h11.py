"""Heads and chunks read by h11."""

import h11
import httpx

from .transport_response import Headers, ResponseReader

_ASKED = h11.Request(method="GET", target="/", headers=[("Host", "any")])


class H11Reader(ResponseReader):
    """The reader of a default installation; h11 comes with httpx."""

    def _read_head(self, head: bytes) -> tuple[bytes, int, bytes, Headers]:
        # A connection for each head: nothing of one response can leak into the next.
        self._connection = h11.Connection(h11.CLIENT, self._max_head)
        if head[9:10] == b"1":
            self._connection.send(_ASKED)  # h11 expects no 1xx before a request
        event = self._next(head)
        if not isinstance(event, h11.Response | h11.InformationalResponse):  # pragma: no cover
            # h11 sees the same end of the head, so this only tells the type checker
            raise httpx.RemoteProtocolError("the answer is not HTTP/1.1")
        headers = event.headers.raw_items()
        return event.http_version, event.status_code, event.reason, headers

    def _read_chunks(self, data: bytes) -> None:
        event = self._next(data)
        while isinstance(event, h11.Data):
            self.body.extend(event.data)
            event = self._next()
        if isinstance(event, h11.EndOfMessage):
            self.complete = True
            if self._connection.trailing_data[0]:
                self.keep_alive = False

    def _next(self, data: bytes = b"") -> object:
        if data:
            self._connection.receive_data(data)
        try:
            return self._connection.next_event()
        except h11.RemoteProtocolError as error:
            raise httpx.RemoteProtocolError(str(error)) from error
