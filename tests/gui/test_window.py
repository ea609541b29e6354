"""The real window, driven by keys and mouse, over a node in memory."""

import gc
import weakref

import pytest
import shiboken6
from fake_node import STATUS, FakeNode, FakeStarter, contact, message
from msgspec.structs import replace
from PySide6.QtGui import Qt, QTextDocument, QTextLayout
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QListView,
)
from tab_order import by_tab, controls, nameless, to_be_reached

from onionchat.control import schema
from onionchat.errors import DiskFull
from onionchat.views import (
    ConnectionChanged,
    ContactChanged,
    ContactRemoved,
    MessageAdded,
    TorChanged,
    TorView,
)
from onionchat_gui import theme
from onionchat_gui.theme import Theme
from onionchat_gui.viewmodels.conversations import ConversationRole
from onionchat_gui.viewmodels.desk import MAX_WAY, Desk
from onionchat_gui.viewmodels.message_row import MAX_CHARACTERS
from onionchat_gui.viewmodels.message_rows import MessageRole
from onionchat_gui.viewmodels.messages import MAX_ROWS
from onionchat_gui.viewmodels.session import Phase
from onionchat_gui.views import text_layout
from onionchat_gui.views.bubbles import BubbleDelegate
from onionchat_gui.views.main_window import MainWindow
from onionchat_gui.views.pages import PAGES
from onionchat_gui.views.standing import Chip

BOB, CAROL = contact(1, name="Bob"), contact(2, name="Carol")


@pytest.fixture
def node(qapp):
    made = FakeNode(BOB, CAROL)
    made.history[BOB.id] = [message(n, BOB) for n in range(1000)]
    return made


@pytest.fixture
def look(qapp):
    return Theme(qapp)


@pytest.fixture
def desk(node):
    return Desk(node, FakeStarter(node), lambda: node.now)


@pytest.fixture
def window(qtbot, node, desk, look):
    made = MainWindow(desk, look)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    return made


@pytest.fixture
def opened(window, desk, node):
    desk.session.open()
    node.deliver()
    window.list.select(0)
    node.deliver()
    QApplication.processEvents()
    return window.pages.currentWidget()


