"""How this device is connected: Tor's state, what stands in its way, bridges, what it does.

What lives here: the page. What may not: the form for bridges (`bridges_card`), asking
(`viewmodels.tor`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout

from onionchat.displayable import displayable_line
from onionchat.views import TorDetailsView, TroubleView
from onionchat_gui import theme
from onionchat_gui.theme import Theme
from onionchat_gui.viewmodels import tor_words
from onionchat_gui.viewmodels.checkup import Checkup
from onionchat_gui.viewmodels.desk import Desk
from onionchat_gui.viewmodels.sentences import worded
from onionchat_gui.viewmodels.tor import Reach, Tor
from onionchat_gui.viewmodels.when import brief

from .bridges_card import BridgesCard
from .checkup_card import CheckupCard
from .page_frame import PageFrame, Sign, Warning, label
from .tor_progress import TorProgress, Troubles

BRIDGES: Final = "bridges"
"""The place on the page to which one can be led."""


class TorPage(PageFrame):
    """The connection, for a person who does not know Tor."""

    def __init__(self, desk: Desk, look: Theme, place: str = "") -> None:
        super().__init__(desk, look)
        self.title.setText(self.tr("Tor"))
        self._desk = desk
        self.model = Tor(desk.node, desk.session, self)
        self.bridges_model = desk.bridges
        # Each way to others has its section; with a second one the page is called "Connections".
        self._section(
            self.tr("Over the Tor network"),
            self.tr(
                "Your messages go through the Tor network, so that nobody on the way sees who"
                " talks to whom."
            ),
        )
        self._state()
        self.bridges = BridgesCard(self.bridges_model, self.model, look)
        self.column.addWidget(self.bridges)
        self._doings()
        checkup = self.card(self.tr("Is everything all right?"))
        self.checkup = CheckupCard(Checkup(desk.node, self), look, checkup)
        self.finish()
        self.progress.bridge_wanted.connect(self.bridges.open_form)
        self.bridges.wanted.connect(lambda: self.reveal(self.bridges.use))
        self.bridges_model.used.connect(self.model.begin_again)
        self.model.changed.connect(self._show)
        self.setFocusProxy(self.back)
        self._show()
        self.bridges_model.load()
        if place == BRIDGES and not self.model.joined:
            self.bridges.open_form()
            self.setFocusProxy(self.bridges.lines)

    def showEvent(self, event: QShowEvent) -> None:
        """As Qt calls it: somebody looks."""
        super().showEvent(event)
        self.model.open()

    def hideEvent(self, event: QHideEvent) -> None:
        """As Qt calls it: nobody looks."""
        super().hideEvent(event)
        self.model.close()

    # --- The cards -------------------------------------------------------------------------------

    def _section(self, title: str, meaning: str) -> None:
        heading = label(title)
        heading.setFont(self._look.font(theme.TITLE, bold=True))
        words = QVBoxLayout()
        words.setSpacing(theme.XS)
        words.addWidget(heading)
        words.addWidget(label(meaning, "dim"))
        self.column.addLayout(words)

    def _state(self) -> None:
        card = self.card()
        self.sign = Sign(self._look, "globe", "text_dim", 32)
        self.state = label()
        self.state.setFont(self._look.font(theme.LARGE, bold=True))
        self.reach = label()
        self.summary = label("", "dim")
        words = QVBoxLayout()
        words.setSpacing(theme.XS)
        for part in (self.state, self.reach, self.summary):
            words.addWidget(part)
        row = QHBoxLayout()
        row.setSpacing(theme.M)
        row.addWidget(self.sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        card.addLayout(row)
        self.progress = TorProgress(self.model, self._look, self._desk.now)
        self.troubles = Troubles(self._look, self._desk.now)
        self.problem = Warning(self._look)
        self.over = label("", "dim")
        for below in (self.progress, self.troubles, self.problem, self.over):
            card.addWidget(below)

    def _doings(self) -> None:
        card = self.card(self.tr("What Tor does for you now"))
        self.nothing = label("", "dim")
        self.ways_title = label(self.tr("Ways through the network"), "dim")
        self.ways = _table()
        self.addresses_title = label(self.tr("Addresses at which this device is called"), "dim")
        self.addresses = _table()
        self.program = label("", "dim")
        card.addWidget(self.nothing)
        card.addWidget(self.ways_title)
        card.addLayout(self.ways)
        card.addWidget(self.addresses_title)
        card.addLayout(self.addresses)
        card.addWidget(self.program)
        self._rows: dict[QGridLayout, tuple[tuple[str, str], ...]] = {}

    # --- What is shown ---------------------------------------------------------------------------

    def _show(self) -> None:
        model, tor = self.model, self.model.tor
        self.problem.say(model.unanswered)
        if tor is None:
            return
        reach = model.reach
        if not tor.running:
            state, sign = self.tr("Tor does not run"), ("circle-alert", "danger")
        elif not model.up:
            state, sign = self.tr("Connecting to Tor"), ("globe", "accent")
        elif reach == Reach.NOT_YET:
            state, sign = self.tr("Connected to Tor"), ("clock", "text_dim")
        else:
            state, sign = self.tr("Connected to Tor"), ("circle-check", "good")
        self.state.setText(state)
        self.sign.show_picture(*sign)
        self.reach.setText(tor_words.reach(reach))
        self.summary.setText(displayable_line(worded(tor.summary)))
        self.summary.setVisible(model.up and reach == Reach.NOT_YET)
        self.progress.setVisible(not model.up)
        view = model.view
        standing: tuple[TroubleView, ...] = view.troubles if view is not None else ()
        # Until Tor is up they stand below its progress.
        self.troubles.show_troubles(standing if model.up else ())
        self._show_over(view.last_trouble if view is not None else None)
        self._show_doings(view)

    def _show_over(self, trouble: TroubleView | None) -> None:
        self.over.setVisible(trouble is not None)
        if trouble is not None:
            now = self._desk.now()
            self.over.setText(
                self.tr("Over since %1: %2")
                .replace("%1", brief(trouble.until or trouble.since, now))
                .replace("%2", displayable_line(worded(trouble.sentence)))
            )

    def _show_doings(self, view: TorDetailsView | None) -> None:
        circuits = view.circuits if view is not None else None
        ways: list[tuple[str, str]] = []
        if view is not None and circuits is not None:
            ways = [(name, str(count)) for name, count in tor_words.ways(circuits)]
            if view.connections is not None:
                ways.insert(0, (self.tr("Connections to first servers"), str(view.connections)))
        addresses = tor_words.addresses(view.services) if view is not None else ()
        if view is None:
            words = self.tr("Asking the node…")
        elif self.model.joined:
            words = self.tr("That Tor serves other programs, too, so it is not asked what it does.")
        elif circuits is None:
            words = self.tr("Nothing yet.")
        else:
            words = ""
        self.nothing.setText(words)
        self.nothing.setVisible(bool(words))
        self.ways_title.setVisible(bool(ways))
        self.addresses_title.setVisible(bool(addresses))
        self._fill(self.ways, ways)
        self._fill(self.addresses, addresses)
        self._show_program()

    def _show_program(self) -> None:
        tor = self.model.tor
        assert tor is not None
        words = (
            self.tr("onionchat started this Tor itself. Version: %1")
            if tor.own
            else self.tr("Another program started this Tor. Version: %1")
        )
        self.program.setText(words.replace("%1", displayable_line(tor.version)))
        self.program.setVisible(bool(tor.version))

    def _fill(self, table: QGridLayout, rows: Iterable[tuple[str, str]]) -> None:
        wanted = tuple(rows)
        if self._rows.get(table) == wanted:
            return
        self._rows[table] = wanted
        while (item := table.takeAt(0)) is not None:
            if (gone := item.widget()) is not None:
                gone.hide()
                gone.deleteLater()
        for row, (name, value) in enumerate(wanted):
            table.addWidget(label(name), row, 0)
            shown = label(value)
            shown.setAlignment(Qt.AlignmentFlag.AlignRight)
            shown.setAccessibleName(f"{name}: {value}")
            table.addWidget(shown, row, 1)


def _table() -> QGridLayout:
    made = QGridLayout()
    made.setHorizontalSpacing(theme.L)
    made.setVerticalSpacing(theme.XS)
    made.setColumnStretch(0, 2)
    made.setColumnStretch(1, 1)
    return made
