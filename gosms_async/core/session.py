"""Out goes a call, back comes JSON or an error (it and the transports alone know httpx)."""

from __future__ import annotations

import asyncio
import functools
import json
import os
import ssl
import urllib.parse
import warnings
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final, TypeVar

import httpx

from .answer import Answer, parse, refusal
from .call import Call, Settlement
from .dispatcher import Dispatcher
from .errors import CallError, Fate, RateLimitError, TransportError, UnreadableResponseError
from .limits import Limiter
from .places import Places
from .retry import Retries
from .transports import carrier

if TYPE_CHECKING:
    from .endpoint import Endpoint
    from .wiring import Wiring

T = TypeVar("T")
Json = Mapping[str, Any]

_NEVER_LEFT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)
_url = functools.lru_cache(maxsize=64)(httpx.URL)  # parsing one takes a tenth of a send
_to_json: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_LENGTHS_KEPT: Final = 64  #: of bodies, whose headers are ready for the next of the same length
_CONNECT_SHARE: Final = 0.9  #: of the time left, so that a black hole is known as one


class Session:
    """The connections of one client and all that its calls share."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._headers = functools.lru_cache(_LENGTHS_KEPT)(functools.partial(_headers, wiring))
        self._limiter = Limiter(wiring.rate_limit, account=wiring.account, clock=loop_time)
        places, retries = Places(wiring.connections), Retries(wiring.retry)
        self._dispatcher = Dispatcher(places, self._limiter, retries)
        self._client, self._send = carrier(
            wiring.transport,
            wiring.http_client,
            wiring.proxy,
            wiring.ssl_context,
            wiring.connections,
        )
        self._home: tuple[asyncio.AbstractEventLoop, int] | None = None
        self.heard: Answer | None = None
        """The newest answer, whatever it said."""

    @property
    def timeout(self) -> float:
        """Seconds that a call may take unless it says otherwise."""
        return self._wiring.timeout

    @property
    def account(self) -> str:
        """Names the account without telling its token."""
        return self._wiring.account

    async def call(
        self,
        endpoint: Endpoint,
        *,
        path: Json | None = None,
        body: Json | None = None,
        query: Json | None = None,
        read: Callable[[Any], T] | None = None,
        settlement: Settlement[T] | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - one deadline over many waits
    ) -> T:
        """
        Make one call and return what *read* makes of the answer's JSON.

        *path* holds the parameters of the endpoint's path. Without *read* the answer's body does
        not count and the result is None.

        Raises:
            ValueError: A parameter of the path would lead elsewhere.
            CallError: One of its kinds, within *timeout* seconds (by default the session's).
        """
        self._check_home()
        place = endpoint.filled(path or {})
        url, content = self._url(place, query), _encoded(body)

        async def exchange(deadline: float, notes: dict[str, Any]) -> T:
            started = functools.partial(self._limiter.started, endpoint.key, notes["permitted"])
            notes["timeout"] = self._timeouts(deadline - started())
            notes["on_write"] = started
            request = self._request(endpoint.method, url, content)
            request.extensions = notes
            try:
                answer = await self._fetch(request, endpoint.max_answer)
            except UnreadableResponseError as error:
                if read is None and error.fate is Fate.ACCEPTED:
                    return None  # type: ignore[return-value]  # a yes is all that was wanted
                raise
            return await self._understand(endpoint, answer, read)

        seconds = self._wiring.timeout if timeout is None else timeout
        settlement = settlement or Settlement()
        call = Call(self._dispatcher, endpoint, exchange, settlement, seconds, path=place)
        return await call.run()

    async def aclose(self, grace: float) -> None:
        """Turn away who waits, give what is in flight *grace* seconds, close what is ours."""
        if self._dispatcher.closed:
            return
        if self._home not in {None, _here()}:
            self._dispatcher.closed = True  # its sockets belong to another loop: hands off
            return
        try:
            await self._dispatcher.close(grace)
        finally:
            if self._wiring.http_client is None:
                await self._client.aclose()

    def warn_if_forgotten(self, owner: object) -> None:
        """Complain about an *owner* that made calls and was not closed."""
        used_here = self._home is not None and self._home[1] == os.getpid()
        if used_here and not self._dispatcher.closed:
            warnings.warn(f"unclosed {owner!r}", ResourceWarning, source=owner, stacklevel=3)

    def _check_home(self) -> None:
        self._dispatcher.refuse_if_closed()
        here = _here()
        self._home = self._home or here
        if self._home != here:
            where = "process" if self._home[1] != here[1] else "event loop"
            raise TransportError(f"the client belongs to another {where}: make one in each")

    def _url(self, path: str, query: Json | None) -> httpx.URL:
        if query:
            return httpx.URL(f"{self._wiring.base_url}{path}?{urllib.parse.urlencode(query)}")
        return _url(self._wiring.base_url + path)

    def _request(self, method: str, url: httpx.URL, content: bytes | None) -> httpx.Request:
        """Build a request; with a body from ready parts, at a third of the usual cost."""
        if content is None:
            return httpx.Request(method, url, headers=self._headers())
        headers = self._headers(len(content))
        request = httpx.Request(method, url, headers=headers, stream=httpx.ByteStream(content))
        request.read()  # a transport may look at its `content`
        return request

    async def _fetch(self, request: httpx.Request, max_answer: int) -> Answer:
        """Make one request and read its answer to the end."""
        if self._client.is_closed:
            raise TransportError("the given http_client is closed")
        try:
            answer = await self._exchange(request, max_answer)
        except _NEVER_LEFT as error:
            raise _lost(error, Fate.REFUSED, passing=not _is_certificate(error)) from None
        except CallError:
            raise
        except Exception as error:  # noqa: BLE001 - hooks and other transports have their own
            raise _lost(error, Fate.LOST, passing=True) from None
        self.heard = answer
        return answer

    def _timeouts(self, left: float) -> dict[str, float]:
        connect = max(min(self._wiring.connect_timeout, left * _CONNECT_SHARE), 0.0)
        return {"connect": connect, "read": left, "write": left, "pool": connect}

    async def _exchange(self, request: httpx.Request, max_answer: int) -> Answer:
        response = await self._send(request)
        received_at = loop_time()  # the body may come long after the `Date`
        body = await _read(response, max_answer)
        if len(body) > max_answer:
            raise _too_long(response.status_code, max_answer)
        return Answer(response.status_code, response.headers, body, received_at)

    async def _understand(
        self, endpoint: Endpoint, answer: Answer, read: Callable[[Any], T] | None
    ) -> T:
        wiring = self._wiring
        error = refusal(answer, wiring.read_error, wiring.statuses, wiring.read_wait)
        if error is None:
            return read(parse(answer)) if read else None  # type: ignore[return-value]
        if isinstance(error, RateLimitError) and wiring.adaptive:
            await self._limiter.refused(endpoint.key, self._pause(error.retry_after))
        raise error

    def _pause(self, asked: float | None) -> float | None:
        """Return how long to stay away from an endpoint; a wild wish does not shut it for good."""
        return None if asked is None else min(asked, self._wiring.retry.max_retry_after)


def _here() -> tuple[asyncio.AbstractEventLoop, int]:
    return asyncio.get_running_loop(), os.getpid()


def loop_time() -> float:
    """Return the running loop's clock: monotonic seconds."""
    return asyncio.get_running_loop().time()


def _headers(wiring: Wiring, length: int | None = None) -> httpx.Headers:
    """Return the headers of a request with a body of *length* bytes, or with none."""
    headers = httpx.Headers(
        {
            "Host": httpx.URL(wiring.base_url).netloc.decode("ascii"),
            wiring.auth_header: f"{wiring.auth_scheme} {wiring.token.reveal()}".strip(),
            "User-Agent": wiring.user_agent,
            "Accept": "application/json",
            "Accept-Encoding": "identity",  # a small answer can then not swell to a huge one
            "Content-Type": "application/json",
        }
    )
    if length is not None:
        headers["Content-Length"] = str(length)
    return headers


def _encoded(body: Json | None) -> bytes | None:
    if body is None:
        return None
    return _to_json(body).encode()


def _lost(error: Exception, fate: Fate, *, passing: bool) -> TransportError:
    """Translate *error* without its traceback, whose frames hold the token."""
    what = str(error) or ("out of time" if isinstance(error, TimeoutError) else "")
    return TransportError(f"{type(error).__name__}: {what}", fate=fate, passing=passing)


async def _read(response: httpx.Response, enough: int) -> bytes:
    """Read the body to its end, or until it has brought more than *enough* bytes, and close it."""
    stream = response.stream
    if isinstance(stream, httpx.ByteStream):  # all is here; an async loop would cost much more
        return b"".join(stream)
    if response.is_stream_consumed:  # by a hook of the given client
        return await response.aread()
    assert isinstance(stream, httpx.AsyncByteStream)  # noqa: S101 - it is an async transport's
    body = bytearray()
    try:
        async for chunk in stream:
            body += chunk
            if len(body) > enough:
                break
    finally:
        await stream.aclose()
    return bytes(body)


def _too_long(status: int, limit: int) -> CallError:
    fate = Fate.ACCEPTED if 200 <= status < 300 else Fate.LOST  # noqa: PLR2004 - class of success
    return UnreadableResponseError(f"HTTP {status} with a body over {limit} bytes", fate=fate)


def _is_certificate(error: BaseException | None) -> bool:
    seen = set()  # causes can go round in a circle
    while error is not None and error not in seen:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        seen.add(error)
        error = error.__cause__ or error.__context__
    return False
