"""The errors of a call under the name of the package."""

from __future__ import annotations

from typing import TypeAlias

from .core.errors import CallError

GoSMSError: TypeAlias = CallError
"""All that this package raises about a call."""
