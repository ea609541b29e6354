"""Lines in, typed requests and answers out; whatever else comes in has a named error."""

import json

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onionchat.control import rpc, schema
from onionchat.errors import (
    InternalError,
    InvalidJson,
    InvalidParameters,
    InvalidRequest,
    OnionchatError,
    TooManyTries,
    UnknownContact,
    UnknownMethod,
)
from onionchat.views import TorChanged, TorView, Warned


def refusal(line: bytes) -> rpc.Refusal:
    with pytest.raises(rpc.Refusal) as caught:
        rpc.parse_request(line)
    return caught.value


def request(**members: object) -> bytes:
    return json.dumps({"jsonrpc": "2.0", "id": 7, "method": "status"} | members).encode()


class TestLines:
    def test_a_line_may_come_in_pieces(self) -> None:
        lines = rpc.Lines(100)
        assert list(lines.receive(b"on")) == []
        assert list(lines.receive(b"e\ntwo\n\n  \nth")) == [b"one", b"two"]
        assert list(lines.receive(b"ree\n")) == [b"three"]

    @pytest.mark.parametrize("text", [b"x" * 10, b"x" * 10 + b"\n", b"ok\n" + b"x" * 10])
    def test_a_line_beyond_the_limit_is_refused(self, text: bytes) -> None:
        with pytest.raises(InvalidRequest, match="longer than 10 bytes"):
            list(rpc.Lines(10).receive(text))

    def test_a_line_of_exactly_the_limit_is_taken(self) -> None:
        assert list(rpc.Lines(10).receive(b"x" * 9 + b"\n")) == [b"x" * 9]

    def test_a_flood_without_newline_is_not_kept(self) -> None:
        lines = rpc.Lines(1000)
        list(lines.receive(b"x" * 999))
        with pytest.raises(InvalidRequest):
            list(lines.receive(b"x"))

    @given(st.lists(st.binary(max_size=20)), st.integers(1, 7))
    def test_pieces_do_not_matter(self, texts: list[bytes], size: int) -> None:
        stream = b"".join(text.replace(b"\n", b"") + b"\n" for text in texts)
        lines, whole = rpc.Lines(100), list(rpc.Lines(10**6).receive(stream))
        pieces = [stream[i : i + size] for i in range(0, len(stream), size)]
        assert [line for piece in pieces for line in lines.receive(piece)] == whole


class TestRequests:
    def test_round_trip(self) -> None:
        sent = schema.Send(contact="Bob", text="Grüße \x00 \u202e \U0001f600")
        call = rpc.parse_request(rpc.request_line(3, sent))
        assert (call.id, call.request) == (3, sent)

    def test_an_id_may_be_text_and_parameters_may_be_left_out(self) -> None:
        call = rpc.parse_request(request(id="mine"))
        assert (call.id, call.request) == ("mine", schema.Status())

    @pytest.mark.parametrize(
        ("line", "error", "id_"),
        [
            (b"", InvalidJson, None),
            (b"hello", InvalidJson, None),
            (b'{"jsonrpc": "2.0"', InvalidJson, None),
            (b"\xff\xfe{}", InvalidJson, None),
            (request(params={"x": 1}).replace(b"x", b"\xff"), InvalidJson, None),
            (b'{"jsonrpc":"2.0","id":1,"method":"status"} {}', InvalidJson, None),
            (b"[" * 100_000, InvalidRequest, None),
            (b'{"a":' * 100_000, InvalidRequest, None),
            (b'{"params":' + b"[" * 100_000, InvalidJson, None),
            (b"[]", InvalidRequest, None),
            (b"[" + request() + b"]", InvalidRequest, None),
            (b"null", InvalidRequest, None),
            (b'"text"', InvalidRequest, None),
            (b"{}", InvalidRequest, None),
            (request(jsonrpc="1.0"), InvalidRequest, 7),
            (request(extra=1), InvalidRequest, 7),
            (request(method=5), InvalidRequest, 7),
            (request(id=None), InvalidRequest, None),
            (request(id=1.5), InvalidRequest, None),
            (request(id=True), InvalidRequest, None),
            (request(id=2**60), InvalidRequest, None),
            (request(id="x" * 65), InvalidRequest, None),
            (request(id=[1]), InvalidRequest, None),
            (b'{"jsonrpc":"2.0","method":"status"}', InvalidRequest, None),
            (request(method="nothing"), UnknownMethod, 7),
            (request(method="__init__"), UnknownMethod, 7),
            (request(params=[1]), InvalidParameters, 7),
            (request(params=None), InvalidParameters, 7),
            (request(params={"x": 1}), InvalidParameters, 7),
            (request(method="send", params={"contact": "Bob"}), InvalidParameters, 7),
            (request(method="send", params={"contact": 5, "text": "a"}), InvalidParameters, 7),
            (request(method="send", params={"contact": "", "text": "a"}), InvalidParameters, 7),
            (
                request(method="history", params={"contact": "b", "limit": 0}),
                InvalidParameters,
                7,
            ),
            (
                request(method="history", params={"contact": "b", "limit": 10**9}),
                InvalidParameters,
                7,
            ),
            (
                request(method="set_visibility", params={"visibility": "x"}),
                InvalidParameters,
                7,
            ),
            (
                b'{"jsonrpc":"2.0","id":7,"method":"send","params":{"contact":"b","text":"\\ud800"}}',
                InvalidJson,
                None,
            ),
            (
                b'{"jsonrpc":"2.0","id":7,"method":"status","params":{"a":'
                + b"[" * 90_000
                + b"]" * 90_000
                + b"}}",
                InvalidJson,
                None,
            ),
        ],
    )
    def test_hostile_lines(
        self, line: bytes, error: type[OnionchatError], id_: int | str | None
    ) -> None:
        refused = refusal(line)
        assert type(refused.error) is error
        assert refused.id == id_

    @given(st.binary(max_size=200))
    def test_random_bytes_are_refused(self, line: bytes) -> None:
        refusal(line)

    @settings(max_examples=30)
    @given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists))
    def test_random_parameters_raise_nothing_else(self, params: object) -> None:
        for method in ("send", "history", "hello", "validate"):
            refusal(request(method=method, params={"contact": params, "token": params}))

    def test_a_refused_value_is_not_repeated(self) -> None:
        line = request(method="hello", params={"token": ["secret"], "version": 1})
        assert "secret" not in str(refusal(line).error)


