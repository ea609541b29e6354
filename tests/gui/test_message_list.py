"""What can be done with a message, by mouse and by keys: links, menu, details, reading all."""

import pytest
from device_scenes import WHERE
from fake_node import FakeNode, FakeStarter, contact, message
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QPlainTextEdit
from tab_order import controls, nameless

from onionchat.control import schema
from onionchat.displayable import displayable
from onionchat.errors import DiskFull
from onionchat.views import MessageInfoView
from onionchat_gui.viewmodels import links
from onionchat_gui.viewmodels.desk import Desk
from onionchat_gui.viewmodels.message_row import MAX_CHARACTERS
from onionchat_gui.viewmodels.message_rows import MessageRole
from onionchat_gui.views.conversation_page import ConversationPage
from onionchat_gui.views.link_dialog import LinkDialog
from onionchat_gui.views.message_details import MessageDetails
from onionchat_gui.views.text_layout import layout, link_at
from onionchat_gui.views.text_reader import TextReader

BOB = contact(1, name="Bob")


@pytest.fixture
def node(qapp):
    made = FakeNode(BOB)
    made.connected = True
    return made


@pytest.fixture
def browser():
    return []


@pytest.fixture
def page(qtbot, node, look, browser):
    def show(*texts, **more):
        node.history[BOB.id] = [
            message(n, BOB, text=text, **more) for n, text in enumerate(texts, 1)
        ]

        def opener(address):
            browser.append(address)
            return True

        desk = Desk(node, FakeStarter(node), lambda: node.now, opener=opener)
        made = ConversationPage(desk, look, BOB.id)
        made.desk = desk
        qtbot.addWidget(made)
        made.resize(700, 500)
        made.show()
        node.deliver()
        QApplication.processEvents()
        return made

    return show


def shown(page, kind):
    return [dialog for dialog in page.findChildren(kind) if dialog.isVisible()]


def point_of_link(page):
    """Somewhere on the first link that is found, or None."""
    area = page.messages.viewport()
    for y in range(0, area.height(), 4):
        for x in range(0, area.width(), 8):
            if page.messages.bubbles.link_at(QPoint(x, y)):
                return QPoint(x, y)
    return None


def choose(menu, word):
    (action,) = [action for action in menu.actions() if action.text() == word]
    action.trigger()


def words(menu):
    return [action.text() for action in menu.actions()]


def by_keys(page, key, modifiers=Qt.KeyboardModifier.NoModifier):
    """The menu that a key opens for the first message, where the desktop says twice that it was
    pressed.
    """
    page.messages.setCurrentIndex(page.messages.model().index(0))
    QTest.keyClick(page.messages, key, modifiers)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(0, 0), QPoint(0, 0))
    QApplication.sendEvent(page.messages.viewport(), event)
    (menu,) = shown(page, QMenu)
    return menu


def test_a_click_on_a_link_asks_and_opens_nothing(page, qtbot, browser):
    made = page("\U0001f600 look: https://example.org/a")
    point = point_of_link(made)
    qtbot.mouseMove(made.messages.viewport(), point)
    qtbot.mouseClick(made.messages.viewport(), Qt.MouseButton.LeftButton, pos=point)
    (dialog,) = shown(made, LinkDialog)
    assert dialog.address.toPlainText() == "https://example.org/a"
    assert "not Tor" in dialog.warning.words.text()
    assert dialog.cancel.isDefault()
    assert dialog.focusWidget() is dialog.cancel
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    assert browser == []
    assert shown(made, LinkDialog) == []


def test_what_was_read_is_what_is_opened(page, qtbot, browser):
    made = page("https://müller.example/\u2060gpj")
    made.messages.activated.emit(made.messages.model().index(0))
    (dialog,) = shown(made, LinkDialog)
    assert dialog.written.toPlainText() == "https://müller.example/[U+2060]gpj"
    assert dialog.address.toPlainText() == "https://xn--mller-kva.example/%E2%81%A0gpj"
    qtbot.mouseClick(dialog.open_it, Qt.MouseButton.LeftButton)
    assert browser == [dialog.address.toPlainText()]


