"""A text with fields is filled strictly, or not at all."""

import pytest

from gosms_async.campaign.template import Template


def test_fields_are_filled_and_doubled_braces_stay():
    assert Template("{name}, {{заказ}} {order}").fill({"name": "Ян", "order": "7"}) == (
        "Ян, {заказ} 7"
    )


@pytest.mark.parametrize("row", [{}, {"name": ""}])
def test_a_field_without_a_value_is_an_error(row):
    with pytest.raises(ValueError, match=r"no value for \{name\}"):
        Template("{name}!").fill(row)


def test_a_text_that_comes_out_too_long_is_an_error():
    with pytest.raises(ValueError, match="1 to 300 characters, not 301"):
        Template("{name}").fill({"name": "x" * 301})


@pytest.mark.parametrize(
    "text", ["{", "}", "{name!r}", "{name:>9}", "{0}", "{}", "{name.x}", "{name[0]}"]
)
def test_a_template_asks_for_plain_fields_only(text):
    with pytest.raises(ValueError, match="template: "):
        Template(text)
