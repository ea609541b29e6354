"""tools/check-newsfragments: the names it accepts and the ones it refuses."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def check(tmp_path: Path, fragments: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run the check in a project of its own with these fragments."""
    (tmp_path / "tools").mkdir()
    (tmp_path / "newsfragments").mkdir()
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    script = shutil.copy(ROOT / "tools" / "check-newsfragments", tmp_path / "tools")
    (tmp_path / "newsfragments" / "README.md").write_text("how to")
    for name, text in fragments.items():
        (tmp_path / "newsfragments" / name).write_text(text)
    return subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, check=False
    )


def test_good_names(tmp_path: Path) -> None:
    names = ["1.security.md", "12.feature.md", "12.bugfix.2.md", "+some-words.doc.md", "+x.misc.md"]
    run = check(tmp_path, dict.fromkeys(names, "Text.\n"))
    assert (run.returncode, run.stderr) == (0, "")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("12.improvement.md", "Text."),
        ("12.feature.rst", "Text."),
        ("12.feature", "Text."),
        ("words.feature.md", "Text."),
        ("12.feature.md", " \n"),
    ],
)
def test_bad_fragment(tmp_path: Path, name: str, text: str) -> None:
    run = check(tmp_path, {"1.misc.md": "Text.", name: text})
    assert run.returncode == 1
    assert run.stderr.startswith(f"newsfragments/{name}: ")


def test_none_at_all(tmp_path: Path) -> None:
    assert check(tmp_path, {}).returncode == 1
