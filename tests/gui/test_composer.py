"""Writing: what is sent, how the box grows, what is said when a text does not fit."""

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtWidgets import QApplication
from tab_order import by_tab

from onionchat.types import MAX_TEXT_BYTES
from onionchat_gui.viewmodels import room
from onionchat_gui.viewmodels.preferences import Preferences
from onionchat_gui.views import emoji_picker
from onionchat_gui.views.composer import Composer
from onionchat_gui.views.emoji_picker import EmojiPicker


@pytest.fixture
def composer(qtbot, look):
    made = Composer(look, Preferences())
    made.sent = []
    made.submitted.connect(made.sent.append)
    qtbot.addWidget(made)
    made.resize(500, made.sizeHint().height())
    made.show()
    return made


def paste(composer, text):
    data = QMimeData()
    data.setText(text)
    composer.box.insertFromMimeData(data)


def test_enter_sends_and_shift_enter_begins_a_line(composer, qtbot):
    qtbot.keyClicks(composer.box, "one")
    qtbot.keyClick(composer.box, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClicks(composer.box, "two")
    assert composer.sent == []
    qtbot.keyClick(composer.box, Qt.Key.Key_Return)
    assert composer.sent == ["one\ntwo"]
    assert composer.box.toPlainText() == ""


def test_the_box_grows_to_a_bound(composer):
    heights = []
    for lines in (1, 3, 8, 30):
        composer.set_text("\n".join("x" * lines))
        QApplication.processEvents()
        heights.append(composer.box.height())
    assert heights[0] < heights[1] < heights[2] == heights[3]


def test_a_draft_is_seen_whole_when_the_window_gets_narrow(composer):
    composer.set_text("some words that fit into one line of it")
    QApplication.processEvents()
    one = composer.box.height()
    composer.resize(220, composer.height())
    QApplication.processEvents()
    assert composer.box.height() > one
    composer.resize(500, composer.height())
    QApplication.processEvents()
    assert composer.box.height() == one


def test_nothing_is_said_of_an_ordinary_text(composer):
    composer.set_text("x" * 1000)
    assert not composer.says.isVisible()


def test_near_the_end_the_room_is_told(composer):
    composer.set_text("ä" * (MAX_TEXT_BYTES // 2 - 100))
    assert composer.says.isVisible()
    assert "63.8 of 64 kB" in composer.says.text()
    assert composer.button.isEnabled()


def test_what_no_message_can_hold_is_not_sent_and_stays(composer, qtbot):
    text = "x" * (MAX_TEXT_BYTES + 1)
    composer.set_text(text)
    assert "Too long" in composer.says.text()
    assert composer.says.property("role") == "danger"
    assert not composer.button.isEnabled()
    qtbot.keyClick(composer.box, Qt.Key.Key_Return)
    assert composer.sent == []
    assert composer.box.toPlainText() == text
    composer.set_text("short")
    assert not composer.says.isVisible()
    assert composer.button.isEnabled()


def test_a_large_paste_is_as_much_as_fits_and_that_is_said(composer):
    composer.set_text("before ")
    paste(composer, "ä" * 5_000_000)
    text = composer.box.toPlainText()
    assert MAX_TEXT_BYTES - 1 <= len(text.encode()) <= MAX_TEXT_BYTES
    assert text.startswith("before ä") and text.endswith("ä")
    assert "left out" in composer.says.text()
    composer.set_text("")
    assert not composer.says.isVisible()


def test_a_paste_in_place_of_what_is_chosen_has_its_room(composer):
    composer.set_text("\U0001f600" * (MAX_TEXT_BYTES // 4))
    composer.box.selectAll()
    paste(composer, "y" * MAX_TEXT_BYTES)
    assert composer.box.toPlainText() == "y" * MAX_TEXT_BYTES
    assert "left out" not in composer.says.text()


def test_a_paste_is_plain_text(composer):
    data = QMimeData()
    data.setHtml("<b>bold</b>")
    data.setText("bold")
    composer.box.insertFromMimeData(data)
    assert composer.box.toPlainText() == "bold"


@pytest.mark.parametrize("text", ["x" * 10, "ä" * 10, "\U0001f600" * 10])
def test_what_fits_ends_with_a_whole_character(text):
    for left in range(12):
        fits = room.fitting(text, "x" * (MAX_TEXT_BYTES - left))
        assert text.startswith(fits)
        assert left - 3 <= len(fits.encode()) <= left or fits == text


def test_an_emoji_comes_where_the_cursor_is(composer, qtbot, monkeypatch):
    monkeypatch.setattr(emoji_picker, "_Drawable", lambda font: lambda text: True)
    composer.set_text("ab")
    composer.box.moveCursor(composer.box.textCursor().MoveOperation.Left)
    composer.smile.click()
    (picker,) = composer.findChildren(EmojiPicker)
    qtbot.keyClicks(picker.search, "red apple")
    qtbot.keyClick(picker.search, Qt.Key.Key_Return)
    assert composer.box.toPlainText() == "a🍎b"
    assert composer.focusWidget() is composer.box


def test_tab_goes_from_writing_to_emoji_to_sending(composer, qtbot):
    composer.set_text("x")
    composer.box.setFocus()
    assert by_tab(composer, composer.box, qtbot)[:3] == [
        composer.box,
        composer.smile,
        composer.button,
    ]
