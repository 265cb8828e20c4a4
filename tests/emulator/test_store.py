"""An emulator with a file goes on where it stopped."""

from __future__ import annotations

import sqlite3
import stat

import httpx
import pytest

from gosms_async.emulator import Clock, Emulator, Message
from gosms_async.emulator.store import Store

FIELDS = {"message": "Ваш код 482064", "phone_number": "79161234567"}


@pytest.fixture
def file(tmp_path):
    return tmp_path / "emulator.sqlite3"


@pytest.fixture
def make(file):
    return lambda: Emulator(clock=Clock(0, start=1_700_000_000), window=None, db=file)


async def post(emulator, fields=FIELDS, token="dev"):
    async with httpx.AsyncClient(base_url=emulator.base_url) as client:
        headers = {"authorization": f"Bearer {token}"}
        return await client.post("/sms/send", json=fields, headers=headers)


async def test_messages_survive_with_all_that_is_known_of_them(make):
    async with make() as before:
        before.fail("delivery_error")
        before.fail("500_after")
        await post(before)
        await post(before)
    async with make() as after:
        after.clock.advance(100)
        first, second = after.messages()

    assert (first.status, first.seen, first.faults) == (5, "500", ("delivery_error", "500_after"))
    assert (second.duplicate_of, second.token, second.text) == (first.id, "dev", FIELDS["message"])


async def test_new_ids_do_not_meet_old_ones(make):
    ids = []
    for _ in range(3):
        async with make() as emulator:
            ids.append((await post(emulator)).json()["id"])

    assert len(set(ids)) == 3


async def test_a_write_that_fails_leaves_the_file_usable(file):
    """A full disk is free again some time."""
    message = Message(Clock(0), "dev", "1", "79161234567", "hi", 0.0)
    store = Store(file)
    with pytest.raises(sqlite3.IntegrityError):
        store.save([message, Message(Clock(0), "dev", "2", None, "hi", 0.0)])

    store.save([message])

    assert [found.id for found in store.load(Clock(0))] == ["1"]
    store.close()


async def test_a_reset_empties_the_file(make):
    async with make() as emulator:
        await post(emulator)
        emulator.reset()
    async with make() as again:
        assert again.messages() == []


async def test_deletions_and_returned_phones_are_kept(make):
    async with make() as emulator:
        emulator.set_online(False)
        await post(emulator)
        emulator.clock.advance(hours=1)
        emulator.set_online(True)
    async with make() as again:
        (message,) = again.messages()
        assert message.started == 1_700_003_600


async def test_what_a_phone_takes_when_it_is_switched_on_is_kept(make):
    async with make() as emulator:
        (phone, _) = emulator.blank.devices.values()
        phone.active = False
        await post(emulator, {**FIELDS, "device_id": phone.device_id})
        emulator.clock.advance(hours=1)
        async with httpx.AsyncClient(base_url=emulator.base_url) as client:
            await client.post(
                "/devices/edit",
                json={"device_id": phone.device_id, "is_active": True},
                headers={"authorization": "Bearer dev"},
            )
    async with make() as again:
        again.clock.advance(hours=2)

        assert again.messages()[0].timeline[1] == (1_700_003_601, 1)


async def test_what_waited_for_a_phone_goes_on_after_a_start(make):
    """The phones of a new process are all online."""
    async with make() as emulator:
        emulator.set_online(False)
        await post(emulator)
    async with make() as again:
        again.clock.advance(100)

        assert again.messages()[0].status == 4


async def test_the_file_is_its_owners_alone(make, file):
    async with make():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
