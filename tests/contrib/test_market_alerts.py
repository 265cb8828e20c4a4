"""The example: a customer writes, the staff get one SMS, whatever GoSMS answers."""

import subprocess
import sys

import pytest
from market_alerts import STAFF, local_stage
from processes import ENVIRONMENT, EXAMPLES

from gosms_async import OutcomeUnknownError
from gosms_async.contrib.failover import Delivery


async def test_an_ordinary_alert_goes_through_gosms():
    async with local_stage() as stage:
        outcome = await stage.customer_writes("Where is my `order`?", told=2)

        (message,) = stage.gosms.assert_sent(1, to=STAFF)
    assert (outcome.sender, outcome.id) == ("GoSMS", message.id)
    assert message.text == "Market chat 7: Where is my 'order'?"
    assert stage.sinch.batches == []


@pytest.mark.parametrize("fault", ["no_devices", "no_active_devices", "tariff_limit", "blocked"])
async def test_sinch_steps_in_when_gosms_is_known_not_to_have_taken_it(fault):
    async with local_stage() as stage:
        stage.gosms.fail(fault, p=1)
        outcome = await stage.customer_writes("Where is my order?")

        stage.gosms.assert_sent(0)
    assert outcome.sender == "Sinch"
    assert [batch["to"] for batch in stage.sinch.batches] == [[STAFF]]


@pytest.mark.parametrize("fault", ["500_after", "html_502", "drop_after", "garbage"])
@pytest.mark.parametrize("on_unknown", ["verify", "raise"])
async def test_no_second_sms_goes_out_when_the_answer_to_the_first_is_lost(fault, on_unknown):
    """GoSMS has stored the SMS, and then its answer says or shows that something went wrong."""
    async with local_stage(on_unknown=on_unknown) as stage:
        stage.gosms.fail(fault)
        outcome = await stage.customer_writes("Where is my order?")

        (message,) = stage.gosms.assert_sent(1, to=STAFF)
    assert stage.sinch.batches == []
    assert isinstance(outcome, Delivery | OutcomeUnknownError)
    if isinstance(outcome, Delivery):
        assert (outcome.sender, outcome.id, outcome.accepted.recovered) == (
            *("GoSMS", message.id),
            True,
        )


async def test_what_the_shop_itself_writes_alerts_nobody():
    async with local_stage() as stage:
        stage.market.write(1, 7, 99, "Good morning", sender="PARTNER")
        await stage.alerts._alert(1, 7, 99)

        stage.gosms.assert_sent(0)
    assert stage.alerts.outcomes.empty()


def test_the_example_runs_by_one_command():
    command = [sys.executable, EXAMPLES / "market_alerts.py"]
    run = subprocess.run(
        command, env=ENVIRONMENT, check=True, capture_output=True, text=True, timeout=120
    )

    first, second, third, last = run.stdout.splitlines()
    assert first.startswith("all is well: sent by GoSMS")
    assert second.startswith("no_devices: sent by Sinch")
    assert third.startswith("500_after: sent by GoSMS")
    assert last == "GoSMS holds 2 SMS, Sinch 1"
