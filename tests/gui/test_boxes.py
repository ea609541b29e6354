"""Boxes to write in: what is pasted comes as far as there is room, and that is said."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from fake_node import FakeNode, FakeStarter
from PySide6.QtCore import Qt
from PySide6.QtGui import QClipboard
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit

import onionchat_gui.views
from onionchat.types import MAX_GREETING_BYTES
from onionchat_gui.viewmodels.desk import Desk
from onionchat_gui.views import copying
from onionchat_gui.views.add_page import MAIL, AddPage
from onionchat_gui.views.boxes import LINE, LineBox, ReadBox, TextBox, left_out
from onionchat_gui.views.page_frame import Warning, label
from onionchat_gui.views.search_field import SearchField
from onionchat_gui.views.tor_page import TorPage

CONTROL = Qt.KeyboardModifier.ControlModifier
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


def test_no_input_method_learns_what_is_written_and_all_may_suggest(desk, look, qtbot):
    hints = Qt.InputMethodHint
    for box in (LineBox(), TextBox(100), SearchField(desk, look)):
        qtbot.addWidget(box)
        assert box.inputMethodHints() & hints.ImhSensitiveData
        assert not box.inputMethodHints() & hints.ImhNoPredictiveText


@pytest.mark.parametrize("box", [lambda: TextBox(100), ReadBox])
def test_what_is_copied_by_keys_is_marked_for_no_history(box, qtbot):
    made = box()
    qtbot.addWidget(made)
    made.setPlainText("two\nlines")
    made.selectAll()
    made.copy()
    copied = QApplication.clipboard().mimeData()
    assert copied.text() == "two\nlines"
    assert bytes(copied.data(copying.MARK)) == b"secret"
    assert not copied.hasHtml()


@pytest.fixture
def marking(qapp, monkeypatch):
    # Without a screen there is nobody else who could own it.
    monkeypatch.setattr(QClipboard, "ownsClipboard", lambda _: True)
    made = copying.Marking(qapp.clipboard())
    yield made
    made.deleteLater()


def copied_by_keys(qtbot, box):
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_A, CONTROL)
    qtbot.keyClick(box, Qt.Key.Key_C, CONTROL)
    return QApplication.clipboard().mimeData()


def test_what_is_copied_out_of_a_box_of_one_line_is_marked_too(marking, qtbot):
    box = LineBox("onionchat:ABC")
    qtbot.addWidget(box)
    box.show()
    copied = copied_by_keys(qtbot, box)
    assert (copied.text(), bytes(copied.data(copying.MARK))) == ("onionchat:ABC", b"secret")
    QApplication.clipboard().setText("of the menu")
    assert QApplication.clipboard().mimeData().hasFormat(copying.MARK)
    qtbot.keyClick(box, Qt.Key.Key_X, CONTROL)
    copied = QApplication.clipboard().mimeData()
    assert box.text() == ""
    assert (copied.text(), bytes(copied.data(copying.MARK))) == ("onionchat:ABC", b"secret")


def test_what_is_copied_out_of_a_label_is_marked_and_has_no_looks(marking, qtbot):
    made = label("a fact")
    made.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse
        | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    qtbot.addWidget(made)
    made.show()
    copied = copied_by_keys(qtbot, made)
    assert (copied.text(), bytes(copied.data(copying.MARK))) == ("a fact", b"secret")
    assert not copied.hasHtml()


def test_what_other_programs_copy_is_left_alone(marking, monkeypatch):
    monkeypatch.setattr(QClipboard, "ownsClipboard", lambda _: False)
    QApplication.clipboard().setText("somebody else's")
    assert not QApplication.clipboard().mimeData().hasFormat(copying.MARK)


def test_a_program_that_has_copied_ends_in_order():
    """What the clipboard holds outlives Python."""
    program = (
        "from PySide6.QtWidgets import QApplication\n"
        "from onionchat_gui.views import copying\n"
        "application = QApplication([])\n"
        "copying.copy('a')\n"
        "copying.copy('b')\n"
    )
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run([sys.executable, "-c", program], env=environment, check=False)
    assert done.returncode == 0


def test_every_text_is_copied_with_the_mark():
    """Who puts a text into the clipboard, does it by `copying`."""
    bare = re.compile(r"\bclipboard\(\)\.set")
    views = Path(onionchat_gui.views.__file__).parent
    assert {p.name for p in views.glob("*.py") if bare.search(p.read_text())} == {"copying.py"}


def test_every_box_of_the_window_that_takes_text_has_a_bound():
    """Whoever needs another box makes it of these."""
    made = re.compile(r"\b(?:QLineEdit|QPlainTextEdit|QTextEdit|QInputDialog)\(")
    views = Path(onionchat_gui.views.__file__).parent
    found = {path.name for path in views.glob("*.py") if made.search(path.read_text())}
    # That is for reading.
    assert found == {"message_details.py"}
    assert issubclass(LineBox, QLineEdit) and issubclass(TextBox, QPlainTextEdit)
