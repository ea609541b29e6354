"""Mutation testing: the short form, and that it finds what is not noticed.

The long form is `make mutate`. A process of its own, because mutants are imported instead of the
code, which this process has imported already.
"""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from mutation.dangerous import DANGERS, NotFound, changed
from mutation.declarations import mutants
from mutation.forks import warm_up
from mutation.results import (
    Explanation,
    Mutant,
    Score,
    below,
    judge,
    load_explanations,
    table,
)
from mutation.slices import ROOT, SLICES


def python(code: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )


@pytest.mark.slow
def test_dangerous_changes_are_noticed():
    done = python("import sys; from mutation.dangerous import main; sys.exit(main())")
    noticed = f"{len(DANGERS)} of {len(DANGERS)} dangerous changes are noticed\n"
    assert done.stdout == noticed, done.stderr
    assert (done.returncode, len(DANGERS)) == (0, 20), done.stderr


@pytest.mark.slow
def test_a_change_that_no_test_notices_is_reported():
    done = python(
        "from mutation.dangerous import DANGERS, survivors\n"
        "from dataclasses import replace\n"
        "blind = replace(DANGERS[9], tests='tests/unit/wire/test_limits.py')\n"
        "print(survivors([blind, DANGERS[9]]) == [blind])"
    )
    assert done.stdout == "True\n", done.stderr


def test_a_danger_whose_place_is_gone_is_an_error_and_not_a_pass():
    with pytest.raises(NotFound):
        changed(replace(DANGERS[0], old="return Maybe"))
    with pytest.raises(NotFound):
        changed(replace(DANGERS[0], function="_hold"))


def test_every_danger_changes_the_code():
    for danger in DANGERS:
        assert changed(danger).mutant.old != changed(danger).mutant.new


def test_a_process_that_has_the_package_already_is_refused():
    import onionchat.protocol.wire.codec  # noqa: F401

    with pytest.raises(RuntimeError):
        warm_up()


def test_declarations_are_bounds_constants_options_and_decorated_functions():
    found = {one.mutant for one in mutants(Path("onionchat/protocol/wire/records.py"))}
    assert (
        Mutant(
            "onionchat.protocol.wire.records",
            "MAX_PARENTS: Final = 16",
            "MAX_PARENTS: Final = 17",
        )
        in found
    )
    assert any("Meta(max_length=32)" in one.new for one in found)
    entry = list(mutants(Path("onionchat/protocol/journal/entry.py")))
    assert any(one.mutant.function.endswith(".SignedEntry.ancestors") for one in entry)


SURVIVOR = Mutant("onionchat.protocol.x.f", "a > b", "a >= b")


def test_equivalent_ones_do_not_count_and_wording_counts_as_not_killed():
    for kind, rate in (("equivalent", 1.0), ("wording", 0.75)):
        scores = {"onionchat.protocol.x": Score(killed=3, survived=[SURVIVOR])}
        stale = judge(scores, [Explanation(SURVIVOR, kind, "why")], scores)
        assert stale == []
        assert scores["onionchat.protocol.x"].rate == rate


def test_an_explanation_of_what_does_not_survive_is_stale():
    scores = {"onionchat.protocol.x": Score(killed=3)}
    assert judge(scores, [Explanation(SURVIVOR, "equivalent", "why")], scores) != []
    # Of a module that was not tried nothing is known.
    assert judge(scores, [Explanation(SURVIVOR, "equivalent", "why")], ["onionchat.y"]) == []


def test_a_module_of_which_too_few_are_killed_is_named():
    scores = {
        "good": Score(killed=9, survived=[SURVIVOR]),
        "bad": Score(killed=8, survived=[SURVIVOR]),
    }
    assert below(scores) == ["bad"]
    assert "88.9 %" in table(scores)


def test_the_explanations_are_whole():
    for one in load_explanations():
        assert len(one.why.split()) > 2, one


@pytest.mark.parametrize("extra", ['kind = "lazy"\nwhy = "x"', 'kind = "equivalent"\nwhy = " "'])
def test_an_explanation_without_kind_or_reason_is_refused(tmp_path, extra):
    file = tmp_path / "explained.toml"
    file.write_text(f'[[mutant]]\nfunction = "f"\nold = "a"\nnew = "b"\n{extra}\n')
    with pytest.raises(ValueError, match="reason"):
        load_explanations(file)


def test_every_slice_has_modules_and_tests():
    for part in SLICES:
        assert part.modules()
        assert all((ROOT / tests).exists() for tests in part.tests)
    assert {str(m) for part in SLICES for m in part.modules(("onionchat/protocol/sync",))} >= {
        "onionchat/protocol/sync/session.py",
        "onionchat/protocol/sync/incoming.py",
    }
