"""
The least a server can do: find the end of each request, send bytes that were made before.

    python benchmarks/server.py [--core N] [--delay S]

Prints its port. Answers a POST as GoSMS, or as the services of other clients by their paths, and
`GET /sms` with a page of a list of 100 000 messages.
"""

import argparse
import asyncio
import json
import re
import urllib.parse

from common import pin

MESSAGES = 100_000
NEWEST = 1_767_225_600  # creation of the newest message, Unix seconds
SMS_ID = "507f1f77bcf86cd799439011"
BATCH = {"id": SMS_ID, "type": "mt_text", "to": ["79001234567"], "from": "79007654321"}
BATCH |= {"body": "benchmark", "canceled": False}


def answer(body):
    """The bytes of an answer with such a body, with the head that nginx gives."""
    return (
        b"HTTP/1.1 200 OK\r\nServer: nginx\r\nDate: Thu, 01 Jan 2026 00:00:00 GMT\r\n"
        b"Content-Type: application/json\r\nContent-Length: %d\r\n"
        b"Connection: keep-alive\r\n\r\n%b" % (len(body), body)
    )


ACCEPTED = answer(json.dumps({"id": SMS_ID}).encode())
OTHERS = {
    b"/messages": {"id": SMS_ID, "state": "Pending", "recipients": []},  # android-sms-gateway
    b"/2010-04-01": {"sid": "SM" + "0" * 32, "status": "queued"},  # twilio
    b"/us/xms/": BATCH,  # sinch
}
OTHERS = {path: answer(json.dumps(body).encode()) for path, body in OTHERS.items()}


def page(limit, offset):
    """One page of the list, newest first, `offset` counted in pages from 1."""
    first = limit * (offset - 1)
    items = [message(n) for n in range(first, min(first + limit, MESSAGES))]
    pagination = {"total_records": MESSAGES, "limit": limit, "offset": offset}
    return json.dumps({"pagination": pagination, "sms_list": items}, ensure_ascii=False).encode()


def message(number):
    return {
        "id": f"{number:024x}",
        "message": f"Заказ {number} собран и ждёт вас до пятницы.",
        "status": 4,
        "message_status": "Доставлено",
        "phone_number": f"79{number:09}",
        "device_id": "f47ac10b-58cc-4372-a567-0e02b2c3d479",
        "callback_id": None,
        "to_sim": 0,
        "time_create": NEWEST - number,
    }


class Answerer(asyncio.Protocol):
    """Answers requests in their order, each *delay* seconds after it came."""

    length = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)

    def __init__(self, delay):
        self.delay = delay
        self.buffer = b""

    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.buffer += data
        while (end := self.buffer.find(b"\r\n\r\n")) >= 0:
            length = self.length.search(self.buffer, 0, end)
            size = end + 4 + int(length[1] if length else 0)
            if len(self.buffer) < size:
                return
            method, target, _ = self.buffer.split(b" ", 2)
            self.buffer = self.buffer[size:]
            self._answer(ACCEPTED if method == b"POST" else listed(target), target)

    def _answer(self, usual, target):
        given = next((OTHERS[path] for path in OTHERS if target.startswith(path)), usual)
        if self.delay:
            asyncio.get_running_loop().call_later(self.delay, self.transport.write, given)
        else:
            self.transport.write(given)


def listed(target):
    query = dict(urllib.parse.parse_qsl(target.decode().partition("?")[2]))
    return answer(page(int(query["limit"]), int(query["offset"])))


async def serve(delay):
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Answerer(delay), "127.0.0.1", 0, backlog=2048)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--core", type=int, default=-1, help="of this machine, to run on")
    parser.add_argument("--delay", type=float, default=0.0, help="seconds before each answer")
    options = parser.parse_args()
    pin(options.core)
    asyncio.run(serve(options.delay))


if __name__ == "__main__":
    main()
