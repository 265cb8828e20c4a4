"""
Coverage-guided fuzzing of the response readers: `python fuzz_atheris.py -max_total_time=60`.

Whatever the bytes and cuts, a reader gives a response or a RemoteProtocolError and nothing else,
means the same however the bytes are cut, and says what the other reader says if both accept.
"""

import sys

import atheris

with atheris.instrument_imports(include=["gosms_async.core", "h11"]):
    from reading import READERS, REFUSED, cut, read


def one(data: bytes) -> None:
    """Read one answer in every way; the first bytes say where to cut, and the method."""
    places, answer = list(data[:4]), data[4:]
    method = "HEAD" if data[:1] < b"\x20" else "POST"
    results = []
    for parser in READERS:
        whole = read(parser, [answer] if answer else [], method)
        for pieces in (cut(answer, places), [answer[i : i + 1] for i in range(len(answer))]):
            if read(parser, pieces, method) != whole:
                raise AssertionError(f"{parser}: the cuts {places} change the meaning")
        if whole != REFUSED:
            results.append(whole)
    if len(results) == len(READERS) and results[0] != results[1]:
        raise AssertionError(f"two meanings: {results}")


if __name__ == "__main__":
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()