def test_unlock_choose_write_send(window, desk, node, qtbot):
    node.running = False
    desk.session.open()
    node.deliver()
    assert window.start.passphrase.isVisible()
    qtbot.keyClicks(window.start.passphrase, "open sesame")
    qtbot.keyClick(window.start.passphrase, Qt.Key.Key_Return)
    node.deliver()
    assert desk.session.phase == Phase.READY
    assert window.start.passphrase.text() == ""
    window.list.select(0)
    node.deliver()
    page = window.pages.currentWidget()
    qtbot.keyClicks(page.composer.box, "Hello")
    qtbot.keyClick(page.composer.box, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClicks(page.composer.box, "Bob")
    qtbot.keyClick(page.composer.box, Qt.Key.Key_Return)
    node.deliver()
    assert node.history[BOB.id][-1].text == "Hello\nBob"
    assert page.composer.box.toPlainText() == ""


def test_the_newest_message_is_shown_first_and_stays_shown(opened, node):
    bar = opened.messages.verticalScrollBar()
    assert bar.maximum() > 0
    assert bar.value() == bar.maximum()
    node.arrive(message(1001, BOB, text="new\n" * 10))
    QApplication.processEvents()
    assert bar.value() == bar.maximum()


def test_who_reads_old_messages_is_not_moved(opened, node):
    messages = opened.messages
    bar = messages.verticalScrollBar()
    bar.setValue(bar.maximum() // 2)
    node.deliver()
    QApplication.processEvents()
    here = messages.indexAt(messages.viewport().rect().center())
    text = here.data()
    node.arrive(message(1001, BOB))
    QApplication.processEvents()
    assert messages.indexAt(messages.viewport().rect().center()).data() == text
    assert opened.newest.isVisible()


def test_older_pages_come_above_without_a_jump(opened, node):
    messages = opened.messages
    bar = messages.verticalScrollBar()
    rows = messages.model().rowCount()
    bar.setValue(bar.minimum() + 10)
    top = messages.indexAt(messages.viewport().rect().center()).data()
    node.deliver()
    QApplication.processEvents()
    assert messages.model().rowCount() > rows
    assert messages.indexAt(messages.viewport().rect().center()).data() == top


def test_what_is_looked_at_stays_also_when_rows_above_it_go(opened, node):
    messages = opened.messages
    bar = messages.verticalScrollBar()
    while not messages.model().data(messages.model().index(0)).endswith(" 0"):
        bar.setValue(0)
        node.deliver()
        QApplication.processEvents()
    assert messages.model().rowCount() == MAX_ROWS
    bar.setValue(bar.maximum() - 10)
    looked_at = messages.indexAt(messages.viewport().rect().center()).data()
    node.deliver()
    QApplication.processEvents()
    assert messages.model().index(0).data() != "Message 0", "newer ones came, the oldest went"
    assert messages.indexAt(messages.viewport().rect().center()).data() == looked_at


def test_keys_in_the_messages_begin_at_what_is_seen_last(opened, node, qtbot):
    messages = opened.messages
    messages.setFocus()
    bar = messages.verticalScrollBar()
    assert bar.value() == bar.maximum()
    assert messages.currentIndex().data() == "Message 999"
    qtbot.keyClick(messages, Qt.Key.Key_Up)
    assert messages.currentIndex().data() == "Message 998"


def test_heights_are_measured_anew_for_a_new_look(opened, look):
    sizes = opened.messages.bubbles._sizes
    assert sizes
    look.changed.emit()
    assert not sizes


def test_the_height_of_a_day_is_worked_out_for_rows_that_name_one_alone(opened, node, monkeypatch):
    bubbles, asked = opened.messages.bubbles, []
    height = bubbles._day_height()
    monkeypatch.setattr(bubbles, "_day_height", lambda: asked.append(1) or height)
    model = opened.messages.model()
    named = sum(bool(model.data(model.index(n), MessageRole.NEW_DAY)) for n in range(50))
    opened.messages.doItemsLayout()
    assert len(asked) < 5 * named, "of 50 rows, most of which follow one of the same day"


def test_heights_are_forgotten_with_their_page(qtbot, look):
    view = QListView()
    qtbot.addWidget(view)
    bubbles = BubbleDelegate(look, view)
    sizes = weakref.ref(bubbles._sizes)
    shiboken6.delete(bubbles)
    del bubbles
    gc.collect()
    assert sizes() is None


def test_a_thousand_messages_in_a_burst_are_few_paints(opened, node, qtbot):
    bubbles = opened.messages.bubbles
    before = bubbles.painted
    views = [message(1001 + n, BOB) for n in range(1000)]
    for first in range(0, 1000, 100):
        node.happened.emit(tuple(MessageAdded(view) for view in views[first : first + 100]))
    qtbot.waitUntil(lambda: bubbles.painted > before)
    burst = bubbles.painted - before
    assert 0 < burst < 200, "what is seen, not what came"


def test_what_could_not_be_sent_stays_and_is_sent_on_enter(opened, node, qtbot):
    node.problem = DiskFull()
    qtbot.keyClicks(opened.composer.box, "Precious")
    qtbot.keyClick(opened.composer.box, Qt.Key.Key_Return)
    node.deliver()
    messages = opened.messages
    last = messages.model().index(messages.model().rowCount() - 1, 0)
    assert last.data() == "Precious"
    node.problem = None
    messages.setCurrentIndex(last)
    messages.activated.emit(last)
    node.deliver()
    assert node.history[BOB.id][-1].text == "Precious"


def test_a_lost_node_is_said_and_the_draft_stays(opened, window, node, qtbot):
    qtbot.keyClicks(opened.composer.box, "Half")
    node.lose(ended=False)
    assert window.outer.currentIndex() == 1
    node.deliver()
    assert window.pages.currentWidget().composer.box.toPlainText() == "Half"


def test_locking_forgets_what_was_shown(opened, window, node, desk):
    node.lose()
    node.deliver()
    assert desk.session.phase == Phase.LOCKED
    assert desk.conversations.rowCount() == 0
    assert window.outer.currentIndex() == 0


def labels(window):
    """All labels but drawings."""
    return [label for label in window.findChildren(QLabel) if label.pixmap().isNull()]


@pytest.mark.parametrize("page", sorted(PAGES))
def test_no_label_guesses_a_format(page, opened, window, desk):
    desk.open_page(page, BOB.id)
    assert len(labels(window)) > 5
    guessing = [label for label in labels(window) if label.textFormat() != Qt.TextFormat.PlainText]
    assert guessing == []


def as_shown(tooltip):
    """What a tooltip says to the person who sees it."""
    document = QTextDocument()
    if Qt.mightBeRichText(tooltip):
        document.setHtml(tooltip)
    else:
        document.setPlainText(tooltip)
    return document.toPlainText()


def test_tooltips_show_what_others_wrote_as_it_is(opened, window, node):
    hostile = "<b>Call</b> <a href='x'>me</a>"
    node.happened.emit((ContactChanged(contact(1, name="Bob", problem=hostile)),))
    assert hostile in as_shown(opened._problem.toolTip())
    node.happened.emit((TorChanged(TorView(False, 0, hostile), False),))
    assert as_shown(window._tor.toolTip()) == hostile
    assert as_shown(hostile) != hostile, "what Qt would make of it"


@pytest.mark.parametrize(("running", "bootstrap"), [(True, 45), (False, 100)])
def test_a_strip_says_that_tor_is_not_up_while_one_reads_and_writes(
    opened, window, desk, node, running, bootstrap
):
    strip = window._strip
    assert not strip.isVisible()
    node.happened.emit((TorChanged(TorView(running, bootstrap, "Half <way>."), False),))
    assert strip.isVisible()
    assert "Half <way>." in strip.text()
    assert desk.session.phase == Phase.READY
    assert opened.composer.isEnabled()
    node.lose(ended=False)
    assert "connection to the node" in strip.text()
    node.deliver()
    assert not strip.isVisible()


def test_the_strip_leads_to_the_page_about_tor_where_tor_is_why(opened, window, desk, node, qtbot):
    node.happened.emit((TorChanged(TorView(True, 45, "Half way."), False),))
    assert by_tab(window, window.search, qtbot)[:3] == [
        window.search,
        window._strip.button,
        window.list,
    ]
    shown = []
    desk.page_opened.connect(lambda *page: shown.append(page))
    qtbot.mouseClick(window._strip.button, Qt.MouseButton.LeftButton)
    assert shown == [("tor", "")]
    node.lose(ended=False)
    assert not window._strip.button.isVisible()


def test_who_cannot_be_reached_by_choice_sees_no_strip(opened, window, node):
    node.happened.emit((TorChanged(TorView(True, 100, "Tor is up."), False),))
    assert not window._strip.isVisible()


def click_row(window, qtbot, row):
    area = window.list.visualRect(window.list.model().index(row, 0))
    qtbot.mouseClick(window.list.viewport(), Qt.MouseButton.LeftButton, pos=area.center())


def read_marks(node):
    return [asked.contact for asked in node.asked if isinstance(asked, schema.MarkRead)]


def test_a_click_on_a_row_opens_it_also_when_it_is_the_chosen_one(opened, window, desk, qtbot):
    desk.open_page("contact", BOB.id)
    click_row(window, qtbot, window.list.currentIndex().row())
    page = window.pages.currentWidget()
    assert page.contact == BOB.id and hasattr(page, "composer")
    click_row(window, qtbot, window.list.currentIndex().row())
    assert window.pages.currentWidget() is page, "it is there already"


def test_the_chosen_row_is_that_of_the_page(opened, window, desk):
    desk.open_page("conversation", CAROL.id)
    assert [i.data() for i in window.list.selectedIndexes()] == ["Carol"]
    desk.open_page("requests")
    assert window.list.selectedIndexes() == []


def test_a_removed_contact_opens_and_reads_nobody_else(window, desk, node):
    node.people[CAROL.id] = contact(2, name="Carol", unread=3)
    node.replies[schema.VerifyQr] = schema.VerifyQrReply((), "", "", "")
    desk.session.open()
    node.deliver()
    window.list.select(desk.conversations.row(BOB.id))
    desk.open_page("contact", BOB.id)
    node.deliver()
    node.asked.clear()
    shown = []
    desk.page_opened.connect(lambda *page: shown.append(page))
    node.happened.emit((ContactRemoved(BOB.id, "Bob"),))
    node.deliver()
    assert shown == [("", "")]
    assert window.list.selectedIndexes() == []
    assert read_marks(node) == []


def test_arrow_keys_pass_by_a_conversation_and_enter_opens_it(opened, window, node, qtbot):
    node.arrive(message(1, CAROL))
    window.list.setFocus()
    window.list.setCurrentIndex(window.list.model().index(1, 0))
    qtbot.keyClick(window.list, Qt.Key.Key_Up)
    node.deliver()
    assert window.list.currentIndex().data() == "Carol"
    assert CAROL.id not in read_marks(node)
    qtbot.keyClick(window.list, Qt.Key.Key_Return)
    node.deliver()
    assert window.pages.currentWidget().contact == CAROL.id
    assert CAROL.id in read_marks(node)


def test_in_a_conversation_that_is_gone_nothing_can_be_written(opened, node):
    assert opened.composer.isEnabled()
    node.happened.emit((ContactRemoved(BOB.id, "Bob"),))
    assert not opened.composer.isEnabled()


def keys(*sequence):
    return lambda window, qtbot: qtbot.keyClick(window, *sequence)


def arrow(window, qtbot):
    qtbot.mouseClick(window.pages.currentWidget().back, Qt.MouseButton.LeftButton)


@pytest.mark.parametrize(
    "back",
    [arrow, keys(Qt.Key.Key_Escape), keys(Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)],
    ids=["arrow", "Escape", "Alt+Left"],
)
def test_every_way_back_leads_to_the_page_before(opened, window, desk, qtbot, back):
    shown = [("conversation", BOB.id)]
    desk.page_opened.connect(lambda *page: shown.append(page))
    way = [("contact", BOB.id), ("add", ""), ("requests", ""), ("contact", CAROL.id)]
    for page in way:
        desk.open_page(*page)
    del shown[1:]
    for _ in way:
        back(window, qtbot)
    assert shown[1:] == [*reversed(way[:-1]), ("conversation", BOB.id)]
    desk.back()
    assert shown[-1] == ("", "")
    desk.back()
    assert len(shown) == len(way) + 2, "there is nothing before"


def test_a_long_way_is_forgotten_but_not_where_it_began(desk):
    shown = []
    desk.page_opened.connect(lambda *page: shown.append(page))
    for number in range(MAX_WAY):
        desk.open_page("contact", f"{number}")
        desk.open_page("add")
        desk.open_page("add")
    shown.clear()
    for _ in range(3 * MAX_WAY):
        desk.back()
    assert len(shown) == MAX_WAY
    assert shown[-1] == ("", "")


@pytest.mark.parametrize("page", sorted(PAGES))
def test_every_page_opens_and_every_control_has_a_name(page, opened, window, desk):
    desk.open_page(page, BOB.id)
    found = [control for control in controls(window) if control.isVisibleTo(window)]
    assert len(found) >= 3, "search, list, menu"
    assert nameless(found) == []


@pytest.mark.parametrize("page", sorted(PAGES))
def test_tab_walks_through_the_window_in_reading_order(opened, window, desk, node, qtbot, page):
    node.replies[schema.Requests] = node.replies[schema.Invites] = ()
    node.replies[schema.VerifyQr] = schema.VerifyQrReply(("acid",), "", "", "")
    desk.open_page(page, BOB.id)
    node.deliver()
    shown = window.pages.currentWidget()
    desk.notify("Something was lost.", "Look", lambda: None)
    QApplication.processEvents()
    reached = by_tab(window, window.search, qtbot)
    assert reached[:3] == [window.search, window.list, window.menu_button]
    assert reached[-2:] == [window.notice.action, window.notice.close_button]
    assert [control for control in to_be_reached(window) if control not in reached] == []
    assert all(shown.isAncestorOf(control) for control in reached[3:-2])
    if page == "conversation":
        assert reached[4:6] == [shown.messages, shown.composer.box]
    assert nameless(reached) == []


def test_a_hostile_name_and_text_are_plain(window, desk, node, monkeypatch):
    painted = []

    class Painted(QTextLayout):
        """Knows no format, and is all that a bubble's text is painted with."""

        def draw(self, *arguments):
            painted.append(self.text())
            super().draw(*arguments)

    monkeypatch.setattr(text_layout, "QTextLayout", Painted)
    evil = contact(1, name="<b>\u202egnp.exe</b>")
    node.people[evil.id] = evil
    node.history[evil.id] = [message(1, evil, text="<img src=x>" + "e" + "\u0301" * 1_000_000)]
    desk.session.open()
    node.deliver()
    window.list.select(0)
    node.deliver()
    QApplication.processEvents()
    assert painted, "the conversation is seen"
    assert {text[:12] for text in painted} == {"<img src=x>e", "Long message"}
    assert max(len(text) for text in painted) == MAX_CHARACTERS
    page = window.pages.currentWidget()
    assert page._name.textFormat() == Qt.TextFormat.PlainText
    assert page._name.text() == "<b>\ufffdgnp.exe</b>"


def test_where_there_is_not_room_for_both_the_name_is_seen_and_not_the_time(window, desk, node):
    desk.session.open()
    node.deliver()
    rows = window.list.itemDelegate()
    assert rows.time_beside(BOB, "Bob", 400)
    assert rows.time_beside(BOB, "Somebody with a long name", 400)
    assert not rows.time_beside(BOB, "Somebody with a long name", 90)
    assert not rows.time_beside(BOB, "Bob", 40)


def test_while_the_node_is_lost_nothing_is_said_of_who_can_reach_one(window, desk, node):
    desk.session.open()
    node.deliver()
    assert "contacts can reach you" in window._tor.text()
    node.lose(ended=False)
    assert desk.session.phase == Phase.LOST
    assert window._tor.text() == "Tor: not known now"
    node.deliver()
    assert "contacts can reach you" in window._tor.text()


def test_while_the_node_is_lost_nobody_is_shown_as_connected_anywhere(window, desk, node):
    ada = contact(1, connected=True, trust="validated")
    node.people[ada.id] = ada
    node.history[ada.id] = []
    node.replies = {schema.VerifyQr: schema.VerifyQrReply(("acid",) * 12, "acid", "", "")}

    def said():
        return {chip.text() for chip in window.pages.currentWidget().findChildren(Chip)}

    def row():
        index = desk.conversations.index(0)
        return index.data(Qt.ItemDataRole.AccessibleTextRole), index.data(ConversationRole.PATH)

    desk.session.open()
    node.deliver()
    for page in ("conversation", "contact"):
        desk.open_page(page, ada.id)
        node.deliver()
        assert "Connected over Tor" in said() and row()[1] is True
        node.lose(ended=False)
        assert desk.session.phase == Phase.LOST
        assert "Not known now" in said() and "Connected over Tor" not in said()
        assert "Not known now" in row()[0] and row()[1] is None
        assert not desk.conversations.contact(ada.id).connected, "nor is there a dot"
        # What changed meanwhile was told to nobody, and is seen when the list is told anew.
        node.people[ada.id] = replace(ada, connected=False)
        node.deliver()
        assert desk.session.phase == Phase.READY
        assert "Not connected" in said() and row()[1] is False
        node.people[ada.id] = ada
        node.tell(ConnectionChanged(ada.id, ada.name, True))


@pytest.mark.parametrize("page", ["", "tor", "settings", "add"])
def test_in_the_narrowest_window_names_have_room_on_every_page(window, desk, node, page):
    desk.session.open()
    node.deliver()
    desk.open_page(page)
    window.resize(window.minimumSizeHint())
    letters = window.list.fontMetrics().averageCharWidth()
    assert window.list.width() >= 200
    assert window.list.width() - 44 - 4 * 12 >= 18 * letters


@pytest.mark.parametrize(
    ("online", "visibility", "services", "words"),
    [
        (True, "online", 1, "Tor: contacts can reach you"),
        (False, "online", 1, "Tor: your address is being published"),
        (False, "hidden", 0, "Tor: connected, nobody can call you"),
        (False, "online", 0, "Tor: connected"),
    ],
)
def test_a_tor_that_is_up_is_no_percentage(window, desk, node, online, visibility, services, words):
    tor = replace(STATUS.tor, services=services)
    node.replies[schema.Status] = replace(STATUS, online=online, visibility=visibility, tor=tor)
    desk.session.open()
    node.deliver()
    assert window._tor.text() == words


def test_below_the_last_message_there_is_room(opened):
    messages = opened.messages
    messages.to_end()
    QApplication.processEvents()
    assert messages.viewport().geometry().bottom() + theme.S <= messages.rect().bottom()


def test_all_texts_around_the_page_grow_with_the_size_of_type(opened, window, look):
    words = [
        label
        for label in window.findChildren(QLabel)
        if label.isVisible() and label.text() and label.pixmap().isNull()
    ]
    before = {label: label.font().pointSizeF() for label in words}
    # So large that one side stands alone.
    look.scale(200)
    grown = {label.text(): label.font().pointSizeF() / before[label] for label in words}
    assert not window.sides.beside
    look.scale(100)
    small = {label.text(): label.font().pointSizeF() / before[label] for label in words}
    assert "Tor: contacts can reach you" in grown
    assert grown == pytest.approx(dict.fromkeys(grown, 2.0), abs=0.05)
    assert small == pytest.approx(dict.fromkeys(small, 1.0), abs=0.05)
