"""From a profile's folder to a node that answers, and back."""

import pytest
from fake_node import STATUS, FakeNode, FakeStarter, contact
from msgspec.structs import replace

from onionchat.control import schema
from onionchat.errors import (
    DiskFull,
    KeyslotMissing,
    NodeLocked,
    NoProfile,
    ProfileInUse,
    UnsafePermissions,
    WrongPassphrase,
)
from onionchat_gui.viewmodels.conversations import Conversations
from onionchat_gui.viewmodels.sentences import worded
from onionchat_gui.viewmodels.session import LOST_TRIES, Phase, Session


@pytest.fixture
def node(qapp):
    return FakeNode(contact(1))


@pytest.fixture
def starter(node):
    return FakeStarter(node)


@pytest.fixture
def conversations(node):
    return Conversations(node)


@pytest.fixture
def session(node, starter, conversations):
    return Session(node, starter, conversations)


def test_a_running_node_is_joined(session, node):
    session.open()
    assert session.phase == Phase.CONNECTING
    node.deliver()
    assert session.phase == Phase.READY
    assert session.status.name == "Me"


def test_it_is_ready_when_the_contacts_are_told_too(session, node, conversations):
    session.open()
    node.step()
    node.step()
    assert (session.status.name, session.phase) == ("Me", Phase.CONNECTING)
    node.step()
    assert (conversations.rowCount(), session.phase) == (1, Phase.READY)


@pytest.mark.parametrize("asked", [schema.Status, schema.Contacts])
def test_a_first_answer_that_is_refused_can_be_asked_for_again(session, node, asked):
    def refuse(_):
        raise DiskFull

    node.replies[asked] = refuse
    session.open()
    node.deliver()
    assert (session.phase, session.sentence) == (Phase.FAILED, DiskFull.sentence)
    del node.replies[asked]
    session.open()
    node.deliver()
    assert session.phase == Phase.READY


def test_without_a_profile_there_is_a_first_run(session, starter):
    starter.lacks = NoProfile()
    session.open()
    assert session.phase == Phase.NO_PROFILE


def test_a_profile_that_lost_its_key_is_not_called_none(session, starter):
    starter.lacks = KeyslotMissing()
    session.open()
    assert (session.phase, session.sentence) == (Phase.NO_PROFILE, worded(KeyslotMissing()))
    starter.lacks = None
    session.open()
    assert session.phase == Phase.CONNECTING, "restored from a backup"


def test_a_node_that_does_not_run_asks_for_the_passphrase(session, node):
    node.running = False
    session.open()
    node.deliver()
    assert session.phase == Phase.LOCKED
    session.unlock("open sesame")
    assert session.phase == Phase.STARTING
    node.deliver()
    assert session.phase == Phase.READY


def test_a_wrong_passphrase_says_so(session, node):
    node.running = False
    session.open()
    session.unlock("wrong")
    node.deliver()
    assert (session.phase, session.sentence) == (Phase.LOCKED, "The passphrase is wrong.")


def test_somebody_else_started_the_node_meanwhile(session, node, starter):
    starter.problem = ProfileInUse()
    typed = []
    session.in_use.connect(typed.append)
    session.unlock("open sesame")
    node.deliver()
    assert (session.phase, typed) == (Phase.CURTAIN, ["open sesame"])
    assert node.discreet and node.asked == []


@pytest.mark.parametrize("passphrase", ["open sesame", "wrong"])
def test_a_late_word_of_a_start_does_not_end_a_first_run(session, node, starter, passphrase):
    node.running = False
    session.open()
    node.deliver()
    session.unlock(passphrase)
    session.be_gone()
    node.deliver()
    assert (session.phase, session.sentence) == (Phase.NO_PROFILE, "")


