"""Whatever breaks: everybody ends with the same, nothing is lost or doubled, ticks are true."""

import copy

import attrs
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onionchat.errors import NotPermitted
from onionchat.protocol.sync.events import PeerHas
from onionchat.protocol.sync.position import NOTHING
from onionchat.types import JournalId

ROOM, DIRECT = JournalId(b"\x01" * 32), JournalId(b"\x02" * 32)
PAIRS = [(0, 1), (1, 2), (0, 2), (2, 3)]

everybody, pairs, nothing = st.integers(0, 3), st.sampled_from(PAIRS), st.just(0)
KINDS = {
    "write": (4, everybody, st.integers(0, 40)),
    "direct": (2, st.integers(0, 1), st.integers(0, 40)),
    "connect": (4, pairs, nothing),
    "cut": (1, pairs, nothing),
    "pump": (3, everybody, nothing),
    "deliver": (4, pairs, st.integers(-3, 3)),
    "work": (4, everybody, st.integers(1, 3)),
    "time": (2, st.integers(1, 20), nothing),
    "flow": (1, nothing, nothing),
    "crash": (1, everybody, nothing),
    "forget": (1, everybody, nothing),
}
steps = st.sampled_from([kind for kind in KINDS for _ in range(KINDS[kind][0])]).flatmap(
    lambda kind: st.tuples(st.just(kind), *KINDS[kind][1:])
)


def take(net, step, where, much):
    if step == "write":
        net.nodes[where].write(ROOM, b"x" * much, time=much)
    elif step == "direct":
        net.nodes[where].write(DIRECT, b"y" * much, time=much)
    elif step == "connect":
        net.connect(*where, salt=bytes([much, len(net.messages) % 251]))
    elif step == "cut":
        net.cut(*where)
    elif step == "pump":
        net.pump(where)
    elif step == "deliver":
        for _ in range(abs(much)):
            net.deliver(*(where if much > 0 else where[::-1]))
    elif step == "work":
        for _ in range(much):
            net.nodes[where].work()
    elif step == "time":
        net.pass_time(where / 4)
    elif step == "crash":
        net.crash(where)
    elif step == "forget":
        net.nodes[where].bookmarks.clear()
    else:
        net.flow()


def heal(net):
    for pair in ((0, 1), (1, 2), (2, 3)):
        net.connect(*pair)
    net.settle()


@settings(
    max_examples=2 * settings().max_examples, deadline=None, suppress_health_check=list(HealthCheck)
)
@given(st.lists(steps, min_size=30, max_size=90))
def test_everybody_converges_after_any_history(world, history):
    net = world.Net(
        world.Node(0, [ROOM, DIRECT]),
        world.Node(1, [ROOM, DIRECT]),
        world.Node(2, [ROOM]),
        world.Node(3, [ROOM]),
    )
    for step, where, much in history:
        take(net, step, where, much)
        world.check_delivered(net)
    written = sum(node.journals[ROOM].frontier.get(node.me, 0) for node in net.nodes)
    heal(net)
    assert net.violations() == []
    world.check_delivered(net)
    contents = [node.content() for node in net.nodes]
    assert len({tuple(content[ROOM]) for content in contents}) == 1
    assert contents[0][DIRECT] == contents[1][DIRECT]
    assert len(contents[0][ROOM]) == len(set(contents[0][ROOM])) == written
    # Every tick came: each node knows that its neighbours have what it wrote itself.
    for a, b in ((0, 1), (1, 0), (1, 2), (2, 1), (2, 3), (3, 2)):
        node = net.nodes[a]
        own = node.journals[ROOM].frontier.get(node.me, 0)
        ticks = [
            event.frontier.get(node.me, 0)
            for peer, event in node.seen
            if peer == b and isinstance(event, PeerHas) and event.journal == ROOM
        ]
        bookmark = node.bookmarks.get((b, ROOM))
        known = max([*ticks, bookmark.theirs.get(node.me, NOTHING).seq if bookmark else 0])
        assert known == own
    # In sync means silent: once bookmarks are equal, a link says one short Have each way.
    for salt in (b"one", b"two"):
        net.cut(0, 1)
        net.messages.clear()
        net.connect(0, 1, salt=salt)
        net.settle()
    assert [len(data) <= 64 for _, _, data in net.messages] == [True, True]


