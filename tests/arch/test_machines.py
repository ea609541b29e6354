"""State machines are total and drawn: every state knows what to do with every input.

Whoever makes a machine adds it to `MACHINES`. Each pair of state and input has a transition, or is
in one of two lists: ignored (changes nothing, no fault) or illegal (an error). The diagrams in
docs/state-machines/ are written by

    PYTHONPATH=. python tests/arch/test_machines.py
"""

import ast
import importlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DIAGRAMS = ROOT / "docs" / "state-machines"


def pairs(lists: dict[str, str]) -> frozenset[tuple[str, str]]:
    """`{"state": "input input"}` as pairs."""
    return frozenset((state, name) for state, names in lists.items() for name in names.split())


@dataclass(frozen=True)
class Listed:
    """One machine: where it is, and the pairs without a transition.

    `ignored` and `illegal` are pairs, or the name under which the module has them.
    """

    name: str
    module: str
    machine: str
    inputs: str
    ignored: str | frozenset[tuple[str, str]]
    illegal: str | frozenset[tuple[str, str]]

    def get(self, what):
        return getattr(importlib.import_module(self.module), what) if type(what) is str else what

    def transitions(self) -> list[tuple[str, str, str]]:
        """(state, input, next state), sorted. The one place that reads Automat's inside."""
        automaton = self.get(self.machine).__automat_automaton__
        return sorted(
            (old.name, given, new.name) for old, given, new, _ in automaton.allTransitions()
        )

    def states(self) -> list[str]:
        return sorted(state.name for state in self.get(self.machine).__automat_automaton__.states())

    def initial(self) -> str:
        return self.get(self.machine).__automat_automaton__.initialState.name

    def input_names(self) -> list[str]:
        return sorted(name for name in vars(self.get(self.inputs)) if not name.startswith("_"))

    def diagram(self) -> str:
        """A page with the machine as a sorted Mermaid diagram, and who gives the inputs."""
        inputs = self.get(self.inputs)
        sentences = {
            name: " ".join((getattr(inputs, name).__doc__ or "").split())
            for name in self.input_names()
        }
        ignored = sorted(self.get(self.ignored))
        lines = [
            f"# {self.name}",
            "",
            f"`{self.module}`; written by `tests/arch/test_machines.py`.",
            "",
            "```mermaid",
            "stateDiagram-v2",
            f"    [*] --> {self.initial()}",
            *(f"    {old} --> {new}: {given}" for old, given, new in self.transitions()),
            "```",
            "",
            "| input | comes |",
            "| --- | --- |",
            *(f"| `{name}` | {sentence} |" for name, sentence in sentences.items()),
            "",
            "Ignored: "
            + ("; ".join(f"{given} when {state}" for state, given in ignored) or "nothing")
            + ". Every other pair is illegal.",
            "",
        ]
        return "\n".join(lines)

    @property
    def page(self) -> Path:
        return DIAGRAMS / (self.name.replace(" ", "-") + ".md")


MACHINES = [
    Listed(
        "contact",
        "onionchat.protocol.contacts.states",
        "contact_life",
        "ContactInputs",
        "IGNORED",
        "ILLEGAL",
    ),
    Listed(
        "link",
        "onionchat.protocol.link.lifecycle",
        "link_life",
        "LinkLife",
        frozenset(),
        # The link itself gives the inputs, and only where they fit.
        pairs(
            {
                "handshaking": "drained greeted",
                "greeting": "authenticated drained",
                "open": "authenticated drained greeted",
                "draining": "authenticated",
                "closed": "authenticated drained greeted",
            }
        ),
    ),
]


@pytest.fixture(params=MACHINES, ids=lambda machine: machine.name)
def machine(request):
    return request.param


def test_every_state_knows_every_input(machine):
    every = {(state, name) for state in machine.states() for name in machine.input_names()}
    moves = {(old, given) for old, given, _ in machine.transitions()}
    ignored, illegal = machine.get(machine.ignored), machine.get(machine.illegal)
    assert every - moves - ignored - illegal == set(), "nobody said what happens"
    assert (moves | ignored | illegal) - every == set(), "no such state or input"
    assert not moves & ignored
    assert not moves & illegal
    assert not ignored & illegal


def test_every_state_can_be_reached(machine):
    moves = machine.transitions()
    # Stored machines are woken in a state, so a state without a way in may be another beginning.
    reached = {machine.initial()} | {new for _, _, new in moves}
    begun = {old for old, _, _ in moves}
    assert set(machine.states()) <= reached | begun


def test_every_input_says_who_gives_it(machine):
    for name in machine.input_names():
        assert (getattr(machine.get(machine.inputs), name).__doc__ or "").startswith("By "), name