@pytest.mark.parametrize("before", ["", "\u202e", "\u200f", "\u2067", "שלום! ", "שלום, abc "])
@pytest.mark.parametrize("link", ["https://evil.org/bank.com", "https://evil.org/אב/bank.com"])
def test_a_link_stands_on_the_screen_in_the_order_in_which_it_is_opened(look, before, link):
    text = displayable(f"{before}{link} שלום")
    (found,) = links.find(text)
    assert found.text == link
    made = layout(text, look.font(), 2000, (found,))
    (place,) = made.formats()
    line = made.lineAt(0)

    def x(part):
        at = line.cursorToX(place.start + link.index(part))
        return at[0] if isinstance(at, tuple) else at

    assert x("ttps") < x("evil") < x("bank") < x("com")
    assert made.text()[place.start : place.start + place.length] == link
    for part in ("ttps", "bank"):
        assert link_at(made, text, (found,), QPointF(x(part) + 1, line.height() / 2)) == found


def test_an_override_is_seen_and_turns_nothing(page, look):
    made = page("\u202ehttps://evil.org/moc.knab")
    row = made.messages.model().index(0).data(MessageRole.ROW)
    assert row.text == "\ufffdhttps://evil.org/moc.knab"
    made.messages.activated.emit(made.messages.model().index(0))
    (dialog,) = shown(made, LinkDialog)
    assert dialog.address.toPlainText() == row.links[0].text == "https://evil.org/moc.knab"
    assert dialog.written is None


