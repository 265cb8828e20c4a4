"""What a server can do to an answer: each act is given its peer and the answer it spoils."""

import asyncio
import json

from account_server import http

# What comes after the bytes


async def keep(_):
    """Leave the connection open for the next request."""


async def close(peer):
    peer.writer.close()


async def reset(peer):
    peer.reset()


async def hang(peer):
    """Say nothing more."""
    await peer.gone()


def drip(data, pause=0.02):
    """Send *data* again and again."""

    async def then(peer):
        while True:
            await peer.send(data)
            await asyncio.sleep(pause)

    return then


async def flood(peer):
    """Send more than anybody can keep."""
    while True:
        await peer.send(b" " * 65536)


# What is sent


def say(data, then=keep):
    """Send *data*, or what it makes of the answer."""

    async def act(peer, reply):
        await peer.send(data(reply) if callable(data) else data)
        await then(peer)

    return act


def answer(status=200, body=b"", *headers, then=keep, **extra):
    """Answer something else."""
    return say(lambda _: http(status, body, headers, **extra), then)


def api_error(status, code, *headers):
    """Answer no, in the API's own form."""
    said = {"errors": {"code": code, "message": "нет", "hash": "6654a4e8f152"}}
    return answer(status, json.dumps(said).encode(), *headers)


def html(status, *headers):
    """Answer as a proxy does."""
    return answer(status, b"<html><h1>Sorry</h1></html>", b"Content-Type: text/html", *headers)


def whole(**changes):
    """Answer rightly, in an odd form."""
    return say(lambda reply: reply.wire(**changes))


def part(portion, then, **changes):
    """Send the head and *portion* of the body (0..1), whatever the head promises."""

    def cut(reply):
        body = reply.body or b"{}"
        head = reply.wire(status=200, body=body, **changes).removesuffix(body)
        return head + body[: int(len(body) * portion)]

    return say(cut, then)


def head_of(size, then):
    """Send the first *size* bytes of the answer."""
    return say(lambda reply: reply.wire()[:size], then)


def chunked(end, then=keep, extension=b""):
    """Send the body in one chunk, and *end* behind it."""

    def wire(reply):
        body = reply.body or b"{}"
        chunk = b"%x%b\r\n%b\r\n" % (len(body), extension, body) + end
        return reply.wire(status=200, body=chunk, framing=b"Transfer-Encoding: chunked")

    return say(wire, then)


def bytewise(peer_pause=0.0):
    """Send the right answer byte by byte."""

    async def act(peer, reply):
        for byte in reply.wire():
            await peer.send(bytes([byte]))
            await asyncio.sleep(peer_pause)

    return act


def data(change):
    """Answer rightly, but for what *change* makes of the JSON."""
    return say(lambda reply: reply.wire(body=json.dumps(change(reply.data)).encode()))


def every(change):
    """Do *change* to every object of the JSON."""

    def changed(value):
        if isinstance(value, dict):
            return change({key: changed(each) for key, each in value.items()})
        return [changed(each) for each in value] if isinstance(value, list) else value

    return data(changed)


def fields(**changes):
    """Give these fields another value wherever they are."""
    return every(lambda one: one | {key: value for key, value in changes.items() if key in one})
