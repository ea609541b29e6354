"""The Tor page, the form for bridges and the page that is open first, driven by keys."""

import pytest
import shiboken6
from fake_node import NOON, STATUS, FakeNode, FakeStarter, contact
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox, QScrollBar
from tab_order import by_tab, nameless, to_be_reached
from test_tor import BAD, GOOD, HALF, UP, details, judge, last, tell, trouble

from onionchat.control import schema
from onionchat.errors import InvalidInput
from onionchat.views import (
    BridgeCheckView,
    BridgeView,
    CircuitsView,
    ContactChanged,
    SettingView,
)
from onionchat_gui.viewmodels.desk import Desk
from onionchat_gui.views.add_page import AddPage
from onionchat_gui.views.bridges_card import MAX_ROWS
from onionchat_gui.views.main_window import MainWindow
from onionchat_gui.views.tor_page import TorPage
from onionchat_gui.views.welcome_page import WelcomePage

HOSTILE = "<b>1</b>\u202egnp.exe"


@pytest.fixture
def node(qapp):
    made = FakeNode()
    made.replies[schema.Status] = replace(STATUS, tor=HALF, online=False)
    made.replies[schema.TorDetails] = details()
    made.replies[schema.Settings] = (SettingView("bridges", "", "", ""),)
    made.replies[schema.CheckBridges] = judge
    made.replies[schema.Set] = lambda asked: SettingView(asked.name, asked.value, "", "")
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
    desk.page_opened.connect(lambda page, place: pages.append((page, place)))
    return pages


@pytest.fixture
def show(qtbot, node):
    def shown(page):
        qtbot.addWidget(page)
        page.resize(700, 700)
        page.show()
        node.deliver()
        return page

    return shown


@pytest.fixture
def page(show, desk, look):
    return show(TorPage(desk, look))


def answer(node, page, **changes):
    node.replies[schema.TorDetails] = details(**changes)
    page.model._ask()
    node.deliver()


def press(qtbot, button):
    button.setFocus()
    qtbot.keyClick(button, Qt.Key.Key_Space)


def texts(area):
    QApplication.processEvents()
    return [label.text() for label in area.findChildren(QLabel) if label.isVisibleTo(area)]


def paste(page, node, lines):
    page.bridges.lines.setPlainText(lines)
    page.bridges_model.check()
    node.deliver()
    # What came into a layout is shown when events are processed.
    QApplication.processEvents()


# --- The state -----------------------------------------------------------------------------------


def test_connecting_shows_how_far_and_what(page):
    assert page.state.text() == "Connecting to Tor"
    assert page.progress.bar.value() == HALF.bootstrap
    assert page.progress.bar.accessibleName()
    assert "35" in page.progress.percent.text()
    assert page.progress.step.text()
    assert not page.progress.offer.isVisible()


def test_where_there_is_no_tor_the_reason_stands_there_once(page, node):
    why = "No tor program was found."
    tell(node, replace(HALF, running=False, bootstrap=0, summary=why))
    answer(node, page, troubles=(replace(trouble("not_found"), sentence=why),))
    assert page.state.text() == "Tor does not run"
    assert texts(page).count(why) == 1
    assert not page.progress.bar.isVisible()
    assert not page.progress.offer.isVisible()


def test_a_trouble_has_its_sentence_a_way_out_and_a_time(page, node):
    answer(node, page, troubles=(trouble("blocked"),))
    shown = texts(page.progress)
    assert {"Something is wrong.", "Do something."} <= set(shown)
    assert any(text.startswith("Since ") for text in shown)
    assert page.progress.offer.isVisible()
    answer(node, page)
    assert "Something is wrong." not in texts(page)


def test_what_is_up_says_what_it_does(page, node):
    tell(node, UP, online=True)
    over = replace(trouble("blocked"), until=NOON + 9)
    answer(node, page, tor=UP, circuits=CircuitsView(joined=47), connections=2, last_trouble=over)
    assert not page.progress.isVisible()
    assert "Contacts can reach you." in texts(page)
    assert "47" in texts(page)
    assert "Something is wrong." in page.over.text()


def test_up_and_not_to_be_reached_says_why(page, node):
    tell(node, replace(UP, summary="Tor builds new <ways>."))
    assert page.summary.isVisible()
    assert page.summary.text() == "Tor builds new <ways>."


def test_it_stops_asking_when_it_is_hidden(page):
    assert page.model._poll.isActive()
    page.hide()
    assert not page.model._poll.isActive()


def test_another_answer_of_the_same_touches_nothing(page, node):
    tell(node, UP, online=True)
    answer(node, page, tor=UP, circuits=CircuitsView())
    first = page.ways.itemAt(0).widget()
    answer(node, page, tor=UP, circuits=CircuitsView())
    assert page.ways.itemAt(0).widget() is first


