"""Bridges: those in use, and the form by which a person gets others where Tor is blocked.

What lives here: one card of the Tor page. What may not: what makes a line usable (the node's).
"""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
)

from onionchat.displayable import displayable_line
from onionchat.views import BridgeView
from onionchat_gui import theme
from onionchat_gui.theme import Theme
from onionchat_gui.viewmodels.bridges import Bridges, Line
from onionchat_gui.viewmodels.sentences import worded
from onionchat_gui.viewmodels.tor import Tor
from onionchat_gui.viewmodels.tor_words import bridge_kind

from .boxes import TextBox
from .flow import FlowLayout
from .marks import TickBox
from .page_frame import Button, Sign, Warning, confirm, label

MAX_ROWS: Final = 40
"""Lines that are shown with what the node says of them; it uses 32 at most."""
LINES: Final = 6
MAX_PASTE: Final = 16 * 1024
"""Bytes of lines that can be pasted at once; many more bridges than it uses."""
_MAX_LINE: Final = 60
"""Characters of a line, so that one knows it again."""
_SIGNS: Final = {
    "connected": ("circle-check", "good"),
    "answered": ("circle-check", "text_dim"),
    "untried": ("clock", "text_dim"),
    "silent": ("triangle-alert", "danger"),
}


class BridgesCard(QFrame):
    """The bridges that Tor goes by, and the form, which is shown when it is wanted."""

    wanted = Signal()
    """The form was opened: it should be seen."""

    def __init__(self, model: Bridges, tor: Tor, look: Theme) -> None:
        super().__init__()
        self.setObjectName("card")
        self._look, self.model, self._tor = look, model, tor
        heading = label(self.tr("Bridges"))
        heading.setFont(look.font(theme.NORMAL, bold=True))
        self.about = label()
        self.in_use = QGridLayout()
        self.in_use.setHorizontalSpacing(theme.S)
        self.in_use.setVerticalSpacing(theme.S)
        self.in_use.setColumnStretch(1, 1)
        self._shown: tuple[BridgeView, ...] = ()
        self.blocked = Button(look, self.tr("Tor is blocked where I am"), "shield-off")
        self.blocked.clicked.connect(self.open_form)
        first = FlowLayout(theme.S)
        first.addWidget(self.blocked)
        self.form = QFrame()
        self.form.hide()
        inside = QVBoxLayout(self.form)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(theme.M)
        self._explain(inside)
        self._ask_for_lines(inside)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.L, theme.L, theme.L, theme.L)
        column.setSpacing(theme.M)
        column.addWidget(heading)
        column.addWidget(self.about)
        column.addLayout(self.in_use)
        column.addLayout(first)
        column.addWidget(self.form)
        model.changed.connect(self._show)
        model.filled.connect(self._fill)
        model.failed.connect(self._fail)
        model.used.connect(self._used)
        tor.changed.connect(self._show_use)
        self._fill()
        if model.half_done:
            self.form.show()
        self._show()
        self._show_use()

    def open_form(self) -> None:
        """Show the form, and begin to write in it."""
        if not self._tor.joined:
            self.form.show()
            self.blocked.hide()
            self.lines.setFocus()
            self.wanted.emit()

    # --- The form --------------------------------------------------------------------------------

    def _explain(self, inside: QVBoxLayout) -> None:
        inside.addWidget(
            label(
                self.tr(
                    "A bridge is a way into the Tor network that stands on no public list, so it is"
                    " hard to block. Whoever watches your line does not easily see either that you"
                    " use Tor."
                )
            )
        )
        inside.addWidget(self._bold(self.tr("Where you get bridges")))
        places = QGridLayout()
        places.setHorizontalSpacing(theme.L)
        places.setVerticalSpacing(theme.S)
        places.setColumnStretch(1, 1)
        for row, (way, address, hint) in enumerate(
            (
                (self.tr("Web page"), "bridges.torproject.org", ""),
                (
                    self.tr("E-mail"),
                    "bridges@torproject.org",
                    self.tr("It answers those who write from Gmail or Riseup."),
                ),
                (self.tr("Telegram"), "@GetBridgesBot", ""),
                (
                    self.tr("A friend"),
                    "",
                    self.tr(
                        "Somebody elsewhere can ask for you. Whoever watches your line may see that"
                        " you ask at the addresses above."
                    ),
                ),
            )
        ):
            places.addWidget(label(way, "dim"), row, 0, Qt.AlignmentFlag.AlignTop)
            texts = QVBoxLayout()
            texts.setSpacing(theme.XS)
            if address:
                texts.addWidget(_address(address))
            if hint:
                texts.addWidget(label(hint, "" if not address else "dim"))
            places.addLayout(texts, row, 1)
        inside.addLayout(places)

    def _ask_for_lines(self, inside: QVBoxLayout) -> None:
        inside.addWidget(self._bold(self.tr("Bridge lines")))
        self.problem = Warning(self._look)
        self.lines = TextBox(MAX_PASTE, says=self.problem)
        self.lines.setFixedHeight(self.fontMetrics().lineSpacing() * LINES + 2 * theme.L)
        self.lines.setPlaceholderText(self.tr("Paste the lines here as you got them"))
        self.lines.setAccessibleName(self.tr("Bridge lines, one bridge a line"))
        self.checks = QVBoxLayout()
        self.checks.setSpacing(theme.M)
        self.boxes: list[TickBox] = []
        self._lines_shown: tuple[Line, ...] = ()
        self.missing = QFrame()
        missing = QVBoxLayout(self.missing)
        missing.setContentsMargins(0, 0, 0, 0)
        missing.setSpacing(theme.S)
        missing.addWidget(
            label(
                self.tr(
                    "A program that is missing can be installed like any other program, by the name"
                    " that stands above. Then check again. Or get bridges of another kind."
                )
            )
        )
        self.again = Button(self._look, self.tr("Check again"), "refresh-cw")
        self.again.clicked.connect(self.model.check)
        one = FlowLayout(theme.S)
        one.addWidget(self.again)
        missing.addLayout(one)
        self.effect = label(
            self.tr("This takes effect at once: Tor starts anew, and all connections are remade."),
            "dim",
        )
        self.use = Button(self._look, self.tr("Use these bridges"), "check", primary=True)
        self.remove = Button(self._look, self.tr("Use no bridges…"), "x", role="danger")
        self.use.clicked.connect(self._use)
        self.remove.clicked.connect(self._remove)
        buttons = FlowLayout(theme.S)
        buttons.addWidget(self.use)
        buttons.addWidget(self.remove)
        self.outcome = label()
        self.outcome.hide()
        inside.addWidget(self.lines)
        inside.addLayout(self.checks)
        for part in (self.missing, self.problem, self.outcome, self.effect):
            inside.addWidget(part)
        inside.addLayout(buttons)
        self.lines.textChanged.connect(self._typed)

    def _bold(self, words: str) -> QLabel:
        made = label(words)
        made.setFont(self._look.font(bold=True))
        return made

    # --- What the person does --------------------------------------------------------------------

    def _typed(self) -> None:
        self.problem.say("")
        self._tell("")
        self.model.set_text(self.lines.toPlainText())

    def _use(self) -> None:
        self.problem.say("")
        self._tell("")
        self.model.use()

    def _remove(self) -> None:
        confirm(
            self,
            self.tr("Use no bridges?"),
            self.tr(
                "Tor then connects directly: whoever watches your line sees that you use Tor, and"
                " where it is blocked it does not work."
            ),
            self.tr("Use no bridges"),
            self.model.remove,
        )

    # --- What is shown ---------------------------------------------------------------------------

    def _fill(self) -> None:
        if self.lines.toPlainText() != self.model.text:
            self.lines.setPlainText(self.model.text)

    def _fail(self, sentence: str) -> None:
        self.problem.say(sentence)

    def _used(self) -> None:
        self.problem.say("")
        self._tell(
            self.tr("Stored. Tor starts anew and goes by these bridges from now on.")
            if self.model.stored
            else self.tr("Stored. Tor starts anew and connects directly from now on.")
        )

    def _tell(self, outcome: str) -> None:
        self.outcome.setText(outcome)
        self.outcome.setVisible(bool(outcome))

    def _show(self) -> None:
        model = self.model
        self.blocked.setText(
            self.tr("Change the bridges") if model.stored else self.tr("Tor is blocked where I am")
        )
        self.use.setEnabled(model.usable)
        self.use.setText(
            self.tr("Tor starts anew…") if model.busy else self.tr("Use these bridges")
        )
        self.remove.setVisible(bool(model.stored))
        self.remove.setEnabled(not model.busy)
        self.effect.setVisible(model.usable)
        self._show_checks()
        self._show_use()

    def _show_checks(self) -> None:
        model = self.model
        lacking = [line for line in model.lines if line.check.error == "PluginMissing"]
        self.missing.setVisible(bool(lacking))
        if model.lines == self._lines_shown:
            return
        self._lines_shown = model.lines
        self.boxes = []
        _empty(self.checks)
        for line in model.lines[:MAX_ROWS]:
            self.checks.addWidget(self._check(line))
        more = len(model.lines) - MAX_ROWS
        if more > 0:
            self.checks.addWidget(label(self.tr("And %n more line(s).", "", more), "dim"))
        # Tab goes in the order in which things were made, and these came last.
        for before, after in pairwise((self.lines, *self.boxes, self.again)):
            self.setTabOrder(before, after)

    def _check(self, line: Line) -> QFrame:
        check = line.check
        row = QFrame()
        inside = QHBoxLayout(row)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(theme.M)
        name = (
            self.tr("Line %1: %2").replace("%2", bridge_kind(check.transport))
            if check.transport
            else self.tr("Line %1")
        ).replace("%1", str(check.line))
        words = QVBoxLayout()
        words.setSpacing(theme.XS)
        if check.ok:
            box = TickBox(self._look, name.replace("&", "&&"))
            box.setAccessibleDescription(displayable_line(worded(check.sentence)))
            box.setChecked(self.model.chosen(line))
            box.toggled.connect(partial(self.model.choose, line))
            self.boxes.append(box)
            words.addWidget(box)
        else:
            words.addWidget(label(name))
        begin = line.text[:_MAX_LINE] + ("…" if len(line.text) > _MAX_LINE else "")
        words.addWidget(label(displayable_line(begin), "dim"))
        words.addWidget(
            label(displayable_line(worded(check.sentence)), "good" if check.ok else "danger")
        )
        picture = ("circle-check", "good") if check.ok else ("triangle-alert", "danger")
        inside.addWidget(Sign(self._look, *picture), 0, Qt.AlignmentFlag.AlignTop)
        inside.addLayout(words, 1)
        return row

    def _show_use(self) -> None:
        view = self._tor.view
        bridges = view.bridges if view is not None else ()
        if self._tor.joined:
            words = self.tr(
                "Another program started the Tor that onionchat uses here. Bridges are set there."
            )
            self.form.hide()
        elif bridges:
            words = self.tr("Tor goes by these bridges:")
        elif view is None or self.model.stored:
            words = ""
        else:
            words = self.tr("Tor connects directly, without bridges.")
        self.about.setText(words)
        self.about.setVisible(bool(words))
        self.blocked.setVisible(not self._tor.joined and self.form.isHidden())
        if bridges == self._shown:
            return
        self._shown = bridges
        _empty(self.in_use)
        for row, bridge in enumerate(bridges):
            picture, role = _SIGNS.get(bridge.state, ("circle-help", "text_dim"))
            name = self.tr("%1. %2").replace("%1", str(bridge.number))
            kind = label(name.replace("%2", bridge_kind(bridge.transport)))
            said = label(displayable_line(worded(bridge.sentence)), "dim")
            self.in_use.addWidget(Sign(self._look, picture, role), 2 * row, 0)
            self.in_use.addWidget(kind, 2 * row, 1)
            self.in_use.addWidget(said, 2 * row + 1, 1)


def _address(words: str) -> QLabel:
    """Not broken anywhere, so that what is copied of it is the address."""
    made = QLabel()
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setText(words)
    made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    made.setCursor(Qt.CursorShape.IBeamCursor)
    return made


def _empty(layout: QVBoxLayout | QGridLayout) -> None:
    while (item := layout.takeAt(0)) is not None:
        if (gone := item.widget()) is not None:
            gone.hide()
            gone.deleteLater()
