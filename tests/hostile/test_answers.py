"""Whatever a server answers, a call returns its result or raises an error of the library."""

import asyncio
import pickle
import tracemalloc

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapes import PHONE, TEXT, TOKEN, VERBS, Answering, answers, outcome, page, walkable

from gosms_async import GoSMSError, SentMessage, Verify

HOSTILE = settings.get_profile("hostile")
QUICK = Verify(looks=(0,), patience=0, settle_failed=0)
MEMORY = 64 * 2**20  #: bytes that no answer may make a call take


@HOSTILE
@given(sequence=st.lists(answers, min_size=1, max_size=4))
def test_any_answers_end_in_a_result_or_an_error_of_the_library(sequence):
    """No foreign exception, no endless loop, no secret in what is raised, whichever the call."""
    for verb, call in VERBS.items():  # the answers take longer to make up than to read
        wire = Answering(sequence)

        found = outcome(wire, call, on_unknown=QUICK, timeout=5)

        assert not isinstance(found, BaseException) or isinstance(found, GoSMSError), (verb, found)
        assert wire.asked < 1000, verb
        if isinstance(found, GoSMSError):
            shown = f"{found} {found!r}"
            assert not any(secret in shown for secret in (TOKEN, TEXT, PHONE)), verb
            assert str(pickle.loads(pickle.dumps(found))) == str(found), verb


@HOSTILE
@given(sequence=st.lists(answers, min_size=1, max_size=2))
def test_a_send_that_says_it_was_sent_has_an_id(sequence):
    """No answer makes up an id, and an accepted send is never said not to have been sent."""
    found = outcome(Answering(sequence), VERBS["send"], on_unknown="raise", timeout=5)

    accepted = any(200 <= status < 300 for status, *_ in sequence[:1])
    if isinstance(found, SentMessage):
        assert len(found.id) == 24
        assert int(found.id, 16) >= 0
    elif accepted:
        assert found.may_have_been_sent


@HOSTILE
@given(pages=st.lists(walkable, max_size=6), last=page | walkable)
def test_any_list_has_an_end(pages, last):
    """A walk over pages that contradict each other asks a bounded number of times."""
    wire = Answering(
        [(200, [], httpx.Response(200, json=each).content) for each in _finite([*pages, last])]
    )

    found = outcome(wire, VERBS["walk"], timeout=5)

    assert not isinstance(found, BaseException) or isinstance(found, GoSMSError), repr(found)
    assert wire.asked < 100


def _finite(pages):
    """Leave out what httpx does not write as JSON."""
    kept = []
    for each in pages:
        try:
            httpx.Response(200, json=each)
        except ValueError:
            continue
        kept.append(each)
    return kept or [{}]


@HOSTILE
@given(raw=st.binary(max_size=400), transport=st.sampled_from(["h11", "httptools"]))
def test_any_bytes_end_in_an_error_of_the_library(raw, transport):
    """What is no HTTP is a TransportError, however it is cut."""
    from gosms_async.core.transport import AsyncioTransport  # noqa: PLC0415 - only here

    async def serve(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(raw)
        writer.close()

    async def run():
        listener = await asyncio.start_server(serve, "127.0.0.1", 0)
        async with listener:
            port = listener.sockets[0].getsockname()[1]
            return await _call(AsyncioTransport(parser=transport), f"http://127.0.0.1:{port}")

    found = asyncio.run(run())

    assert isinstance(found, GoSMSError), repr(found)


async def _call(wire, url):
    from gosms_async import AsyncGoSMS, RetryPolicy  # noqa: PLC0415 - only here

    once = RetryPolicy(attempts=1)
    async with AsyncGoSMS(TOKEN, base_url=url, transport=wire, retry=once, timeout=5) as gosms:
        try:
            return await gosms.get("a" * 24)
        except Exception as error:  # noqa: BLE001 - the question is which
            return error


@pytest.mark.parametrize(
    "body",
    [b"[" * 2**20, b'{"a":' * 200_000, b"9" * 2**20, b"[" + b"1e999," * 150_000 + b"1]"],
    ids=["deep", "deep objects", "digits", "infinities"],
)
def test_a_large_answer_takes_a_bounded_memory(body):
    """Not more than a few times its size."""
    tracemalloc.start()
    try:
        found = outcome(Answering([(200, [], body)]), VERBS["list"], timeout=5)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert isinstance(found, GoSMSError), repr(found)
    assert peak < MEMORY
