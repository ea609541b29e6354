"""onionchat-gui where the window cannot start: one sentence that says what to install."""

import importlib.util
import subprocess
import sys

import pytest

from onionchat_gui import __main__ as entry


def test_without_qt_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert entry.main([]) == 1
    assert "pip install 'onionchat[gui]'" in capsys.readouterr().err


def test_a_library_that_is_missing_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: True)
    monkeypatch.setitem(sys.modules, "onionchat_gui.application", None)
    assert entry.main([]) == 1
    assert "Qt does not start here" in capsys.readouterr().err


def test_help_needs_no_qt() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "onionchat_gui", "--help"], capture_output=True, check=False
    )
    assert run.returncode == 0
    assert b"--profile" in run.stdout
