"""The long checks refuse arguments with which they would check nothing, or not what was asked."""

import argparse

import pytest

import fuzz.__main__ as fuzzing
import fuzz.replay as replay
import properties.__main__ as properties
from onionchat.testing.arguments import minutes, not_negative, one_of, positive
from onionchat.testing.crashes import __main__ as crashes
from onionchat.testing.crashes import cycles, points
from onionchat.testing.simulation import __main__ as simulation
from onionchat.testing.simulation.planted import PLANTED
from onionchat.testing.trouble import __main__ as trouble


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        (positive, {"1": 1, "500": 500}, ["0", "-5", "", "x", "1.5", "nan"]),
        (not_negative, {"0": 0, "7": 7}, ["-1", "", "foo"]),
        (minutes, {"0.5": 0.5, "20": 20.0}, ["0", "-1", "", "x", "nan", "inf"]),
        (one_of("bug", ["a", "b"]), {"a": "a"}, ["", "c"]),
    ],
)
def test_an_argument_is_taken_or_refused_with_a_sentence(kind, good, bad):
    assert {text: kind(text) for text in good} == good
    for text in bad:
        with pytest.raises(argparse.ArgumentTypeError, match=f"'{text}'"):
            kind(text)


def with_arguments(main):
    return lambda _given: main()


RUNS = {
    "simulate": with_arguments(simulation.main),
    "crash": with_arguments(crashes.main),
    "cycles": with_arguments(cycles.main),
    "points": with_arguments(points.main),
    "fuzz": with_arguments(fuzzing.main),
    "replay": with_arguments(replay.main),
    "properties": properties.main,
    "trouble": trouble.main,
}


@pytest.mark.parametrize(
    "line",
    [
        *("simulate --seeds 0", "simulate --seeds -5", "simulate --minutes 0"),
        *("simulate --minutes -1", "simulate --jobs 0", "simulate --first -1"),
        *("simulate --only 99999", "simulate --only 3,foo", "simulate --only -3"),
        *("simulate --seeds 5 --trace", "simulate --minutes 1 --only 3", "simulate --bug no"),
        *("simulate --planted no", "simulate --planted --trace", "simulate --seeds 1 --minutes 1"),
        *("crash --cycles 0", "crash --cycles -3", "crash --stride 0", "crash --stride -1"),
        *("crash --way no", "cycles --cycles 0", "points --stride -1", "points --way no"),
        *("fuzz --minutes 0", "fuzz --minutes -1", "fuzz --jobs 0", "fuzz --target no"),
        *("replay sync-core /nowhere/file", "properties --cases 0", "properties --cases -3"),
        *("properties --first -1", "properties --only no:1", "trouble --trials -1"),
    ],
)
def test_what_would_check_nothing_is_refused_in_one_line_after_the_usage(line, monkeypatch, capsys):
    name, *given = line.split()
    monkeypatch.setattr("sys.argv", [name, *given])
    with pytest.raises(SystemExit) as ended:
        RUNS[name](given)
    assert ended.value.code == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("usage: ")
    assert "error: " in said.err.splitlines()[-1]


def test_the_known_bugs_are_listed_once(monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["simulate", "--bug", "nonsense"])
    with pytest.raises(SystemExit):
        simulation.main()
    err = capsys.readouterr().err
    assert [err.count(bug) for bug in PLANTED if bug != "synchronous-off"] == [1] * (
        len(PLANTED) - 1
    )


@pytest.mark.parametrize("only", ["none", "0,1"])
def test_the_steps_that_a_shrunk_failure_names_are_taken(only, monkeypatch, capsys):
    """Anti-test of the refusals: what the simulator itself suggests goes on to run."""
    monkeypatch.setattr("sys.argv", ["simulate", "--first", "7", "--only", only])
    assert simulation.main() == 0
    assert f"seed 7, {0 if only == 'none' else 2} steps" in capsys.readouterr().out
