"""Requests that wait, one's own invites, and adding a contact: the models."""

import pytest
import shiboken6
from fake_node import NOON, FakeNode, contact

from onionchat.control import schema
from onionchat.errors import InvalidInput, LinkChecksumWrong, TooManyInvites, UnknownRequest
from onionchat.views import (
    ContactChanged,
    ContactRemoved,
    InviteView,
    LinkView,
    RequestReceived,
    RequestView,
)
from onionchat_gui.viewmodels.add_contact import AddContact
from onionchat_gui.viewmodels.invites import Invites
from onionchat_gui.viewmodels.requests import Requests

EVE = contact(7, name="Eve", state="incoming")


def request(number, **changes):
    fields = dict(id=f"{number:032x}", name=f"Stranger {number}", greeting="Hi", received=NOON)
    return RequestView(**(fields | changes))


def invite(number, **changes):
    fields = dict(
        id=f"i{number}",
        link=f"onionchat:invite/{number}",
        expires=None,
        standing=False,
        state="unused",
        created=NOON + number,
    )
    return InviteView(**(fields | changes))


@pytest.fixture
def node(qapp):
    made = FakeNode(EVE)
    made.connected = True
    made.replies[schema.Requests] = (request(2, received=NOON + 2), request(1))
    made.replies[schema.Accept] = EVE
    made.replies[schema.Block] = EVE
    made.replies[schema.Invites] = (invite(1), invite(2), invite(3, state="used"))
    made.replies[schema.Invite] = lambda asked: schema.InviteReply(
        invite(9, standing=asked.standing), "", "<svg/>"
    )
    made.replies[schema.Add] = EVE
    return made


def told(signal):
    heard = []
    signal.connect(lambda *said: heard.append(said))
    return heard


@pytest.fixture
def requests(node):
    made = Requests(node)
    made.load()
    node.deliver()
    return made


def ids(requests):
    return [int(waiting.id, 16) for waiting in requests.waiting]


def test_the_oldest_request_comes_first(requests):
    assert ids(requests) == [1, 2]


def test_a_request_that_comes_meanwhile_is_added_once(requests, node):
    new = request(3, received=NOON + 3)
    node.happened.emit((RequestReceived(new), RequestReceived(new)))
    assert ids(requests) == [1, 2, 3]


def test_an_accepted_request_is_gone_and_named(requests, node):
    accepted = told(requests.accepted)
    requests.accept(request(1).id, " Eve ")
    assert request(1).id in requests.busy
    node.deliver()
    assert node.asked[-1].name == "Eve"
    assert ids(requests) == [2]
    assert accepted == [(EVE.id,)]


def test_without_a_petname_it_keeps_its_name(requests, node):
    requests.accept(request(1).id, "  ")
    assert node.asked[-1].name is None


def test_a_request_is_answered_once(requests, node):
    requests.accept(request(1).id)
    requests.decline(request(1).id)
    assert sum(isinstance(asked, schema.Decline) for asked in node.asked) == 0


def test_what_was_answered_elsewhere_leaves_the_list(requests, node):
    node.happened.emit((ContactChanged(contact(1, id=request(1).id, state="active")),))
    assert ids(requests) == [2]


def test_an_unknown_request_is_said_and_the_list_asked_anew(requests, node):
    failed = told(requests.failed)

    def gone(_):
        raise UnknownRequest

    node.replies[schema.Decline] = gone
    node.replies[schema.Requests] = ()
    requests.decline(request(1).id)
    node.deliver()
    assert failed == [(request(1).id, UnknownRequest.sentence)]
    assert ids(requests) == []
    assert not requests.busy


def test_blocking_blocks_the_request(requests, node):
    node.people[request(1).id] = EVE
    requests.block(request(1).id)
    node.deliver()
    assert node.asked[-1] == schema.Block(contact=request(1).id)
    assert ids(requests) == [2]


# --- Invites -------------------------------------------------------------------------------------


@pytest.fixture
def invites(node):
    made = Invites(node, lambda: NOON)
    made.load()
    node.deliver()
    return made


def test_only_invites_that_can_be_used_are_listed_the_newest_first(invites):
    assert [found.id for found in invites.outstanding] == ["i2", "i1"]


def test_a_new_invite_is_shown_and_made_once(invites, node):
    made = told(invites.made)
    invites.make(standing=True)
    invites.make(standing=True)
    node.deliver()
    assert len(made) == 1
    assert invites.shown.invite.standing
    assert invites.outstanding[0].id == "i9"


def test_a_withdrawn_invite_is_not_shown_any_more(invites, node):
    invites.make()
    node.deliver()
    invites.revoke("i9")
    node.deliver()
    assert invites.shown is None
    assert [found.id for found in invites.outstanding] == ["i2", "i1"]


@pytest.mark.parametrize(
    "event",
    [
        ContactChanged(EVE),
        ContactRemoved(EVE.id, "Eve"),
        RequestReceived(request(7)),
    ],
)
def test_a_link_that_somebody_used_is_not_shown_any_more(invites, node, event):
    invites.make()
    node.deliver()
    assert invites.shown is not None
    node.replies[schema.Invites] = (invite(1), invite(9, state="used"))
    node.happened.emit((event,))
    node.deliver()
    assert invites.shown is None
    assert [found.id for found in invites.outstanding] == ["i1"]


