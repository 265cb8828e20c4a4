"""From JSON to attrs models: times, lenient numbers, and a broken answer that names its field."""

from __future__ import annotations

import datetime as dt
import enum
import functools
from typing import TYPE_CHECKING, Any, TypeVar

import cattrs
from cattrs.gen import make_dict_structure_fn, override

from .errors import Fate, UnreadableResponseError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

T = TypeVar("T")

_MILLISECONDS_FROM = 100_000_000_000  #: As seconds that is the year 5138.
_MISFITS = (
    ArithmeticError,
    AttributeError,
    LookupError,
    OSError,  # a time beyond what the platform counts
    TypeError,
    ValueError,
    cattrs.BaseValidationError,
)
_MENDED_BEFORE = dt.datetime(2001, 1, 1, tzinfo=dt.UTC)


class Decoder:
    """
    Makes models of parsed JSON by one set of rules.

    *configure* adds an API's own rules to a cattrs converter. The fast converter does the work, the
    explaining one names the field when that fails; each is made when it is wanted, for that takes
    longer than the rest of an import.
    """

    def __init__(self, configure: Callable[[cattrs.Converter], None]) -> None:
        self._configure = configure

    @functools.cached_property
    def _fast(self) -> cattrs.Converter:
        return self._make(detailed=False)

    @functools.cached_property
    def _explaining(self) -> cattrs.Converter:
        return self._make(detailed=True)

    def _make(self, *, detailed: bool) -> cattrs.Converter:
        converter = make_converter(detailed=detailed)
        self._configure(converter)
        return converter

    def __call__(self, data: Any, kind: type[T]) -> T:
        """
        Return *data* as a *kind*.

        Raises:
            UnreadableResponseError: It has another form; the error names the fields.
        """
        try:
            return self._fast.structure(data, kind)
        except _MISFITS as error:
            raise UnreadableResponseError(
                f"unreadable {kind.__name__}: {self._faults(data, kind) or type(error).__name__}",
                fate=Fate.ACCEPTED,
                passing=True,
            ) from None

    def _faults(self, data: Any, kind: type[Any]) -> str:
        try:
            self._explaining.structure(data, kind)
        except _MISFITS as error:
            return "; ".join(cattrs.transform_error(error, format_exception=_fault))
        return ""


def by_names(names: Mapping[type, Mapping[str, str]]) -> Callable[[cattrs.Converter], None]:
    """
    Return rules for models that are JSON objects, for a `Decoder`.

    *names* holds each model, those inside others first, and its fields that JSON calls otherwise:
    `{Page: {"items": "list"}}`. A field that is null is one that is absent, an unknown one is not
    looked at.
    """

    def configure(converter: cattrs.Converter) -> None:
        for kind, others in names.items():
            rules: Any = {ours: override(rename=theirs) for ours, theirs in others.items()}
            structure: Callable[[Mapping[str, Any], Any], Any] = make_dict_structure_fn(
                kind, converter, **rules
            )
            converter.register_structure_hook(kind, _on_an_object(structure))

    return configure


def _on_an_object(
    structure: Callable[[Mapping[str, Any], Any], T],
) -> Callable[[Any, Any], T]:
    def structure_object(value: Any, kind: Any) -> T:
        if not isinstance(value, dict):
            raise TypeError("not an object")
        return structure({name: field for name, field in value.items() if field is not None}, kind)

    return structure_object


def make_converter(*, detailed: bool) -> cattrs.Converter:
    """Return a converter that reads what JSON APIs really send; *detailed* is slow and explains."""
    converter = cattrs.Converter(detailed_validation=detailed)
    converter.register_structure_hook(str, read_text)
    converter.register_structure_hook(int, read_whole_number)
    converter.register_structure_hook(bool, read_truth)
    converter.register_structure_hook(dt.datetime, read_time)
    converter.register_structure_hook(
        enum.IntEnum, lambda value, kind: _member(kind, read_whole_number(value))
    )
    converter.register_structure_hook(enum.StrEnum, lambda value, kind: kind(read_text(value)))
    return converter


@functools.lru_cache(maxsize=256)  # finding it there takes a tenth of making it anew
def _member(kind: type[enum.IntEnum], number: int) -> enum.IntEnum:
    return kind(number)


def read_text(value: Any, _kind: object = None) -> str:
    """Return a text as it is and a number as its digits."""
    if type(value) is str:
        return value
    if type(value) is int:
        return str(value)
    raise TypeError("not a text")


def read_whole_number(value: Any, _kind: object = None) -> int:
    """Return the whole number that *value* is or, as a text, spells."""
    if type(value) is int:
        return value
    if isinstance(value, str | float) and not isinstance(value, bool):
        number = int(value)
        if isinstance(value, str) or number == value:
            return number
    raise TypeError("not a whole number")


def read_truth(value: Any, _kind: object = None) -> bool:
    """Return the boolean that *value* is or, as a number or a text, spells."""
    if type(value) is bool:
        return value
    truth = {"true": True, "1": True, "false": False, "0": False}.get(str(value).lower())
    if truth is None:
        raise TypeError("not a truth value")
    return truth


def read_time(value: Any, _kind: object = None) -> dt.datetime:
    """
    Return an aware UTC time from Unix seconds, Unix milliseconds or an ISO 8601 text.

    A date before 2001 is one whose seconds were read as milliseconds: it is multiplied back.
    """
    if type(value) is int and 0 <= value < _MILLISECONDS_FROM:
        return dt.datetime.fromtimestamp(value, dt.UTC)  # what nearly all are
    if isinstance(value, str) and not value.strip().lstrip("-").replace(".", "", 1).isdecimal():
        parsed = dt.datetime.fromisoformat(value)
        aware = parsed if parsed.tzinfo else parsed.replace(tzinfo=dt.UTC)
        time = aware.astimezone(dt.UTC)
        return time if time >= _MENDED_BEFORE else _from_unix(time.timestamp() * 1000)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise TypeError("not a time")
    return _from_number(float(value))


def _from_number(number: float) -> dt.datetime:
    return _from_unix(number / 1000 if abs(number) >= _MILLISECONDS_FROM else number)


def _from_unix(seconds: float) -> dt.datetime:
    return dt.datetime.fromtimestamp(seconds, dt.UTC)


def _fault(error: BaseException, _: type[Any] | None) -> str:
    """Say what is wrong with a field without showing what it held."""
    if isinstance(error, KeyError):
        return "required field missing"
    return str(error) if isinstance(error, TypeError) else f"invalid value ({type(error).__name__})"
