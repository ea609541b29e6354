"""The warning between the two times that the panic key is pressed.

What lives here: a sheet over the whole window. What may not: destroying (`viewmodels.wiping`).
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget
from shiboken6 import isValid

from onionchat_gui import theme
from onionchat_gui.theme import Theme
from onionchat_gui.viewmodels.wiping import Wiping

from .column import Column
from .in_front import dismiss
from .page_frame import Button, Sign, Warning, label
from .shortcuts import KEYS, Action, native

_WIDEST = 480


class PanicSheet(QWidget):
    """Covers what is below it, says what the next press does, and lets one think better of it."""

    def __init__(self, wiping: Wiping, look: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("empty")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._wiping = wiping
        self._failed = False
        self.title = label(self.tr("Destroy this profile?"))
        self.title.setFont(look.font(theme.TITLE, bold=True))
        self.title.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.saying = label()
        self.saying.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.problem = Warning(look)
        self.cancel = Button(look, self.tr("Cancel"), "x")
        self.cancel.clicked.connect(self._close)
        card = Column(_WIDEST)
        card.setObjectName("card")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(theme.XL, theme.XL, theme.XL, theme.XL)
        inside.setSpacing(theme.M)
        inside.addWidget(Sign(look, "flame", "danger", 48), 0, Qt.AlignmentFlag.AlignHCenter)
        for part in (self.title, self.saying, self.problem):
            inside.addWidget(part)
        inside.addWidget(self.cancel, 0, Qt.AlignmentFlag.AlignHCenter)
        across = QHBoxLayout()
        across.addStretch(1)
        across.addWidget(card, 100)
        across.addStretch(1)
        rows = QVBoxLayout(self)
        rows.addStretch(2)
        rows.addLayout(across)
        rows.addStretch(3)
        self.hide()
        parent.installEventFilter(self)
        self._before: QWidget | None = None
        wiping.changed.connect(self._show)
        wiping.failed.connect(self._fail)
        wiping.done.connect(self._end)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """As Qt calls it: as large as the window."""
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._cover()
        return False

    def focusNextPrevChild(self, forth: bool) -> bool:
        """As Qt calls it for Tab: what is covered is not reached. There is one button to stay at,
        and none while the profile is being destroyed.
        """
        return self.cancel.isEnabled()

    def escape(self) -> bool:
        """Close it; whether it was there."""
        if not self.isVisible():
            return False
        self._close()
        return True

    def _close(self) -> None:
        if not self._wiping.busy:
            self._wiping.disarm()
            self._end()

    def _end(self) -> None:
        self._failed = False
        before, self._before = self._before, None
        if self.isVisible() and before is not None and isValid(before) and before.isVisible():
            # Before its button goes, which would leave the focus to the next one.
            before.setFocus()
        self.hide()

    def _fail(self, sentence: str) -> None:
        if self.isVisible():
            self._failed = True
            self.problem.say(sentence)
            self._show()

    def _show(self) -> None:
        wiping = self._wiping
        if wiping.armed:
            self._failed = False
            self.problem.say("")
            self.saying.setText(
                self.tr(
                    "Press %1 once more within %n second(s), and all messages, contacts and keys"
                    " are gone for good.",
                    "",
                    wiping.left,
                ).replace("%1", native(KEYS[Action.PANIC][0]))
            )
            if not self.isVisible():
                self._open()
        elif wiping.busy and self.isVisible():
            self.saying.setText(self.tr("Destroying the profile…"))
        elif not wiping.busy and not self._failed:
            self._end()
        self.cancel.setEnabled(not wiping.busy)

    def _open(self) -> None:
        parent = self.parentWidget()
        assert parent is not None
        window = parent.window()
        self._before = window.focusWidget()
        # It would stand before the warning, and a modal one would keep the key from the window.
        dismiss(window)
        window.activateWindow()
        self._cover()
        self.show()
        self.raise_()
        # So that neither Enter nor a blank does anything but cancel.
        self.cancel.setFocus()

    def _cover(self) -> None:
        parent = self.parentWidget()
        if parent is not None:
            self.setGeometry(parent.rect())