def test_a_link_is_copied_as_it_would_be_opened(page, qtbot):
    made = page("https://example.org/a")
    made.messages.activated.emit(made.messages.model().index(0))
    (dialog,) = shown(made, LinkDialog)
    qtbot.mouseClick(dialog.copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == "https://example.org/a"


def test_an_onion_is_copied_by_enter_for_the_one_browser_that_opens_it(page, qtbot, browser):
    address = f"http://{'a' * 56}.onion./x"
    made = page(address)
    made.messages.activated.emit(made.messages.model().index(0))
    (dialog,) = shown(made, LinkDialog)
    assert "may tell your Internet provider" in dialog.warning.words.text()
    assert dialog.copy.isDefault() and not dialog.cancel.isDefault()
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    assert QGuiApplication.clipboard().text() == address
    assert browser == []


def test_a_link_into_the_own_network_is_called_so(page):
    made = page("http://192.168.1.1/reboot")
    made.messages.activated.emit(made.messages.model().index(0))
    (dialog,) = shown(made, LinkDialog)
    assert "your own network" in dialog.warning.words.text()
    assert dialog.cancel.isDefault()


def test_without_a_browser_the_person_is_told(page):
    made = page("x")
    notices = []
    made.desk.noticed.connect(notices.append)
    made.desk.open_link("file:///etc/passwd")
    assert len(notices) == 1


def test_enter_lists_several_links(page, qtbot):
    made = page("http://a.b and http://c.d/?x&y")
    made.messages.setCurrentIndex(made.messages.model().index(0))
    qtbot.keyClick(made.messages, Qt.Key.Key_Return)
    (menu,) = shown(made, QMenu)
    assert words(menu) == ["http://a.b", "http://c.d/?x&&y"]
    menu.actions()[1].trigger()
    (dialog,) = shown(made, LinkDialog)
    assert dialog.address.toPlainText() == "http://c.d/?x&y"
    menu.close()


@pytest.mark.parametrize(
    "keys", [(Qt.Key.Key_Menu,), (Qt.Key.Key_F10, Qt.KeyboardModifier.ShiftModifier)]
)
def test_the_keys_for_menus_open_what_can_be_done(page, keys):
    made = page("plain", "one http://a.b", "two http://a.b http://c.d")
    menu = by_keys(made, *keys)
    assert words(menu) == ["Answer\tR", "React…\t+", "Copy text", "Delete…\tDel", "Details"]
    choose(menu, "Copy text")
    assert QGuiApplication.clipboard().text() == "plain"
    menu.close()
    assert words(made.messages.menu(row(made, 1)))[:2] == ["Open link…", "Copy link"]
    menu = made.messages.menu(row(made, 2))
    assert words(menu)[0] == "Links"
    assert words(menu.actions()[0].menu()) == ["http://a.b", "http://c.d"]


def row(page, number):
    return page.messages.model().index(number).data(MessageRole.ROW)


def test_copying_takes_the_text_as_it_was_written(page):
    made = page("a\x1bb")
    choose(made.messages.menu(row(made, 0)), "Copy text")
    assert QGuiApplication.clipboard().text() == "a\x1bb"


def test_details_say_times_state_and_number(page):
    made = page("x", "y", state="delivered")
    made.messages.details.emit(row(made, 1))
    (dialog,) = shown(made, MessageDetails)
    facts = dict(dialog.facts)
    assert facts["State"] == "delivered"
    assert facts["Number of the message"] == row(made, 1).view.id == dialog.number.text()
    assert "Written" in facts
    assert nameless(controls(dialog)) == []


def test_details_say_at_which_devices_it_is_and_why_it_waits(page, node):
    made = page("x", state="queued")
    view = row(made, 0).view
    node.replies[schema.MessageInfo] = MessageInfoView(view, False, WHERE)
    made.messages.details.emit(row(made, 0))
    node.deliver()
    (dialog,) = shown(made, MessageDetails)
    facts = dict(dialog.facts)
    theirs = facts["At the contact's devices"].splitlines()
    assert theirs[0].startswith("Device 1: has it since ")
    assert theirs[1:] == [
        "Device 2: does not have it. Not connected; it is being called.",
        "Device 3 (removed): does not have it. This device was removed: it gets nothing any more.",
        "Device 4: on its way there",
    ]
    own = facts["At your devices"].splitlines()
    assert [line.split(":")[0] for line in own] == ["This device", "Your device 2"]
    assert nameless(controls(dialog)) == []


def test_with_one_device_of_ones_own_nothing_is_said_of_it(page, node):
    made = page("x")
    made.messages.details.emit(row(made, 0))
    node.deliver()
    (dialog,) = shown(made, MessageDetails)
    assert "At your devices" not in dict(dialog.facts)


def test_where_a_message_is_may_be_unknown_now(page, node):
    made = page("x")
    node.lose()
    made.messages.details.emit(row(made, 0))
    node.deliver()
    (dialog,) = shown(made, MessageDetails)
    assert dict(dialog.facts)["At the contact's devices"] == "not known now"


def test_a_long_text_is_read_in_pages(page, qtbot):
    text = "e" + "\u0301" * 65_000 + " https://example.org/end"
    made = page(text)
    made.messages.setCurrentIndex(made.messages.model().index(0))
    qtbot.keyClick(made.messages, Qt.Key.Key_Return)
    (reader,) = shown(made, TextReader)
    seen = reader.box.toPlainText()
    while reader.after.isEnabled():
        assert len(reader.box.toPlainText()) <= MAX_CHARACTERS
        qtbot.mouseClick(reader.after, Qt.MouseButton.LeftButton)
        seen += reader.box.toPlainText()
    assert seen == text
    assert reader.place.text() == "Page 17 of 17"
    qtbot.mouseClick(reader.copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == text
    assert nameless(controls(reader)) == []
    reader.links.click()
    (menu,) = shown(reader, QMenu)
    menu.actions()[0].trigger()
    (dialog,) = shown(made, LinkDialog)
    assert dialog.address.toPlainText() == "https://example.org/end"


@pytest.mark.parametrize("hostile", ["e" + "\u0301" * 1_000_000, "\u202e<b>a" * 200_000])
def test_no_page_of_a_hostile_text_costs_more_than_a_bubble(page, qtbot, hostile):
    made = page(hostile)
    assert len(row(made, 0).text) <= 2 * MAX_CHARACTERS
    made.messages.reading.emit(hostile)
    (reader,) = shown(made, TextReader)
    assert len(reader.box.toPlainText()) <= 2 * MAX_CHARACTERS
    assert "<b>" in reader.box.toPlainText() or "<b>" not in hostile


def test_dialogs_go_with_their_page(page):
    """Locking takes the page away: no text stays on the screen."""
    made = page("https://example.org/a")
    made.messages.activated.emit(made.messages.model().index(0))
    (dialog,) = shown(made, LinkDialog)
    assert dialog.parent() is made
    assert dialog.windowModality() == Qt.WindowModality.WindowModal


def test_every_control_of_the_dialog_has_a_name(page):
    made = page("https://bank.com@аррӏе.com/\u2060x")
    made.messages.activated.emit(made.messages.model().index(0))
    (dialog,) = shown(made, LinkDialog)
    assert nameless(controls(dialog)) == []
    assert all(box.isReadOnly() for box in dialog.findChildren(QPlainTextEdit))


class TestAMessageHigherThanTheWindow:
    @pytest.fixture
    def rows(self, page):
        rows = page("before", "line\n" * 55, "after").messages
        rows.verticalScrollBar().setValue(rows.verticalScrollBar().maximum() // 2)
        return rows

    def test_stays_where_it_is_when_it_is_clicked(self, rows, qtbot):
        place = rows.verticalScrollBar().value()
        middle = rows.viewport().rect().center()
        qtbot.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=middle)
        assert rows.currentIndex().row() == 1 and rows.hasFocus()
        assert rows.verticalScrollBar().value() == place
        # As Qt does when no second click has come.
        rows.scrollTo(rows.currentIndex())
        assert rows.verticalScrollBar().value() == place

    def test_comes_into_sight_when_a_key_chooses_it(self, rows, qtbot):
        middle = rows.viewport().rect().center()
        qtbot.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=middle)
        qtbot.keyClick(rows, Qt.Key.Key_Up)
        assert rows.currentIndex().row() == 0
        assert rows.visualRect(rows.currentIndex()).top() >= 0


def point_of_asking(page):
    """Somewhere on the sentence that says what a click does, or None."""
    area = page.messages.viewport()
    points = (QPoint(x, y) for y in range(0, area.height(), 4) for x in range(0, area.width(), 8))
    return next(filter(page.messages.bubbles.is_asking, points), None)


def test_a_long_message_is_read_by_a_click_on_what_says_so(page, qtbot):
    made = page("word " * MAX_CHARACTERS)
    point = point_of_asking(made)
    qtbot.mouseClick(made.messages.viewport(), Qt.MouseButton.LeftButton, pos=point)
    assert len(shown(made, TextReader)) == 1


def test_what_was_not_sent_is_tried_again_by_a_click_on_what_says_so(page, node, qtbot):
    made = page("Hello")
    node.problem = DiskFull()
    made.composer.submitted.emit("not sent")
    node.deliver()
    node.problem = None
    QApplication.processEvents()
    before = len(node.asked)
    point = point_of_asking(made)
    qtbot.mouseClick(made.messages.viewport(), Qt.MouseButton.LeftButton, pos=point)
    assert isinstance(node.asked[before], schema.Send)
    node.deliver()
    QApplication.processEvents()
    assert point_of_asking(made) is None


def test_a_click_beside_all_messages_leaves_the_box_to_type_in(page, qtbot):
    made = page("Hello")
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    made.messages.setFocus()
    made.composer.setEnabled(True)
    area = made.messages.viewport()
    beside = next(
        QPoint(4, y)
        for y in range(2, area.height())
        if not made.messages.indexAt(QPoint(4, y)).isValid()
    )
    qtbot.mouseClick(area, Qt.MouseButton.LeftButton, pos=beside)
    assert made.composer.box.hasFocus()
