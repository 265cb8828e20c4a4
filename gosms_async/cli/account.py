"""The options of every command that asks something of the account, and the client they make."""

import contextlib
from collections.abc import AsyncIterator
from typing import Annotated, Any

import attrs
from cyclopts import Parameter

from gosms_async import AsyncGoSMS, TransportError

from .outcome import Exit, StopError, origin_of
from .settings import Settings


@Parameter(name="*")
@attrs.frozen(kw_only=True)
class Account:
    """Which account."""

    profile: Annotated[
        str | None,
        Parameter(("--profile", "-p"), help="Profile of config.toml; goes before the environment."),
    ] = None
    base_url: Annotated[
        str | None, Parameter(("--base-url",), help="Address of the API, or of an emulator.")
    ] = None

    @property
    def settings(self) -> Settings:
        """Where its values come from."""
        return Settings(profile=self.profile, base_url=self.base_url)

    @contextlib.asynccontextmanager
    async def client(self, **options: Any) -> AsyncIterator[AsyncGoSMS]:
        """
        Open a client of the account.

        Raises:
            StopError: There is no token, or a value of the command line cannot be right.
        """
        token = self.settings.get("token").value
        if not token:
            raise StopError(
                "there is no token: set GOSMS_TOKEN, or run `gosms config init`", Exit.RIGHTS
            )
        base_url = self.settings.get("base_url").value
        try:
            async with AsyncGoSMS(token, base_url=base_url, **options) as gosms:
                yield gosms
        except TransportError as error:
            raise StopError(f"nothing was done: {base_url} cannot be reached ({error})") from error
        except ValueError as error:
            if not _refuses(error):
                raise
            raise StopError(str(error), Exit.USAGE) from error


def _refuses(error: ValueError) -> bool:
    """Tell whether the client refuses an argument, or something in this program went wrong."""
    module, _ = origin_of(error)
    return module.startswith("gosms_async.") and not module.startswith("gosms_async.cli.")


THE_ACCOUNT = Account()  #: the one of the environment or of config.toml
