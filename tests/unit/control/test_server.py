"""Who may speak with a node, how much, and what becomes of those who do it wrong."""

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from twisted.internet.defer import Deferred
from twisted.internet.task import Clock
from twisted.logger import formatEvent, globalLogPublisher

from onionchat.control import rpc, schema, server
from onionchat.control.address import RunFolder
from onionchat.control.client import Client
from onionchat.control.methods import Methods
from onionchat.control.server import ControlServer
from onionchat.errors import (
    ApiVersionUnknown,
    DiskFull,
    InternalError,
    InvalidInput,
    InvalidParameters,
    NotAuthorised,
    Refused,
    Stopping,
    TextTooLong,
    TimedOut,
    UnknownContact,
    WrongPassphrase,
)
from onionchat.testing.control_pipe import ControlPipe
from onionchat.testing.fake_node import FakeNode, FakeWorld
from onionchat.views import MessageAdded, Warned


class FixedRng:
    """A token that tests know."""

    def random_bytes(self, size: int) -> bytes:
        return bytes(range(size))


TOKEN = bytes(range(32)).hex()


class Node:
    """A fake node behind its control server, in virtual time."""

    def __init__(self, folder: Path) -> None:
        self.clock = Clock()
        self.world = FakeWorld(self.clock)
        self.node = FakeNode(self.world, "Alice")
        self.friend = FakeNode(self.world, "Bob")
        self.stops = 0
        self.server = ControlServer(
            self.clock,
            Methods(self.node, lambda link: (f"QR {link}", f"<svg>{link}</svg>"), "1:2"),
            RunFolder(folder, owner="1:2"),
            rng=FixedRng(),
            on_stop=self.stop,
        )
        # As start() does, without a socket.
        self.server._unsubscribe = self.node.subscribe(self.server.publish)

    def stop(self) -> None:
        self.stops += 1

    def pipe(self) -> ControlPipe:
        return ControlPipe(self.server, self.clock)

    def client(self) -> Client:
        client = Client(self.pipe())
        client.hello(TOKEN)
        return client

    def befriend(self) -> None:
        link = run(self.friend.invite(standing=False, lifetime=None)).link
        run(self.node.add(link, name=None, greeting=""))


def run(coroutine):
    """The result of a coroutine that waits for nothing."""
    results = []
    Deferred.fromCoroutine(coroutine).addCallback(results.append)
    return results[0]


def speak(pipe: ControlPipe, data: bytes) -> list[dict]:
    """What the server answers to these bytes."""
    pipe.connection.dataReceived(data)
    return answers(pipe)


def answers(pipe: ControlPipe) -> list[dict]:
    return [json.loads(line) for line in pipe.transport.take().splitlines()]


def hello(pipe: ControlPipe) -> ControlPipe:
    assert "result" in speak(pipe, rpc.request_line(0, schema.Hello(token=TOKEN, version=1)))[0]
    return pipe


@pytest.fixture
def node(tmp_path: Path) -> Node:
    return Node(tmp_path)


@pytest.fixture
def log() -> Iterator[list[str]]:
    lines: list[str] = []
    observer = lambda event: lines.append(formatEvent(event))  # noqa: E731
    globalLogPublisher.addObserver(observer)
    yield lines
    globalLogPublisher.removeObserver(observer)


