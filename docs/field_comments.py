"""Shows in the reference what the code says of a field behind `#:`."""

from __future__ import annotations

from typing import Any

from griffe import Attribute, Docstring, Extension


class FieldComments(Extension):
    """Takes the comment on a field's own line for its docstring."""

    def on_attribute_instance(self, *, attr: Attribute, **_: Any) -> None:
        """Look at a field that has no docstring."""
        if attr.docstring is None and attr.lineno and attr.endlineno:
            source = "".join(attr.lines_collection[attr.filepath][attr.endlineno - 1])
            _, mark, said = source.partition("#:")
            if mark:
                attr.docstring = Docstring(said.strip(), lineno=attr.endlineno, parent=attr)
