"""The pages "add" and "requests", driven by keys and mouse."""

from itertools import pairwise

import pytest
from fake_node import NOON, FakeNode, FakeStarter, contact
from msgspec.structs import replace
from PySide6.QtCore import QMimeData, QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QMessageBox,
)
from tab_order import by_tab, nameless, to_be_reached

from onionchat.control import schema
from onionchat.errors import LinkChecksumWrong, NameTaken, Stopping
from onionchat.views import ContactChanged, InviteView, LinkView, RequestReceived, RequestView
from onionchat_gui.viewmodels import when
from onionchat_gui.viewmodels.desk import Desk
from onionchat_gui.views.add_page import DAY, INVITE, AddPage
from onionchat_gui.views.pages import PAGES
from onionchat_gui.views.requests_page import MAX_CARDS, RequestsPage

EVE = contact(7, name="Eve")
ASKED = RequestView(f"{7:032x}", "Eve", "Hello", NOON, "Eva")
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 2"><path d="M0 0h1v1h-1z"/></svg>'
LINK = "onionchat:abc"


@pytest.fixture
def node(qapp):
    made = FakeNode(EVE)
    made.replies[schema.Requests] = (ASKED,)
    made.replies[schema.Accept] = made.replies[schema.Block] = EVE
    made.replies[schema.Add] = EVE
    made.replies[schema.Invites] = ()
    made.replies[schema.Invite] = lambda asked: schema.InviteReply(
        InviteView("i", LINK, made.now + (asked.lifetime or 0), asked.standing, "unused", NOON),
        "",
        SVG,
    )
    return made


@pytest.fixture
def desk(node):
    made = Desk(node, FakeStarter(node), lambda: node.now)
    made.session.open()
    node.deliver()
    return made


@pytest.fixture
def opened(desk):
    pages = []
    desk.page_opened.connect(lambda page, contact: pages.append((page, contact)))
    return pages


@pytest.fixture
def show(qtbot, node):
    def shown(page):
        qtbot.addWidget(page)
        page.show()
        node.deliver()
        return page

    return shown


@pytest.fixture
def add(show, desk, look):
    return show(AddPage(desk, look))


@pytest.fixture
def requests(show, desk, look):
    return show(RequestsPage(desk, look))


def asked(node, kind):
    return [request for request in node.asked if isinstance(request, kind)]


def click(qtbot, button):
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_each_card_says_what_it_is_about(add):
    cards = [frame for frame in add.findChildren(QFrame) if frame.objectName() == "card"]
    headings = [card.layout().itemAt(0).widget().text() for card in cards]
    assert len(headings) == 3
    assert all(headings)


# --- Adding --------------------------------------------------------------------------------------


def test_a_link_a_name_a_greeting(add, node, opened, qtbot):
    assert not add.add.isEnabled()
    qtbot.keyClicks(add.link, LINK)
    qtbot.keyClicks(add.name, "Eve")
    qtbot.keyClicks(add.greeting, "Hello")
    click(qtbot, add.add)
    node.deliver()
    assert asked(node, schema.Add) == [schema.Add(link=LINK, name="Eve", greeting="Hello")]
    assert opened == [("contact", EVE.id)]
    assert add.link.toPlainText() == ""


def test_a_wrong_link_is_kept_and_explained_until_it_is_changed(add, node, qtbot):
    node.problem = LinkChecksumWrong()
    qtbot.keyClicks(add.link, LINK)
    click(qtbot, add.add)
    node.deliver()
    assert add.problem.words.text() == LinkChecksumWrong.sentence
    assert add.link.toPlainText() == LINK
    qtbot.keyClicks(add.link, "d")
    assert not add.problem.isVisible()


def test_a_good_link_is_said_before_anything_is_sent(add, node, qtbot):
    node.replies[schema.CheckLink] = LinkView(False, node.now + 3 * DAY)
    qtbot.keyClicks(add.link, LINK)
    add.model.check()
    node.deliver()
    assert add.found.isVisible()
    assert "one person" in add.found.text()
    assert not asked(node, schema.Add)
    qtbot.keyClicks(add.link, "x")
    assert not add.found.isVisible()


