"""The recorded run that was killed three times lost nothing, and the documents show it as it is."""

import re
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
RECORDED = (DOCS / "assets/killed-three-times.txt").read_text(encoding="utf-8").strip()


def test_each_recipient_got_one():
    (counts,) = re.findall(
        r"^stored (\d+) = distinct (\d+) = recipients (\d+)$", RECORDED, re.MULTILINE
    )

    assert len(set(counts)) == 1
    assert RECORDED.count("Killed by kill -9") == 3


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_documents_show_it(language):
    page = (DOCS / language / "how-to/command-line.md").read_text(encoding="utf-8")

    assert f"```text\n{RECORDED}\n```" in page
