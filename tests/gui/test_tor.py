"""What Tor does and bridge lines: the models, asked and told without a window."""

import pytest
from fake_node import NOON, STATUS, FakeNode, FakeStarter
from msgspec.structs import replace

from onionchat.control import schema
from onionchat.errors import InvalidInput, NodeNotRunning, TorFailed
from onionchat.views import (
    BridgeCheckView,
    SettingView,
    TorChanged,
    TorDetailsView,
    TorServiceView,
    TorView,
    TroubleView,
)
from onionchat_gui.viewmodels import tor_words
from onionchat_gui.viewmodels.bridges import MAX_TEXT, Bridges
from onionchat_gui.viewmodels.desk import Desk
from onionchat_gui.viewmodels.tor import HELPED, NOT_HELPED, Reach, Tor

HALF = TorView(True, 35, "Connecting to Tor: 35 % (Loading).")
UP = TorView(True, 100, "Connected to Tor.", services=1)
GOOD, BAD = "192.0.2.1:443", "not a bridge"


def details(tor=HALF, **changes):
    fields = dict(
        tor=tor,
        phase="connecting",
        online=False,
        circuits=None,
        connections=None,
        bridges=(),
        services=(),
        troubles=(),
        last_trouble=None,
    )
    return TorDetailsView(**(fields | changes))


def trouble(kind):
    return TroubleView(kind, "Something is wrong.", "Do something.", NOON)


def judge(asked):
    """As the node: every line has a sentence of its own."""
    return tuple(
        BridgeCheckView(number, "plain", True, None, "This line can be used.")
        if line.strip()[:1].isdigit()
        else BridgeCheckView(number, "", False, "InvalidInput", "It needs an address.")
        for number, line in enumerate(asked.text.split("\n"), 1)
        if line.strip()
    )


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
def session(node):
    desk = Desk(node, FakeStarter(node), lambda: node.now)
    desk.session.open()
    node.deliver()
    yield desk.session


@pytest.fixture
def tor(node, session):
    return Tor(node, session)


@pytest.fixture
def bridges(node, session):
    made = Bridges(node)
    made.load()
    node.deliver()
    return made


def questions(node):
    return sum(isinstance(asked, schema.TorDetails) for asked in node.asked)


def tell(node, tor, *, online=False):
    node.happened.emit((TorChanged(tor, online),))


def told(signal):
    heard = []
    signal.connect(lambda *said: heard.append(said))
    return heard


def last(node, kind):
    asked = [request for request in node.asked if isinstance(request, kind)]
    return asked[-1] if asked else None


# --- Asking --------------------------------------------------------------------------------------


def test_it_asks_only_while_somebody_looks(tor, node):
    tell(node, HALF)
    assert questions(node) == 0
    tor.open()
    node.deliver()
    assert tor.view == details()
    assert tor._poll.isActive()
    tor._poll.timeout.emit()
    node.deliver()
    assert questions(node) == 2
    tor.close()
    assert not tor._poll.isActive()
    tell(node, UP)
    node.deliver()
    assert questions(node) == 2


def test_two_questions_are_never_under_way_and_no_change_is_missed(tor, node):
    tor.open()
    for percent in (40, 45, 50):
        tell(node, replace(HALF, bootstrap=percent))
    assert questions(node) == 1
    node.deliver()
    assert questions(node) == 2


def test_an_answer_that_comes_when_nobody_looks_any_more_leads_to_no_other_question(tor, node):
    tor.open()
    tor.close()
    node.deliver()
    assert not tor._poll.isActive()
    assert questions(node) == 1


def test_the_percentage_does_not_wait_for_an_answer(tor, node):
    tor.open()
    tell(node, replace(HALF, bootstrap=70))
    assert tor.tor.bootstrap == 70


