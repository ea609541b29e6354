"""The connection over a real local socket, with a server that speaks the control API's lines."""

import pytest
import shiboken6
from fake_node import STATUS
from PySide6.QtCore import QObject
from PySide6.QtNetwork import QLocalServer

from onionchat.control import address, rpc, schema
from onionchat.errors import NodeNotRunning, NotAuthorised, Stopping, TimedOut, UnknownContact
from onionchat.views import Arrived, ConnectionChanged
from onionchat_gui.connection import MAX_TOLD, Connection


class Server:
    """Answers with what `replies` says; keeps what was asked."""

    def __init__(self, profile):
        self.folder = address.create(profile, {})
        address.write_private(self.folder.token, "secret")
        self.asked = []
        self.silent = False
        self.hangs_at = None
        """A class of requests that gets no answer."""
        self.token = "secret"
        self.server = QLocalServer()
        assert self.server.listen(str(self.folder.socket))
        self.server.newConnection.connect(self._accept)

    def _accept(self):
        self.socket = self.server.nextPendingConnection()
        self.lines = rpc.Lines(schema.MAX_LINE_BYTES)
        self.socket.readyRead.connect(self._read)

    def _read(self):
        for line in self.lines.receive(self.socket.readAll().data()):
            call = rpc.parse_request(line)
            self.asked.append(call.request)
            self.last_id = call.id
            if call.request.__class__ is self.hangs_at:
                continue
            match call.request:
                case schema.Hello(token=token) if token != self.token:
                    self.send(rpc.error_line(call.id, NotAuthorised()))
                case schema.Hello():
                    self.send(rpc.result_line(call.id, schema.HelloReply(1, "0", 1)))
                case schema.Subscribe():
                    self.send(rpc.result_line(call.id, schema.Nothing()))
                case schema.Status() if not self.silent:
                    self.send(rpc.result_line(call.id, STATUS))
                case schema.Draft():
                    self.send(rpc.error_line(call.id, UnknownContact()))

    def send(self, line):
        self.socket.write(line)

    def tell(self, *events):
        self.send(b"".join(rpc.notification_line("event", event) for event in events))


@pytest.fixture
def profile(tmp_path):
    folder = tmp_path / "profile"
    folder.mkdir(mode=0o700)
    return folder


@pytest.fixture
def server(qapp, profile):
    made = Server(profile)
    yield made
    made.server.close()


@pytest.fixture
def connection(qtbot, server, profile):
    made = Connection(profile)
    with qtbot.waitSignal(made.joined):
        made.join()
    yield made
    made.leave()


def reasons(connection):
    """Why the connection parted, each time. (pytest-qt's `waitSignal` crashes on these values.)"""
    heard = []
    connection.parted.connect(heard.append)
    return heard


def ask(connection, request):
    answers = []
    connection.ask(connection, request, answers.append, answers.append)
    assert answers == [], "never before `ask` returns"
    return answers


def test_it_greets_and_subscribes_first(connection, server):
    assert [type(request) for request in server.asked] == [schema.Hello, schema.Subscribe]


def test_a_locked_window_is_told_that_something_came_and_no_more(connection, server, qtbot):
    heard = []
    connection.happened.connect(heard.extend)
    connection.set_discreet(True)
    # On its way when the window was locked.
    server.tell(ConnectionChanged("1", "x", True), Arrived())
    qtbot.waitUntil(lambda: heard == [Arrived()])
    assert server.asked[-1] == schema.Subscribe(events=("arrived",))
    connection.set_discreet(False)
    server.tell(ConnectionChanged("1", "x", True))
    qtbot.waitUntil(lambda: len(heard) == 2)
    assert server.asked[-1] == schema.Subscribe()


def test_a_window_that_is_locked_when_it_connects_is_never_told_more(server, profile, qtbot):
    made = Connection(profile)
    made.set_discreet(True)
    with qtbot.waitSignal(made.joined):
        made.join()
    assert server.asked[1:] == [schema.Subscribe(events=("arrived",))]
    made.leave()


def test_locked_while_it_connects_it_is_not_joined_before_the_node_knows(server, profile, qtbot):
    made = Connection(profile)
    server.hangs_at = schema.Subscribe
    made.join()
    qtbot.waitUntil(lambda: len(server.asked) == 2)
    made.set_discreet(True)
    server.hangs_at = None
    with qtbot.waitSignal(made.joined):
        server.send(rpc.result_line(server.last_id, schema.Nothing()))
    assert server.asked[1:] == [schema.Subscribe(), schema.Subscribe(events=("arrived",))]
    made.leave()


def test_an_answer_comes_typed(connection, qtbot):
    answers = ask(connection, schema.Status())
    qtbot.waitUntil(lambda: answers == [STATUS])


def test_a_refusal_is_the_named_error(connection, qtbot):
    answers = ask(connection, schema.Draft(contact="x"))
    qtbot.waitUntil(lambda: len(answers) == 1)
    assert isinstance(answers[0], UnknownContact)


def test_a_burst_of_events_is_few_batches(connection, server, qtbot):
    batches = []
    connection.happened.connect(batches.append)
    events = [ConnectionChanged(str(n), "x", True) for n in range(1000)]
    server.tell(*events)
    qtbot.waitUntil(lambda: sum(map(len, batches)) == 1000)
    assert [event for batch in batches for event in batch] == events
    assert len(batches) <= 1000 / MAX_TOLD + 2


