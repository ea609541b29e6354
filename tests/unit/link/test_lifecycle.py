"""The life of a link as a table: every input in every state is decided."""

from onionchat.protocol.link.lifecycle import LinkLife, link_life

# What cannot happen, and why.
IMPOSSIBLE = {
    ("handshaking", "greeted"): "frames are read only after the handshake",
    ("handshaking", "drained"): "only a draining link drains",
    ("greeting", "authenticated"): "the handshake ends once",
    ("greeting", "drained"): "only a draining link drains",
    ("open", "authenticated"): "the handshake ends once",
    ("open", "greeted"): "a second Hello is a violation before it gets here",
    ("open", "drained"): "only a draining link drains",
    ("draining", "authenticated"): "the handshake ends once",
    ("closed", "authenticated"): "the handshake is forgotten",
    ("closed", "greeted"): "no more frames are read",
    ("closed", "drained"): "no more records are made",
}


def test_every_input_is_decided_in_every_state():
    automaton = link_life.__automat_automaton__
    decided = {
        (state.name, str(name).rsplit(".", 1)[-1]): target.name
        for state, name, target, _ in automaton.allTransitions()
    }
    inputs = [name for name in vars(LinkLife) if not name.startswith("_")]
    states = {state.name for state in automaton.states()}
    assert states == {"handshaking", "greeting", "open", "draining", "closed"}
    pairs = {(state, name) for state in states for name in inputs}
    assert pairs - set(decided) == set(IMPOSSIBLE)
    assert {target for (state, _), target in decided.items() if state == "closed"} == {"closed"}
