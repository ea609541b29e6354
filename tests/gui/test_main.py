"""The program `onionchat-gui` where it cannot run: a sentence, and nothing is opened."""

import sys

import pytest
from PySide6.QtWidgets import QApplication, QMessageBox

from onionchat.control import address
from onionchat_gui.__main__ import main


@pytest.fixture(autouse=True)
def no_unix_sockets(monkeypatch):
    monkeypatch.setattr(address, "refusal", lambda: "Not here.")


def test_a_system_without_unix_sockets_is_told_so(capsys):
    assert main([]) == 1
    assert capsys.readouterr().err == "Not here.\n"


def test_whoever_started_it_from_a_menu_reads_it_in_a_box(qtbot, monkeypatch):
    shown = []

    def look(*_):
        boxes = [box for box in QApplication.topLevelWidgets() if isinstance(box, QMessageBox)]
        shown.extend(box.text() for box in boxes if box.isVisible())
        return 0

    monkeypatch.setattr(sys, "stderr", None)
    monkeypatch.setattr(QApplication, "exec", look)
    assert main([]) == 1
    assert shown == ["Not here."]
