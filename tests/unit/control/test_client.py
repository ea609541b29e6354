"""The blocking client: what it raises when there is no node, a dead one, or a strange one."""

import json
import os
import socket
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from onionchat.control import address, rpc, schema
from onionchat.control.client import Client, ClientCore
from onionchat.errors import (
    ApiVersionUnknown,
    InternalError,
    InvalidJson,
    InvalidRequest,
    InvalidText,
    NodeNotRunning,
    NotAuthorised,
    Stopping,
    TimedOut,
    UnknownContact,
    UnsafePermissions,
)
from onionchat.views import Warned

HELLO = schema.HelloReply(schema.API_VERSION, "0", 1)


class TestCore:
    def test_answers_may_come_in_any_order(self) -> None:
        core = ClientCore()
        one, two = core.ask(schema.Stop()), core.ask(schema.Stop())
        assert core.bytes_to_send().count(b"\n") == 2
        assert core.bytes_to_send() == b""
        core.receive(rpc.result_line(two, schema.StopReply(2)))
        assert (core.answered(one), core.answered(two)) == (False, True)
        core.receive(rpc.result_line(one, schema.StopReply(1)))
        assert (core.answer(one).pid, core.answer(two).pid) == (1, 2)

    def test_errors(self) -> None:
        core = ClientCore()
        number = core.ask(schema.Stop())
        core.receive(rpc.error_line(number, UnknownContact()))
        with pytest.raises(UnknownContact):
            core.answer(number)

    def test_answers_that_nobody_asked_for_are_ignored(self) -> None:
        core = ClientCore()
        core.receive(rpc.result_line(77, schema.StopReply(1)) + rpc.error_line(78, Stopping()))
        assert core.next_notification() is None

    def test_a_refusal_of_the_whole_line_is_raised(self) -> None:
        with pytest.raises(InvalidRequest):
            ClientCore().receive(rpc.error_line(None, InvalidRequest()))

    def test_an_answer_of_another_form(self) -> None:
        core = ClientCore()
        number = core.ask(schema.Status())
        core.receive(rpc.result_line(number, schema.StopReply(1)))
        with pytest.raises(InternalError):
            core.answer(number)

    def test_notifications(self) -> None:
        core = ClientCore()
        closing = schema.Closing("stopping", "Bye.")
        core.receive(rpc.notification_line("event", Warned("a")))
        core.receive(rpc.notification_line("closing", closing))
        core.receive(b'{"jsonrpc":"2.0","method":"from the future","params":{}}\n')
        assert core.next_notification() == Warned("a")
        assert core.next_notification() == closing
        assert core.next_notification() is None

    def test_text_that_is_not_unicode(self) -> None:
        core = ClientCore()
        with pytest.raises(InvalidText):
            core.ask(schema.Send(contact="b", text="\ud800"))
        assert core.bytes_to_send() == b""


@pytest.fixture
def profile() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        yield Path(folder)


Serve = Callable[..., None]


@pytest.fixture
def serve(profile: Path) -> Iterator[Serve]:
    """Listen as a node would, and say `lines` to whoever comes, one after each line heard."""
    threads = []

    def serve(*lines: bytes) -> None:
        folder = address.create(profile, os.environ)
        address.write_private(folder.token, "token")
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(str(folder.socket))
        listener.listen()

        def talk() -> None:
            connection, _ = listener.accept()
            with listener, connection, connection.makefile("rb") as heard:
                for line in lines:
                    if not heard.readline():
                        return
                    connection.sendall(line)

        thread = threading.Thread(target=talk)
        thread.start()
        threads.append(thread)

    yield serve
    for thread in threads:
        thread.join()


