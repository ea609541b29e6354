"""What a keyboard needs beyond Qt: Enter presses buttons, and the focus does not run away.

What lives here: both, for all of the window. What may not: keys of one page, and shortcuts.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow, QPushButton, QToolButton, QWidget
from shiboken6 import isValid


def presses(event: QKeyEvent, window: QWidget) -> bool:
    """Whether this is Enter on a button, which is pressed then. Qt's buttons know Enter in dialogs
    alone, and on some desktops.
    """
    plain = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier
    focused = window.focusWidget()
    if (
        event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        or event.modifiers() not in plain
        or event.isAutoRepeat()
        or not isinstance(focused, QPushButton | QToolButton)
        or not focused.hasFocus()
    ):
        return False
    focused.click()
    return True


class FocusKeeper(QLabel):
    """Where a control was that had the focus until it was disabled, hidden or removed.

    Qt gives the focus to the next control, and after the last one to the first, which is the search
    field: what was typed next would go there, and a second press would press something else.
    It stays here instead, where no key does anything, until the control can be used again;
    Tab goes on from where the control was. It is a label without a text, for a screen reader says
    the name of one.
    """

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.resize(1, 1)
        self.hide()
        self._of: QWidget | None = None
        self._following: QWidget | None = None
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._moved)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """As Qt calls it: the control that the focus belongs to can be used again."""
        back = event.type() in (QEvent.Type.EnabledChange, QEvent.Type.Show)
        if back and watched is self._of and self.hasFocus() and _usable(self._of):
            self._of.setFocus()
        return super().eventFilter(watched, event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """As Qt calls it: Tab."""
        start, following = self._of, self._following
        if start is not None and isValid(start) and start.window() is self.window():
            found = _beside(start, forward)
        else:
            found = following if following is not None and isValid(following) else None
        if found is None or not _usable(found):
            return super().focusNextPrevChild(forward)
        reasons = Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason
        found.setFocus(reasons[0 if forward else 1])
        return True

    def _moved(self, old: QWidget | None, now: QWidget | None) -> None:
        if not isValid(self) or now is self:
            return
        if old is self:
            self._let_go()
        elif (
            old is not None
            and isValid(old)
            and old.window() is self.window()
            and not _usable(old)
            and self.window().isVisible()
            and self.window().isActiveWindow()
        ):
            self._stay(old, now)

    def _stay(self, old: QWidget, following: QWidget | None) -> None:
        self._let_go()
        self._of, self._following = old, following
        self.setAccessibleName(old.accessibleName() or str(old.property("text") or ""))
        self.move(old.mapTo(self.window(), old.rect().topLeft()))
        old.installEventFilter(self)
        self.show()
        self.setFocus()

    def _let_go(self) -> None:
        if self._of is not None and isValid(self._of):
            self._of.removeEventFilter(self)
        self._of = self._following = None
        if not self.hasFocus():
            self.hide()


def _usable(control: QWidget) -> bool:
    return control.isVisible() and control.isEnabled()


def _beside(start: QWidget, forward: bool) -> QWidget | None:
    """Where Tab would have gone from a control."""

    def step(control: QWidget) -> QWidget | None:
        return control.nextInFocusChain() if forward else control.previousInFocusChain()

    found = step(start)
    while found is not None and found is not start:
        if (
            _usable(found)
            and found.focusPolicy() & Qt.FocusPolicy.TabFocus == Qt.FocusPolicy.TabFocus
        ):
            return found
        found = step(found)
    return None