def test_what_is_outstanding_fails_when_the_node_ends(connection, server, qtbot):
    server.silent = True
    answers = ask(connection, schema.Status())
    qtbot.waitUntil(lambda: isinstance(server.asked[-1], schema.Status))
    parted = reasons(connection)
    server.socket.abort()
    qtbot.waitUntil(lambda: len(parted) == 1)
    assert isinstance(answers[0], Stopping)
    assert isinstance(parted[0], Stopping)
    later = ask(connection, schema.Status())
    qtbot.waitUntil(lambda: len(later) == 1)
    assert isinstance(later[0], NodeNotRunning)


def test_answers_and_events_of_one_piece_come_in_their_order(connection, server, qtbot):
    server.silent = True
    heard = []
    connection.happened.connect(heard.extend)
    connection.ask(connection, schema.Status(), heard.append, heard.append)
    qtbot.waitUntil(lambda: isinstance(server.asked[-1], schema.Status))
    before, after = (ConnectionChanged(str(n), "x", True) for n in range(2))
    server.send(
        rpc.notification_line("event", before)
        + rpc.result_line(server.last_id, STATUS)
        + rpc.notification_line("event", after)
    )
    qtbot.waitUntil(lambda: len(heard) == 3)
    assert heard == [before, STATUS, after], "an old answer would take back what is newer"


def test_who_is_gone_is_told_nothing_and_others_are(connection, server, qtbot):
    closed = QObject()
    heard, kept = [], []
    connection.ask(closed, schema.Status(), heard.append, heard.append)
    connection.ask(closed, schema.Draft(contact="x"), heard.append, heard.append)
    connection.ask(connection, schema.Status(), kept.append, kept.append)
    shiboken6.delete(closed)
    qtbot.waitUntil(lambda: kept == [STATUS])
    parted = reasons(connection)
    closed = QObject()
    server.silent = True
    connection.ask(closed, schema.Status(), heard.append, heard.append)
    shiboken6.delete(closed)
    server.socket.abort()
    qtbot.waitUntil(lambda: len(parted) == 1)
    closed = QObject()
    connection.ask(closed, schema.Status(), heard.append, heard.append)
    shiboken6.delete(closed)
    connection.ask(connection, schema.Status(), kept.append, kept.append)
    qtbot.waitUntil(lambda: len(kept) == 2)
    assert heard == []


def test_it_comes_back(connection, server, qtbot):
    parted = reasons(connection)
    server.socket.abort()
    qtbot.waitUntil(lambda: len(parted) == 1)
    with qtbot.waitSignal(connection.joined):
        connection.try_again()


def test_no_node_is_said(qtbot, profile):
    alone = Connection(profile)
    parted = reasons(alone)
    alone.join()
    qtbot.waitUntil(lambda: len(parted) == 1)
    assert isinstance(parted[0], NodeNotRunning)


def test_a_wrong_token_is_said(qtbot, server, profile):
    server.token = "another"
    refused = Connection(profile)
    parted = reasons(refused)
    refused.join()
    qtbot.waitUntil(lambda: len(parted) == 1)
    assert isinstance(parted[0], NotAuthorised)


@pytest.mark.parametrize("step", [schema.Hello, schema.Subscribe])
def test_a_node_that_hangs_is_noticed(qtbot, server, profile, step):
    server.hangs_at = step
    waiting = Connection(profile)
    waiting._patience.setInterval(50)
    parted = reasons(waiting)
    waiting.join()
    qtbot.waitUntil(lambda: len(parted) == 1)
    assert isinstance(parted[0], TimedOut)
    assert type(server.asked[-1]) is step
    # "Try again", and now it answers.
    server.hangs_at = None
    with qtbot.waitSignal(waiting.joined):
        waiting.join()
    assert not waiting._patience.isActive(), "a node that greeted may be silent for hours"
    waiting.leave()


def test_nonsense_ends_the_connection(connection, server, qtbot):
    parted = reasons(connection)
    server.send(b"nonsense\n")
    qtbot.waitUntil(lambda: len(parted) == 1)


def test_what_is_asked_last_is_on_its_way_although_the_loop_ends(connection):
    connection.ask(connection, schema.Draft(contact="Bob"), print, print)
    assert connection._link.bytesToWrite() == 0


def test_a_burst_is_told_in_parts_and_an_answer_keeps_its_place_in_it(connection, server, qtbot):
    told = []
    connection.happened.connect(told.append)
    server.silent = True
    connection.ask(connection, schema.Status(), told.append, told.append)
    qtbot.waitUntil(lambda: isinstance(server.asked[-1], schema.Status))
    events = [ConnectionChanged(f"{number:032x}", "Bob", True) for number in range(300)]
    lines = [rpc.notification_line("event", event) for event in events]
    server.send(b"".join([*lines[:100], rpc.result_line(server.last_id, STATUS), *lines[100:]]))
    qtbot.waitUntil(lambda: bool(told) and events[-1] in told[-1])
    at = told.index(STATUS)
    assert [event for part in told[:at] for event in part] == events[:100]
    assert [event for part in told[at + 1 :] for event in part] == events[100:]
    assert max(len(part) for part in told[:at] + told[at + 1 :]) == MAX_TOLD
