"""Where a first run stands in the window, while there is one.

What lives here: when its pages come and go, and what closing the window means to it. What may not:
the pages (`first_run_pages`), which are loaded by whoever needs them: nearly every start does not.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QStackedWidget

from onionchat_gui.theme import Theme
from onionchat_gui.viewmodels.desk import Desk
from onionchat_gui.viewmodels.leaving import Leaving

if TYPE_CHECKING:
    from .first_run_pages import FirstRunPages


class FirstRunPlace:
    """The last page of the outer stack, where no profile is."""

    def __init__(self, outer: QStackedWidget, desk: Desk, look: Theme, leaving: Leaving) -> None:
        self._outer = outer
        self._desk = desk
        self._look = look
        self._leaving = leaving
        self.pages: FirstRunPages | None = None
        leaving.holds_back = self._holds_back
        leaving.ended.connect(lambda: self._leave())

    def shows(self) -> bool:
        """Show a first run where one is to be, and remove it elsewhere. Whether one is shown."""
        if self._desk.session.offers_first_run:
            self._begin()
        else:
            self._end()
        return self.pages is not None

    def back(self) -> bool:
        """To the step before. Whether there is a first run."""
        if self.pages is not None:
            self.pages.model.back()
        return self.pages is not None

    def _begin(self) -> None:
        if self.pages is not None:
            return
        from onionchat_gui.viewmodels.first_run import FirstRun

        from .first_run_pages import FirstRunPages

        desk, windows = self._desk, self._desk.windows
        language = windows.language if windows is not None else ""
        model = FirstRun(desk.session, desk.starter, desk.preferences, language=language)
        self.pages = FirstRunPages(model, self._look, self._outer)
        self.pages.language_picked.connect(self._speak)
        model.setParent(self.pages)
        self._outer.addWidget(self.pages)
        self._outer.setCurrentWidget(self.pages)
        self.pages.begin()

    def _end(self) -> None:
        if self.pages is not None:
            gone, self.pages = self.pages, None
            self._outer.removeWidget(gone)
            gone.hide()
            gone.deleteLater()

    def _holds_back(self, leave: Callable[[], object]) -> bool:
        return self.pages is not None and not self.pages.may_close(leave)

    def _speak(self, language: str) -> None:
        """Nothing has happened yet, so another window in that language takes the place of this."""
        windows = self._desk.windows
        if windows is not None and windows.open(windows.own, language):
            self._leaving.close(quits=True)

    def _leave(self) -> None:
        if self.pages is not None:
            self.pages.model.leave()