def test_a_question_in_vain_is_a_sentence_and_is_asked_again(tor, node):
    node.problem = InvalidInput("No.")
    tor.open()
    node.deliver()
    assert tor.unanswered == "No."
    node.problem = None
    tor._poll.timeout.emit()
    node.deliver()
    assert tor.unanswered == ""
    node.problem = NodeNotRunning()
    tor._poll.timeout.emit()
    node.deliver()
    assert tor.unanswered == "", "the window says that already"


def test_a_node_that_is_there_again_is_asked_again(tor, node):
    tor.open()
    node.lose(ended=False)
    node.deliver()
    assert tor.view == details()
    assert questions(node) >= 2


def test_of_a_profile_that_is_locked_nothing_stays(tor, node, session):
    tor.open()
    node.deliver()
    node.lose()
    node.deliver()
    assert session.status is None
    assert tor.tor is None
    assert tor.view is None


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        (dict(tor=HALF), Reach.NO_TOR),
        (dict(tor=UP, online=True), Reach.YES),
        (dict(tor=UP), Reach.NOT_YET),
        (dict(tor=replace(UP, services=0)), Reach.NOBODY),
        (dict(tor=UP, visibility="hidden"), Reach.HIDDEN),
    ],
)
def test_why_contacts_cannot_reach_this_device(tor, node, session, changes, found):
    node.replies[schema.Status] = replace(STATUS, **(dict(online=False) | changes))
    session.refresh()
    node.deliver()
    assert tor.reach == found
    assert tor_words.reach(found)


# --- The way out ---------------------------------------------------------------------------------


def test_after_a_while_without_progress_a_bridge_is_offered(tor, node):
    tor.open()
    node.deliver()
    assert tor._patience.isActive()
    assert not tor.offers_bridge
    tor._patience.timeout.emit()
    assert tor.offers_bridge
    tell(node, replace(HALF, bootstrap=36))
    assert not tor.offers_bridge, "it moves"
    tor._patience.timeout.emit()
    tell(node, replace(HALF, bootstrap=5))
    assert tor.offers_bridge, "a start from the beginning is no progress"
    tell(node, UP)
    assert not tor.offers_bridge
    assert not tor._patience.isActive()


@pytest.mark.parametrize("kind", sorted(HELPED | NOT_HELPED))
def test_a_bridge_is_offered_where_one_can_help(tor, node, kind):
    node.replies[schema.TorDetails] = details(troubles=(trouble(kind),))
    tor.open()
    node.deliver()
    tor._patience.timeout.emit()
    assert tor.offers_bridge == (kind in HELPED)


def test_a_tor_of_another_program_takes_no_bridges_from_here(tor, node):
    tell(node, replace(HALF, own=False))
    tor.open()
    node.deliver()
    tor._patience.timeout.emit()
    assert tor.joined
    assert not tor.offers_bridge


def test_with_other_bridges_waiting_begins_again(tor, node):
    tor.open()
    node.deliver()
    tor._patience.timeout.emit()
    tor.begin_again()
    assert not tor.offers_bridge
    assert tor._patience.isActive()


# --- Words ---------------------------------------------------------------------------------------


def test_each_step_of_connecting_has_words_of_its_own():
    steps = {tor_words.step(replace(HALF, bootstrap=percent)) for percent in (5, 35, 80)}
    assert len(steps) == 3
    assert HALF.summary not in steps
    for tor in (replace(HALF, bootstrap=0), replace(HALF, running=False), UP):
        assert tor_words.step(tor) == tor.summary


def test_addresses_that_are_alike_are_one_line():
    published = TorServiceView("contacts", "published", 3, 9.0)
    waiting = TorServiceView("invite", "waiting", None, 9.0)
    rows = tor_words.addresses([published] * 500 + [waiting])
    assert [name for name, _ in rows] == ["For your contacts (500)", "For an invite link"]
    assert "1500" in rows[0][1]


# --- Bridges -------------------------------------------------------------------------------------


