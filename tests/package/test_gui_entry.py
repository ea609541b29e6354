"""onionchat-gui, as long as there is no window: one sentence, plus what to install if need be."""

import importlib.util
import subprocess
import sys

import pytest

from onionchat_gui import __main__ as entry


@pytest.mark.parametrize("pyside_present", [True, False])
def test_says_what_to_use(
    pyside_present: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: pyside_present or None)
    assert entry.main() == 1
    sentence, *more = capsys.readouterr().err.splitlines()
    assert "later release; use `onionchat` in a terminal" in sentence
    assert len(more) == (0 if pyside_present else 1)
    assert all("pip install 'onionchat[gui]'" in line for line in more)


def test_runs_as_a_module() -> None:
    run = subprocess.run([sys.executable, "-m", "onionchat_gui"], capture_output=True, check=False)
    assert (run.returncode, run.stdout) == (1, b"")
    assert b"Traceback" not in run.stderr
