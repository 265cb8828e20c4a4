"""How a worker works: its pace, and its patience with what is not clear."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
from attrs.validators import ge, gt

from gosms_async import Verify

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

_LATER_LOOK = 8.0  #: seconds; a client looks every five in the end, and a look takes time


@attrs.frozen(kw_only=True)
class Settings:
    """The settings of a worker; all times in seconds."""

    in_flight: int = attrs.field(default=10, validator=ge(1))
    """Sends of campaigns under way at a time, and as many of the outbox: a crash leaves these."""
    batches: int = attrs.field(default=4, validator=ge(1))
    """Batches of campaigns this worker takes at a time."""
    poll: float = attrs.field(default=0.5, validator=gt(0))
    """Between two looks for new batches."""
    send_timeout: float = attrs.field(default=30.0, validator=gt(0))
    """For one send, its queue and its repeats included."""
    looks: tuple[float, ...] = Verify().looks
    """When to look for a send whose answer was lost, after its failure."""
    patience: float = attrs.field(default=12.0, validator=ge(0))
    """How long a send looks by itself before its row becomes one to settle."""
    settle_failed: float = attrs.field(default=6.0, validator=ge(0))
    """After this long, what an answer 500 left behind is absent if a look does not show it."""
    settle_lost: float = attrs.field(default=120.0, validator=ge(0))
    """The same for a broken exchange or a killed process, whose request may still be worked on."""
    deletable_after: float = attrs.field(default=300.0, validator=ge(0))
    """Older messages may have been deleted, so that absence proves nothing; `math.inf`: never."""
    doubts_every: float = attrs.field(default=5.0, validator=gt(0))
    """After so long a row in doubt is looked for, though others of its batch are being sent."""
    rescue_every: float = attrs.field(default=3.0, validator=gt(0))
    """Between two looks for the batches of dead workers."""
    wait_least: float = attrs.field(default=1.0, validator=gt(0))
    """The first pause while nothing passes: no network, no phone; each further one is doubled."""
    wait_most: float = attrs.field(default=60.0, validator=gt(0))
    """The longest of these pauses."""
    track_every: float = attrs.field(default=60.0, validator=ge(0))
    """Between two walks of the account's list for what became of accepted rows; 0: none."""
    track_within: float = attrs.field(default=86_400.0, validator=gt(0))
    """Older rows get no report any more."""
    pause_poll: float = attrs.field(default=2.0, validator=gt(0))
    """Between two looks whether a paused account may go on."""

    def verify(self, claim: Callable[[str], Awaitable[bool]]) -> Verify:
        """Return the rules for the client, whose `timeout` is *send_timeout*."""
        return Verify(
            looks=self.looks,
            settle_failed=self.settle_failed,
            settle_lost=self.settle_lost + self.send_timeout,  # so long may noting it have taken
            patience=self.patience,
            deletable_after=self.deletable_after,
            claim=claim,
        )

    @property
    def recover_timeout(self) -> float:
        """For finding out what became of an attempt: until its absence proves something."""
        leaves_within = 2 * self.send_timeout  # the client counts one of them by itself
        return self.settle_lost + leaves_within + max(self.looks) + _LATER_LOOK
