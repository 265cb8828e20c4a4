"""`gosms config`: profiles in config.toml, readable by their owner only."""

import getpass
import sys
from typing import Annotated, Final, Literal

import tomlkit
from cyclopts import Parameter

from .apps import app_of
from .outcome import Exit, StopError
from .settings import DEFAULT_PROFILE, NAMES, REAL_API, config_path, read_config
from .show import give, say
from .whoami import masked

config: Final = app_of("config")

Name = Literal["token", "base_url"]
Profile = Annotated[str, Parameter(("--profile", "-p"), help="Which profile.")]


@config.command
def init(*, profile: Profile = DEFAULT_PROFILE) -> None:
    """Ask for a token and keep it, readable by you alone."""
    write(profile, "token", _ask("token"))
    say(f"kept in {config_path()}; `gosms whoami` tries it")


@config.command(usage="Usage: gosms config get [OPTIONS] [NAME]")
def get(
    name: Annotated[Name | None, Parameter(help="Which; all by default.")] = None,
    /,
    *,
    profile: Profile = DEFAULT_PROFILE,
) -> None:
    """Show what is kept; of a token only its length."""
    section = read_config().get(profile, {})
    if name is not None and name not in section:
        raise StopError(f"{name} is not kept in [{profile}]", Exit.FAILED)
    if not section:
        say(f"nothing is kept in [{profile}]")
    for each in [name] if name else [known for known in NAMES if known in section]:
        give(each, masked(each, section[each]))


@config.command(name="set", usage="Usage: gosms config set [OPTIONS] NAME [VALUE]")
def set_(
    name: Name,
    value: Annotated[str | None, Parameter(help="Asked for, or read from stdin.")] = None,
    /,
    *,
    profile: Profile = DEFAULT_PROFILE,
) -> None:
    """Keep a value; a token is asked for, since others can read the arguments of a process."""
    if name == "token" and value is not None:
        raise StopError("a token is no argument: leave it out, you are asked for it", Exit.USAGE)
    write(profile, name, value if value is not None else _ask(name))
    say(f"kept in {config_path()}")


@config.command
def path() -> None:
    """Show where config.toml is."""
    give(str(config_path()))


def _ask(name: str) -> str:
    """Read a value: unseen from a terminal, else a line of stdin."""
    if sys.stdin.isatty():
        value = getpass.getpass(f"{name}: ") if name == "token" else input(f"{name} [{REAL_API}]: ")
    else:
        value = sys.stdin.readline()
    if not value.strip():
        raise StopError(f"no {name} was given", Exit.USAGE)
    return value.strip()


def write(profile: str, name: str, value: str) -> None:
    """Put one value into config.toml and leave the rest of it as it is."""
    read_config()  # complains of a file that would be no better with one value more
    path = config_path()
    document = tomlkit.parse(path.read_text(encoding="utf-8") if path.exists() else "")
    document.setdefault(profile, tomlkit.table())[name] = value
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    fresh.touch(mode=0o600)
    fresh.write_text(tomlkit.dumps(document), encoding="utf-8")
    fresh.replace(path)
