"""The choice of what goes into the next record."""

from onionchat.protocol.link.channel import Channel, Priority
from onionchat.protocol.link.scheduler import Scheduler
from onionchat.protocol.session.frames import parse
from onionchat.protocol.session.records import MAX_CONTENT


def test_control_messages_keep_their_order_over_records():
    scheduler = Scheduler()
    messages = [bytes([n % 256]) * 2000 for n in range(10)]
    for message in messages:
        scheduler.put(message)
    first, _ = scheduler.next_record([])
    second, _ = scheduler.next_record([])
    assert len(first) <= MAX_CONTENT
    assert [frame.payload for frame in parse(first) + parse(second)] == messages
    assert scheduler.next_record([]) == (b"", [])


def test_strictly_by_class():
    channels = [Channel(n, priority) for n, priority in enumerate(reversed(Priority), 1)]
    for channel in channels:
        channel.put(bytes([channel.number]) * 400)
    scheduler = Scheduler()
    order = []
    while (content := scheduler.next_record(channels)[0]) != b"":
        order += [frame.channel for frame in parse(content) if frame.last]
    assert order == [3, 2, 1]


def test_no_piece_is_smaller_than_the_least():
    urgent, bulk = Channel(1, Priority.REALTIME), Channel(3, Priority.BULK)
    bulk.put(bytes(5000))
    urgent.put(bytes(470 - 3 - 3 - 63))
    content, served = Scheduler().next_record([bulk, urgent])
    assert served == [urgent]
    urgent.put(bytes(470 - 3 - 3 - 64))
    content, served = Scheduler().next_record([bulk, urgent])
    assert served == [urgent, bulk]
    assert len(content) == 470


def test_without_credit_nothing_is_sent():
    channel = Channel(1, Priority.INTERACTIVE)
    channel.credit_out = 79
    channel.put(bytes(100))
    assert Scheduler().next_record([channel]) == (b"", [])
    channel.credit_out = 80
    content, _ = Scheduler().next_record([channel])
    assert [(f.last, len(f.payload)) for f in parse(content)] == [(False, 64)]
    channel.credit_out = 52
    content, _ = Scheduler().next_record([channel])
    assert [(f.last, len(f.payload)) for f in parse(content)] == [(True, 36)]
