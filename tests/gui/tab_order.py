"""What Tab reaches, for the tests that drive a page or the window without a mouse."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QRadioButton,
)

KINDS = (QAbstractButton, QAbstractItemView, QComboBox, QLineEdit, QPlainTextEdit)


def controls(area):
    """All that can be pressed, written in or walked through."""
    return [control for kind in KINDS for control in area.findChildren(kind)]


def nameless(found):
    """Those of which a screen reader could say nothing."""
    return [
        control
        for control in found
        if not control.accessibleName()
        and not (isinstance(control, QAbstractButton) and control.text())
    ]


def by_tab(area, first, qtbot):
    """The controls that Tab reaches from `first` on, in its order."""
    area.activateWindow()
    first.setFocus()
    reached = [first]
    while True:
        qtbot.keyClick(area.focusWidget(), Qt.Key.Key_Tab)
        now = area.focusWidget()
        if now in reached:
            return reached
        reached.append(now)


def to_be_reached(area):
    """What can be used now; of radio buttons only the chosen one, as everywhere."""
    return [
        control
        for control in controls(area)
        if control.isVisible()
        and control.isEnabled()
        and not (isinstance(control, QRadioButton) and not control.isChecked())
    ]
