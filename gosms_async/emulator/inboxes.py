"""The inboxes of all tokens, and the questions a test asks about them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from gosms_async.emulator.account import Account
from gosms_async.emulator.match import Match
from gosms_async.emulator.news import News

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gosms_async.emulator.clock import Clock
    from gosms_async.emulator.device import Device
    from gosms_async.emulator.message import Message
    from gosms_async.emulator.plan import Plan


class Inboxes:
    """Accounts by token; one is made when its token is first seen."""

    def __init__(self, clock: Clock, *, window: int | None, plan: Plan) -> None:
        self.clock = clock
        self.changed: Final = News()  #: told after every request and every act on the emulator
        self.accounts: dict[str, Account] = {}
        #: what new inboxes are made like
        self.blank: Final = Account("", clock, window=window, plan=plan)

    def account(self, token: str) -> Account:
        """Return the inbox of *token*, with its phones and rights."""
        if token not in self.accounts:
            self.accounts[token] = self.blank.same_for(token)
        return self.accounts[token]

    def messages(
        self,
        *,
        to: str | None = None,
        text: str | None = None,
        status: int | None = None,
        token: str | None = None,
    ) -> list[Message]:
        """
        Return what is stored, oldest first, of one inbox or of all.

        *to* and *text* match in part, *status* is the one of this moment.
        """
        accounts = [self.account(token)] if token is not None else list(self.accounts.values())
        found = [m for account in accounts for m in account.messages.values() if not m.deleted]
        if len(accounts) > 1:
            found.sort(key=lambda message: message.created)
        match = _match(to, text, status)
        return [m for m in found if match.fits_message(m)] if match.pairs else found

    def find(self, message_id: str) -> Message | None:
        """Return a message of any inbox."""
        holding = (
            a.messages[message_id] for a in self.accounts.values() if message_id in a.messages
        )
        return next(holding, None)

    def device_of(self, message: Message) -> Device | None:
        """Return the phone that *message* is for; None where any may send it, or it was deleted."""
        return self.account(message.token).device(message.device_id)

    def duplicates(self) -> list[Message]:
        """Return the messages that repeat one of the ten minutes before them."""
        return [message for message in self.messages() if message.duplicate_of]

    async def wait_for(
        self,
        *,
        to: str | None = None,
        text: str | None = None,
        status: int | None = None,
        token: str | None = None,
        timeout: float = 2.0,  # noqa: ASYNC109 - the caller's words: wait_for(..., timeout=2)
    ) -> Message:
        """
        Return the newest message that matches, as soon as there is one.

        Args:
            to: Part of the number.
            text: Part of the text.
            status: Its status, which the clock may still have to bring about.
            token: The inbox; all if None.
            timeout: Real seconds.

        Raises:
            AssertionError: None came in time; it lists the inbox.
        """
        deadline = asyncio.get_running_loop().time() + timeout
        while True:
            with self.changed.listen() as news, self.clock.moved.listen() as moved:
                if found := self.messages(to=to, text=text, status=status, token=token):
                    return found[-1]
                left = deadline - asyncio.get_running_loop().time()
                if left <= 0:
                    wanted = _match(to, text, status)
                    raise AssertionError(
                        f"no message with {wanted} in {timeout} s; {self.listed()}"
                    )
                pause = min(left, self.until_change(self.messages(to=to, text=text, token=token)))
                await asyncio.wait((news, moved), timeout=pause, return_when="FIRST_COMPLETED")

    def until_change(self, messages: Iterable[Message]) -> float:
        """Return the real seconds until one of *messages* changes its status by itself."""
        if not self.clock.speed:
            return float("inf")
        changes = [moment for m in messages if (moment := m.next_change) is not None]
        return (
            max(0.0, min(changes) - self.clock.now()) / self.clock.speed
            if changes
            else float("inf")
        )

    def assert_sent(
        self,
        n: int | None = None,
        *,
        to: str | None = None,
        text: str | None = None,
        status: int | None = None,
        token: str | None = None,
    ) -> list[Message]:
        """
        Return the messages that match, of which there must be *n* (None: any but none).

        Raises:
            AssertionError: There are more or fewer; it lists the inbox.
        """
        found = self.messages(to=to, text=text, status=status, token=token)
        if len(found) == n or (n is None and found):
            return found
        wanted = "at least 1" if n is None else n
        raise AssertionError(
            f"{len(found)} messages with {_match(to, text, status)}, not {wanted}; {self.listed()}"
        )

    def assert_no_duplicates(self) -> None:
        """
        Hold that nobody got the same text twice within ten minutes.

        Raises:
            AssertionError: Somebody did; it lists the inbox.
        """
        if twice := self.duplicates():
            raise AssertionError(f"{len(twice)} duplicates; {self.listed()}")

    def listed(self, most: int = 20) -> str:
        """Describe the newest messages, one a line."""
        messages = self.messages()
        lines = [_line(message) for message in messages[-most:]]
        return "\n  ".join([f"the inbox holds {len(messages)}:", *lines]) if lines else "no message"


def _match(to: str | None, text: str | None, status: int | None) -> Match:
    given = {"to": to, "text": text, "status": status}
    return Match(
        tuple((key, str(value).lower()) for key, value in given.items() if value is not None)
    )


def _line(message: Message) -> str:
    marks = ["DUPLICATE"] if message.duplicate_of else []
    marks += [f"client saw {message.seen}"] if message.answer_lost else []
    return f"{message.phone_number} {message.status} {message.text!r} {' '.join(marks)}".rstrip()
