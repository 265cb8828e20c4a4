"""
Decoding a page of 100 messages into models: this client's against msgspec's, the same bytes.

    python benchmarks/decoding.py [--rounds N] [--quick]

msgspec parses and converts in one pass of C code. The other rows show what bounds ours: parsing by
the standard library, making the objects from values that nobody looks at, and the plainest cattrs
converter, which reads no time and forgives nothing.
"""

import datetime as dt
import enum
import json
import statistics
import time
from typing import Annotated

import attrs
import cattrs
import msgspec
from common import Target, options, pin, spread, table, write
from server import page

from gosms_async import _models as models
from gosms_async._wire import read_page

NAMES = {"text": "message", "status_text": "message_status", "created_at": "time_create"}


class Status(enum.IntEnum):
    WAITING, PROCESSING, SENT, SEND_FAILED, DELIVERED, DELIVERY_FAILED = range(6)


class Message(msgspec.Struct, frozen=True, rename=NAMES):
    id: Annotated[str, msgspec.Meta(pattern="^[0-9a-fA-F]{24}$")]
    text: str
    status: Status
    status_text: str
    phone_number: str
    device_id: str | None
    callback_id: str | None
    to_sim: int | None
    created_at: dt.datetime


class Pagination(msgspec.Struct, frozen=True):
    total_records: int
    limit: int
    offset: int


class Page(msgspec.Struct, frozen=True):
    pagination: Pagination
    sms_list: tuple[Message, ...]


@attrs.frozen
class PlainMessage:
    id: str
    message: str
    status: Status
    message_status: str
    phone_number: str
    device_id: str | None
    callback_id: str | None
    to_sim: int | None
    time_create: int


@attrs.frozen
class PlainPage:
    pagination: dict[str, int]
    sms_list: tuple[PlainMessage, ...]


def unchecked(given):
    """The least that makes the same models out of the same bytes without another parser."""
    return tuple(
        models.Message(
            id=each["id"],
            text=each["message"],
            status=each["status"],
            status_text=each["message_status"],
            phone_number=each["phone_number"],
            device_id=each["device_id"],
            callback_id=each["callback_id"],
            to_sim=each["to_sim"],
            created_at=dt.datetime.fromtimestamp(each["time_create"], dt.UTC),
        )
        for each in json.loads(given)["sms_list"]
    )


STRUCT = msgspec.json.Decoder(Page, strict=False)  # a Unix time is a datetime only so
PLAIN = cattrs.Converter(detailed_validation=False, prefer_attrib_converters=True)
OURS = "**gosms-async: json.loads and cattrs, into attrs models**"
READERS = {
    "msgspec.Struct": STRUCT.decode,
    "json.loads alone": json.loads,
    "msgspec.json.decode alone": msgspec.json.decode,
    "json.loads, then the models with nothing checked": unchecked,
    "json.loads and a plain cattrs.Converter": lambda x: PLAIN.structure(json.loads(x), PlainPage),
    OURS: lambda given: read_page(json.loads(given)),
    "the same, were the parser msgspec's": lambda given: read_page(msgspec.json.decode(given)),
}


def measure(rounds, times):
    """µs a page, for each reader and round."""
    given = page(100, 1)
    costs = {name: [] for name in READERS}
    for _ in range(rounds):
        for name, read in READERS.items():
            begin = time.process_time()
            for _ in range(times):
                read(given)
            costs[name].append((time.process_time() - begin) / times * 1e6)
    return costs


def more(parser):
    parser.add_argument("--rounds", type=int, default=15)


def main():
    given = options(__doc__, add=more)
    rounds, times = (2, 5) if given.quick else (given.rounds, 50)
    pin(0)
    assert read_page(json.loads(page(100, 1))).items[7].created_at == (
        STRUCT.decode(page(100, 1)).sms_list[7].created_at
    )
    measure(1, times)
    costs = measure(rounds, times)
    speeds = {
        name: statistics.median(
            struct / mine for struct, mine in zip(costs["msgspec.Struct"], values, strict=True)
        )
        for name, values in costs.items()
    }
    rows = [[name, spread(values), f"{speeds[name]:.2f}"] for name, values in costs.items()]
    targets = [Target("4. speed of msgspec.Struct", speeds[OURS], 0.5, at_least=True, unit=" ×")]
    head = ["reader", "µs a page", "speed of msgspec.Struct"]
    write(given, "decoding", [table(head, rows)], targets, ("attrs", "cattrs", "msgspec"))


if __name__ == "__main__":
    main()
