"""The registry is whole: every request has words, a reply, and somebody who answers it."""

import inspect

import pytest
from msgspec import Struct
from msgspec import inspect as types
from twisted.internet.task import Clock

from onionchat.control import reference, rpc, schema
from onionchat.control.methods import Methods
from onionchat.errors import OnionchatError, by_code
from onionchat.testing.fake_node import FakeNode, FakeWorld

IN_THE_SERVER = {schema.Hello, schema.Subscribe, schema.Stop}


def structs() -> list[type[Struct]]:
    replies = [types.type_info(schema.reply_type(r)) for r in schema.REQUESTS.values()]
    found = {s for reply in replies for s in reference._structs(reply)}
    found |= {s for e in schema.EVENTS for s in reference._structs(types.type_info(e))}
    found |= set(schema.REQUESTS.values()) | {schema.Closing}
    # In one order in every process, as pytest-xdist wants it.
    return sorted(found, key=lambda struct: struct.__name__)


def test_every_request_is_answered_by_somebody() -> None:
    answered = set(Methods(FakeNode(FakeWorld(Clock()), "a"), lambda _: ("", ""))._table)
    assert answered | IN_THE_SERVER == set(schema.REQUESTS.values())
    assert answered & IN_THE_SERVER == set()


@pytest.mark.parametrize("struct", structs(), ids=lambda struct: struct.__name__)
def test_every_struct_has_a_sentence(struct: type[Struct]) -> None:
    assert struct.__doc__ is not None
    assert inspect.getdoc(struct) != inspect.getdoc(schema.Request)


@pytest.mark.parametrize("request_", schema.REQUESTS.values(), ids=lambda r: r.method)
def test_every_parameter_is_explained(request_: type[schema.Request[object]]) -> None:
    assert set(reference.field_docs(request_)) == set(request_.__struct_fields__)


@pytest.mark.parametrize("request_", schema.REQUESTS.values(), ids=lambda r: r.method)
def test_requests_are_frozen_and_strict(request_: type[schema.Request[object]]) -> None:
    assert request_.__struct_config__.frozen
    assert request_.__struct_config__.forbid_unknown_fields


def test_every_event_can_be_subscribed() -> None:
    names = [schema.event_name(event) for event in schema.EVENTS]
    assert rpc.parse_request(rpc.request_line(1, schema.Subscribe(events=tuple(names))))
    assert len(set(names)) == len(names)


def test_error_codes_are_unique_and_lead_back() -> None:
    for error in reference._errors():
        assert by_code(error.code) is error
    assert by_code(4711) is OnionchatError
