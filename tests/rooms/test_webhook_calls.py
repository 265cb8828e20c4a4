"""What a receiver answers to calls, over a real socket and to its face."""

import asyncio

import pytest

from gosms_async.webhooks import MAX_BODY, Receiver

ID = b"6654a4e8f1527149588c89f2"
SECRET = "s" * 32
JSON = {"Content-Type": "application/json"}


async def body(*chunks):
    for chunk in chunks:
        yield chunk


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "application/json; charset=utf-8",
        "application/vnd.gosms+json",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "text/plain",
        "",
    ],
)
async def test_any_kind_of_json_or_form_is_taken(served, content_type):
    answer = await served.post(SECRET, ID, headers={"Content-Type": content_type})

    assert (answer.status_code, answer.content) == (204, b"")


@pytest.mark.parametrize("content_type", ["image/png", "application/xml", "application/zip"])
async def test_a_body_of_another_type_is_refused(served, content_type):
    assert (
        await served.post(SECRET, ID, headers={"Content-Type": content_type})
    ).status_code == 415


@pytest.mark.parametrize(
    "secret", ["", "x", SECRET[:-1], SECRET + "s", SECRET.upper(), "%D0%B9", SECRET + "/"]
)
async def test_a_wrong_secret_finds_nothing(served, secret):
    answer = await served.post(secret, ID, headers=JSON)

    assert answer.status_code == 404
    assert served.looks() == 0


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "HEAD", "OPTIONS"])
async def test_another_method_is_not_allowed(served, method):
    answer = await served.request(method, SECRET)

    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


@pytest.mark.parametrize(("size", "status"), [(MAX_BODY, 204), (MAX_BODY + 1, 413)])
async def test_a_body_has_16_kib_at_most(served, size, status):
    answer = await served.post(SECRET, ID + b" " * (size - len(ID)), headers=JSON)

    assert answer.status_code == status


async def test_an_endless_body_is_read_no_further_than_needed(receiver):
    given = []

    async def endless():
        while True:
            given.append(1024)
            yield b" " * 1024

    assert await receiver.receive(SECRET, endless()) == 413
    assert sum(given) == MAX_BODY + 1024


@pytest.mark.virtual_time
async def test_a_body_that_drips_is_given_up(receiver):
    async def drip():
        while True:
            await asyncio.sleep(1)
            yield b" "

    assert await receiver.receive(SECRET, drip()) == 408


async def test_a_closed_receiver_asks_to_come_later(receiver):
    await receiver.aclose()
    await receiver.aclose()

    assert await receiver.receive(SECRET, body(ID)) == 503


@pytest.mark.parametrize("wrong", ["s" * 15, "s" * 16 + "/", "s" * 16 + "%20", "ы" * 16, ""])
def test_a_secret_that_is_short_or_is_spelt_in_several_ways_is_refused(wrong):
    with pytest.raises(ValueError, match="secret: at least 16"):
        Receiver(None, None, secret=wrong)


async def test_only_http_is_spoken(receiver):
    with pytest.raises(RuntimeError, match="websocket"):
        await receiver({"type": "websocket"}, None, None)


@pytest.mark.parametrize(("version", "said"), [("1.1", True), ("2", False), ("3", False)])
async def test_only_http_1_is_told_to_close(receiver, version, said):
    """Later versions have no such header, and servers refuse to send it."""
    sent = []

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": "/", "headers": [], "http_version": version}
    await receiver(scope, None, send)

    assert sent[0]["status"] == 405
    assert ((b"connection", b"close") in sent[0]["headers"]) is said


@pytest.mark.parametrize("bound", [{"backlog": 0}, {"memory": -1}])
def test_a_receiver_has_room_for_one_id_at_least(bound):
    with pytest.raises(ValueError, match="1 or more"):
        Receiver(None, None, secret=SECRET, **bound)