def test_each_bridge_in_use_has_its_state_in_words(page, node):
    answer(node, page, bridges=(BridgeView(1, "obfs4", "silent", "It does not answer."),))
    assert {"1. obfs4", "It does not answer."} <= set(texts(page.bridges))


# --- Bridges -------------------------------------------------------------------------------------


def test_pasted_lines_are_judged_chosen_and_used_by_keys_alone(page, node, qtbot):
    press(qtbot, page.bridges.blocked)
    lines = page.bridges.lines
    assert lines.hasFocus()
    paste(page, node, f"{GOOD}\n{BAD}\n192.0.2.2:80")
    assert "It needs an address." in texts(page.bridges)
    first, second = page.bridges.boxes
    press(qtbot, second)
    assert page.bridges.effect.isVisible()
    press(qtbot, page.bridges.use)
    assert not page.bridges.use.isEnabled()
    node.deliver()
    assert last(node, schema.Set).value == GOOD
    assert "from now on" in page.bridges.outcome.text()
    assert page.bridges.outcome.isVisible()
    assert first.isChecked()
    assert lines.toPlainText() == f"{GOOD}\n{BAD}\n192.0.2.2:80"


def test_an_error_stands_below_the_field_and_what_was_typed_stays(page, node, qtbot):
    press(qtbot, page.bridges.blocked)
    paste(page, node, GOOD)
    node.problem = InvalidInput("The node does not want it.")
    press(qtbot, page.bridges.use)
    node.deliver()
    assert page.bridges.problem.words.text() == "The node does not want it."
    assert page.bridges.lines.toPlainText() == GOOD
    node.problem = None
    qtbot.keyClick(page.bridges.lines, Qt.Key.Key_End)
    qtbot.keyClicks(page.bridges.lines, "0")
    assert not page.bridges.problem.isVisible()


def test_who_leaves_the_form_finds_it_as_it_was_until_the_profile_is_locked(
    show, desk, look, node, qtbot
):
    page = TorPage(desk, look)
    page.show()
    press(qtbot, page.bridges.blocked)
    qtbot.keyClicks(page.bridges.lines, "192.0.2.1:4")
    shiboken6.delete(page)
    again = show(TorPage(desk, look))
    assert again.bridges.form.isVisible()
    assert again.bridges.lines.toPlainText() == "192.0.2.1:4"
    node.lose()
    node.deliver()
    assert desk.bridges.text == ""


def test_a_program_that_is_missing_is_named_and_looked_for_again(page, node, qtbot):
    press(qtbot, page.bridges.blocked)
    needs = BridgeCheckView(1, "obfs4", False, "PluginMissing", "obfs4 bridges need lyrebird.")
    node.replies[schema.CheckBridges] = (needs,)
    paste(page, node, "obfs4 192.0.2.1:443 cert=a")
    assert "obfs4 bridges need lyrebird." in texts(page.bridges)
    assert not page.bridges.use.isEnabled()
    found = replace(needs, ok=True, error=None, sentence="This line can be used.")
    node.replies[schema.CheckBridges] = (found,)
    press(qtbot, page.bridges.again)
    node.deliver()
    assert page.bridges.use.isEnabled()
    assert not page.bridges.missing.isVisible()


def test_using_none_is_asked_twice(show, desk, look, node, qtbot):
    node.replies[schema.Settings] = (SettingView("bridges", GOOD, "", ""),)
    page = show(TorPage(desk, look))
    press(qtbot, page.bridges.blocked)
    assert page.bridges.lines.toPlainText() == GOOD
    press(qtbot, page.bridges.remove)
    (box,) = page.findChildren(QMessageBox)
    assert last(node, schema.Set) is None
    next(button for button in box.buttons() if "no bridges" in button.text()).click()
    node.deliver()
    assert last(node, schema.Set) == schema.Set(name="bridges", value="")
    assert "directly" in page.bridges.outcome.text()
    assert page.bridges.lines.toPlainText() == GOOD


def test_a_hostile_line_is_plain_text(page, node, qtbot):
    press(qtbot, page.bridges.blocked)
    node.replies[schema.CheckBridges] = (
        BridgeCheckView(1, "a&b", True, None, HOSTILE),
        BridgeCheckView(2, "", False, "InvalidInput", HOSTILE),
    )
    paste(page, node, f"{HOSTILE}\n{HOSTILE}\x1b[2J")
    shown = [label for label in page.bridges.findChildren(QLabel) if "gnp" in label.text()]
    assert len(shown) == 4
    for label in shown:
        assert label.textFormat() == Qt.TextFormat.PlainText
        assert label.text().startswith("<b>1</b>\ufffdgnp.exe")
        assert "\u202c" not in label.text(), "there is nothing that it would end"
        assert "\x1b" not in label.text()
    assert page.bridges.boxes[0].text() == "Line 1: a&&b"


