"""`gosms segments` and `gosms explain`: what needs no account."""

import locale
from typing import Annotated, Literal

import attrs
from cyclopts import Parameter

from gosms_async import ErrorCode
from gosms_async.text import check_message, doubtful
from gosms_async.text import segments as count_segments

from .outcome import Exit, StopError
from .show import Json, give_fields, give_json, give_table, say
from .text import Text, given_text

Language = Literal["en", "ru"]


def segments(text: Text, /, *, json: Json = False) -> int:
    """Count the SMS parts of a text; operators charge each."""
    text = given_text(text)
    counted = count_segments(text)
    record = {"parts": counted.count, **attrs.asdict(counted), "characters": len(text)}
    del record["count"]
    if json:
        give_json(record)
    else:
        give_fields({name.replace("_", " "): value for name, value in record.items()})
    return _judge(text)


def _judge(text: str) -> int:
    for each in doubtful(text):
        say(f"GoSMS may refuse {each.character!r}; in its place: {each.replacement!r}")
    try:
        check_message(text)
    except ValueError as error:
        say(f"GoSMS refuses it: {error}")
        return Exit.FAILED
    return Exit.OK


def explain(
    code: Annotated[int | None, Parameter(help="Such as 1006; all of them by default.")] = None,
    /,
    *,
    lang: Annotated[Language | None, Parameter(help="By default that of this machine.")] = None,
    json: Json = False,
) -> None:
    """Explain an error code: what happened, what to do, whether waiting helps."""
    language = lang or _language()
    records = [_record(each, language) for each in _codes(code)]
    if json:
        for record in records:
            give_json(record)
    elif code is None:
        give_table(("code", "meaning"), [(str(r["code"]), str(r["meaning"])) for r in records])
    else:
        give_fields({_HEADS[language][name]: value for name, value in records[0].items()})


_HEADS: dict[Language, dict[str, str]] = {
    "en": {
        "code": "code",
        "name": "name",
        "meaning": "meaning",
        "advice": "advice",
        "waiting": "waiting",
    },
    "ru": {
        "code": "код",
        "name": "имя",
        "meaning": "значение",
        "advice": "что делать",
        "waiting": "ожидание",
    },
}
_WAITING: dict[Language, tuple[str, str]] = {
    "en": ("does not help", "may help"),
    "ru": ("не поможет", "может помочь"),
}
_STOPS: dict[Language, str] = {
    "en": "; no SMS leaves until a person acts in the panel",
    "ru": "; SMS не уходят, пока человек не вмешается в кабинете",
}


def _codes(code: int | None) -> list[ErrorCode]:
    if code is None:
        return list(ErrorCode)
    try:
        return [ErrorCode(code)]
    except ValueError:
        raise StopError(f"no code {code} is documented", Exit.USAGE) from None


def _record(code: ErrorCode, language: Language) -> dict[str, object]:
    return {
        "code": int(code),
        "name": code.name,
        "meaning": code.meaning(language),
        "advice": code.advice(language),
        "waiting": _WAITING[language][code.may_heal] + _STOPS[language] * code.stops_account,
    }


def _language() -> Language:
    """Return the language of this machine, if it is one of the two."""
    return "ru" if (locale.getlocale()[0] or "").lower().startswith("ru") else "en"