def test_every_line_has_its_sentence_and_only_good_ones_are_used(bridges, node):
    bridges.set_text(f"{GOOD}\n\n{BAD}\n 192.0.2.2:80 \n")
    assert bridges._pause.isActive()
    assert not bridges.usable
    bridges._pause.timeout.emit()
    node.deliver()
    assert [line.text for line in bridges.lines] == [GOOD, BAD, "192.0.2.2:80"]
    assert [line.check.ok for line in bridges.lines] == [True, False, True]
    bridges.choose(bridges.lines[2], False)
    bridges.use()
    assert last(node, schema.Set) == schema.Set(name="bridges", value=GOOD)
    used = told(bridges.used)
    node.deliver()
    assert used
    assert bridges.stored == GOOD
    assert bridges.text.endswith("192.0.2.2:80 \n"), "nothing that was typed is lost"


def test_a_late_answer_about_other_lines_is_ignored(bridges, node):
    bridges.set_text(GOOD)
    bridges.check()
    bridges.set_text(BAD)
    node.deliver()
    assert not bridges.checked
    bridges.use()
    assert last(node, schema.Set) is None


def test_what_is_set_fills_the_field_and_is_not_set_again(node, session):
    node.replies[schema.Settings] = (SettingView("bridges", GOOD, "", ""),)
    made = Bridges(node)
    made.load()
    node.deliver()
    assert made.text == GOOD
    assert made.in_use
    assert not made.usable
    node.replies[schema.Settings] = (SettingView("bridges", "192.0.2.9:9", "", ""),)
    made.load()
    node.deliver()
    assert made.text == "192.0.2.9:9", "nobody has typed"
    made.set_text("")
    made.load()
    node.deliver()
    assert made.text == "", "that was typed, too"


def test_what_was_typed_before_the_answer_stays(node, session):
    node.replies[schema.Settings] = (SettingView("bridges", GOOD, "", ""),)
    made = Bridges(node)
    made.load()
    made.set_text(BAD)
    node.deliver()
    assert made.text == BAD


def test_bridges_that_are_stored_although_tor_fails_are_known_as_stored(bridges, node):
    failed = told(bridges.failed)
    bridges.set_text(GOOD)
    bridges.check()
    node.deliver()

    def store_and_fail(asked):
        node.replies[schema.Settings] = (SettingView("bridges", asked.value, "", ""),)
        raise TorFailed("The setting was stored, but: no.")

    node.replies[schema.Set] = store_and_fail
    bridges.use()
    node.deliver()
    assert failed == [("The setting was stored, but: no.",)]
    assert bridges.stored == bridges.text == GOOD
    assert not bridges.busy


def test_no_bridges_are_the_empty_setting_and_the_lines_stay(bridges, node):
    bridges.remove()
    assert last(node, schema.Set) is None, "there are none"
    bridges.set_text(GOOD)
    bridges.check()
    node.deliver()
    bridges.use()
    node.deliver()
    bridges.remove()
    node.deliver()
    assert last(node, schema.Set) == schema.Set(name="bridges", value="")
    assert bridges.stored == ""
    assert bridges.text == GOOD


def test_a_removal_in_vain_takes_nothing_out_of_the_field(bridges, node):
    bridges.set_text(GOOD)
    bridges.check()
    node.deliver()
    bridges.use()
    node.deliver()

    def fail(asked):
        node.replies[schema.Settings] = (SettingView("bridges", "", "", ""),)
        raise TorFailed("The setting was stored, but: no.")

    node.replies[schema.Set] = fail
    bridges.remove()
    node.deliver()
    assert bridges.stored == ""
    assert bridges.text == GOOD


def test_a_text_that_no_request_takes_is_not_sent(bridges, node):
    failed = told(bridges.failed)
    bridges.set_text("1" * (MAX_TEXT + 1))
    bridges.check()
    assert failed
    assert last(node, schema.CheckBridges) is None


def test_lines_that_were_not_judged_are_when_the_node_is_there_again(bridges, node):
    failed = told(bridges.failed)
    bridges.set_text(GOOD)
    bridges.check()
    node.lose(ended=False)
    node.deliver()
    assert bridges.checked
    assert not failed
