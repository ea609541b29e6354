"""Contact requests that wait for the person, a card for each.

What lives here: the page. What may not: what an answer does (`viewmodels.requests`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from onionchat.displayable import displayable, displayable_line
from onionchat.views import RequestView
from onionchat_gui import theme
from onionchat_gui.theme import Theme
from onionchat_gui.viewmodels.desk import Desk
from onionchat_gui.viewmodels.requests import Requests
from onionchat_gui.viewmodels.when import brief

from .boxes import LineBox
from .flow import FlowLayout
from .page_frame import Button, PageFrame, Warning, confirm, label

MAX_CARDS: Final = 50
"""More are shown when these are answered: a link that went public brings many."""


class RequestCard(QFrame):
    """One request with its answers."""

    def __init__(
        self, request: RequestView, look: Theme, model: Requests, now: Callable[[], float]
    ) -> None:
        super().__init__()
        self.setObjectName("card")
        self._model = model
        self._id = request.id
        self._name = displayable_line(request.name)
        name = label(self._name or self.tr("(no name)"))
        name.setFont(look.font(theme.LARGE, bold=True))
        came = label(brief(request.received, now()), "dim")
        came.setWordWrap(False)
        self.greeting = label(displayable(request.greeting))
        self.greeting.setVisible(bool(request.greeting.strip()))
        lookalike = Warning(look)
        if request.lookalike:
            lookalike.say(
                self.tr(
                    "This name looks like that of your contact “%1”, but it is somebody else or"
                    " another device. Ask that person before you accept."
                ).replace("%1", displayable_line(request.lookalike))
            )
        self.problem = Warning(look)
        self.petname = LineBox(says=self.problem)
        self.petname.setPlaceholderText(self.tr("Your name for this contact (optional)"))
        self.petname.setAccessibleName(self.tr("Your name for %1").replace("%1", self._name))
        self.accept = Button(look, self.tr("Accept"), "user-check", primary=True)
        self.decline = Button(look, self.tr("Decline"), "x")
        self.block = Button(look, self.tr("Block…"), "ban", role="danger")
        for button in (self.accept, self.decline, self.block):
            words = button.text().rstrip("…")
            button.setAccessibleName(f"{words}: {self._name}")
        top = QHBoxLayout()
        top.addWidget(name, 1)
        top.addWidget(came)
        buttons = FlowLayout(theme.S)
        for button in (self.accept, self.decline, self.block):
            buttons.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.L, theme.L, theme.L, theme.L)
        column.setSpacing(theme.M)
        column.addLayout(top)
        for part in (self.greeting, lookalike, self.petname):
            column.addWidget(part)
        column.addLayout(buttons)
        column.addWidget(self.problem)
        self.accept.clicked.connect(self._accept)
        self.petname.returnPressed.connect(self._accept)
        self.decline.clicked.connect(lambda: model.decline(self._id))
        self.block.clicked.connect(self._block)

    def set_busy(self, busy: bool) -> None:
        """Whether it is being answered."""
        for control in (self.petname, self.accept, self.decline, self.block):
            control.setEnabled(not busy)
        if busy:
            self.problem.say("")

    def _accept(self) -> None:
        self._model.accept(self._id, self.petname.text())

    def _block(self) -> None:
        confirm(
            self,
            self.tr("Block %1?").replace("%1", self._name),
            self.tr("The request is refused, and the same person cannot ask again from there."),
            self.tr("Block"),
            lambda: self._model.block(self._id),
        )


class RequestsPage(PageFrame):
    """Who wants to become a contact."""

    def __init__(self, desk: Desk, look: Theme) -> None:
        super().__init__(desk, look)
        self.title.setText(self.tr("Contact requests"))
        self._desk = desk
        self.model = desk.requests
        self.cards: dict[str, RequestCard] = {}
        self.about = label("", "dim")
        self.problem = Warning(look)
        self.column.addWidget(self.about)
        self.column.addWidget(self.problem)
        self._list = QVBoxLayout()
        self._list.setSpacing(theme.L)
        self.column.addLayout(self._list)
        self.finish()
        self.model.changed.connect(self._show)
        self.model.failed.connect(self._fail)
        self.model.accepted.connect(self._accepted)
        self.setFocusProxy(self.back)
        self._show()
        self.model.load()

    def _show(self) -> None:
        model = self.model
        shown = model.waiting[:MAX_CARDS]
        gone = self.cards.keys() - {request.id for request in shown}
        for id_ in gone:
            card = self.cards.pop(id_)
            self._list.removeWidget(card)
            card.hide()
            card.deleteLater()
        for request in shown:
            if request.id not in self.cards:
                card = RequestCard(request, self._look, model, self._desk.now)
                self.cards[request.id] = card
                self._list.addWidget(card)
            self.cards[request.id].set_busy(request.id in model.busy)
        more = len(model.waiting) - len(shown)
        if not model.loaded:
            words = self.tr("Asking the node…")
        elif not shown:
            words = self.tr("Nobody waits for an answer. Requests by your invites appear here.")
        elif more:
            words = self.tr("%n more wait; they are shown when these are answered.", "", more)
        else:
            words = self.tr("They followed a link of yours. Nobody learns that you look at this.")
        self.about.setText(words)

    def _accepted(self, contact: str) -> None:
        self._desk.open_page("conversation", contact)

    def _fail(self, id_: str, sentence: str) -> None:
        card = self.cards.get(id_)
        (self.problem if card is None else card.problem).say(sentence)
