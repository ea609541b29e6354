"""docs/cli.md, made from the arguments: `python -m onionchat.cli.reference`.

What lives here: the help of every command as Markdown. What may not: anything that --help does not
say. A test compares the file with what this makes.
"""

from __future__ import annotations

import argparse
import os
import sys
from typing import Final

from . import arguments
from .chat_commands import HELP

INTRODUCTION: Final = """\
# The command line

*Made by `python -m onionchat.cli.reference`; do not edit.*

`--json` prints one JSON document (`watch --json`: one object a line) in ASCII, with the exact
texts; its objects are the types of [control-api.md](control-api.md). Output without it is for
people: control characters in other people's texts are made visible, and bidirectional formatting
ends with its line.

The state of a message, in `history`, `search`, `watch` and `send --json`:

| state | meaning |
| --- | --- |
| `queued` | yours, stored on this device; no device of the contact has it |
| `sent` | yours, on its way on a connection; if that breaks it is `queued` again |
| `delivered` | yours, stored by a device of the contact |
| `read` | yours, and the contact, who shares that, has read it |
| `received` | the contact's, stored here: the only state of others' messages; in `--json` |
"""


def reference() -> str:
    """The whole document."""
    # argparse folds its lines at the width of the terminal that it happens to be run in.
    before = os.environ.get("COLUMNS")
    os.environ["COLUMNS"] = "90"
    try:
        parser = arguments.build()
        parts = [INTRODUCTION, "## onionchat", "", _block(parser.format_help())]
        for name, command in _commands(parser).items():
            parts += [f"## onionchat {name}", "", _block(command.format_help())]
        parts += ["## The chat prompt", "", _block(HELP)]
    finally:
        del os.environ["COLUMNS"]
        if before is not None:
            os.environ["COLUMNS"] = before
    return "\n".join(parts).rstrip("\n") + "\n"


def _block(text: str) -> str:
    return f"```text\n{text.rstrip()}\n```\n"


def _commands(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            commands: dict[str, argparse.ArgumentParser] = action.choices
            return commands
    return {}


def main() -> int:
    """Print the document."""
    sys.stdout.write(reference())
    return 0


if __name__ == "__main__":
    sys.exit(main())
