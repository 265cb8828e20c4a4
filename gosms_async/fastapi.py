"""
GoSMS in FastAPI: one client for as long as the application runs, webhooks, sound error answers.

    app = FastAPI(lifespan=lifespan, exception_handlers=exception_handlers)

    @app.post("/sms")
    async def sms(draft: DraftBody, gosms: GoSMS) -> SentMessage: ...
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Annotated, Any, Final

from gosms_async import AsyncGoSMS, Draft, GoSMSError, checked_draft
from gosms_async.problems import problem_of
from gosms_async.text import check_message, phone_digits
from gosms_async.webhooks.asgi import body_of, headers_of

try:
    from fastapi import APIRouter, Body, Depends, FastAPI, Request, Response
    from fastapi.requests import HTTPConnection  # noqa: TC002 - FastAPI reads the annotation
    from fastapi.responses import JSONResponse
    from pydantic import AfterValidator
except ImportError as _missing:
    raise ImportError("gosms_async.fastapi needs: pip install 'gosms-async[fastapi]'") from _missing

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from gosms_async.webhooks import Receiver

__all__ = [
    "DraftBody",
    "GoSMS",
    "MessageText",
    "PhoneNumber",
    "exception_handlers",
    "gosms_of",
    "lifespan",
    "webhook_router",
]


@contextlib.asynccontextmanager
async def lifespan(
    app: FastAPI, make: Callable[[], AsyncGoSMS] = AsyncGoSMS
) -> AsyncIterator[None]:
    """
    Keep a client open while *app* runs.

    It is the application's whole lifespan, or is entered within your own:

        @asynccontextmanager
        async def my_lifespan(app):
            async with lifespan(app, lambda: AsyncGoSMS("token")):
                yield

    Args:
        app: Whose state the client is kept in.
        make: Makes the client; by default from the environment.
    """
    async with make() as gosms:
        app.state.gosms = gosms
        try:
            yield
        finally:
            del app.state.gosms


async def gosms_of(connection: HTTPConnection) -> AsyncGoSMS:
    """
    Return the client of the application that serves *connection*, a dependency.

    Raises:
        RuntimeError: The application runs without `lifespan`.
    """
    gosms = getattr(connection.app.state, "gosms", None)
    if gosms is None:
        raise RuntimeError("no client: FastAPI(lifespan=gosms_async.fastapi.lifespan)")
    return gosms  # type: ignore[no-any-return]  # a state holds anything


GoSMS = Annotated[AsyncGoSMS, Depends(gosms_of)]
"""A parameter of this type is the application's client."""

PhoneNumber = Annotated[str, AfterValidator(phone_digits)]
"""A phone number in a request: its digits, or an answer 422."""

MessageText = Annotated[str, AfterValidator(check_message)]
"""A text in a request that GoSMS takes as documented, or an answer 422."""


DraftBody = Annotated[Draft, Body(), AfterValidator(checked_draft)]
"""A parameter of this type is the request's body, a draft that may be sent, or an answer 422."""


async def _answer(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, GoSMSError)  # noqa: S101 - it is registered for no other
    problem = problem_of(error)
    return JSONResponse(problem.body, problem.status, headers=problem.headers)


exception_handlers: Final[dict[Any, Any]] = {GoSMSError: _answer}
"""For `FastAPI(exception_handlers=...)`: each error answered as `gosms_async.problems` says."""


def webhook_router(receiver_of: Callable[[FastAPI], Receiver]) -> APIRouter:
    """
    Return a router with `POST /{secret}`, where the panel's webhook is to point.

    Args:
        receiver_of: Finds the application's receiver, e.g. `lambda app: app.state.receiver`.
    """
    router = APIRouter(include_in_schema=False)

    @router.post("/{secret}")
    async def receive(secret: str, request: Request) -> Response:
        kind, body = request.headers.get("content-type", ""), body_of(request.receive)
        status = await receiver_of(request.app).receive(secret, body, kind)
        return Response(status_code=status, headers=headers_of(status, request.scope))

    return router
