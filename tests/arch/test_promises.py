"""Each promise of docs/threat-model.md names tests, and the tests that it names exist."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "threat-model.md"

# `tests/unit/x/test_y.py::test_z`; other pages may name tests, too.
NAMED = re.compile(r"`(?P<file>tests/[\w/.-]+\.py)::(?P<test>\w+)`")


def named_tests(text: str) -> list[tuple[str, str]]:
    """Every (file, test) that a text names."""
    return [(match["file"], match["test"]) for match in NAMED.finditer(text)]


def defined_tests(file: str) -> set[str]:
    """The names of a file's test functions; empty if there is no such file."""
    path = ROOT / file
    if not path.is_file():
        return set()
    return {
        node.name
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
    }


def missing(text: str) -> list[str]:
    """The tests that a text names and that do not exist."""
    return [
        f"{file}::{test}" for file, test in named_tests(text) if test not in defined_tests(file)
    ]


def promises(text: str) -> list[str]:
    """The rows of the tables under the heading "Promises", without their heads."""
    part = text.partition("\n## Promises\n")[2].partition("\n## ")[0]
    rows = [line for line in part.splitlines() if line.startswith("| ")]
    return [row for row in rows if not row.startswith(("| ---", "| promise"))]


def test_every_named_test_exists():
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    assert [found for page in pages for found in missing(page.read_text(encoding="utf-8"))] == []


def test_every_promise_names_a_test():
    rows = promises(PAGE.read_text(encoding="utf-8"))
    assert len(rows) > 20
    assert [row for row in rows if not named_tests(row)] == []


@pytest.mark.parametrize(
    "text",
    [
        "`tests/arch/test_promises.py::test_nobody_wrote`",
        "`tests/arch/test_nowhere.py::test_every_named_test_exists`",
        "`tests/arch/test_promises.py::missing`",
    ],
)
def test_a_test_that_does_not_exist_is_found(text):
    assert missing(text) != []


def test_a_promise_without_test_is_found():
    table = "| promise | tests |\n| --- | --- |\n| all is well | |\n"
    rows = promises(f"# T\n\n## Promises\n\n{table}\n## Else\n\n| no promise | |\n")
    assert rows == ["| all is well | |"]
    assert named_tests(rows[0]) == []
