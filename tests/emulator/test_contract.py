"""Others read the API too: schemathesis by its OpenAPI file, the makers' client by its code."""

from __future__ import annotations

import asyncio
import json
import shutil
import sys
from importlib import resources
from pathlib import Path

import pytest

from gosms_async.emulator import Emulator
from gosms_async.emulator.verbs import ENDPOINTS

ST = shutil.which("st", path=str(Path(sys.executable).parent))
SPEC = json.loads(resources.files("gosms_async.emulator").joinpath("openapi.json").read_bytes())


def test_the_openapi_file_describes_exactly_the_seven_calls():
    described = {(method.upper(), path) for path, item in SPEC["paths"].items() for method in item}

    assert described == {(endpoint.method, endpoint.path) for endpoint in ENDPOINTS}


@pytest.mark.slow
@pytest.mark.skipif(ST is None, reason="schemathesis is not installed")
async def test_schemathesis_finds_no_failure(tmp_path):
    async with Emulator(window=None, tokens={"dev"}) as emulator:
        process = await asyncio.create_subprocess_exec(
            *(ST, "run", f"{emulator.url}/_emulator/openapi.json", "--url", emulator.base_url),
            *("-H", "Authorization: Bearer dev", "--seed", "1", "--max-examples", "25"),
            *("--generation-database", "none", "--no-color"),
            cwd=tmp_path,
            stdout=asyncio.subprocess.PIPE,
        )
        report, _ = await process.communicate()

    assert process.returncode == 0, report.decode()
    assert b"Tested: 7" in report


@pytest.fixture
def official():
    """Make the client of the API's makers, with another address."""
    module = pytest.importorskip("gosms_ru_client", reason="gosms-ru-client is not installed")

    def client(emulator, token):
        made = module.GoSMSClient(token)
        made.BASE_URL = emulator.base_url
        made.session.trust_env = False
        return made

    return client


async def test_the_official_client_sends(official):
    async with Emulator(tokens={"dev"}) as emulator:
        client = official(emulator, "dev")
        device = next(iter(emulator.blank.devices))
        answer = await asyncio.to_thread(
            client.send_sms, "79161234567", "Ваш код 482064", device_id=device, to_sim=0
        )
        client.session.close()

        (message,) = emulator.assert_sent(1, to="79161234567")
    assert answer == {"id": message.id}
    assert (message.code, message.device_id, message.to_sim) == ("482064", device, 0)


async def test_the_official_client_understands_refusals(official):
    from gosms_ru_client.exceptions import (  # noqa: PLC0415 - skipped where it is missing
        GoSMSAuthError,
        GoSMSValidationError,
    )

    async with Emulator(tokens={"dev"}) as emulator:
        for token, phone, error in (
            ("dead", "79161234567", GoSMSAuthError),
            ("dev", "1", GoSMSValidationError),
        ):
            client = official(emulator, token)
            with pytest.raises(error):
                await asyncio.to_thread(client.send_sms, phone, "hi")
            client.session.close()
