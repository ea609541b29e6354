"""The person's own devices: the list, their names, and taking in a new one.

What lives here: the page. What may not: the new device's side of linking (`join_page`).
"""

from __future__ import annotations

from functools import partial
from itertools import pairwise

from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout

from onionchat_gui import theme
from onionchat_gui.theme import Theme
from onionchat_gui.viewmodels.desk import Desk
from onionchat_gui.viewmodels.devices import Devices

from .device_link_card import LinkCard
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
        self.problem = Warning(look)
        card.addWidget(self.problem)
        self.linking = LinkCard(desk, look, self.card(self.tr("Link a new device")), self)
        self.finish()
        self.setFocusProxy(self.back)
        self.model.changed.connect(self._show)
        self.model.failed.connect(self.problem.say)
        self.model.renamed.connect(self._renamed)
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
                self._list.addWidget(made)
            stops = [stop for row in self.rows.values() for stop in row.stops()]
            for one, following in pairwise((self.back, *stops)):
                self.setTabOrder(one, following)
        for view in self.model.views:
            self.rows[view.id].show_view(view, busy=self.model.busy)

    def _rename(self, device: str, name: str) -> None:
        self.problem.say("")
        self.model.rename(device, name)

    def _renamed(self, device: str) -> None:
        if device in self.rows:
            self.rows[device].end()
