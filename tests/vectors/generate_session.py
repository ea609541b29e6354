"""Makes session-hybrid.json: runs of the three hybrid handshakes with everything recorded.

An ML-KEM encapsulation cannot be given its randomness, so each run differs: the file holds one,
and the tests replay its dialler, who decapsulates, byte for byte. What the callee wrote is checked
by the dialler reading it.

    python tests/vectors/generate_session.py > tests/vectors/session-hybrid.json
"""

import json
import sys

from onionchat.protocol.crypto.keys import AgreementKey
from onionchat.protocol.session.handshake import DEVICE_PROTOCOL, INVITE_PROTOCOL, prologue
from onionchat.protocol.session.noise import HandshakeState
from onionchat.protocol.session.records import RENEWAL_PROTOCOL, exporter


class _Recorder:
    """Counts upwards and remembers what it gave."""

    def __init__(self, start):
        self.given = b""
        self._next = start

    def random_bytes(self, size):
        made = bytes((self._next + n) % 256 for n in range(size))
        self._next += size
        self.given += made
        return made


def _run(protocol, statics, psk, start):
    dialler, callee = statics
    bound = prologue(1, "tor", bytes(range(32))) if dialler else b"hash of the running session"
    rngs = _Recorder(start), _Recorder(start + 100)
    psks = () if psk is None else (psk,)
    remote = callee.public if callee else None
    one = HandshakeState(protocol, True, bound, rngs[0], dialler, remote, psks)
    two = HandshakeState(protocol, False, bound, rngs[1], callee, None, psks)
    messages = []
    writer, reader = one, two
    while not (one.finished and two.finished):
        payload = b"payload %d" % len(messages)
        message = writer.write_message(payload)
        assert reader.read_message(message) == payload
        messages.append({"payload": payload.hex(), "message": message.hex()})
        writer, reader = reader, writer
    ends = one.finish(), two.finish()
    assert ends[0].handshake_hash == ends[1].handshake_hash
    return {
        "protocol": protocol.name.decode(),
        "prologue": bound.hex(),
        "dialler_static": dialler.seed.hex() if dialler else None,
        "callee_static": callee.seed.hex() if callee else None,
        "psk": psk.hex() if psk else None,
        "dialler_random": rngs[0].given.hex(),
        "messages": messages,
        "handshake_hash": ends[0].handshake_hash.hex(),
        "exporter": exporter(ends[0]).hex(),
        "dialler_sends": [ends[0].send.encrypt(b"record %d" % n).hex() for n in range(2)],
        "callee_sends": [ends[1].send.encrypt(b"record %d" % n).hex() for n in range(2)],
    }


def main():
    statics = AgreementKey(bytes(range(1, 33))), AgreementKey(bytes(range(101, 133)))
    psk = bytes(range(200, 232))
    runs = [
        _run(DEVICE_PROTOCOL, statics, None, 7),
        _run(INVITE_PROTOCOL, statics, psk, 17),
        _run(RENEWAL_PROTOCOL, (None, None), psk, 27),
    ]
    about = "Hybrid handshakes of onionchat, docs/spec/04-session.md; made by generate_session.py"
    json.dump({"about": about, "version": 1, "runs": runs}, sys.stdout, indent=1)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