class TestAnswers:
    def test_result(self) -> None:
        message = rpc.parse_message(rpc.result_line(4, schema.StopReply(99)))
        assert isinstance(message, rpc.Result)
        assert message.id == 4
        assert rpc.result_of(schema.Stop(), message.raw) == schema.StopReply(99)

    def test_error_keeps_class_and_sentence(self) -> None:
        message = rpc.parse_message(rpc.error_line(4, UnknownContact("No such person.")))
        assert isinstance(message, rpc.Failure)
        raised = rpc.exception_of(message.error)
        assert (type(raised), str(raised)) == (UnknownContact, "No such person.")
        assert message.error.data == rpc.ErrorData("UnknownContact")

    def test_a_pause_keeps_its_seconds(self) -> None:
        message = rpc.parse_message(rpc.error_line(4, TooManyTries("Not so fast.", 17)))
        assert isinstance(message, rpc.Failure)
        raised = rpc.exception_of(message.error)
        assert isinstance(raised, TooManyTries)
        assert raised.wait == 17

    def test_a_pause_of_a_node_that_tells_no_seconds(self) -> None:
        line = b'{"jsonrpc":"2.0","id":4,"error":{"code":3015,"message":"x","data":{"name":"y"}}}'
        message = rpc.parse_message(line)
        assert isinstance(message, rpc.Failure)
        raised = rpc.exception_of(message.error)
        assert isinstance(raised, TooManyTries)
        assert raised.wait == 0

    def test_error_without_id(self) -> None:
        message = rpc.parse_message(rpc.error_line(None, InvalidJson()))
        assert isinstance(message, rpc.Failure)
        assert message.id is None

    @pytest.mark.parametrize(
        "event", [Warned("Careful."), TorChanged(TorView(True, 50, "x"), False)]
    )
    def test_notification(self, event: msgspec.Struct) -> None:
        line = rpc.notification_line("event", event)
        assert rpc.parse_message(line) == rpc.Notification("event", event)

    def test_unknown_notifications_and_members_are_ignored(self) -> None:
        assert rpc.parse_message(b'{"jsonrpc":"2.0","method":"later","params":{"a":1}}') is None
        line = b'{"jsonrpc":"2.0","id":1,"result":{},"later":1}'
        assert isinstance(rpc.parse_message(line), rpc.Result)

    @pytest.mark.parametrize(
        ("line", "error"),
        [
            (b"x", InvalidJson),
            (b"{}", InvalidRequest),
            (b'{"jsonrpc":"2.0","id":1}', InvalidRequest),
            (b'{"jsonrpc":"2.0","method":"event","params":{"type":"?"}}', InvalidRequest),
        ],
    )
    def test_what_no_node_sends(self, line: bytes, error: type[OnionchatError]) -> None:
        with pytest.raises(error):
            rpc.parse_message(line)

    def test_a_reply_of_another_form(self) -> None:
        with pytest.raises(InternalError):
            rpc.result_of(schema.Status(), msgspec.Raw(b'{"online": 5}'))
