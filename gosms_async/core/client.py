"""What the clients of all APIs have in common: they own a session and are closed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from .session import Session

if TYPE_CHECKING:
    from types import TracebackType

    from .wiring import Wiring


class Client:
    """An async context manager that owns the connections to one account of an API."""

    _base_url = ""  # of one whose making was refused: its repr stands in tracebacks

    def __init__(self, wiring: Wiring) -> None:
        self._base_url = wiring.base_url
        self._session = Session(wiring)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def aclose(self, *, grace: float = 5.0) -> None:
        """
        Close the client; a second time does nothing.

        Queued calls end at once with a TransportError: nothing of them was sent. Requests in flight
        get *grace* seconds; after that their outcome is unknown.
        """
        await self._session.aclose(grace)

    def __del__(self) -> None:
        session = getattr(self, "_session", None)
        if session is not None:
            session.warn_if_forgotten(self)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._base_url}>"
