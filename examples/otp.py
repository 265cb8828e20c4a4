"""One-time codes: made, kept for five minutes, and checked three times at most."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time

import attrs

LIFETIME = 300.0  # seconds
TRIES = 3
PAUSE = 60.0  # seconds until the same phone gets another code


@attrs.define
class _Issued:
    digest: bytes
    at: float
    tries: int = 0


class Codes:
    """Keeps a keyed hash of each phone's code in memory; several processes need a store."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._issued: dict[str, _Issued] = {}

    def issue(self, phone: str) -> str | None:
        """Return a fresh code, None if the phone has just been given one."""
        now = time.monotonic()
        self._issued = {p: i for p, i in self._issued.items() if now - i.at < LIFETIME}
        last = self._issued.get(phone)
        if last and now - last.at < PAUSE:
            return None
        code = f"{secrets.randbelow(10**6):06}"
        self._issued[phone] = _Issued(self._digest(phone, code), now)
        return code

    def withdraw(self, phone: str) -> None:
        """Forget a code that was not sent: the phone may ask for another at once."""
        self._issued.pop(phone, None)

    def check(self, phone: str, code: str) -> bool:
        """Whether *code* is the phone's; a right one works once."""
        issued = self._issued.get(phone)
        if issued is None or time.monotonic() - issued.at > LIFETIME or issued.tries >= TRIES:
            return False
        issued.tries += 1
        right = hmac.compare_digest(issued.digest, self._digest(phone, code))
        if right:
            del self._issued[phone]
        return right

    def _digest(self, phone: str, code: str) -> bytes:
        return hmac.digest(self._key, f"{phone} {code}".encode(), hashlib.sha256)