def test_who_looks_at_another_page_finds_what_was_typed(add, desk, look, show, node, qtbot):
    node.replies[schema.CheckLink] = LinkView(False, node.now + DAY)
    qtbot.keyClicks(add.link, LINK)
    qtbot.keyClicks(add.name, "Eve")
    qtbot.keyClicks(add.greeting, "Hello")
    add.model.check()
    node.deliver()
    add.close()
    again = show(AddPage(desk, look))
    typed = again.link.toPlainText(), again.name.text(), again.greeting.toPlainText()
    assert typed == (LINK, "Eve", "Hello")
    assert again.found.isVisible()
    click(qtbot, again.add)
    node.deliver()
    after = show(AddPage(desk, look))
    assert after.link.toPlainText() == after.name.text() == after.greeting.toPlainText() == ""


def test_behind_the_curtain_nothing_of_it_stays(add, desk, look, show, node, qtbot):
    qtbot.keyClicks(add.link, LINK)
    qtbot.keyClicks(add.name, "Eve")
    desk.lock.lock()
    assert (desk.adding.link, desk.adding.name) == ("", "")


def test_tab_leaves_the_link(add, qtbot):
    add.link.setFocus()
    qtbot.keyClick(add.link, Qt.Key.Key_Tab)
    assert add.link.toPlainText() == ""


def test_a_greeting_that_is_too_long_is_not_sent(add, qtbot):
    qtbot.keyClicks(add.link, LINK)
    add.greeting.setPlainText("ä" * 501)
    assert add.room.isVisible()
    assert not add.add.isEnabled()


def test_a_code_is_put_into_the_field_to_be_looked_at(add, node):
    add.model._read(LINK)
    assert add.link.toPlainText() == LINK
    assert add.add.isEnabled()
    assert not asked(node, schema.Add)


@pytest.mark.parametrize("kind", ["image/png", "image/jpeg", "image/bmp"])
def test_a_copied_picture_goes_to_the_child_as_it_is(add, qtbot, monkeypatch, kind):
    read = []
    monkeypatch.setattr(add.model, "read_picture", read.append)
    copied = QMimeData()
    copied.setData("text/plain", b"https://example.org")
    copied.setData(kind, b"no picture, whatever its kind says")
    QApplication.clipboard().setMimeData(copied)
    click(qtbot, add.sources.from_clipboard)
    assert read == [b"no picture, whatever its kind says"]


def test_a_copied_text_is_no_picture(add, qtbot, monkeypatch):
    monkeypatch.setattr(add.model, "read_picture", lambda _: pytest.fail("read"))
    QApplication.clipboard().setText("image/png")
    click(qtbot, add.sources.from_clipboard)
    assert "copied" in add.problem.words.text()


def test_the_screen_is_read_with_all_its_points(add, qtbot, monkeypatch):
    read = []
    monkeypatch.setattr(add.model, "read_picture", read.append)
    click(qtbot, add.sources.from_screen)
    (content,) = read
    seen = QImage.fromData(content, "PNG")
    assert seen.size() == add.screen().grabWindow(0).size()


def test_an_empty_clipboard_is_a_sentence(add, qtbot):
    QApplication.clipboard().clear()
    click(qtbot, add.sources.from_clipboard)
    assert "copied" in add.problem.words.text()


def test_an_invite_is_made_shown_and_copied(add, node, qtbot):
    click(qtbot, add.make)
    node.deliver()
    assert asked(node, schema.Invite) == [schema.Invite(standing=False, lifetime=7.0 * DAY)]
    assert add.code.isVisible()
    click(qtbot, add.copy)
    assert QApplication.clipboard().text() == LINK
    assert add.rows.count() > 0


def test_a_standing_invite_needs_no_end(add, node, qtbot):
    add.standing.click()
    click(qtbot, add.make)
    node.deliver()
    assert asked(node, schema.Invite) == [schema.Invite(standing=True, lifetime=None)]


