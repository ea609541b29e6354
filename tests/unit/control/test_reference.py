"""docs/control-api.md and docs/cli.md say what the code says; the example is short."""

from pathlib import Path

import onionchat.cli.reference
import onionchat.control.reference

DOCS = Path(__file__).parents[3] / "docs"


def test_control_api_is_fresh() -> None:
    made = onionchat.control.reference.reference()
    assert (DOCS / "control-api.md").read_text() == made, (
        "run: python -m onionchat.control.reference > docs/control-api.md"
    )


def test_cli_is_fresh() -> None:
    made = onionchat.cli.reference.reference()
    assert (DOCS / "cli.md").read_text() == made, (
        "run: python -m onionchat.cli.reference > docs/cli.md"
    )


def test_bot_has_at_most_20_lines() -> None:
    lines = (DOCS / "examples" / "echo_bot.py").read_text().splitlines()
    assert sum(bool(line.strip()) for line in lines) <= 20
