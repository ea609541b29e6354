"""tools/need-qt says that Qt is missing where it does not start, and only there."""

import shutil
import subprocess
from pathlib import Path

import pytest

from onionchat_gui import screen

ROOT = Path(__file__).parents[2]


@pytest.fixture
def need_qt(tmp_path):
    """The tool beside an interpreter of ours, on a machine where nothing may be installed."""
    tools, interpreter = tmp_path / "tools", tmp_path / ".venv" / "bin" / "python"
    tools.mkdir()
    interpreter.parent.mkdir(parents=True)
    shutil.copy(ROOT / "tools" / "need-qt", tools)
    (tools / "as-root").write_text("#!/bin/sh\nexit 126\n")
    (tools / "as-root").chmod(0o755)

    def run(qt: str) -> subprocess.CompletedProcess[str]:
        interpreter.write_text(f"#!/bin/sh\n{qt}\n")
        interpreter.chmod(0o755)
        return subprocess.run(
            [tools / "need-qt"], capture_output=True, text=True, check=False, timeout=60
        )

    return run


def test_qt_that_starts_may_talk(need_qt):
    run = need_qt("echo 'qt.qpa: no such theme' >&2")
    assert (run.returncode, run.stderr) == (0, "")


def test_qt_that_does_not_start_is_said_with_its_last_line(need_qt):
    run = need_qt("echo first >&2; echo 'libEGL.so.1: cannot open' >&2; exit 1")
    assert run.returncode == 1
    assert "(libEGL.so.1: cannot open)" in run.stderr
    assert "first" not in run.stderr


def test_without_the_libraries_of_x11_tests_run_and_it_is_said(need_qt):
    run = need_qt('case "$*" in *libqxcb*) exit 1;; esac')
    assert run.returncode == 0
    assert "no window opens on X11" in run.stderr
    assert "libxcb-icccm4" in run.stderr


def test_the_window_names_the_packages_that_are_installed():
    said = (ROOT / "tools" / "need-qt").read_text(encoding="utf-8").split()
    assert set(screen.PACKAGES.split()) <= {word.strip("'\"") for word in said}


@pytest.mark.parametrize("end", ["exit 1", "kill -ABRT $$"])
def test_qt_that_dies_without_a_word_is_missing_too(need_qt, end):
    run = need_qt(end)
    assert run.returncode == 1
    assert "without a word" in run.stderr