class TestHello:
    def test_the_token_opens(self, node: Node) -> None:
        client = node.client()
        assert client.node is not None
        assert client.node.version == schema.API_VERSION
        assert client.call(schema.Status()).name == "Alice"

    @pytest.mark.parametrize("token", ["", "0" * 64, TOKEN[:-1], TOKEN.upper() + "é", "x" * 1000])
    def test_another_token_does_not(self, node: Node, token: str) -> None:
        with pytest.raises(NotAuthorised):
            Client(node.pipe()).hello(token)

    def test_another_version_is_named(self, node: Node) -> None:
        pipe = node.pipe()
        (answer, closing) = speak(pipe, rpc.request_line(0, schema.Hello(token=TOKEN, version=2)))
        assert answer["error"]["code"] == ApiVersionUnknown.code
        assert closing["params"]["reason"] == "refused"

    @pytest.mark.parametrize(
        "line",
        [
            rpc.request_line(1, schema.Status()),
            rpc.request_line(1, schema.Subscribe()),
            rpc.request_line(1, schema.Stop()),
            b"GET / HTTP/1.1\r\n",
            b"[" * 5000 + b"\n",
            b'{"jsonrpc":"2.0","id":1,"method":"nothing"}\n',
            b'{"jsonrpc":"2.0","id":1,"method":"hello","params":{"token":5}}\n',
        ],
    )
    def test_nothing_else_comes_first(self, node: Node, line: bytes) -> None:
        pipe = node.pipe()
        (answer, closing) = speak(pipe, line + rpc.request_line(2, schema.Status()))
        assert answer["error"]["code"] == NotAuthorised.code
        assert closing["method"] == "closing"
        assert pipe.transport.disconnecting
        assert node.stops == 0

    def test_a_silent_client_is_disconnected(self, node: Node) -> None:
        pipe = node.pipe()
        node.clock.advance(server.HELLO_SECONDS - 0.1)
        assert not pipe.transport.disconnecting
        node.clock.advance(0.1)
        (closing,) = answers(pipe)
        assert closing["params"]["sentence"] == "No token was shown in time."
        assert pipe.transport.disconnecting

    def test_a_flood_without_newline_is_cut_off(self, node: Node) -> None:
        pipe = node.pipe()
        for _ in range(10 * 16):
            pipe.connection.dataReceived(b"x" * 65536)
        (answer, closing) = answers(pipe)
        assert "longer than 1048576 bytes" in answer["error"]["message"]
        assert closing["params"]["reason"] == "refused"

    def test_too_many_clients(self, node: Node) -> None:
        pipes = [node.pipe() for _ in range(server.MAX_CONNECTIONS)]
        assert answers(node.pipe())[0]["params"]["reason"] == "refused"
        for pipe in pipes:
            pipe.connection.connectionLost()
        assert node.client().call(schema.Status())


