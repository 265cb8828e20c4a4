"""Lets pydantic validate and serialise attrs models; pydantic itself stays optional."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_type_hints

import attrs

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema


class Schemed:
    """
    A base for attrs models whose fields pydantic validates by their annotations.

    Pydantic accepts an instance, or an object with the names of the fields, and serialises to such
    an object. FastAPI shows it in its OpenAPI document.
    """

    __slots__ = ()

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: type[Any], handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Describe the model; only pydantic calls this."""
        from pydantic_core import core_schema  # noqa: PLC0415 - only pydantic comes here

        hints = get_type_hints(source)
        fields = {
            field.name: core_schema.typed_dict_field(
                handler.generate_schema(hints[field.name]), required=field.default is attrs.NOTHING
            )
            for field in attrs.fields(source)
        }
        shape = core_schema.typed_dict_schema(fields, cls=source, cls_name=source.__name__)
        return core_schema.no_info_wrap_validator_function(
            _reader(source),
            shape,
            ref=f"{source.__module__}.{source.__qualname__}:{id(source)}",
            serialization=core_schema.plain_serializer_function_ser_schema(
                _shallow_dict, return_schema=shape
            ),
        )


def _reader(model: type[Any]) -> Callable[[Any, Callable[[Any], Any]], Any]:
    def read(value: Any, validated: Callable[[Any], Any]) -> Any:
        return value if isinstance(value, model) else model(**validated(value))

    return read


def _shallow_dict(model: Any) -> dict[str, Any]:
    return attrs.asdict(model, recurse=False)
