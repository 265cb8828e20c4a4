"""The seven endpoints over HTTP: read, refuse or do, answer, and keep what the client saw."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import parse_qsl

from starlette.routing import Route

from gosms_async.emulator.answers import (
    MAX_BODY,
    NO_ANSWER,
    TOO_LARGE,
    Answer,
    Channel,
    deliver,
    error_answer,
)
from gosms_async.emulator.fault_kinds import Stage
from gosms_async.emulator.faults import NO_FIRING
from gosms_async.emulator.refusals import RefusedError
from gosms_async.emulator.verbs import ENDPOINTS, Ask

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from gosms_async.emulator.emulator import Emulator
    from gosms_async.emulator.exchange import Exchange
    from gosms_async.emulator.faults import Firing
    from gosms_async.emulator.verbs import Endpoint

# That a 429 comes is documented; which code and words come with it is not.
_TOO_MANY = "Слишком много запросов"


class Call:
    """An endpoint as an ASGI application."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take one request to its end."""
        emulator: Emulator = scope["app"].state.emulator
        begun = time.perf_counter()
        exchange = emulator.log.open(
            emulator.clock.now(), self._endpoint.name, scope["method"], scope["path"]
        )
        channel = Channel(scope, receive, send)
        body = await channel.read()
        if body is None:
            exchange.seen = NO_ANSWER
            return
        try:
            answer, firing = self._judge(emulator, exchange, scope, body)
            seen = await deliver(channel, answer, firing, emulator.clock)
            exchange.status, exchange.seen = seen.status, seen.words
        finally:
            exchange.seen = exchange.seen or NO_ANSWER  # dropped in process, or cancelled
            exchange.took = time.perf_counter() - begun
            emulator.ended(exchange)

    def _judge(
        self, emulator: Emulator, exchange: Exchange, scope: Scope, body: bytes
    ) -> tuple[Answer, Firing]:
        """Decide what is answered, and what becomes of the answer."""
        if len(body) > MAX_BODY:
            return TOO_LARGE, NO_FIRING
        exchange.token = _bearer(scope)
        fields = _read(scope, body)
        _note(exchange, fields)
        emulator.log.index(exchange)
        firing = emulator.strike(exchange)
        return self._answer(emulator, exchange, fields, firing), firing

    def _answer(
        self, emulator: Emulator, exchange: Exchange, fields: Any, firing: Firing
    ) -> Answer:
        try:
            return self._perform(emulator, exchange, fields, firing)
        except RefusedError as refusal:
            exchange.code = refusal.code
            return error_answer(refusal.status, refusal.code, refusal.message, refusal.headers)

    def _perform(
        self, emulator: Emulator, exchange: Exchange, fields: Any, firing: Firing
    ) -> Answer:
        firing.refuse()
        if firing.has(Stage.BEFORE):
            return Answer(200)  # it will not arrive
        if not emulator.knows(exchange.token):
            raise RefusedError(1003)
        account = emulator.account(exchange.token)
        if not account.admits(self._endpoint.name):
            raise RefusedError(1000, status=429, message=_TOO_MANY)
        account.require(1003, 1002, 3000, self._endpoint.right)
        if not isinstance(fields, dict):
            raise RefusedError(1001)
        ask = Ask(account, fields, firing, emulator.old_edition)
        result = self._endpoint.verb(ask)
        if ask.message is not None:
            exchange.message_id = ask.message.id
            emulator.touched(ask.message, exchange)
        emulator.keep(ask.released)
        return Answer(204) if result is None else Answer.json(200, result)


def _bearer(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"authorization":
            scheme, _, token = value.decode("latin-1").partition(" ")
            return token.strip() if scheme.lower() == "bearer" else ""
    return ""


def _read(scope: Scope, body: bytes) -> Any:
    """Return the fields of the query or the JSON body; None where it is no JSON."""
    if scope["method"] in {"GET", "HEAD"}:
        return dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
    try:
        return json.loads(body, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return None


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def _note(exchange: Exchange, fields: Any) -> None:
    """Put what a person wants to see of the request into the log, if it is there at all."""
    if isinstance(fields, dict):
        exchange.phone_number = _text(fields.get("phone_number"))
        exchange.text = _text(fields.get("message"))
        exchange.device_id = _text(fields.get("device_id"))
        if exchange.endpoint != "send":
            exchange.message_id = _text(fields.get("id"))


def _text(value: Any) -> str:
    return value.encode(errors="replace").decode() if isinstance(value, str) else ""


ROUTES = [Route(e.path, Call(e), methods=[e.method], name=e.name) for e in ENDPOINTS]
