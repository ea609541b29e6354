"""onionchat-gui where the window cannot start: one sentence that says what to install."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

from onionchat_gui import __main__ as entry
from onionchat_gui import screen


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


def test_without_a_screen_it_says_so(tmp_path: Path) -> None:
    sentence = screen.problem({}, tmp_path)
    assert sentence is not None
    assert "no screen here" in sentence


def test_without_the_libraries_of_x11_it_names_their_packages(tmp_path: Path) -> None:
    sentence = screen.problem({"DISPLAY": ":0"}, tmp_path)
    assert sentence is not None
    assert screen.PACKAGES in sentence


@pytest.mark.parametrize("name", ["QT_QPA_PLATFORM", "WAYLAND_DISPLAY"])
def test_where_another_platform_is_wanted_qt_decides(tmp_path: Path, name: str) -> None:
    assert screen.problem({name: "x"}, tmp_path) is None


def test_help_needs_no_qt() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "onionchat_gui", "--help"], capture_output=True, check=False
    )
    assert run.returncode == 0
    assert b"--profile" in run.stdout
