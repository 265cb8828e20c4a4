"""Where the token and the address come from: a flag, the environment, or a file."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any, Final

import attrs
import platformdirs

from .outcome import Exit, StopError

REAL_API: Final = "https://api.gosms.ru/v1"
NAMES: Final = ("token", "base_url")  #: what a profile may hold
DEFAULT_PROFILE: Final = "default"


@attrs.frozen
class Setting:
    """A value, None where there is none, and where it came from."""

    value: str | None = attrs.field(repr=False)
    source: str


@attrs.frozen
class Settings:
    """The settings of one run; *profile* and *base_url* are those of the command line."""

    profile: str | None = None
    base_url: str | None = None

    def get(self, name: str) -> Setting:
        """
        Find a setting: a flag goes before the environment, and that before config.toml.

        Where no profile is named, the token of the makers' own client comes last.
        A profile named by a flag goes before the environment too: who asks for an account by
        name does not want another one's token.
        """
        flag = self.base_url if name == "base_url" else None
        if flag:
            return Setting(flag, "--base-url")
        found = [self._of_environment(name), self._of_file(name)]
        if self.profile:
            found.reverse()
        elif name == "token" and self.profile_name.source == "default":
            found.append(_of_makers())
        usual = Setting(REAL_API if name == "base_url" else None, "default")
        return next((setting for setting in found if setting.value), usual)

    @property
    def profile_name(self) -> Setting:
        """The section of config.toml that is read."""
        if self.profile:
            return Setting(self.profile, "--profile")
        named = os.environ.get("GOSMS_PROFILE")
        return Setting(named, "GOSMS_PROFILE") if named else Setting(DEFAULT_PROFILE, "default")

    def _of_environment(self, name: str) -> Setting:
        variable = f"GOSMS_{name.upper()}"
        return Setting(os.environ.get(variable), variable)

    def _of_file(self, name: str) -> Setting:
        profile, path = self.profile_name, config_path()
        section = read_config().get(str(profile.value))
        if section is None and profile.source != "default":
            raise StopError(f"there is no profile {profile.value!r} in {path}", Exit.USAGE)
        value = (section or {}).get(name)
        return Setting(value, f"[{profile.value}] in {path}")


def _of_makers() -> Setting:
    """Read the token that the shell client of GoSMS's makers keeps, in lines of name=value."""
    path = Path.home() / ".gosms.conf"
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    values = [
        value for name, _, value in (line.partition("=") for line in lines) if name == "token"
    ]
    return Setting(values[-1].strip() if values else None, str(path))


def config_path() -> Path:
    """Return where config.toml is, or would be."""
    return platformdirs.user_config_path("gosms-async", appauthor=False) / "config.toml"


def read_config() -> dict[str, dict[str, str]]:
    """
    Return the profiles of config.toml; there are none where there is no file.

    Raises:
        StopError: It cannot be read, or is not made of profiles.
    """
    path = config_path()
    try:
        profiles = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise StopError(f"{path} cannot be read: {_reason(error)}", Exit.USAGE) from error
    for name, section in profiles.items():
        _check(path, name, section)
    return profiles


def _reason(error: Exception) -> str:
    """Say why, without quoting the file: it holds a token."""
    return (error.strerror or "") if isinstance(error, OSError) else "it is no TOML"


def _check(path: Path, name: str, section: Any) -> None:
    if not isinstance(section, dict):
        raise StopError(f"{path}: {name} must stand below a [profile]", Exit.USAGE)
    for key, value in section.items():
        if key not in NAMES or not isinstance(value, str):
            raise StopError(f"{path}: [{name}] may hold the texts {', '.join(NAMES)}", Exit.USAGE)
