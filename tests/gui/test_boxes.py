"""Boxes to write in: what is pasted comes as far as there is room, and that is said."""

import re
from pathlib import Path

import pytest
from fake_node import FakeNode, FakeStarter
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit

import onionchat_gui.views
from onionchat.types import MAX_GREETING_BYTES
from onionchat_gui.viewmodels.desk import Desk
from onionchat_gui.views.add_page import MAIL, AddPage
from onionchat_gui.views.boxes import LINE, LineBox, TextBox, left_out
from onionchat_gui.views.page_frame import Warning
from onionchat_gui.views.tor_page import TorPage

MEGABYTE = "onionchat:" + "A" * 1_000_000


@pytest.fixture
def desk(qapp):
    made = Desk(FakeNode(), FakeStarter(FakeNode()), lambda: 0.0)
    made.session.open()
    made.node.deliver()
    return made


def paste(qtbot, box, text):
    QApplication.clipboard().setText(text)
    qtbot.keyClick(box, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    # What Qt tells later is told before what is said of a text is looked at.
    QApplication.processEvents()


def test_a_megabyte_in_the_clipboard_holds_no_field_for_links_up(desk, look, qtbot):
    page = AddPage(desk, look)
    qtbot.addWidget(page)
    page.show()
    paste(qtbot, page.link, MEGABYTE)
    assert page.link.toPlainText() == MEGABYTE[:MAIL]
    assert page.problem.words.text() == left_out()
    assert page.problem.isVisible()
    qtbot.keyClick(page.link, Qt.Key.Key_Backspace)
    assert not page.problem.isVisible()


def test_greeting_and_name_are_cut_and_each_says_so_below_itself(desk, look, qtbot):
    page = AddPage(desk, look)
    qtbot.addWidget(page)
    page.show()
    paste(qtbot, page.greeting, "ä" * 1_000_000)
    assert page.greeting.toPlainText() == "ä" * (MAX_GREETING_BYTES // 2)
    assert page.room.words.text() == left_out()
    paste(qtbot, page.name, MEGABYTE)
    assert len(page.name.text()) == LINE
    assert page.name_problem.words.text() == left_out()
    assert not page.problem.isVisible()


def test_bridge_lines_too(desk, look, qtbot):
    page = TorPage(desk, look, "bridges")
    qtbot.addWidget(page)
    page.show()
    lines = page.bridges.lines
    paste(qtbot, lines, MEGABYTE)
    assert 0 < len(lines.toPlainText()) < 20_000
    assert page.bridges.problem.words.text() == left_out()


def test_what_fits_is_pasted_without_a_word(qtbot, look):
    says = Warning(look)
    line, lines = LineBox(says=says), TextBox(100, says=says)
    for box in (line, lines):
        qtbot.addWidget(box)
        box.show()
        paste(qtbot, box, "a link")
    assert line.text() == lines.toPlainText() == "a link"
    assert says.words.text() == ""


def test_every_box_of_the_window_that_takes_text_has_a_bound():
    """Whoever needs another box makes it of these."""
    made = re.compile(r"\b(?:QLineEdit|QPlainTextEdit|QTextEdit|QInputDialog)\(")
    views = Path(onionchat_gui.views.__file__).parent
    found = {path.name for path in views.glob("*.py") if made.search(path.read_text())}
    # These are for reading.
    assert found == {"link_dialog.py", "message_details.py", "text_reader.py"}
    assert issubclass(LineBox, QLineEdit) and issubclass(TextBox, QPlainTextEdit)
