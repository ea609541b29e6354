"""Relative links in the project's Markdown lead to files and headings that exist."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

LINK = re.compile(r"\]\((?P<target>[^)\s]+)\)")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`[^`\n]*`")
HEADING = re.compile(r"^#+ +(?P<text>.+?) *$", re.MULTILINE)
ELSEWHERE = re.compile(r"[a-z]+:", re.IGNORECASE)

FOLDERS = ("docs", "newsfragments", "tor-config", "benchmarks", "gui", "tests")


def pages() -> list[Path]:
    """Every Markdown file of the project, but none that a tool put into the tree."""
    found = list(ROOT.glob("*.md"))
    for folder in FOLDERS:
        found += (ROOT / folder).rglob("*.md")
    return sorted(found)


def anchors(text: str) -> set[str]:
    """The anchors of a page's headings, as the usual renderers make them."""
    plain = (re.sub(r"[^\w\- ]", "", match["text"].lower()) for match in HEADING.finditer(text))
    return {text.replace(" ", "-") for text in plain}


def broken(page: Path, text: str) -> list[str]:
    """The relative links of a page that lead nowhere."""
    prose = CODE.sub("", FENCE.sub("", text))
    found = []
    for match in LINK.finditer(prose):
        target = match["target"]
        if ELSEWHERE.match(target):
            continue
        file, _, anchor = target.partition("#")
        path = page if not file else page.parent / file
        if not path.exists():
            found.append(f"{target}: no such file")
        elif anchor and anchor not in anchors(FENCE.sub("", path.read_text(encoding="utf-8"))):
            found.append(f"{target}: no such heading")
    return found


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    assert broken(page, page.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("text", ["[x](nowhere.md)", "[x](README.md#no-such-heading)", "[x](#no)"])
def test_a_broken_link_is_found(text):
    assert broken(ROOT / "README.md", text) != []


def test_other_links_pass():
    text = "# A heading, `too`\n\n[x](https://example.org/) [y](docs/) [z](#a-heading-too) `[a](b)`"
    page = ROOT / "README.md"
    assert broken(page, text.replace("(#a-heading-too)", "")) == []
    assert anchors(text) == {"a-heading-too"}