def test_thousands_of_lines_are_not_thousands_of_rows(page, node, qtbot):
    press(qtbot, page.bridges.blocked)
    paste(page, node, "x\n" * 20_000)
    assert page.bridges.checks.count() == MAX_ROWS + 1


def test_of_another_programs_tor_no_bridges_are_set_here(page, node):
    page.bridges.open_form()
    tell(node, replace(HALF, own=False))
    assert "set there" in page.bridges.about.text()
    assert not page.bridges.form.isVisible()
    assert not page.bridges.blocked.isVisible()


@pytest.mark.parametrize("form", [False, True])
def test_tab_walks_through_the_page(page, node, qtbot, form):
    answer(node, page, troubles=(trouble("blocked"),))
    if form:
        press(qtbot, page.bridges.blocked)
        paste(page, node, f"{GOOD}\n{BAD}")
    reached = by_tab(page, page.back, qtbot)
    assert [control for control in to_be_reached(page) if control not in reached] == []
    assert nameless(reached) == []
    if form:
        wanted = [page.bridges.lines, page.bridges.boxes[0], page.bridges.use]
        assert [control for control in reached if control in wanted] == wanted


# --- The page that is open first -----------------------------------------------------------------


@pytest.fixture
def welcome(show, desk, look):
    return show(WelcomePage(desk, look))


def test_before_tor_is_up_it_shows_how_far_it_is(welcome, node):
    assert welcome.title.text() == "Connecting to Tor"
    assert welcome.progress.bar.value() == HALF.bootstrap
    assert welcome.add.isVisible(), "one need not wait"
    tell(node, UP, online=True)
    assert not welcome.progress.isVisible()
    assert welcome.title.text() == "Welcome to onionchat"
    assert not welcome.model._poll.isActive()


def test_a_tor_that_does_not_run_is_not_said_to_connect(welcome, node):
    tell(node, replace(HALF, running=False))
    assert welcome.title.text() == "Tor does not run"


def test_it_offers_a_bridge_and_leads_to_the_form(welcome, opened, desk, look, show, qtbot):
    welcome.model._patience.timeout.emit()
    press(qtbot, welcome.progress.use_bridge)
    assert opened == [("tor", "bridges")]
    page = show(TorPage(desk, look, "bridges"))
    assert page.bridges.form.isVisible()
    assert page.focusProxy() is page.bridges.lines


def test_without_contacts_two_buttons_lead_to_the_first(welcome, opened, desk, look, qtbot):
    press(qtbot, welcome.add)
    press(qtbot, welcome.invite)
    assert opened == [("add", ""), ("add", "invite")]
    page = AddPage(desk, look, "invite")
    qtbot.addWidget(page)
    assert page.focusProxy() is page.make


def test_with_contacts_it_says_to_choose(welcome, node):
    tell(node, UP, online=True)
    node.happened.emit((ContactChanged(contact(1)),))
    assert not welcome.add.isVisible()
    assert "Choose a conversation" in welcome.sentence.text()


def test_the_window_opens_the_form_with_the_cursor_in_it(desk, look, node, qtbot):
    window = MainWindow(desk, look)
    qtbot.addWidget(window)
    window.show()
    desk.open_page("tor", "bridges")
    node.deliver()
    QApplication.processEvents()
    page = window.pages.currentWidget()
    assert page.bridges.lines.hasFocus()
    area = page.area.viewport()
    top = page.bridges.lines.mapTo(area, page.bridges.lines.rect().topLeft())
    assert area.rect().contains(top), "it is seen"


def in_sight(page, control):
    area = page.area.viewport().rect()
    return control.visibleRegion().boundingRect().height() >= min(control.height(), area.height())


def test_the_box_for_bridge_lines_is_in_sight_when_one_is_led_to_it(qtbot, desk, node, look):
    page = TorPage(desk, look, "bridges")
    qtbot.addWidget(page)
    page.resize(700, 420)
    page.show()
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    page.bridges.lines.setFocus()
    node.deliver()
    qtbot.waitUntil(lambda: in_sight(page, page.bridges.lines), timeout=10_000)
    QApplication.processEvents()
    assert in_sight(page, page.bridges.lines)


def test_what_has_the_focus_stays_in_sight_while_the_page_grows_until_one_scrolls(
    page, qtbot, node
):
    page.resize(700, 420)
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    page.bridges.open_form()
    box = page.bridges.lines
    qtbot.waitUntil(lambda: in_sight(page, box), timeout=10_000)
    page.bridges.about.setText("A line.\n" * 60)
    qtbot.waitUntil(lambda: in_sight(page, box), timeout=10_000)
    page.area.verticalScrollBar().triggerAction(QScrollBar.SliderAction.SliderToMinimum)
    page.bridges.about.setText("A line.\n" * 90)
    QApplication.processEvents()
    assert page.area.verticalScrollBar().value() == 0
