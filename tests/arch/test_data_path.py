"""What the documentation names in the code is there: every `file.py: symbol` in docs/.

The way of a message through the files (docs/data-path.md) would be wrong after the first renaming
without it, and so would the spec.
"""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"

# Where a path in the text may begin; the spec speaks of protocol/ alone.
BASES = (ROOT, ROOT / "onionchat", ROOT / "onionchat" / "protocol")

REFERENCE = re.compile(r"`(?P<file>[\w/.-]+\.py): (?P<symbol>[A-Za-z_][\w.]*)(?:\(\))?`")


def references(text: str) -> list[tuple[str, str]]:
    """Every (file, symbol) that a page names."""
    return [(match["file"], match["symbol"]) for match in REFERENCE.finditer(text)]


def names_in(body: list[ast.stmt]) -> dict[str, list[ast.stmt]]:
    """What a module or class defines, each with its own body; imported names do not count."""
    found: dict[str, list[ast.stmt]] = {}
    for node in body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            found[node.name] = node.body
        elif isinstance(node, ast.Assign):
            found.update({target.id: [] for target in node.targets if isinstance(target, ast.Name)})
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            found[node.target.id] = []
    return found


def problem(file: str, symbol: str) -> str | None:
    """Why a reference leads nowhere; None if it leads somewhere."""
    path = next((base / file for base in BASES if (base / file).is_file()), None)
    if path is None:
        return f"{file}: there is no such file"
    body = ast.parse(path.read_text(encoding="utf-8")).body
    for part in symbol.split("."):
        names = names_in(body)
        if part not in names:
            return f"{file}: {symbol} is not defined there"
        body = names[part]
    return None


PAGES = sorted(page for page in DOCS.rglob("*.md") if references(page.read_text(encoding="utf-8")))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(DOCS)))
def test_every_symbol_that_a_page_names_exists(page):
    named = references(page.read_text(encoding="utf-8"))
    assert [found for pair in named if (found := problem(*pair)) is not None] == []


def test_the_data_path_names_its_symbols_in_this_notation():
    rows = [
        line
        for line in (DOCS / "data-path.md").read_text(encoding="utf-8").splitlines()
        if re.match(r"\| \d+ \|", line)
    ]
    assert len(rows) > 10
    assert [row for row in rows if not references(row)] == []


@pytest.mark.parametrize(
    "text",
    [
        "`node/nowhere.py: send`",
        "`node/conversations.py: Conversations.fly`",
        "`node/conversations.py: Nobody.send`",
        "`node/conversations.py: Deferred`",
    ],
)
def test_a_wrong_reference_is_found(text):
    assert [problem(*pair) for pair in references(text)] != [None]
    assert len(references(text)) == 1


def test_right_references_pass():
    text = "`node/conversations.py: Conversations.send`, `crypto/hashing.py: digest()`"
    assert [problem(*pair) for pair in references(text)] == [None, None]
