"""Boxes for passphrases: what they tell the system's keyboards, seen or not."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

import onionchat_gui.views
from onionchat_gui.views.secret_field import SecretField

HINTS = Qt.InputMethodHint


@pytest.mark.parametrize("shown", [False, True])
@pytest.mark.parametrize(
    "hint",
    [
        HINTS.ImhHiddenText,
        HINTS.ImhSensitiveData,
        HINTS.ImhNoPredictiveText,
        HINTS.ImhNoAutoUppercase,
    ],
)
def test_no_keyboard_learns_what_is_typed(qtbot, shown, hint):
    field = SecretField("Passphrase")
    qtbot.addWidget(field)
    field.reveal(not shown)
    field.reveal(shown)
    assert field.inputMethodHints() & hint


def test_it_shows_dots_until_somebody_wants_to_see(qtbot):
    field = SecretField("Passphrase")
    qtbot.addWidget(field)
    assert field.echoMode() == QLineEdit.EchoMode.Password
    field.reveal(True)
    assert field.echoMode() == QLineEdit.EchoMode.Normal


def test_no_page_makes_such_a_box_by_itself():
    folder = Path(onionchat_gui.views.__file__).parent
    makers = [path.name for path in folder.glob("*.py") if "EchoMode" in path.read_text()]
    assert makers == ["secret_field.py"]
