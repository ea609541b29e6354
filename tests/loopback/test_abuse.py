"""Strangers at the sockets of a real node: what each costs (goal X1). Ratios are measured
by `make bench ARGS=abuse`; here is what does not depend on what else the machine does.
"""

from benchmarks.abuse import Strangers, paths_of, scene
from benchmarks.processes import resident, usage
from onionchat.testing.demo.people import wait_for


def test_a_stranger_costs_less_than_a_millisecond_and_no_memory_and_keeps_nobody_out():
    with scene() as stage:
        stage.alice.run("invite", "--standing")
        paths = paths_of(stage)
        wait_for("the link", lambda: stage.bob.ask("contacts")[0]["connected"], 60)
        cpu, memory = usage(stage.pid).cpu_seconds, resident(stage.pid)
        with Strangers(paths, rate=200, most=800) as flood:
            wait_for("the flood", lambda: flood.made == 800, 60)
            stage.bob.run("send", "Alice", "still here", "--wait", "60")
        spent = usage(stage.pid).cpu_seconds - cpu
        assert flood.made == 800
        # Bob's message, both command lines' requests and the acknowledgement are in it.
        assert spent / flood.made <= 0.001 + 0.3 / flood.made
        assert resident(stage.pid) - memory <= 33.5
