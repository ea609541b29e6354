"""The list of fuzz targets is complete: whatever decodes foreign bytes is fed by one of them.

Found from the code, not from memory: functions that take bytes or text apart (by what they call),
methods by which cores are fed (by name), and every structure of the wire.
"""

import ast
import importlib
import pkgutil
import sys
from pathlib import Path

import pytest

import onionchat.protocol
from fuzz.corpus import committed
from fuzz.targets import TARGETS
from onionchat.protocol.wire import codec

ROOT = Path(__file__).parents[2]

DECODING = set(
    "b32decode b64decode decode decode_deletion decode_edit decode_message"
    " decode_put decode_reaction decode_said decode_statement decode_text decode_timer findall"
    " finditer from_bytes from_parts fromhex fullmatch loads lineReceived parse parse_entry"
    " parse_header unpack unpack_from".split()
)
"""What a function that takes bytes or texts apart calls."""

FEEDING = {"receive", "next_record", "lineReceived", "permit"}
"""Names of methods by which a core is given what a peer sent."""

NOT_LOOKED_AT = ("cli", "daemon", "testing")
"""The command lines read what their own person types; `testing` is not the program."""

FED_THROUGH = {
    "net.transports.tor.bridges._is_address": "bridge-lines",
    "net.transports.tor.bridges._program": "bridge-lines",
    "net.transports.tor.events._descriptor": "tor-events",
    "net.transports.tor.guards._draw": "tor-guards",
    "net.transports.tor.guards._identity": "tor-guards",
    "protocol.contacts.introduction._statement": "introduction",
    "protocol.contacts.link_text._characters": "invite-link",
    "protocol.contacts.link_text._decode": "invite-link",
    "protocol.contacts.link_text.contains_scheme": "device-link",
    "protocol.contacts.link_text.find_link": "invite-link",
    "protocol.contacts.link_text.read_fields": "invite-bytes",
    "protocol.identity.roster._with_pasts": "statements",
    "protocol.link.link.Link._read_records": "link",
    "protocol.session.handshake._Framing._length": "handshake-callee",
    "protocol.sync.session.SyncSession._on_entries": "sync-core",
}
"""Private parts: which target's corpus reaches them. That it does is checked."""

NOT_FOREIGN = {
    "control.address.run_folder": "a path of one's own profile",
    "control.first_run.made": "from a child of one's own",
    "control.first_run.places": "random bytes of one's own",
    "control.first_run.written": "encodes",
    "control.qr_reader.text_of": "an exit status and a sentence, made harmless",
    "control.reference._json": "makes the documentation",
    "control.reference.field_docs": "makes the documentation",
    "media.qr_child.read": "runs in a confined process; what comes out of it is `qr-answer`",
    "net.core_protocol.ByteCore.receive": "an interface",
    "net.transports.tor.onions._base32": "encodes",
    "net.transports.tor.onions.add_onion": "encodes",
    "net.transports.tor.onions.authorise": "encodes",
    "net.transports.tor.process.TorFolders.prepare": "a path of one's own",
    "net.transports.tor.process.TorProcess.outReceived": "gives lines to `redact`: `tor-events`",
    "net.transports.tor.upkeep.probe_network": "one expression over one reply of tor",
    "node.accounts.load": "from the own database",
    "node.accounts.share": "from the own database",
    "node.counting._row": "from the own database",
    "node.eviction._asker": "from the own database",
    "node.eviction._before_it_ended_us": "from the own database",
    "node.devices._named": "a word of one's own devices, made harmless",
    "node.exchanges.Exchanges.following": "from the own database",
    "node.acquaintance.accept_request": "a request that `contact-messages` has accepted",
    "node.acquaintance.parse_stored": "a link that `invite-link` has accepted",
    "node.trust.act_of": "from the own database",
    "node.trust.look_for_evictions": "what the policy has decoded and the journal taken in",
    "node.household._apply_changed": "values that `household` decodes, names and settings",
    "node.household._fact": "a word of one's own devices",
    "node.household._trust": "a word of one's own devices",
    "node.household._write_what_waited": "from the own database",
    "node.household.apply": "a body that `entry-bodies` has accepted",
    "node.folding._Folding.take": "entries that `journal` has accepted",
    "node.folding._refresh": "from the own database",
    "node.journals._note_own_device": "entries that `journal` has accepted",
    "node.journals._names_ours": "an entry that `entry` has accepted",
    "node.journals._is_hollow": "a header that `entry` has accepted",
    "node.journals.signed": "from the own database",
    "node.linking.Linking.become": "from the own database",
    "node.linking.Linking.join": "what the own person types",
    "node.linking.Linking.start": "from the own database",
    "node.links._call_targets": "from the own database",
    "node.remarks._text": "from the own database",
    "node.said.marks_of": "from the own database",
    "node.own_logs._take_back": "entries that `journal` has accepted",
    "node.own_logs.named": "from the own database",
    "node.people.free_name": "cuts a cleaned name",
    "node.tor_use.TorUse._save_guards": "from the own database",
    "node.preferences._contact_id": "hex digits, which a front end of one's own keeps",
    "node.preferences.get": "from the own database",
    "node.rows.row_of": "a text that the policy has taken in",
    "node.petnames._free": "cuts a cleaned name",
    "node.petnames.wanted": "a name, which `names` cleans",
    "node.removal._forget_shared": "from the own database",
    "node.restored._claims": "from the own database",
    "protocol.contacts.link_text.written": "encodes",
    "protocol.crypto.rng.SystemRng.uniform": "random bytes of one's own",
    "protocol.identity.onion.onion_address": "encodes",
    "protocol.identity.wordlist.to_words": "encodes",
    "store.hollow._read": "from the own database",
    "protocol.linking.code.device_code": "computes what is shown",
    "protocol.link.scheduler.Scheduler.next_record": "makes records",
    "protocol.journal.entry.sign_entry": "reads back what it has made",
}


