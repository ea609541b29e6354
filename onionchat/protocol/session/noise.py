"""The Noise engine: cipher states, the handshake state, nothing of this project's own.

What lives here: The Noise Protocol Framework, revision 34, sections 5 and 6 (object names are the
specification's), and the KEM tokens of "KEM-based Hybrid Forward Secrecy for Noise", revision 1,
section 4. What may not: framing, versions, prologues (`handshake`), records (`records`).
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, TypeVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305

from onionchat.errors import DecryptionFailed, HandshakeFailed, Malformed
from onionchat.protocol.crypto.keys import AgreementKey
from onionchat.protocol.crypto.rng import Rng
from onionchat.protocol.session.patterns import NoiseProtocol, Token
from onionchat.types import KEY_SIZE

TAG_SIZE: Final = 16
"""Bytes that encryption adds."""

T = TypeVar("T")

KEM_SEED_SIZE: Final = 64
"""Bytes of randomness in an ML-KEM key pair (FIPS 203: d and z)."""

KEM_PUBLIC_SIZE: Final = 1184
"""Bytes of an ML-KEM-768 public key."""

KEM_CIPHERTEXT_SIZE: Final = 1088
"""Bytes of an ML-KEM-768 ciphertext."""

MAX_NONCE: Final = 2**64 - 1
"""This one is reserved: no message may use it."""


class CipherState:
    """A key and the number of the next message under it."""

    __slots__ = ("_aead", "_nonce")

    def __init__(self, aead: ChaCha20Poly1305 | AESGCM) -> None:
        self._aead = aead
        self._nonce = 0

    def _next_nonce(self) -> bytes:
        number = self._nonce
        if number >= MAX_NONCE:
            raise OverflowError("the nonces of this key are used up")
        # The two ciphers differ in byte order (sections 12.3 and 12.4).
        big = isinstance(self._aead, AESGCM)
        return bytes(4) + number.to_bytes(8, "big" if big else "little")

    def encrypt(self, plaintext: bytes, associated: bytes = b"") -> bytes:
        """Encrypt; the result is 16 bytes longer."""
        ciphertext = self._aead.encrypt(self._next_nonce(), plaintext, associated)
        self._nonce += 1
        return ciphertext

    def decrypt(self, ciphertext: bytes, associated: bytes = b"") -> bytes:
        """Decrypt the next message.

        Raises:
            DecryptionFailed: it was altered, reordered, replayed or is shorter than a tag.
        """
        try:
            plaintext = self._aead.decrypt(self._next_nonce(), ciphertext, associated)
        except InvalidTag:
            raise DecryptionFailed from None
        self._nonce += 1
        return plaintext


class _SymmetricState:
    """Chaining key, transcript hash and the handshake's cipher (section 5.2)."""

    __slots__ = ("_protocol", "chaining_key", "cipher", "hash")

    def __init__(self, protocol: NoiseProtocol) -> None:
        self._protocol = protocol
        size = hashlib.new(protocol.hash).digest_size
        name = protocol.name
        self.hash = name.ljust(size, b"\0") if len(name) <= size else self._digest(name)
        self.chaining_key = self.hash
        self.cipher: CipherState | None = None

    def _digest(self, data: bytes) -> bytes:
        return hashlib.new(self._protocol.hash, data).digest()

    def _derive(self, material: bytes, outputs: int) -> list[bytes]:
        """HKDF of section 4.3."""
        name = self._protocol.hash
        secret = hmac.digest(self.chaining_key, material, name)
        derived = [hmac.digest(secret, b"\1", name)]
        for number in range(2, outputs + 1):
            derived.append(hmac.digest(secret, derived[-1] + bytes((number,)), name))
        return derived

    def _cipher(self, key: bytes) -> CipherState:
        return CipherState(self._protocol.aead(key[:KEY_SIZE]))

    def mix_key(self, material: bytes) -> None:
        self.chaining_key, key = self._derive(material, 2)
        self.cipher = self._cipher(key)

    def mix_hash(self, data: bytes) -> None:
        self.hash = self._digest(self.hash + data)

    def mix_key_and_hash(self, material: bytes) -> None:
        self.chaining_key, mixed, key = self._derive(material, 3)
        self.mix_hash(mixed)
        self.cipher = self._cipher(key)

    def encrypt_and_hash(self, plaintext: bytes) -> bytes:
        sent = plaintext if self.cipher is None else self.cipher.encrypt(plaintext, self.hash)
        self.mix_hash(sent)
        return sent

    def decrypt_and_hash(self, received: bytes) -> bytes:
        plaintext = received if self.cipher is None else self.cipher.decrypt(received, self.hash)
        self.mix_hash(received)
        return plaintext

    def overhead(self) -> int:
        """Bytes that `encrypt_and_hash` adds at this point."""
        return 0 if self.cipher is None else TAG_SIZE

    def split(self) -> tuple[CipherState, CipherState]:
        first, second = self._derive(b"", 2)
        return self._cipher(first), self._cipher(second)


