"""How far Tor is with connecting, and the way out where it does not get further.

What lives here: a part of pages, the same wherever one waits for Tor. What may not: when it is
stuck (`viewmodels.tor`).
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QVBoxLayout

from onionchat.displayable import displayable_line
from onionchat.views import TroubleView
from onionchat_gui import theme
from onionchat_gui.theme import Theme
from onionchat_gui.viewmodels import tor_words
from onionchat_gui.viewmodels.sentences import worded
from onionchat_gui.viewmodels.tor import UP, Tor
from onionchat_gui.viewmodels.when import brief

from .page_frame import Button, Sign, label


class TorProgress(QFrame):
    """A bar, what is being done, what stands in the way. Seen only while Tor is not up."""

    bridge_wanted = Signal()
    """The person takes the way out that is offered."""

    def __init__(self, model: Tor, look: Theme, now: Callable[[], float]) -> None:
        super().__init__()
        self._model = model
        self.step = label()
        self.percent = label("", "dim")
        self.percent.setWordWrap(False)
        self.bar = QProgressBar()
        self.bar.setRange(0, UP)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("How far Tor is with connecting"))
        self.troubles = Troubles(look, now)
        self.offer = QFrame()
        self.offer_words = label()
        self.use_bridge = Button(look, self.tr("Use a bridge"), "route")
        self.use_bridge.clicked.connect(self.bridge_wanted)
        words = QHBoxLayout()
        words.setSpacing(theme.M)
        words.addWidget(self.step, 1)
        words.addWidget(self.percent, 0, Qt.AlignmentFlag.AlignTop)
        offered = QHBoxLayout(self.offer)
        offered.setContentsMargins(0, 0, 0, 0)
        offered.setSpacing(theme.M)
        offered.addWidget(self.offer_words, 1)
        offered.addWidget(self.use_bridge, 0, Qt.AlignmentFlag.AlignVCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.M)
        column.addLayout(words)
        column.addWidget(self.bar)
        column.addWidget(self.troubles)
        column.addWidget(self.offer)
        model.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        model = self._model
        tor = model.tor
        troubles = model.view.troubles if model.view is not None else ()
        if tor is not None:
            self.step.setText(tor_words.step(tor))
            self.step.setVisible(tor.summary not in {trouble.sentence for trouble in troubles})
            self.percent.setVisible(tor.running)
            self.bar.setVisible(tor.running)
            self.percent.setText(self.tr("%1 %").replace("%1", str(tor.bootstrap)))
            self.bar.setValue(tor.bootstrap)
        self.troubles.show_troubles(troubles)
        self.offer.setVisible(model.offers_bridge)
        uses_some = model.view is not None and bool(model.view.bridges)
        self.offer_words.setText(
            self.tr("These bridges may be blocked. Others may help.")
            if uses_some
            else self.tr("Tor may be blocked here. A bridge is another way in.")
        )
        self.use_bridge.setText(
            self.tr("Use other bridges") if uses_some else self.tr("Use a bridge")
        )


class Troubles(QFrame):
    """What stands in Tor's way, what one can do about it, and since when."""

    def __init__(self, look: Theme, now: Callable[[], float]) -> None:
        super().__init__()
        self._look, self._now = look, now
        self._shown: tuple[TroubleView, ...] = ()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.M)
        self.hide()

    def show_troubles(self, troubles: tuple[TroubleView, ...]) -> None:
        """These stand now; nothing is touched if they are the same."""
        if troubles == self._shown:
            return
        self._shown = troubles
        while (item := self._column.takeAt(0)) is not None:
            if (gone := item.widget()) is not None:
                gone.hide()
                gone.deleteLater()
        for trouble in troubles:
            self._column.addWidget(self._trouble(trouble))
        self.setVisible(bool(troubles))

    def _trouble(self, trouble: TroubleView) -> QFrame:
        made = QFrame()
        sentence = label(displayable_line(worded(trouble.sentence)), "danger")
        advice = label(displayable_line(worded(trouble.advice)))
        since = label(self.tr("Since %1").replace("%1", brief(trouble.since, self._now())), "dim")
        words = QVBoxLayout()
        words.setSpacing(theme.XS)
        for part in (sentence, advice, since):
            words.addWidget(part)
        row = QHBoxLayout(made)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.M)
        row.addWidget(Sign(self._look, "triangle-alert", "danger"), 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        return made
