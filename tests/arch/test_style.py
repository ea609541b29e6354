"""Committed text speaks of the project alone: no path of somebody's machine, no package registry.

A path that exists on one machine only is wrong for every other reader, and a registry's host in a
file sends people and tools to a place that the packaging configuration should choose.
"""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# Written in pieces, so that this file itself passes.
_NOT_IN_A_PATH = r"(?<![\w.$}~/-])"
FORBIDDEN = {
    "a path of one machine": re.compile(
        _NOT_IN_A_PATH + r"(?:/(?:wor[k]|roo[t])/|/(?:hom[e]|User[s])/[\w<{$]|[A-Z]:\\User[s]\\)"
    ),
    "a package registry": re.compile(
        r"(?:\bpyp[i]\.(?:org|python\.org)|\bpythonhoste[d]\.org|\bregistr[y]\.npmjs\.org"
        r"|\bregistr[y]\.yarnpkg\.com|\bcrate[s]\.io|\bprox[y]\.golang\.org|\bde[b]\.debian\.org"
        r"|\barchiv[e]\.ubuntu\.com|\bartifactor[y]\b|\bgh[c]r\.io|\bdocke[r]\.io)",
        re.IGNORECASE,
    ),
    "an option that names a registry": re.compile(
        r"--(?:extra-)?inde[x]-url|--find-link[s]\b|\bPI[P]_(?:EXTRA_)?INDEX_URL|\bPI[P]_FIND_LINKS"
    ),
}


def findings(text: str) -> list[str]:
    """What is wrong in a text, one `line: what (match)` each."""
    return [
        f"{number}: {what} ({match.group()!r})"
        for number, line in enumerate(text.splitlines(), 1)
        for what, pattern in FORBIDDEN.items()
        for match in pattern.finditer(line)
    ]


def tracked_files() -> list[Path]:
    """The files under version control; in an unpacked archive there is nothing to ask."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a git work tree")
    # A checkout may belong to another user than the one who runs the tests, as in containers.
    listing = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    return [ROOT / name.decode() for name in listing.stdout.split(b"\0") if name]


def test_tracked_files_speak_of_the_project_alone() -> None:
    found = []
    for path in tracked_files():
        # A file deleted or replaced by a link in the work tree has no text here.
        content = path.read_bytes() if path.is_file() and not path.is_symlink() else b""
        if b"\0" not in content:
            text = content.decode("utf-8", errors="replace")
            found += [f"{path.relative_to(ROOT)}:{finding}" for finding in findings(text)]
    assert found == []


@pytest.mark.parametrize(
    "text",
    [
        "see /wo" + "rk/main/x",
        "`/ro" + "ot/.config`",
        "cd /ho" + "me/alice",
        "/Us" + "ers/alice/x",
        "C:\\Us" + "ers\\alice",
        "https://py" + "pi.org/simple",
        "pip install --ind" + "ex-url x",
    ],
)
def test_bad_text_is_found(text: str) -> None:
    assert findings("fine\n" + text) != []


@pytest.mark.parametrize(
    "text",
    ["~/.config/onionchat", "tests/wo" + "rk/x", "$HOME/x", "/var/lib/tor", "/run/user/1000"],
)
def test_good_text_passes(text: str) -> None:
    assert findings(text) == []