def test_what_happens_while_the_list_is_asked_for_is_in_it(invites, node):
    invites.load()
    node.happened.emit((ContactChanged(EVE),))
    node.happened.emit((ContactChanged(EVE),))
    before = len(node.asked)
    node.deliver()
    assert len(node.asked) == before + 1


def test_without_a_link_nothing_that_happens_is_a_reason_to_ask(invites, node):
    node.replies[schema.Invites] = ()
    invites.load()
    node.deliver()
    before = len(node.asked)
    node.happened.emit((ContactChanged(EVE),))
    assert len(node.asked) == before


def test_a_link_that_ends_is_looked_at_when_it_ends(node):
    made = Invites(node, lambda: NOON)
    node.replies[schema.Invites] = (invite(1, expires=NOON + 60), invite(2, expires=NOON + 90))
    made.load()
    node.deliver()
    assert 60_000 <= made.ending.interval() <= 62_000
    node.replies[schema.Invites] = (invite(1, state="expired"), invite(2))
    made.ending.timeout.emit()
    node.deliver()
    assert [found.id for found in made.outstanding] == ["i2"]
    assert not made.ending.isActive()


def test_too_many_invites_is_a_sentence(invites, node):
    failed = told(invites.failed)
    node.problem = TooManyInvites()
    invites.make()
    node.deliver()
    assert failed == [(TooManyInvites.sentence,)]
    assert not invites.busy


# --- Adding --------------------------------------------------------------------------------------


class FakeReader:
    """Reads every picture at once."""

    def __init__(self, outcome):
        self.outcome = outcome

    def read_file(self, path, then, failed):
        failed(self.outcome) if isinstance(self.outcome, Exception) else then(self.outcome)

    def read_bytes(self, content, then, failed):
        self.read_file("", then, failed)


def test_the_node_gets_the_text_as_it_was_pasted(node):
    model = AddContact(node, FakeReader(""))
    model.set_link(" onionchat:\n  abc ")
    model.add(name=" ", greeting=" Hello ")
    assert node.asked[-1] == schema.Add(link="onionchat:\n  abc", name=None, greeting="Hello")


def test_a_stored_request_clears_the_form(node):
    model = AddContact(node, FakeReader(""))
    added = told(model.added)
    model.set_link("onionchat:abc")
    model.add()
    model.add()
    node.deliver()
    assert added == [(EVE.id,)]
    assert model.link == ""


def test_a_link_is_looked_at_when_typing_pauses(node, qtbot):
    node.replies[schema.CheckLink] = LinkView(True, None)
    model = AddContact(node, FakeReader(""))
    model.set_link("onionchat:a")
    model.set_link("onionchat:ab")
    with qtbot.waitSignal(model._pause.timeout, timeout=60_000):
        pass
    node.deliver()
    assert node.asked == [schema.CheckLink(link="onionchat:ab")]
    assert model.found == LinkView(True, None)


def test_what_is_wrong_with_a_link_is_said_before_it_is_sent(node):
    model = AddContact(node, FakeReader(""))
    failed = told(model.failed)
    node.problem = LinkChecksumWrong()
    model.set_link("onionchat:abd")
    model.check()
    node.deliver()
    assert failed == [(LinkChecksumWrong.sentence,)]


def test_a_late_answer_about_another_link_is_ignored(node):
    node.replies[schema.CheckLink] = LinkView(True, None)
    model = AddContact(node, FakeReader(""))
    failed = told(model.failed)
    model.set_link("onionchat:ab")
    model.check()
    model.set_link("onionchat:abc")
    node.deliver()
    assert model.found is None
    node.problem = LinkChecksumWrong()
    model.check()
    model.set_link("onionchat:abcd")
    node.deliver()
    assert failed == []


def test_a_wrong_link_stays_with_the_sentence(node):
    model = AddContact(node, FakeReader(""))
    failed = told(model.failed)
    node.problem = LinkChecksumWrong()
    model.set_link("onionchat:abd")
    model.add()
    node.deliver()
    assert failed == [(LinkChecksumWrong.sentence,)]
    assert model.link == "onionchat:abd"
    assert not model.busy


def test_a_code_becomes_the_link(node):
    model = AddContact(node, FakeReader("onionchat:qr\n"))
    model.read_file("picture.png")
    assert model.link == "onionchat:qr"
    assert not any(isinstance(asked, schema.Add) for asked in node.asked), "a person looks first"


def test_a_picture_without_a_code_is_a_sentence(node):
    model = AddContact(node, FakeReader(InvalidInput("There is no QR code.")))
    failed = told(model.failed)
    model.read_picture(b"")
    assert failed == [("There is no QR code.",)]


def test_the_room_for_a_greeting_is_counted_in_bytes(node):
    model = AddContact(node, FakeReader(""))
    assert model.room("ä" * 500) == 0
    assert model.room("ä" * 501) == -2


def test_a_model_that_is_gone_hears_no_answer(node):
    made = Requests(node)
    made.load()
    shiboken6.delete(made)
    node.deliver()
