"""The bar at the bottom of the window with one notice.

What lives here: the sentence, its button, closing. What may not: which notice it is
(`viewmodels.notices`).
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from onionchat_gui import theme
from onionchat_gui.theme import Theme
from onionchat_gui.viewmodels.notices import Notices, line

from .page_frame import Button, label

_WATCHED = (QEvent.Type.Enter, QEvent.Type.Leave, QEvent.Type.FocusIn, QEvent.Type.FocusOut)


class NoticeBar(QFrame):
    """Never takes the focus by itself."""

    def __init__(self, notices: Notices, look: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("notice")
        self._notices = notices
        self.words = label()
        self.action = Button(look, "")
        self.close_button = Button(look, "", "x")
        self.close_button.setFlat(True)
        self.close_button.setAccessibleName(self.tr("Close this notice"))
        self.close_button.setToolTip(self.tr("Close this notice"))
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.L, theme.S, theme.M, theme.S)
        row.setSpacing(theme.M)
        row.addWidget(self.words, 1)
        row.addWidget(self.action)
        row.addWidget(self.close_button)
        self.action.clicked.connect(notices.act)
        self.close_button.clicked.connect(notices.close)
        for watched in (self, self.action, self.close_button):
            watched.installEventFilter(self)
        notices.changed.connect(self._show)
        self._show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """As Qt calls it: what is looked at does not vanish."""
        if event.type() in _WATCHED and self.isVisible():
            focused = self.action.hasFocus() or self.close_button.hasFocus()
            self._notices.hold(self.underMouse() or focused)
        return False

    def _show(self) -> None:
        notice = self._notices.shown
        if notice is None:
            # It may have named somebody, and the window may be locked now.
            self.words.clear()
        else:
            self.words.setText(line(notice))
            self.action.setText(notice.action)
            self.action.setVisible(bool(notice.action))
        self.setVisible(notice is not None)