@dataclass(frozen=True, slots=True)
class NoiseResult:
    """What a finished handshake leaves behind."""

    send: CipherState
    receive: CipherState
    handshake_hash: bytes = field(repr=False)
    remote_static: bytes | None = field(repr=False)
    chaining_key: bytes = field(repr=False)
    """Secret, for deriving further keys (`records.exporter`)."""


class HandshakeState:
    """One run of a handshake (section 5.3). It is used up by `finish` and by the first failure.

    Ephemeral keys come from `rng` (32 bytes an X25519 key, 64 an ML-KEM key). The randomness of an
    ML-KEM encapsulation is OpenSSL's own and cannot be passed in.
    """

    __slots__ = (
        "_ephemeral",
        "_initiator",
        "_kem_key",
        "_messages",
        "_protocol",
        "_psks",
        "_remote_ephemeral",
        "_remote_kem",
        "_remote_static",
        "_rng",
        "_static",
        "_symmetric",
        "_turn",
    )

    def __init__(
        self,
        protocol: NoiseProtocol,
        initiator: bool,
        prologue: bytes,
        rng: Rng,
        static: AgreementKey | None = None,
        remote_static: bytes | None = None,
        psks: Sequence[bytes] = (),
    ) -> None:
        if len(psks) != protocol.psks or any(len(psk) != KEY_SIZE for psk in psks):
            raise ValueError("a pre-shared key for each psk of the pattern, 32 bytes each")
        self._protocol = protocol
        self._initiator = initiator
        self._rng = rng
        self._static = static
        self._remote_static = remote_static
        self._psks = list(psks)
        self._messages: tuple[tuple[Token, ...], ...] | None = protocol.pattern.messages
        self._turn = initiator
        self._ephemeral: AgreementKey | None = None
        self._remote_ephemeral: bytes | None = None
        self._kem_key: MLKEM768PrivateKey | None = None
        self._remote_kem: MLKEM768PublicKey | None = None
        self._symmetric = _SymmetricState(protocol)
        self._symmetric.mix_hash(prologue)
        own = None if static is None else static.public
        initiator_static, responder_static = (
            (own, remote_static) if initiator else (remote_static, own)
        )
        for known, key in (
            (protocol.pattern.initiator_known, initiator_static),
            (protocol.pattern.responder_known, responder_static),
        ):
            if known:
                self._symmetric.mix_hash(_needed(key))

    @property
    def finished(self) -> bool:
        """Whether all messages went through, and `finish` may be called."""
        return self._messages == ()

    def _begin(self, sending: bool) -> tuple[tuple[Token, ...], ...]:
        """The messages to come. Until the next one is through, the state counts as used up."""
        messages = self._messages
        if not messages or self._turn is not sending:
            raise RuntimeError("this handshake is used up, or it is the other side's turn")
        self._messages = None
        self._turn = not sending
        return messages

    def write_message(self, payload: bytes = b"") -> bytes:
        """Make the next message.

        Raises:
            HandshakeFailed: a key that the peer sent before is a low-order point.
        """
        tokens, *rest = self._begin(sending=True)
        message = b"".join([self._write(token) for token in tokens])
        message += self._symmetric.encrypt_and_hash(payload)
        self._messages = tuple(rest)
        return message

    def read_message(self, message: bytes) -> bytes:
        """Take the peer's next message and return its payload.

        Raises:
            HandshakeFailed: it does not authenticate, or holds a low-order point.
            Malformed: it is too short, or its KEM key is no key.
        """
        tokens, *rest = self._begin(sending=False)
        try:
            for token in tokens:
                message = message[self._read(token, message) :]
            payload = self._symmetric.decrypt_and_hash(message)
        except DecryptionFailed:
            raise HandshakeFailed from None
        self._messages = tuple(rest)
        return payload

    def finish(self) -> NoiseResult:
        """Split into the two directions' keys. Once only."""
        if self._messages != ():
            raise RuntimeError("this handshake is not finished, or it is used up")
        self._messages = None
        first, second = self._symmetric.split()
        return NoiseResult(
            send=first if self._initiator else second,
            receive=second if self._initiator else first,
            handshake_hash=self._symmetric.hash,
            remote_static=self._remote_static,
            chaining_key=self._symmetric.chaining_key,
        )

    def _write(self, token: Token) -> bytes:
        symmetric = self._symmetric
        match token:
            case Token.E:
                self._ephemeral = AgreementKey.generate(self._rng)
                self._mix_ephemeral(self._ephemeral.public)
                return self._ephemeral.public
            case Token.S:
                return symmetric.encrypt_and_hash(_needed(self._static).public)
            case Token.E1:
                seed = self._rng.random_bytes(KEM_SEED_SIZE)
                self._kem_key = MLKEM768PrivateKey.from_seed_bytes(seed)
                return symmetric.encrypt_and_hash(self._kem_key.public_key().public_bytes_raw())
            case Token.EKEM1:
                shared, ciphertext = _needed(self._remote_kem).encapsulate()
                sent = symmetric.encrypt_and_hash(ciphertext)
                symmetric.mix_key(shared)
                return sent
            case _:
                self._mix_secret(token)
                return b""

    def _read(self, token: Token, message: bytes) -> int:
        """Process one token; returns how many bytes of the message it took."""
        symmetric = self._symmetric
        match token:
            case Token.E:
                self._remote_ephemeral = _take(message, KEY_SIZE)
                self._mix_ephemeral(self._remote_ephemeral)
                return KEY_SIZE
            case Token.S:
                field_ = _take(message, KEY_SIZE + symmetric.overhead())
                self._remote_static = symmetric.decrypt_and_hash(field_)
                return len(field_)
            case Token.E1:
                field_ = _take(message, KEM_PUBLIC_SIZE + symmetric.overhead())
                try:
                    self._remote_kem = MLKEM768PublicKey.from_public_bytes(
                        symmetric.decrypt_and_hash(field_)
                    )
                except ValueError:
                    raise Malformed from None
                return len(field_)
            case Token.EKEM1:
                field_ = _take(message, KEM_CIPHERTEXT_SIZE + symmetric.overhead())
                ciphertext = symmetric.decrypt_and_hash(field_)
                # A ciphertext that was not made for this key gives another secret, not an error
                # (FIPS 203, implicit rejection): the payload's tag tells.
                symmetric.mix_key(_needed(self._kem_key).decapsulate(ciphertext))
                return len(field_)
            case _:
                self._mix_secret(token)
                return 0

    def _mix_ephemeral(self, public: bytes) -> None:
        self._symmetric.mix_hash(public)
        if self._protocol.psks:
            # Section 9.2: else two runs with one pre-shared key would share keys.
            self._symmetric.mix_key(public)

    def _mix_secret(self, token: Token) -> None:
        """The tokens that send nothing: pre-shared keys and Diffie-Hellman results."""
        if token is Token.PSK:
            self._symmetric.mix_key_and_hash(self._psks.pop(0))
            return
        # The first letter is the initiator's key, the second the responder's.
        own, other = token.value if self._initiator else reversed(token.value)
        private = _needed(self._ephemeral if own == "e" else self._static)
        public = _needed(self._remote_ephemeral if other == "e" else self._remote_static)
        try:
            self._symmetric.mix_key(private.exchange(public))
        except ValueError:
            raise HandshakeFailed from None


def _needed(value: T | None) -> T:
    """A key that the pattern needs and whoever started the handshake has to give."""
    if value is None:
        raise ValueError("the pattern needs a key that was not given")
    return value


def _take(message: bytes, size: int) -> bytes:
    """The first `size` bytes of a message."""
    if len(message) < size:
        raise Malformed
    return message[:size]
