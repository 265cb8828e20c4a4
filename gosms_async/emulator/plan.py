"""What a message will go through: its status as a function of its age, and nothing else."""

from __future__ import annotations

import attrs

WAITING, TAKEN, SENT, SEND_FAILED, DELIVERED, DELIVERY_FAILED = range(6)

# The documentation shows the words of status 0 only; the others are this emulator's.
WORDS = {
    WAITING: "Ждет обработки",
    TAKEN: "Взято в обработку",
    SENT: "Отправлено",
    SEND_FAILED: "Ошибка отправки",
    DELIVERED: "Доставлено",
    DELIVERY_FAILED: "Ошибка доставки",
}

NAMES = ("waiting", "taken", "sent", "send_failed", "delivered", "delivery_failed")


@attrs.frozen
class Plan:
    """Steps *(age in seconds, status)*, by age; a message of no age is waiting."""

    steps: tuple[tuple[float, int], ...]

    def status(self, age: float) -> int:
        """Return the status of a message *age* seconds after a phone could take it."""
        status = WAITING
        for after, reached in self.steps:
            if age < after:
                break
            status = reached
        return status

    def next_step(self, age: float) -> float | None:
        """Return the age of the next change, if any is to come."""
        return next((after for after, _ in self.steps if after > age), None)


DELIVERY = Plan(((1, TAKEN), (3, SENT), (8, DELIVERED)))
NO_REPORT = Plan(((1, TAKEN), (3, SENT)))  # some operators never report: 2 is the last word
SEND_ERROR = Plan(((1, TAKEN), (3, SEND_FAILED)))
DELIVERY_ERROR = Plan(((1, TAKEN), (3, SENT), (8, DELIVERY_FAILED)))
STUCK = Plan(())
