"""Strangers at the sockets of a real node: what each costs (goal X1). Ratios are measured
by `make bench ARGS=abuse`; here is what does not depend on what else the machine does.
"""

from benchmarks.abuse import SocketPerson, Strangers, paths_of, scene
from benchmarks.processes import resident, usage
from onionchat.testing import pace
from onionchat.testing.demo.people import wait_for

STRANGERS = 800
MAX_SECONDS = 0.001
MAX_MEGABYTES = 33.5
OTHERS_SECONDS = 0.3
"""What Bob's message, the requests of both command lines and the acknowledgement take."""

# A node to which every stranger costs 4 ms and leaves 100 kB behind.
COSTLY = """
import sys, time
from onionchat.protocol.session.handshake import Responder
from onionchat.testing import socket_daemon

kept, receive = [], Responder.receive

def costly(responder, data, now):
    kept.append(bytearray(b"x" * 100_000))
    end = time.thread_time() + 0.004
    while time.thread_time() < end:
        pass
    return receive(responder, data, now)

Responder.receive = costly
sys.exit(socket_daemon.main())
"""


class Careless(SocketPerson):
    """Somebody with such a node."""

    def command(self, *arguments: str) -> list[str]:
        words = super().command(*arguments)
        if arguments[:1] == ("node",):
            at = words.index("onionchat.testing.socket_daemon")
            words[at - 1 : at + 1] = ["-c", COSTLY]
        return words


def cost_of_strangers(kind: type[SocketPerson]) -> tuple[float, float]:
    """Processor seconds and megabytes for each of them and for all, while Bob gets through."""
    with scene(kind) as stage:
        stage.alice.run("invite", "--standing")
        paths = paths_of(stage)
        wait_for("the link", lambda: stage.bob.ask("contacts")[0]["connected"])
        cpu, memory = usage(stage.pid).cpu_seconds, resident(stage.pid)
        slow = pace.slowness(3)
        with Strangers(paths, rate=200, most=STRANGERS) as flood:
            wait_for("the flood", lambda: flood.made == STRANGERS, 120)
            stage.bob.run("send", "Alice", "still here", "--wait", "60")
        slow = max(slow, pace.slowness(3))
        spent = usage(stage.pid).cpu_seconds - cpu - OTHERS_SECONDS
        return spent / STRANGERS / slow, resident(stage.pid) - memory


def test_a_stranger_costs_less_than_a_millisecond_and_no_memory_and_keeps_nobody_out():
    seconds, megabytes = cost_of_strangers(SocketPerson)
    assert seconds <= MAX_SECONDS
    assert megabytes <= MAX_MEGABYTES


def test_a_node_to_which_strangers_are_costly_is_found():
    seconds, megabytes = cost_of_strangers(Careless)
    assert seconds > MAX_SECONDS
    assert megabytes > MAX_MEGABYTES
