"""What a fault is, what it means to a call, and the calls it can strike."""

import enum
import itertools
import math

import attrs
from account_server import DEVICE_ID, OLD_ID, PHONE, TEXT


class Role(enum.Enum):
    """What kind of call an endpoint is, as far as faults go."""

    READ = 0
    SEND = 1
    DELETE = 2
    CHANGE = 3  #: of a phone; a look tells whether it was made


@attrs.frozen
class Verb:
    name: str
    endpoint: str
    role: Role
    call: object = attrs.field(repr=False)


VERBS = (
    Verb("send", "POST /sms/send", Role.SEND, lambda gosms: gosms.send(PHONE, TEXT)),
    Verb("get", "POST /sms/get", Role.READ, lambda gosms: gosms.get(OLD_ID)),
    Verb("list", "GET /sms", Role.READ, lambda gosms: gosms.list()),
    Verb("device", "POST /devices/get/info", Role.READ, lambda gosms: gosms.device(DEVICE_ID)),
    Verb("delete", "DELETE /sms/del", Role.DELETE, lambda gosms: gosms.delete(OLD_ID)),
    Verb(
        "edit_device",
        "POST /devices/edit",
        Role.CHANGE,
        lambda gosms: gosms.edit_device(DEVICE_ID, is_active=False),
    ),
    Verb(
        "delete_device",
        "POST /devices/del",
        Role.CHANGE,
        lambda gosms: gosms.delete_device(DEVICE_ID),
    ),
)
OWN = ("h11", "httptools")  # transports, by parser
ALL = ("httpx", *OWN)
ANSWERING = ("send", "get", "list", "device")  # verbs whose answer has a body that counts


class Kind(enum.Enum):
    """
    What a fault means to a call: per role, in the order above, the outcomes of four runs.

    The server does *not* do what it was asked for and fails once, or for ever; it *does* it and
    fails once, or for ever. "-" is no run, "ok" the result, "found" the result by looking, "?"
    OutcomeUnknownError, "E" the error that the fault names.
    """

    FINE = ("ok ok - -", "- - ok ok", "- - ok ok", "- - ok ok")
    REFUSED = ("E E - -",) * 4
    NOT_NOW = ("ok E - -",) * 4
    AWAY = ("- E - -",) * 4
    FAILED = ("ok E - -", "ok E found found", "ok E ok E", "ok E ok ok")
    LOST = ("ok E - -", "? ? found found", "ok E ok E", "ok E ok ok")
    LOST_FOR_LONG = ("E E - -", "? ? found found", "E E E E", "E E ok ok")
    SILENT = ("E E - -", "? ? ? ?", "E E E E", "? ? ? ?")
    #: broken off or waited for, as the transport has it
    ENDLESS = ("ok|E E - -", "? ? found|? found|?", "ok|E E ok|E E", "ok|? E|? ok|? ok|?")
    UNREADABLE = ("ok E - -", "? ? found found", "- - ok ok", "- - ok ok")
    HUGE = ("E E - -", "? ? found found", "- - ok ok", "- - ok ok")

    def outcomes(self, role):
        """Yield (times, does it, outcomes that are right) of each run."""
        runs = ((1, False), (math.inf, False), (1, True), (math.inf, True))
        for (times, does_it), right in zip(runs, self.value[role.value].split(), strict=True):
            if right != "-":
                yield times, does_it, right.split("|")


@attrs.frozen
class Fault:
    name: str
    kind: Kind
    act: object = attrs.field(default=None, repr=False)
    error: str = ""  #: the class, or classes, of "E"
    only: tuple[str, ...] = tuple(verb.name for verb in VERBS)
    place: str = ""  #: where to connect to instead of the server
    over: tuple[str, ...] = ALL  #: transports that survive it
    waits: bool = False  #: to the deadline


@attrs.frozen
class Cell:
    """One run: a fault strikes a verb."""

    fault: Fault
    verb: Verb
    times: float
    does_it: bool
    right: tuple[str, ...]

    @property
    def warm(self):
        """Every second run begins on a connection that was used before."""
        return self.times > 1 and not self.fault.place


def cells(faults, transport):
    """Return every run of the faults that *transport* survives."""
    return [
        Cell(fault, verb, times, does_it, tuple(right))
        for fault, verb in itertools.product(faults, VERBS)
        if verb.name in fault.only and transport in fault.over
        for times, does_it, right in fault.kind.outcomes(verb.role)
    ]


def group(kind, error, acts, **extra):
    return tuple(Fault(name, kind, act, error, **extra) for name, act in acts.items())