class TestConnecting:
    def test_no_profile(self, profile: Path) -> None:
        with pytest.raises(NodeNotRunning):
            Client.connect(profile / "nothing")

    def test_a_file_as_profile(self, profile: Path) -> None:
        (profile / "file").touch()
        with pytest.raises(NodeNotRunning):
            Client.connect(profile / "file")

    def test_never_started(self, profile: Path) -> None:
        with pytest.raises(NodeNotRunning):
            Client.connect(profile)

    def test_stopped(self, profile: Path) -> None:
        address.create(profile, os.environ)
        with pytest.raises(NodeNotRunning):
            Client.connect(profile)

    def test_killed(self, profile: Path) -> None:
        folder = address.create(profile, os.environ)
        address.write_private(folder.token, "token")
        with socket.socket(socket.AF_UNIX) as stale:
            stale.bind(str(folder.socket))
        with pytest.raises(NodeNotRunning):
            Client.connect(profile)

    def test_sockets_that_others_can_reach(self, profile: Path) -> None:
        address.create(profile, os.environ).path.chmod(0o777)
        with pytest.raises(UnsafePermissions):
            Client.connect(profile)

    def test_a_token_that_others_can_read(self, profile: Path) -> None:
        folder = address.create(profile, os.environ)
        folder.token.write_text("token")
        folder.token.chmod(0o644)
        with pytest.raises(UnsafePermissions):
            Client.connect(profile)

    def test_a_token_that_is_a_link(self, profile: Path) -> None:
        folder = address.create(profile, os.environ)
        folder.token.symlink_to("/dev/null")
        with pytest.raises(NodeNotRunning, match="cannot be reached"):
            Client.connect(profile)

    def test_a_refused_token(self, profile: Path, serve: Serve) -> None:
        serve(rpc.error_line(1, NotAuthorised()))
        with pytest.raises(NotAuthorised):
            Client.connect(profile)

    def test_another_version(self, profile: Path, serve: Serve) -> None:
        serve(rpc.result_line(1, schema.HelloReply(99, "9", 1)))
        with pytest.raises(ApiVersionUnknown):
            Client.connect(profile)

    def test_something_that_is_no_node(self, profile: Path, serve: Serve) -> None:
        serve(b"HTTP/1.1 400 Bad Request\r\n")
        with pytest.raises(InvalidJson):
            Client.connect(profile)

    def test_something_that_says_nothing(self, profile: Path) -> None:
        folder = address.create(profile, os.environ)
        address.write_private(folder.token, "token")
        with socket.socket(socket.AF_UNIX) as silent:
            silent.bind(str(folder.socket))
            silent.listen()
            with pytest.raises(TimedOut):
                Client.connect(profile, timeout=0.01)


class TestTalking:
    def test_calls_and_events(self, profile: Path, serve: Serve) -> None:
        serve(
            rpc.result_line(1, HELLO),
            rpc.notification_line("event", Warned("a")) + rpc.result_line(2, schema.Nothing()),
            rpc.notification_line("event", Warned("b")) + rpc.result_line(3, schema.Nothing()),
        )
        with Client.connect(profile) as client:
            assert client.node == HELLO
            assert client.call(schema.Subscribe()) == schema.Nothing()
            assert list(client.pending_events()) == [Warned("a")]
            client.call(schema.Subscribe())
            assert list(client.events()) == [Warned("b")]
            with pytest.raises(Stopping):
                list(client.pending_events())

    def test_events_end_with_closing(self, profile: Path, serve: Serve) -> None:
        closing = schema.Closing("stopping", "Bye.")
        lines = (
            rpc.notification_line("event", Warned("a")),
            rpc.notification_line("closing", closing),
        )
        serve(rpc.result_line(1, HELLO) + b"".join(lines))
        with Client.connect(profile) as client:
            assert list(client.events()) == [Warned("a"), closing]

    def test_the_node_ends_before_it_answers(self, profile: Path, serve: Serve) -> None:
        serve(rpc.result_line(1, HELLO), b"")
        with Client.connect(profile) as client, pytest.raises(Stopping):
            client.call(schema.Status())

    def test_a_closed_connection_tells_its_reason(self, profile: Path, serve: Serve) -> None:
        serve(rpc.result_line(1, HELLO), rpc.error_line(None, InvalidRequest("Too long.")))
        with Client.connect(profile) as client, pytest.raises(InvalidRequest, match="Too long"):
            client.call(schema.Status())

    def test_an_answer_that_does_not_come(self, profile: Path, serve: Serve) -> None:
        serve(rpc.result_line(1, HELLO), json.dumps({}).encode()[:1])
        with Client.connect(profile) as client, pytest.raises((TimedOut, Stopping)):
            client.call(schema.Status(), timeout=0.01)