def functions():
    """Every function of the program: its name without the package, and what it calls."""
    for path in sorted((ROOT / "onionchat").rglob("*.py")):
        parts = path.relative_to(ROOT / "onionchat").with_suffix("").parts
        if parts[0] not in NOT_LOOKED_AT:
            yield from _of(ast.parse(path.read_text()), ".".join(parts))


def _of(tree, prefix):
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.ClassDef):
            yield from _of(node, f"{prefix}.{node.name}")
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            calls = {
                call.func.attr if isinstance(call.func, ast.Attribute) else call.func.id
                for call in ast.walk(node)
                if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute | ast.Name)
            }
            yield f"{prefix}.{node.name}", node.name, calls


def decoders(found):
    return {
        name
        for name, short, calls in found
        if calls & DECODING or (short in FEEDING and name.startswith(("protocol.", "net.")))
    }


def fed():
    return {one.removeprefix("onionchat.") for target in TARGETS.values() for one in target.covers}


def missing(found):
    return decoders(found) - fed() - set(FED_THROUGH) - set(NOT_FOREIGN)


def test_every_decoder_is_fed_by_a_target():
    assert missing(functions()) == set(), (
        "make a target for it in fuzz/, or say here why its bytes are not foreign"
    )


def test_a_new_decoder_would_be_noticed():
    tree = ast.parse("def parse_thing(data):\n    return decode(Thing, data, 100)\n")
    assert missing([*functions(), *_of(tree, "protocol.thing")]) == {"protocol.thing.parse_thing"}
    tree = ast.parse("class Core:\n    def receive(self, data):\n        self.x = data\n")
    assert missing(_of(tree, "protocol.thing")) == {"protocol.thing.Core.receive"}


def test_the_exceptions_exist():
    known = {name for name, _, _ in functions()}
    assert set(FED_THROUGH) | set(NOT_FOREIGN) <= known


def called(target):
    """The functions of the program that the committed corpus of a target runs."""
    found = set()

    def trace(frame, _event, _argument):
        code = frame.f_code
        if "/onionchat/" in code.co_filename:
            module = code.co_filename.split("/onionchat/")[-1].removesuffix(".py")
            found.add(f"{module.replace('/', '.')}.{code.co_qualname}")

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        for data in committed(target):
            try:
                target.run(data)
            except target.declared:
                continue
    finally:
        sys.settrace(before)
    return found


@pytest.mark.parametrize("name", TARGETS)
def test_the_committed_corpus_reaches_what_the_target_names(name):
    ran = called(TARGETS[name])
    wanted = {one.removeprefix("onionchat.") for one in TARGETS[name].covers}
    wanted |= {private for private, target in FED_THROUGH.items() if target == name}
    # A class stands for its methods.
    reached = {one for one in wanted if any(r == one or r.startswith(f"{one}.") for r in ran)}
    assert wanted - reached == set()


def structures(base=codec.WireStruct):
    """Every structure of the wire that the program declares."""
    for module in pkgutil.walk_packages(onionchat.protocol.__path__, "onionchat.protocol."):
        importlib.import_module(module.name)
    for kind in base.__subclasses__():
        if kind.__module__.startswith("onionchat."):
            yield kind
        yield from structures(kind)


class Watched:
    """A decoder that notes what it made."""

    def __init__(self, decoder, seen):
        self.decoder = decoder
        self.seen = seen

    def decode(self, data):
        value = self.decoder.decode(data)
        self.seen.add(type(value))
        return value


def test_every_structure_of_the_wire_is_decoded_from_a_committed_input(monkeypatch):
    seen = set()
    real = codec._decoder
    monkeypatch.setattr(codec, "_decoder", lambda kind: Watched(real(kind), seen))
    for target in TARGETS.values():
        if not any("decode" in one or "parse" in one or "read" in one for one in target.covers):
            if target.name not in ("fork-proof",):
                continue
        for data in (*committed(target), *target.seeds()):
            try:
                target.run(data)
            except target.declared:
                continue
    nested = {"SignedHeader", "Acquainted"}  # only ever inside a `ForkProof`, a `PersonaRecord`
    lacking = {kind.__name__ for kind in structures() if kind not in seen} - nested
    assert lacking == set()
