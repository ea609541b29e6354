"""What Tab reaches, for the tests that drive a page or the window without a mouse."""

from itertools import pairwise

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QRadioButton,
    QScrollArea,
    QWidget,
)

KINDS = (QAbstractButton, QAbstractItemView, QComboBox, QLineEdit, QPlainTextEdit)
MOST = 100
"""No window has so many controls; Tab that finds no end does not hang a test."""


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
    return walk(area)[0]


def walk(area, key=Qt.Key.Key_Tab):
    """The controls that Tab reaches from the one with the focus on, and the one at which it comes
    back to what it has reached; that should be the first.
    """
    reached = [area.focusWidget()]
    while len(reached) < MOST:
        QTest.keyClick(area.focusWidget(), key)
        now = area.focusWidget()
        if now in reached:
            return reached, now
        reached.append(now)
    return reached, None


def to_be_reached(area):
    """What can be used now; of radio buttons only the chosen one, as everywhere."""
    return [
        control
        for control in controls(area)
        if control.isVisible()
        and control.isEnabled()
        and not (isinstance(control, QRadioButton) and not control.isChecked())
    ]


def stops(area: QWidget):
    """All at which Tab should stop in a window: controls, and what else takes the focus."""
    return [
        widget
        for widget in area.findChildren(QWidget)
        if widget.isVisible()
        and widget.isEnabled()
        and widget.window() is area.window()
        and _is_stop(widget)
    ]


def _is_stop(widget):
    inside = widget.parentWidget()
    if isinstance(inside, QLineEdit | QComboBox):
        # Parts of a field; keys reach what they do in the field.
        return False
    if isinstance(widget, QAbstractButton) and not widget.isChecked() and _is_one_of(widget):
        # Arrow keys lead to the others.
        return False
    if isinstance(widget, QAbstractItemView) and not widget.model().rowCount():
        return False
    return isinstance(widget, KINDS) or bool(
        widget.focusPolicy().value & Qt.FocusPolicy.TabFocus.value
    )


def _is_one_of(button):
    group = button.group()
    return button.autoExclusive() or (group is not None and group.exclusive())


def out_of_order(area, ring, parts=()):
    """Pairs in which Tab goes back: up, or against the direction in which one reads.

    `ring` is what Tab reaches; it may have been entered anywhere. `parts` of the window are read
    one after the other, whatever stands beside them.
    """
    if len(ring) < 2:
        return []
    places = {control: _place(control, area, parts) for control in ring}
    start = min(ring, key=lambda control: _key(places[control]))
    at = ring.index(start)
    turned = ring[at:] + ring[:at]
    return [
        (one, other) for one, other in pairwise(turned) if _is_before(places[other], places[one])
    ]


def _place(control, area, parts):
    rect = QRect(control.mapTo(area, QPoint(0, 0)) + _rolled(control), control.size())
    if area.layoutDirection() == Qt.LayoutDirection.RightToLeft:
        rect.moveLeft(area.width() - rect.right())
    part = next((n for n, part in enumerate(parts) if part.isAncestorOf(control)), len(parts))
    return part, rect


def _rolled(control):
    """How far what is around a control is scrolled: it is read from its top."""
    around = control.parentWidget()
    while around is not None and not isinstance(around, QScrollArea):
        around = around.parentWidget()
    return QPoint(0, around.verticalScrollBar().value() if around is not None else 0)


def _key(place):
    part, rect = place
    return part, rect.center().y(), rect.left()


def _is_before(one, other):
    """Whether one reads it first: it is above, or in the same line and further to the start."""
    (part, rect), (other_part, other_rect) = one, other
    if part != other_part:
        return part < other_part
    if rect.bottom() < other_rect.top() or other_rect.bottom() < rect.top():
        return rect.bottom() < other_rect.top()
    return rect.left() < other_rect.left() and rect.right() <= other_rect.left()
