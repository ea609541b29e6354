"""The person's own devices: the list, their names, taking in a new one, putting one out.

What lives here: the page. What may not: the new device's side of linking (`join_page`).
"""

from __future__ import annotations

from functools import partial
from itertools import pairwise

from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout

from onionchat.errors import DevicePutOut
from onionchat.views import DeviceView, RevokedView
from onionchat_gui import theme
from onionchat_gui.theme import Theme
from onionchat_gui.viewmodels.desk import Desk
from onionchat_gui.viewmodels.devices import Devices
from onionchat_gui.viewmodels.sentences import worded

from .device_link_card import LinkCard, has_focus
from .device_put_out import Outcome, PutOutQuestion
from .device_row import DeviceRow
from .page_frame import PageFrame, Warning, label


class DevicesPage(PageFrame):
    """Which devices there are, and how another comes in."""

    def __init__(self, desk: Desk, look: Theme) -> None:
        super().__init__(desk, look)
        self.title.setText(self.tr("Your devices"))
        self.model = Devices(desk.node, self)
        card = self.card(self.tr("Devices of your account"))
        card.addWidget(
            label(
                self.tr(
                    "Each has keys of its own and all of your messages. A device further up can"
                    " put out those below it. Contacts never see these names."
                ),
                "dim",
            )
        )
        self.rows: dict[str, DeviceRow] = {}
        self._list = QVBoxLayout()
        self._list.setSpacing(theme.L)
        card.addLayout(self._list)
        self.question = PutOutQuestion(look)
        self.outcome = Outcome(look)
        self.problem = Warning(look)
        for part in (self.question, self.outcome, self.problem):
            card.addWidget(part)
        below = self.card(self.tr("Link a new device"))
        self.linking = LinkCard(desk, look, below, self)
        frame = below.parentWidget()
        assert frame is not None, "a card holds its column"
        self._below = frame
        self.finish()
        self.setFocusProxy(self.back)
        self.model.changed.connect(self._show)
        self.model.failed.connect(self.problem.say)
        self.model.renamed.connect(self._renamed)
        self.model.was_put_out.connect(self._went)
        self.question.wanted.connect(self._put_out)
        self.question.left.connect(self._leave_it)
        self.outcome.again.clicked.connect(self._ask_again)
        self._asked: DeviceView | None = None
        """The device that the question is about, or that was put out last."""
        self._told_out = False
        self._show()

    def showEvent(self, event: QShowEvent) -> None:
        """As Qt calls it: somebody looks."""
        super().showEvent(event)
        self.model.open()

    def hideEvent(self, event: QHideEvent) -> None:
        """As Qt calls it: nobody looks."""
        super().hideEvent(event)
        self.model.close()

    def _show(self) -> None:
        ids = [view.id for view in self.model.views]
        if ids != list(self.rows):
            for row in self.rows.values():
                self._list.removeWidget(row)
                row.hide()
                row.deleteLater()
            self.rows = {}
            for id_ in ids:
                made = self.rows[id_] = DeviceRow(self._look)
                made.wanted.connect(partial(self._rename, id_))
                made.unwanted.connect(partial(self._ask, id_))
                self._list.addWidget(made)
            stops = [stop for row in self.rows.values() for stop in row.stops()]
            for one, following in pairwise((self.back, *stops)):
                self.setTabOrder(one, following)
        for view in self.model.views:
            self.rows[view.id].show_view(
                view,
                known=self.model.known,
                busy=self.model.busy,
                may_go=self.model.may_go(view),
            )
        self.question.allow(not self.model.busy)
        self._below.setVisible(self.model.belongs)
        if not self.model.belongs and not self._told_out:
            self._told_out = True
            self.problem.say(worded(DevicePutOut()))

    def _rename(self, device: str, name: str) -> None:
        self.problem.say("")
        self.model.rename(device, name)

    def _renamed(self, device: str) -> None:
        if device in self.rows:
            self.rows[device].end()

    def _ask(self, device: str) -> None:
        view = next((one for one in self.model.views if one.id == device), None)
        if view is not None:
            self._begin(view, again=False)

    def _ask_again(self) -> None:
        if self._asked is not None:
            self._begin(self._asked, again=True)

    def _begin(self, view: DeviceView, *, again: bool) -> None:
        self._asked = view
        self.problem.say("")
        self.outcome.hide()
        self.question.ask(view, senior=self.model.senior(view), again=again)
        self.question.begin().setFocus()
        self.reveal(self.question)

    def _put_out(self, device: str, recovery: str) -> None:
        self.problem.say("")
        self.model.put_out(device, recovery)

    def _leave_it(self) -> None:
        self.question.end()
        self.problem.say("")
        if self._asked is not None and self._asked.id in self.rows:
            self.rows[self._asked.id].out.setFocus()

    def _went(self, gone: RevokedView) -> None:
        had_focus = has_focus(self.question) or not has_focus(self)
        self._asked = gone.device
        self.question.end()
        self.outcome.tell(gone)
        if had_focus:
            (self.outcome.again if gone.senior else self.back).setFocus()