def test_an_invite_is_withdrawn_after_a_yes(add, node, qtbot):
    click(qtbot, add.make)
    node.deliver()
    revoke = add.rows.itemAtPosition(0, 3).widget()
    click(qtbot, revoke)
    node.deliver()
    assert not asked(node, schema.RevokeInvite)
    box = add.findChild(QMessageBox)
    yes = next(button for button in box.buttons() if button is not box.defaultButton())
    click(qtbot, yes)
    node.deliver()
    assert asked(node, schema.RevokeInvite) == [schema.RevokeInvite(id="i")]
    assert not add.code.isVisible()
    assert add.none.isVisible()


def test_how_long_a_link_can_be_used_is_said_in_one_way_wherever_it_is_seen(add, node, qtbot):
    ends = node.now + 7 * DAY
    node.replies[schema.CheckLink] = LinkView(False, ends)
    qtbot.keyClicks(add.link, LINK)
    add.model.check()
    click(qtbot, add.make)
    node.deliver()
    said = f"can be used until {when.moment(ends)}"
    assert said in add.found.text()
    assert said in add.made_about.text()
    node.now += 3600
    add._show()
    assert said in add.found.text()
    node.now = ends
    add._show()
    assert "has expired" in add.found.text()


def test_who_comes_to_invite_somebody_begins_with_that(show, desk, look):
    page = show(AddPage(desk, look, INVITE))
    page.resize(700, 600)
    QApplication.processEvents()
    assert page.title.text() == "Invite somebody"
    places = [part.mapTo(page, QPoint(0, 0)).y() for part in (page.make, page.none, page.link)]
    assert places == sorted(places)


def test_an_invite_without_end_in_words(add):
    assert "until it is withdrawn" in add._expiry(None)


# --- Requests ------------------------------------------------------------------------------------


def only(requests):
    (card,) = requests.cards.values()
    return card


def test_accepting_with_a_name_opens_the_conversation(requests, node, opened, qtbot):
    card = only(requests)
    qtbot.keyClicks(card.petname, "Evie")
    click(qtbot, card.accept)
    assert not card.accept.isEnabled()
    node.deliver()
    assert asked(node, schema.Accept) == [schema.Accept(id=ASKED.id, name="Evie")]
    assert opened == [("conversation", EVE.id)]
    assert not requests.cards


def test_declining(requests, node, qtbot):
    click(qtbot, only(requests).decline)
    node.deliver()
    assert asked(node, schema.Decline) == [schema.Decline(id=ASKED.id)]
    assert not requests.cards
    assert "Nobody waits" in requests.about.text()


def test_blocking_asks_first(requests, node, qtbot):
    click(qtbot, only(requests).block)
    node.deliver()
    assert not asked(node, schema.Block)
    box = requests.findChild(QMessageBox)
    yes = next(button for button in box.buttons() if button is not box.defaultButton())
    click(qtbot, yes)
    node.deliver()
    assert asked(node, schema.Block) == [schema.Block(contact=ASKED.id)]


def test_what_is_typed_survives_another_request(requests, node, qtbot):
    card = only(requests)
    qtbot.keyClicks(card.petname, "Evie")
    node.happened.emit((RequestReceived(RequestView("2", "Dan", "", NOON)),))
    assert len(requests.cards) == 2
    assert requests.cards[ASKED.id].petname.text() == "Evie"


def test_a_name_that_is_taken_is_said_on_the_card(requests, node, qtbot):
    node.problem = NameTaken()
    card = only(requests)
    click(qtbot, card.accept)
    node.deliver()
    assert card.problem.words.text() == NameTaken.sentence
    assert card.accept.isEnabled()


def test_a_flood_of_requests_is_a_bounded_page(requests, node):
    many = tuple(
        RequestReceived(RequestView(f"r{n}", f"N{n}", "", NOON + n)) for n in range(3 * MAX_CARDS)
    )
    node.happened.emit(many)
    assert len(requests.cards) == MAX_CARDS


