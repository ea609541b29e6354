"""A fresh profile becomes a device of an account, driven by keys and mouse over the fake node."""

import pytest
from device_scenes import LINK, MINE, SIX
from fake_node import NOON, FakeNode, FakeStarter, contact
from PySide6.QtCore import Qt

from onionchat.control import schema
from onionchat.errors import LinkExpired, ProfileNotFresh
from onionchat.views import LinkingChanged
from onionchat_gui.viewmodels.desk import Desk
from onionchat_gui.viewmodels.joining import Stage
from onionchat_gui.views.join_page import JoinPage
from onionchat_gui.views.pages import PAGES
from onionchat_gui.views.welcome_page import WelcomePage


@pytest.fixture
def node(qapp):
    made = FakeNode()
    made.now = NOON
    return made


@pytest.fixture
def desk(node):
    made = Desk(node, FakeStarter(node), lambda: node.now)
    made.session.open()
    node.deliver()
    return made


@pytest.fixture
def page(qtbot, desk, node, look):
    made = JoinPage(desk, look)
    qtbot.addWidget(made)
    made.show()
    node.deliver()
    return made


def asked(node, kind):
    return [request for request in node.asked if isinstance(request, kind)]


def tell(node, stage, **fields):
    node.happened.emit((LinkingChanged("new", stage, **fields),))


def click(qtbot, button):
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def call(page, node, qtbot):
    qtbot.keyClicks(page.link, LINK)
    qtbot.keyClicks(page.name, "Laptop")
    click(qtbot, page.join)
    node.deliver()


def test_whoever_has_met_nobody_is_offered_it(desk, node, look, qtbot):
    opened = []
    desk.page_opened.connect(lambda page, _: opened.append(page))
    welcome = WelcomePage(desk, look)
    qtbot.addWidget(welcome)
    welcome.show()
    click(qtbot, welcome.mine)
    assert opened == ["join"]
    assert "join" in PAGES


def test_whoever_has_contacts_is_not(desk, node, look, qtbot):
    person = contact(1)
    node.people[person.id] = person
    desk.conversations.load()
    node.deliver()
    welcome = WelcomePage(desk, look)
    qtbot.addWidget(welcome)
    welcome.show()
    assert not welcome.mine.isVisible()


def test_a_link_a_name_and_how_much_history(page, node, qtbot):
    assert not page.join.isEnabled()
    call(page, node, qtbot)
    assert asked(node, schema.JoinDevice) == [
        schema.JoinDevice(link=LINK, name="Laptop", history="all")
    ]
    assert page.asks.isHidden()
    assert page.waits.isVisible()


def test_history_begins_with_a_day_or_now(page, node, qtbot):
    values = [page.history.itemData(place) for place in range(page.history.count())]
    assert values == ["all", "2025-09-21", "2026-08-22", "2026-09-14", "none"]
    page.history.setCurrentIndex(3)
    call(page, node, qtbot)
    assert asked(node, schema.JoinDevice)[0].history == "2026-09-14"


def test_the_code_is_large_and_spelt_for_a_screen_reader(page, node, qtbot):
    call(page, node, qtbot)
    tell(node, "code", code="4821 7730", words=SIX)
    assert page.code.text() == "4821 7730"
    assert page.code.accessibleName() == "4 8 2 1 7 7 3 0"
    assert page.code.font().pointSizeF() > 2 * page.link.font().pointSizeF() - 1


def test_the_words_are_shown_and_that_the_papers_are_void(page, desk, node, qtbot):
    desk.preferences.change(words_open=True)
    call(page, node, qtbot)
    tell(node, "code", code="4821 7730", words=SIX)
    tell(node, "confirmed")
    assert page.model.stage == Stage.CONFIRMED
    assert page.other.isHidden()
    before = len(asked(node, schema.Status))
    tell(node, "linked", words=SIX)
    assert page.words.text().split() == list(SIX)
    assert page.ends.isVisible()
    # Words that count no more need not be confirmed.
    assert not desk.preferences.values.words_open
    # What the account is called is asked for.
    assert len(asked(node, schema.Status)) == before + 1


def test_a_refusal_is_said_and_what_was_typed_stays(page, node, qtbot):
    node.problem = ProfileNotFresh()
    call(page, node, qtbot)
    assert page.problem.words.text().startswith("Only a fresh profile")
    assert page.link.toPlainText() == LINK
    qtbot.keyClicks(page.name, "x")
    assert page.problem.isHidden()


def test_a_link_that_ends_while_it_waits_is_said(page, node, qtbot):
    call(page, node, qtbot)
    tell(node, "failed", sentence=LinkExpired.sentence)
    assert page.asks.isVisible()
    assert page.problem.words.text() == LinkExpired.sentence


def test_why_it_is_tried_again_is_said(page, node, qtbot):
    call(page, node, qtbot)
    tell(node, "calling", sentence="The other device cannot be reached now.")
    assert page.why.text() == "The other device cannot be reached now."


def test_another_link_can_be_used_while_one_is_called(page, node, qtbot):
    call(page, node, qtbot)
    click(qtbot, page.other)
    assert page.asks.isVisible()
    tell(node, "calling", sentence="The other device cannot be reached now.")
    assert page.asks.isVisible()
    # Unless the code was typed over there all the same.
    tell(node, "confirmed")
    assert page.waits.isVisible()


def test_leaving_the_page_keeps_the_code(page, desk, node, look, qtbot):
    call(page, node, qtbot)
    tell(node, "code", code="4821 7730", words=SIX)
    again = JoinPage(desk, look)
    qtbot.addWidget(again)
    assert again.code.text() == "4821 7730"


def test_of_a_locked_window_nothing_stays(page, desk, node, qtbot):
    call(page, node, qtbot)
    tell(node, "code", code="4821 7730", words=SIX)
    desk.lock.lock()
    node.deliver()
    desk.lock.unlock("open sesame")
    node.deliver()
    assert desk.joining.code == desk.joining.link == ""


def test_whoever_comes_back_later_is_told_that_it_is_done(desk, node, look, qtbot):
    node.replies[schema.Devices] = MINE
    page = JoinPage(desk, look)
    qtbot.addWidget(page)
    page.show()
    node.deliver()
    assert page.ends.isVisible()
    assert page.words.isHidden()
