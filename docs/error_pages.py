"""Writes a page per error code, and the table of them, in each language of the documents."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from gosms_async import ErrorCode

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
WORDS = {
    "en": {
        "title": "Error codes",
        "intro": (
            "What the API puts into the `code` of an error answer. The HTTP status says what kind "
            "of refusal it was, the code says why. `gosms explain 1006` prints the same."
        ),
        "code": "Code",
        "meaning": "Meaning",
        "advice": "What to do",
        "heals": "Waiting may help: the same call can pass later, with nobody changing a thing.",
        "stays": "Waiting does not help.",
        "stops": "No SMS leaves until a person acts in the panel; the client never repeats it.",
        "name": "In Python",
    },
    "ru": {
        "title": "Коды ошибок",
        "intro": (
            "То, что API кладёт в `code` ответа об ошибке. Статус HTTP говорит, какого рода отказ, "
            "код объясняет причину. То же печатает `gosms explain 1006 --lang ru`."
        ),
        "code": "Код",
        "meaning": "Значение",
        "advice": "Что делать",
        "heals": "Ожидание может помочь: тот же запрос может пройти позже сам собой.",
        "stays": "Ожидание не поможет.",
        "stops": "SMS не уходят, пока человек не вмешается в кабинете; клиент такого не повторяет.",
        "name": "В Python",
    },
}


def pages() -> Iterator[tuple[Path, str]]:
    """Yield the path and the text of every page."""
    for language in WORDS:
        home = HERE / language / "errors"
        yield home / "index.md", index(language)
        for code in ErrorCode:
            yield home / f"{code:d}.md", page(code, language)


def index(language: str) -> str:
    """Return the table of all codes."""
    words = WORDS[language]
    rows = [f"| [{code:d}]({code:d}.md) | {code.meaning(language)} |" for code in ErrorCode]
    head = f"# {words['title']}\n\n{words['intro']}\n\n| {words['code']} | {words['meaning']} |\n"
    return head + "| --- | --- |\n" + "\n".join(rows) + "\n"


def page(code: ErrorCode, language: str) -> str:
    """Return the page of one code."""
    words = WORDS[language]
    waiting = words["heals"] if code.may_heal else words["stays"]
    stops = f" {words['stops']}" if code.stops_account else ""
    return (
        f"# {code:d}: {code.name}\n\n{code.meaning(language)}\n\n"
        f"## {words['advice']}\n\n{code.advice(language)}\n\n{waiting}{stops}\n\n"
        f"{words['name']}: `ErrorCode.{code.name}`\n"
    )


if __name__ == "__main__":
    for path, text in pages():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