def test_the_diagram_is_fresh(machine):
    assert machine.page.read_text(encoding="utf-8") == machine.diagram(), (
        "write it anew: PYTHONPATH=. python tests/arch/test_machines.py"
    )


def machines_in(source: str) -> int:
    """How many machines a module makes, by whatever name it has Automat's classes."""
    tree = ast.parse(source)
    makers = {"TypeMachineBuilder", "MethodicalMachine"}
    names = makers | {
        alias.asname
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "automat"
        for alias in node.names
        if alias.name in makers and alias.asname
    }
    called = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
    return sum(getattr(func, "id", getattr(func, "attr", None)) in names for func in called)


def test_every_machine_is_listed_and_every_diagram_has_one():
    made = {}
    for file in (ROOT / "onionchat").rglob("*.py"):
        count = machines_in(file.read_text(encoding="utf-8"))
        if count:
            made[".".join(file.relative_to(ROOT).with_suffix("").parts)] = count
    assert made == Counter(machine.module for machine in MACHINES), "MACHINES lists other machines"
    assert set(DIAGRAMS.iterdir()) == {machine.page for machine in MACHINES}


@pytest.mark.parametrize(
    ("source", "count"),
    [
        ("from automat import TypeMachineBuilder as B\nb = B(I, C)\n", 1),
        (
            "import automat\na = automat.TypeMachineBuilder(I, C)\nb = automat.MethodicalMachine()",
            2,
        ),
        ("def make():\n return TypeMachineBuilder(I, C)\n", 1),
        ("from automat import TypeMachineBuilder\ndef make() -> TypeMachineBuilder: ...", 0),
    ],
)
def test_a_machine_that_nobody_listed_is_found(source, count):
    assert machines_in(source) == count


# States that are kept by hand, each with the reason why it is not one of `MACHINES`.
JUDGED = {
    "onionchat.protocol.contacts.exchange._Joining": "one connection; each method asks for its "
    "stage and refuses all others, and the lasting states are the contact's machine",
    "onionchat.protocol.contacts.exchange._Owning": "as _Joining, on the other side",
    "onionchat.protocol.linking.host._Stage": "as _Owning, of each caller",
    "onionchat.protocol.linking.joiner._Stage": "as _Joining",
    "onionchat.protocol.sync.session._State": "only the peer's Have moves it on; timers and "
    "owner can end it, and after that every input is ignored in one place",
    "onionchat.net.transports.memory_end._State": "a double of a connection for tests",
    "onionchat.net.transports.interface.Phase": "a double of a transport sets it; the real one "
    "computes it anew from what tor says",
    "onionchat.net.transports.tor.socks._Step": "a decoder: all inputs are the proxy's bytes",
}


def kept_by_hand(source: str, module: str) -> set[str]:
    """Enums of which some class keeps three members or more, in turn, in one of its attributes."""
    found: dict[tuple[str, str], set[str]] = {}
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Assign):
            continue
        for target in node.targets:
            pairs = [(target, node.value)]
            if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                pairs = list(zip(target.elts, node.value.elts, strict=False))
            for kept, value in pairs:
                match kept, value:
                    case (
                        ast.Attribute(value=ast.Name(id="self"), attr=name),
                        ast.Attribute(value=ast.Name(id=enum), attr=member),
                    ) if member.isupper():
                        found.setdefault((name, enum), set()).add(member)
    return {f"{module}.{enum}" for (_, enum), members in found.items() if len(members) >= 3}


def test_every_state_that_is_kept_by_hand_is_judged():
    found: set[str] = set()
    for file in (ROOT / "onionchat").rglob("*.py"):
        module = ".".join(file.relative_to(ROOT).with_suffix("").parts)
        found |= kept_by_hand(file.read_text(encoding="utf-8"), module)
    assert found - JUDGED.keys() == set(), "make it a machine, or say why not"
    for name in JUDGED:
        module, _, enum = name.rpartition(".")
        assert len(getattr(importlib.import_module(module), enum)) >= 3


def test_a_state_that_is_kept_by_hand_is_found():
    source = "\n".join(f"def f{n}(self):\n self._at = Stage.{n}" for n in ("ONE", "TWO", "THREE"))
    assert kept_by_hand(source, "m") == {"m.Stage"}
    assert kept_by_hand(source.replace("THREE", "TWO"), "m") == set()


if __name__ == "__main__":
    DIAGRAMS.mkdir(parents=True, exist_ok=True)
    for found in MACHINES:
        found.page.write_text(found.diagram(), encoding="utf-8")