def test_a_late_word_of_a_start_says_nothing_of_the_next_one(session, node):
    node.running = False
    session.open()
    node.deliver()
    session.unlock("wrong")
    session.be_gone()
    session.unlock("open sesame")
    node.step()
    assert session.phase == Phase.STARTING
    node.deliver()
    assert session.phase == Phase.READY


def test_a_lost_connection_comes_back(session, node):
    session.open()
    node.deliver()
    node.lose(ended=False)
    assert session.phase == Phase.LOST
    node.deliver()
    assert (session.phase, node.tries) == (Phase.READY, 1)


def test_a_node_that_ended_is_locked(session, node):
    session.open()
    node.deliver()
    node.lose()
    node.deliver()
    assert (session.phase, node.tries) == (Phase.LOCKED, LOST_TRIES)
    assert session.status is None


def test_that_a_node_ended_is_said_with_what_becomes_of_what_was_written(session, node):
    session.open()
    node.deliver()
    node.lose()
    node.deliver()
    assert session.phase == Phase.LOCKED
    assert "has ended" in session.sentence
    assert "What you wrote is kept" in session.sentence
    # It stands there until the passphrase was typed, and then no more.
    session.unlock("open sesame")
    node.deliver()
    assert (session.phase, session.sentence) == (Phase.READY, "")


def test_where_no_node_ran_yet_nothing_has_ended(session, node):
    node.running = False
    session.open()
    node.deliver()
    assert (session.phase, session.sentence) == (Phase.LOCKED, "")


def test_a_node_that_is_restarted_is_waited_for(session, node):
    session.open()
    node.deliver()
    phases = []
    session.changed.connect(lambda: phases.append(session.phase))
    node.running_at_try = LOST_TRIES
    node.lose()
    node.deliver()
    assert phases == [Phase.LOST, Phase.READY]
    # The next loss gets all tries again.
    node.lose()
    node.deliver()
    assert (session.phase, node.tries) == (Phase.LOCKED, 2 * LOST_TRIES)


def test_a_profile_that_was_wiped_is_not_waited_for(session, node, starter):
    session.open()
    node.deliver()
    starter.lacks = NoProfile()
    node.lose()
    node.deliver()
    assert (session.phase, session.status, node.tries) == (Phase.NO_PROFILE, None, 1)


def test_what_cannot_be_trusted_is_said_and_not_tried_again(session, node):
    node.parted.emit(UnsafePermissions())
    assert session.phase == Phase.FAILED
    assert session.sentence and node.tries == 0


# --- A node that waits for its passphrase (`node --headless`) -------------------------------------


def refusing(error):
    def refuse(_):
        raise error

    return refuse


@pytest.fixture
def waiting(session, node):
    """The session at a node that is locked, with what opens it."""
    node.replies[schema.Status] = lambda _: replace(STATUS, locked=True, name="")
    node.replies[schema.Contacts] = refusing(NodeLocked())

    def unlock(request):
        if request.passphrase != "right":
            raise WrongPassphrase
        del node.replies[schema.Status], node.replies[schema.Contacts]
        return schema.Nothing()

    node.replies[schema.Unlock] = unlock
    session.open()
    node.deliver()
    return session


def test_a_node_that_waits_is_opened_and_none_started(waiting, node, starter):
    assert (waiting.phase, waiting.sentence, waiting.status) == (Phase.LOCKED, "", None)
    # A node of its own would not open: no passphrase of this test is the starter's.
    waiting.unlock("wrong")
    assert waiting.phase == Phase.STARTING
    node.deliver()
    assert (waiting.phase, waiting.sentence) == (Phase.LOCKED, WrongPassphrase.sentence)
    waiting.unlock("right")
    node.deliver()
    assert waiting.phase == Phase.READY
    assert waiting.status.name == "Me"
    assert schema.Unlock(passphrase="right") in node.asked


def test_one_that_ended_meanwhile_is_started(waiting, node, starter):
    node.lose()
    node.deliver()
    node.asked.clear()
    waiting.unlock(starter.passphrase)
    assert node.asked == []