class TestRequests:
    def test_bad_lines_do_not_end_the_connection(self, node: Node) -> None:
        pipe = hello(node.pipe())
        bad = b'nonsense\n[]\n{"jsonrpc":"2.0","id":5,"method":"?"}\n' + b"[" * 9999 + b"\n"
        codes = [answer["error"]["code"] for answer in speak(pipe, bad)]
        assert codes == [-32700, -32600, -32601, -32600]
        assert not pipe.transport.disconnecting
        (good,) = speak(pipe, rpc.request_line(6, schema.Invites()))
        assert (good["id"], good["result"]) == (6, [])

    def test_errors_keep_their_class(self, node: Node) -> None:
        with pytest.raises(UnknownContact):
            node.client().call(schema.Send(contact="Nobody", text="a"))

    def test_thousands_of_requests_at_once(self, node: Node) -> None:
        pipe = hello(node.pipe())
        lines = b"".join(rpc.request_line(n, schema.Invites()) for n in range(5000))
        assert [answer["id"] for answer in speak(pipe, lines)] == list(range(5000))

    def test_only_so_many_at_work(self, node: Node) -> None:
        node.befriend()
        node.friend.reachable = False
        pipe = hello(node.pipe())
        message = run(node.node.send("Bob", "hi"))
        wait = schema.WaitDelivered(id=message.id, timeout=60)
        count = server.MAX_AT_WORK + 20
        assert speak(pipe, b"".join(rpc.request_line(n, wait) for n in range(count))) == []
        assert not pipe.transport.reading
        assert len(node.node._waits[message.id]) == server.MAX_AT_WORK
        node.friend.reachable = True
        node.node.deliver()
        assert sorted(answer["id"] for answer in answers(pipe)) == list(range(count))
        assert pipe.transport.reading

    def test_who_hangs_up_waits_no_more(self, node: Node) -> None:
        node.befriend()
        node.friend.reachable = False
        message = run(node.node.send("Bob", "hi"))
        pipe = hello(node.pipe())
        speak(pipe, rpc.request_line(1, schema.WaitDelivered(id=message.id, timeout=1e6)))
        pipe.connection.connectionLost()
        (wait,) = node.node._waits[message.id]
        assert wait.called

    def test_waiting_ends(self, node: Node) -> None:
        node.befriend()
        node.friend.reachable = False
        client = node.client()
        message = client.call(schema.Send(contact="Bob", text="hi"))
        with pytest.raises(TimedOut):
            client.call(schema.WaitDelivered(id=message.id, timeout=5))

    def test_a_defect_is_logged_without_contents(
        self, node: Node, log: list[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def broken(contact: str, text: str, **more: object) -> None:
            raise ValueError(f"cannot send {text}")

        monkeypatch.setattr(node.node, "send", broken)
        client = node.client()
        with pytest.raises(InternalError) as caught:
            client.call(schema.Send(contact="Bob", text="my secret"))
        assert "secret" not in str(caught.value)
        assert any("send failed: ValueError at methods.py:" in line for line in log)
        assert not any("secret" in line for line in log)
        assert client.call(schema.Status())

    def test_an_answer_beyond_the_limit(self, node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(schema, "MAX_REPLY_BYTES", 100)
        with pytest.raises(InternalError, match="too large"):
            node.client().call(schema.Status())

    def test_stop_is_answered_first(self, node: Node) -> None:
        assert node.client().call(schema.Stop()).pid
        assert node.stops == 1


class TestEvents:
    def test_only_who_subscribed_is_told(self, node: Node) -> None:
        one, two, three = (hello(node.pipe()) for _ in range(3))
        speak(one, rpc.request_line(1, schema.Subscribe()))
        speak(two, rpc.request_line(1, schema.Subscribe(events=("tor",))))
        node.node.publish(Warned("Careful."))
        (event,) = answers(one)
        assert event["params"] == {"type": "warning", "sentence": "Careful.", "contact": None}
        assert answers(two) == answers(three) == []

    def test_a_locked_window_learns_that_something_arrived_and_not_what(self, node: Node) -> None:
        node.befriend()
        window, prompt = (hello(node.pipe()) for _ in range(2))
        for pipe in (window, prompt):
            speak(pipe, rpc.request_line(1, schema.Subscribe()))
        speak(window, rpc.request_line(2, schema.Subscribe(events=("arrived",))))
        run(node.node.send("Bob", "mine"))
        run(node.friend.send("Alice", "secret"))
        node.friend.deliver()
        assert [event["params"] for event in answers(window)] == [{"type": "arrived"}]
        assert "arrived" not in [event["params"]["type"] for event in answers(prompt)]

    def test_two_clients_see_each_others_messages(self, node: Node) -> None:
        node.befriend()
        one, two = node.client(), node.client()
        one.call(schema.Subscribe(events=("message",)))
        sent = two.call(schema.Send(contact="Bob", text="hi"))
        event = next(one.events())
        assert isinstance(event, MessageAdded)
        assert event.message.id == sent.id

    def test_a_slow_client_is_told_and_disconnected(self, node: Node) -> None:
        slow, quick = (hello(node.pipe()) for _ in range(2))
        for pipe in (slow, quick):
            speak(pipe, rpc.request_line(1, schema.Subscribe()))
        slow.transport.full = True
        for number in range(server.MAX_UNREAD + 10):
            node.node.publish(Warned(str(number)))
        assert [a["params"]["sentence"] for a in answers(quick)] == [
            str(number) for number in range(server.MAX_UNREAD + 10)
        ]
        first, closing = answers(slow)
        assert first["params"]["sentence"] == "0"
        assert closing["params"]["reason"] == "slow"
        assert not slow.transport.aborted
        node.clock.advance(server.GOODBYE_SECONDS)
        assert slow.transport.aborted

    def test_bytes_count_as_well(self, node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(server, "MAX_UNREAD_BYTES", 1000)
        pipe = hello(node.pipe())
        speak(pipe, rpc.request_line(1, schema.Subscribe()))
        pipe.transport.full = True
        for _ in range(4):
            node.node.publish(Warned("x" * 600))
        assert answers(pipe)[-1]["params"]["reason"] == "slow"

    def test_a_lagging_client_that_catches_up_misses_nothing(self, node: Node) -> None:
        pipe = hello(node.pipe())
        speak(pipe, rpc.request_line(1, schema.Subscribe()))
        pipe.transport.full = True
        for number in range(100):
            node.node.publish(Warned(str(number)))
        assert not pipe.transport.reading
        # What it asks meanwhile waits.
        pipe.connection.dataReceived(rpc.request_line(2, schema.Invites()))
        pipe.transport.full = False
        pipe.connection.resumeProducing()
        said = answers(pipe)
        assert [a["params"]["sentence"] for a in said[:-1]] == [str(n) for n in range(100)]
        assert said[-1]["id"] == 2
        assert pipe.transport.reading

    def test_at_the_end_everybody_is_told(self, node: Node) -> None:
        client = node.client()
        client.call(schema.Subscribe())
        closed = Deferred.fromCoroutine(node.server.close())
        assert list(client.events()) == [schema.Closing("stopping", Stopping.sentence)]
        assert not closed.called
        assert answers(node.pipe())[0]["params"]["reason"] == "refused"
        for connection in list(node.server._connections):
            connection.connectionLost()
        assert closed.called
        node.node.publish(Warned("nobody hears this"))


class TestMethods:
    def test_a_text_is_measured_in_bytes(self, node: Node) -> None:
        node.befriend()
        client = node.client()
        assert client.call(schema.Send(contact="Bob", text="ä" * 32768))
        with pytest.raises(TextTooLong, match="65538 bytes, 65536"):
            client.call(schema.Send(contact="Bob", text="ä" * 32769))
        with pytest.raises(TextTooLong):
            client.call(schema.Rename(contact="Bob", name="ä" * 33))

    def test_pages_of_history(self, node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("onionchat.control.methods.PAGE_BYTES", 3000)
        node.befriend()
        client = node.client()
        for number in range(10):
            client.call(schema.Send(contact="Bob", text=f"{number}" * 1000))
        page = client.call(schema.History(contact="Bob", limit=10))
        assert [m.text[0] for m in page.messages] == ["8", "9"]
        assert page.more
        page = client.call(schema.History(contact="Bob", limit=10, before=page.messages[0].id))
        assert [m.text[0] for m in page.messages] == ["6", "7"]
        found = client.call(schema.Search(words="0"))
        assert not found.more

    def test_a_page_around_a_message_is_filled_from_the_middle(
        self, node: Node, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("onionchat.control.methods.PAGE_BYTES", 4000)
        node.befriend()
        client = node.client()
        ids = [
            client.call(schema.Send(contact="Bob", text=f"{number}" * 1000)).id
            for number in range(10)
        ]
        page = client.call(schema.History(contact="Bob", limit=10, around=ids[5]))
        assert [m.text[0] for m in page.messages] == ["4", "5", "6"]
        assert (page.more, page.newer) == (True, True)
        page = client.call(schema.History(contact="Bob", limit=10, after=ids[5]))
        assert [m.text[0] for m in page.messages] == ["6", "7", "8"]
        assert (page.more, page.newer) == (True, True)
        page = client.call(schema.History(contact="Bob", limit=10, around=ids[9]))
        assert [m.text[0] for m in page.messages] == ["7", "8", "9"]
        assert (page.more, page.newer) == (True, False)
        monkeypatch.setattr("onionchat.control.methods.PAGE_BYTES", 10)
        page = client.call(schema.History(contact="Bob", limit=10, around=ids[5]))
        assert [m.id for m in page.messages] == [ids[5]]
        with pytest.raises(InvalidInput):
            client.call(schema.History(contact="Bob", after=ids[1], before=ids[5]))

    def test_a_lock_screen_asks_for_the_passphrase(self, node: Node) -> None:
        client = node.client()
        node.node._passphrase = "correct horse"
        assert client.call(schema.VerifyPassphrase(passphrase="correct horse")) == schema.Nothing()
        with pytest.raises(WrongPassphrase):
            client.call(schema.VerifyPassphrase(passphrase="wrong"))
        for bad in ("", "x" * 1025):
            with pytest.raises(InvalidParameters):
                client.call(schema.VerifyPassphrase(passphrase=bad))

    def test_a_wipe_is_answered_and_then_the_node_stops(self, node: Node) -> None:
        assert node.client().call(schema.Wipe(confirm="wipe")).pid
        assert node.node.wiped
        assert node.stops == 1

    def test_finding_1_the_node_of_another_profile_refuses(self, node: Node) -> None:
        with pytest.raises(Refused, match="another profile"):
            node.client().call(schema.Wipe(confirm="wipe", profile="1:3"))
        assert not node.node.wiped
        assert node.stops == 0
        node.client().call(schema.Wipe(confirm="wipe", profile="1:2"))
        assert node.node.wiped

    @pytest.mark.parametrize("params", [{}, {"confirm": "yes"}, {"confirm": True}])
    def test_nothing_is_wiped_by_mistake(self, node: Node, params: dict) -> None:
        pipe = hello(node.pipe())
        line = {"jsonrpc": "2.0", "id": 1, "method": "wipe", "params": params}
        (answer,) = speak(pipe, json.dumps(line).encode() + b"\n")
        assert answer["error"]["code"] == InvalidParameters.code
        assert not node.node.wiped
        assert node.stops == 0

    def test_a_wipe_by_a_client_that_has_gone_stops_the_node_all_the_same(
        self, node: Node, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        waiting: Deferred[None] = Deferred()
        destroy = node.node.destroy_key

        async def slow() -> None:
            await waiting
            await destroy()

        monkeypatch.setattr(node.node, "destroy_key", slow)
        pipe = hello(node.pipe())
        pipe.connection.dataReceived(rpc.request_line(1, schema.Wipe(confirm="wipe")))
        pipe.connection.connectionLost()
        assert node.stops == 0
        waiting.callback(None)
        assert node.stops == 1

    def test_if_the_key_could_not_be_destroyed_the_files_still_go(self, node: Node) -> None:
        node.node.disk_full = True
        with pytest.raises(DiskFull):
            node.client().call(schema.Wipe(confirm="wipe"))
        assert node.stops == 1

    def test_safety_words_as_a_code_that_validates(self, node: Node) -> None:
        node.befriend()
        client = node.client()
        words = client.call(schema.VerifyWords(contact="Bob"))
        code = client.call(schema.VerifyQr(contact="Bob"))
        assert code.words == words
        assert code.text == "ONIONCHAT-VERIFY:" + " ".join(words).upper()
        assert (code.qr, code.svg) == (f"QR {code.text}", f"<svg>{code.text}</svg>")
        for wrong in (code.text[:-1], code.text[1:], "ONIONCHAT-VERIFY:", code.text + " more"):
            with pytest.raises(InvalidInput):
                client.call(schema.Validate(contact="Bob", words=(*wrong.split(),)))
        shown = client.call(schema.Validate(contact="Bob", words=(*code.text.split(),)))
        assert shown.trust == "validated"

    def test_first_unread_and_the_next_page_of_a_search(self, node: Node) -> None:
        node.befriend()
        client = node.client()
        assert client.call(schema.FirstUnread(contact="Bob")).id is None
        for number in range(3):
            run(node.friend.send("Alice", f"text {number}"))
        node.clock.advance(1)
        first, second, third = client.call(schema.History(contact="Bob")).messages
        assert client.call(schema.FirstUnread(contact="Bob")).id == first.id
        page = client.call(schema.Search(words="text", limit=2))
        assert [m.id for m in page.messages] == [third.id, second.id]
        page = client.call(schema.Search(words="text", limit=2, before=second.id))
        assert [m.id for m in page.messages] == [first.id]

    def test_drafts(self, node: Node) -> None:
        node.befriend()
        client = node.client()
        shown = client.call(schema.SetDraft(contact="Bob", text="x" * 5000))
        assert shown.draft == "x" * (schema.MAX_EXCERPT - 1) + "…"
        assert shown.last_text is None
        assert client.call(schema.Draft(contact="Bob")).text == "x" * 5000
        assert client.call(schema.Contacts())[0].draft == shown.draft
        client.call(schema.Send(contact="Bob", text="x", clear_draft=True))
        assert client.call(schema.Draft(contact="Bob")).text == ""
        with pytest.raises(TextTooLong):
            client.call(schema.SetDraft(contact="Bob", text="ä" * 32769))
        with pytest.raises(UnknownContact):
            client.call(schema.Draft(contact="Nobody"))

    def test_a_repeated_send_is_answered_with_the_message_of_the_first(self, node: Node) -> None:
        node.befriend()
        client = node.client()
        request = schema.Send(contact="Bob", text="once", tag="a" * 64)
        assert client.call(request).id == client.call(request).id
        assert len(client.call(schema.History(contact="Bob")).messages) == 1

    @pytest.mark.parametrize("tag", ["", "a" * 65, "a b", "a\n", "\u00e4", "\x7f"])
    def test_a_tag_is_short_printable_ascii(self, node: Node, tag: str) -> None:
        node.befriend()
        with pytest.raises(InvalidParameters):
            node.client().call(schema.Send(contact="Bob", text="x", tag=tag))

    def test_a_message_larger_than_a_page(
        self, node: Node, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("onionchat.control.methods.PAGE_BYTES", 10)
        node.befriend()
        client = node.client()
        client.call(schema.Send(contact="Bob", text="long enough"))
        page = client.call(schema.History(contact="Bob", limit=5))
        assert (len(page.messages), page.more) == (1, False)

    def test_the_worst_page_fits_into_a_reply(self) -> None:
        worst = len(rpc.result_line(1, schema.Send(contact="b", text="\x01" * 65536)))
        from onionchat.control.methods import PAGE_BYTES

        assert PAGE_BYTES + worst < schema.MAX_REPLY_BYTES

    def test_last_texts_are_excerpts(self, node: Node) -> None:
        node.befriend()
        client = node.client()
        client.call(schema.Send(contact="Bob", text="x" * 5000))
        (contact,) = client.call(schema.Contacts())
        assert contact.last_text == "x" * 199 + "…"


def test_token_and_socket_files() -> None:
    """start() and close() with a real reactor are in tests/loopback; here only the leftovers."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        node = Node(Path(folder))
        run(node.server.close())
        assert list(Path(folder).iterdir()) == []