@settings(
    max_examples=settings().max_examples * 3 // 5,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(st.lists(steps, min_size=15, max_size=40), st.lists(steps, min_size=10, max_size=30))
def test_a_restored_backup_heals_and_reuses_no_number(world, before, after):
    net = world.Net(
        world.Node(0, [ROOM, DIRECT]),
        world.Node(1, [ROOM, DIRECT]),
        world.Node(2, [ROOM]),
        world.Node(3, [ROOM]),
    )
    for step in before:
        take(net, *step)
    net.crash(0)
    backup = copy.deepcopy((net.nodes[0].journals, net.nodes[0].bookmarks))
    for step in after:
        take(net, *step)
    owner = net.nodes[0]
    lost = owner.journals[ROOM].frontier.get(owner.me, 0)
    known = [node.journals[ROOM].frontier.get(owner.me, 0) for node in net.nodes[1:]]
    net.crash(0)
    owner.journals, owner.bookmarks = backup
    # Frontiers are compared before the disk does anything; meanwhile the person tries to write.
    net.cut(0, 1)
    net.connect(0, 1)
    for _ in range(2):
        for here, there in ((0, 1), (1, 0)):
            net.pump(here)
            while net.deliver(here, there):
                pass
    if known[0] > owner.journals[ROOM].frontier.get(owner.me, 0):
        assert owner.write(ROOM, b"too early") is None
    heal(net)
    assert net.violations() == []
    assert len({tuple(node.content()[ROOM]) for node in net.nodes}) == 1
    mine = owner.journals[ROOM].frontier.get(owner.me, 0)
    assert max(known) <= mine <= lost
    entry = owner.write(ROOM, b"after")
    assert entry is not None
    assert entry.seq == mine + 1
    net.settle()
    assert net.violations() == []
    assert len({tuple(node.content()[ROOM]) for node in net.nodes}) == 1


def test_an_author_who_signs_the_middle_of_its_log_badly_cannot_cut_others_off(world):
    net = world.Net(*(world.Node(n, [ROOM]) for n in range(3)))
    eve, bob, carol = net.nodes
    for _ in range(9):
        eve.write(ROOM)
    log = list(eve.journals[ROOM])
    log[3:7] = [attrs.evolve(entry, signature=bytes(64)) for entry in log[3:7]]
    # Bob got the whole run at once; its last signature is good, so he took it, and answers.
    assert len(bob.journals[ROOM].receive(log).accepted) == 9
    bob.write(ROOM)
    # Carol gets it entry by entry: some of them prove nothing when they come.
    bob.most_read = 1
    net.connect(1, 2)
    net.settle()
    assert carol.content() == bob.content()
    assert net.violations() == []


def test_an_entry_that_one_side_refuses_does_not_stop_the_others(world):
    def not_eve(entry):
        if entry.author == eve.me:
            raise NotPermitted

    eve = world.Node(0, [ROOM])
    bob, carol = world.Node(1, [ROOM]), world.Node(2, [ROOM], permit=not_eve)
    net = world.Net(eve, bob, carol)
    for _ in range(3):
        bob.write(ROOM)
    for _ in range(3):
        eve.write(ROOM)
    net.connect(0, 1)
    net.connect(1, 2)
    net.settle(5)
    assert len(bob.journals[ROOM]) == 6
    assert len(carol.journals[ROOM]) == 3
    carol.write(ROOM)
    net.settle(5)
    assert len(eve.journals[ROOM]) == 7
    assert net.violations() == []