def test_a_hostile_request_is_plain_text(show, desk, node, look):
    evil = RequestView("1", "<b>\u202eEve\x07</b>", "<img src=x>\x1b[2J", NOON, "<i>Ada</i>")
    node.replies[schema.Requests] = (evil,)
    page = show(RequestsPage(desk, look))
    card = only(page)
    assert card.greeting.textFormat() == Qt.TextFormat.PlainText
    assert card.greeting.text().startswith("<img src=x>")
    assert "\x1b" not in card.greeting.text()
    assert "\x07" not in card.accept.accessibleName()


def test_a_word_without_end_makes_no_page_wider_than_the_window(show, desk, node, look):
    endless = RequestView("1", "W" * 64, "W" * 1000, NOON, "W" * 64)
    node.replies[schema.Requests] = (endless,)
    page = show(RequestsPage(desk, look))
    page.resize(560, 700)
    QApplication.processEvents()
    assert page.area.widget().width() <= page.area.viewport().width()
    card = only(page)
    assert card.geometry().right() < page.area.viewport().width()
    assert card.greeting.text().replace("\N{ZERO WIDTH SPACE}", "") == "W" * 1000


# --- Keys ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["add", "requests", "contact"])
def test_tab_reaches_every_control_from_top_to_bottom(show, desk, node, look, qtbot, name):
    node.replies[schema.VerifyQr] = schema.VerifyQrReply(("acid", "bamboo"), "", "", SVG)
    page = show(PAGES[name](desk, look, EVE.id))
    if name == "add":
        click(qtbot, page.make)
        node.deliver()
    page.resize(700, 900)
    QApplication.processEvents()
    reached = by_tab(page, page.back, qtbot)
    missing = [c for c in to_be_reached(page) if c not in reached]
    assert missing == []
    assert len(reached) > 4
    paper = page.area.widget()
    tops = [c.mapTo(paper, QPoint(0, c.height() // 2)).y() for c in reached[1:]]
    assert all(after >= before - 8 for before, after in pairwise(tops)), tops
    assert nameless(reached) == []


def test_what_is_no_link_cannot_be_sent_until_it_is_another_text(add, node):
    node.problem = LinkChecksumWrong()
    add.link.setPlainText("nonsense")
    add.model.check()
    node.deliver()
    assert add.problem.isVisible()
    assert not add.add.isEnabled()
    node.problem = None
    add.link.setPlainText(LINK)
    assert add.add.isEnabled()


def test_a_node_that_does_not_answer_says_nothing_of_the_link(add, node):
    node.problem = Stopping()
    add.link.setPlainText(LINK)
    add.model.check()
    node.deliver()
    assert add.add.isEnabled()


def test_the_longest_time_that_a_link_can_be_used_is_to_be_read(add):
    add.standing.setChecked(True)
    QApplication.processEvents()
    chosen = add.lifetime.currentText()
    assert chosen == "until you withdraw it"
    assert add.lifetime.width() >= add.lifetime.sizeHint().width()
    words = add.lifetime.fontMetrics().horizontalAdvance(chosen)
    assert add.lifetime.width() > words


def test_what_the_node_says_of_a_link_that_was_used_goes_by_itself(add, node, desk):
    node.replies[schema.Add] = replace(EVE, problem="This link was used already.")
    add.link.setPlainText(LINK)
    add._add()
    node.deliver()
    assert desk.notices.shown.sentence == "This link was used already."
    assert not desk.notices.shown.stays


def test_that_a_link_was_used_is_said_where_it_was_seen(add, node, qtbot):
    click(qtbot, add.make)
    node.deliver()
    assert add.made.isVisible()
    assert not add.used.isVisible()
    used = InviteView("i", LINK, None, False, "used", NOON)
    node.replies[schema.Invites] = (used,)
    node.happened.emit((ContactChanged(EVE),))
    node.deliver()
    assert not add.made.isVisible()
    assert add.used.isVisible()
    click(qtbot, add.make)
    node.deliver()
    assert not add.used.isVisible()
