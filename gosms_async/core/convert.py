"""From JSON to attrs models, by cattrs: a broken answer names its field."""

from __future__ import annotations

import datetime as dt
import enum
import functools
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, TypeVar

import cattrs
from cattrs.gen import make_dict_structure_fn, override

from .errors import Fate, UnreadableResponseError
from .values import read_text, read_time, read_truth, read_whole_number

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Object = dict[str, Any]
    Hook = Callable[[Any, Any], Any]

T = TypeVar("T")

_NONE: Final[Mapping[Any, Any]] = MappingProxyType({})
_MISFITS = (
    ArithmeticError,
    AttributeError,
    LookupError,
    OSError,  # a time beyond what the platform counts
    TypeError,
    ValueError,
    cattrs.BaseValidationError,
)


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


def by_names(
    names: Mapping[type, Mapping[str, str | Hook]],
    *,
    hooks: Mapping[Any, Hook] = _NONE,
    shapes: Mapping[type, Callable[[Object], Object]] = _NONE,
    usual: Mapping[type, Callable[[Object], Any]] = _NONE,
) -> Callable[[cattrs.Converter], None]:
    """
    Return rules for models that are JSON objects, for a `Decoder`.

    *names* holds each model, those inside others first, and its fields that JSON calls otherwise
    or that have a hook of their own: `{Page: {"items": "list"}}`. A field that is null is one that
    is absent, an unknown one is not looked at. *hooks* read the values of a type. *shapes* change
    a model's object before it is read. *usual* make the model of an object in the form that nearly
    all have, faster than field by field, and return None for any other.
    """

    def configure(converter: cattrs.Converter) -> None:
        at_once = _NONE if converter.detailed_validation else usual  # else no field has a name
        for kind, hook in hooks.items():
            converter.register_structure_hook(kind, hook)
        for kind, others in names.items():
            rules: Any = {
                name: override(rename=rule) if isinstance(rule, str) else override(struct_hook=rule)
                for name, rule in others.items()
            }
            structure: Callable[[Mapping[str, Any], Any], Any] = make_dict_structure_fn(
                kind, converter, **rules
            )
            converter.register_structure_hook(
                kind, _on_an_object(structure, shapes.get(kind), at_once.get(kind))
            )

    return configure


def _on_an_object(
    structure: Callable[[Mapping[str, Any], Any], T],
    shape: Callable[[Object], Object] | None,
    usual: Callable[[Object], T | None] | None,
) -> Callable[[Any, Any], T]:
    """Return *structure* for a JSON object in which null means absent."""

    def structure_object(value: Any, kind: Any) -> T:
        if not isinstance(value, dict):
            raise TypeError("not an object")
        if usual and (model := usual(value)) is not None:
            return model
        shaped = shape(value) if shape else value
        return structure({name: field for name, field in shaped.items() if field is not None}, kind)

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


def _fault(error: BaseException, _: type[Any] | None) -> str:
    """Say what is wrong with a field without showing what it held."""
    if isinstance(error, KeyError):
        return "required field missing"
    return str(error) if isinstance(error, TypeError) else f"invalid value ({type(error).__name__})"
