"""`python -m benchmarks.copying host FOLDER | guest FOLDER SOCKS ONION`: one end of two copies.

Both ends keep two streams of one circuit open: one for bare bytes, one for a link with a bulk
channel, used as file transfers use one. The guest copies as its input says, `raw BYTES` or
`channel BYTES`, and prints a line of JSON when the host has told that it has all of it.
"""

from __future__ import annotations

import json
import socket
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from twisted.internet import reactor, stdio
from twisted.internet.defer import Deferred
from twisted.internet.endpoints import UNIXClientEndpoint
from twisted.internet.protocol import Factory
from twisted.internet.threads import deferToThread
from twisted.protocols.basic import LineOnlyReceiver
from twisted.python.failure import Failure

from benchmarks.raw_onion import exactly, socks_answer
from onionchat.net.core_protocol import CoreProtocol
from onionchat.net.transports.tor.socks import SocksCore, SocksFactory
from onionchat.protocol.crypto.keys import AgreementKey
from onionchat.protocol.crypto.rng import SystemRng
from onionchat.protocol.link.channel import HIGH_WATER, Priority
from onionchat.protocol.link.events import ChannelWritable, LinkClosed, LinkUp, MessageReceived
from onionchat.protocol.link.link import Link
from onionchat.protocol.session.handshake import Candidate, Initiator, Responder
from onionchat.testing.rng import SeededRng

RAW_PORT, CHANNEL_PORT = 80, 81
ISOLATION = "one circuit"
KINDS = {"files": Priority.BULK}
MESSAGE = 64 * 1024
"""Bytes of one message, as a piece of a file."""

SIZE_BYTES = 8
DONE = b"."
"""The bare stream's answer to a whole copy."""

READ_BYTES = 65536
ADDRESS = bytes(32)


def _keys() -> tuple[AgreementKey, AgreementKey]:
    """The static keys of both ends: the same in both processes."""
    rng = SeededRng("copying")
    return AgreementKey.generate(rng), AgreementKey.generate(rng)


class _Counting:
    """Counts what a protocol writes and reads."""

    def __init__(self, protocol: CoreProtocol[Any]) -> None:
        self.written = self.read = 0
        made: Callable[[], None] = protocol.connectionMade
        received: Callable[[bytes], None] = protocol.dataReceived

        def connection_made() -> None:
            stream: Any = protocol.transport
            write = stream.write

            def count(data: bytes) -> None:
                self.written += len(data)
                write(data)

            stream.write = count
            made()

        def data_received(data: bytes) -> None:
            self.read += len(data)
            received(data)

        protocol.connectionMade = connection_made
        protocol.dataReceived = data_received


class _End:
    """One end of the link."""

    def __init__(self, core: Link) -> None:
        self.core = core
        self.protocol = CoreProtocol(core, reactor, self._event, lambda error: None)
        self.counted = _Counting(self.protocol)
        self.up: Deferred[None] = Deferred()

    def _event(self, event: object) -> None:
        match event:
            case LinkUp():
                self.up.callback(None)
            case LinkClosed():
                self.protocol.close()
            case MessageReceived(channel=channel, data=data):
                self.message(channel, data)
            case ChannelWritable():
                self.writable()

    def message(self, channel: int, data: bytes) -> None:
        """A message came."""

    def writable(self) -> None:
        """There is room again."""


class _Host(_End):
    """Takes so many bytes as the first message says, then answers."""

    def __init__(self) -> None:
        own, other = _keys()
        candidate = Candidate(static=own, tag="copy")
        handshake = Responder(
            candidates=(candidate,),
            transport="tor",
            address=ADDRESS,
            rng=SystemRng(),
            now=reactor.seconds(),
        )
        super().__init__(Link.accepting(handshake, reactor.seconds(), SystemRng(), KINDS))
        self._left = 0

    def message(self, channel: int, data: bytes) -> None:
        if not self._left:
            self._left = int.from_bytes(data, "big")
            return
        self._left -= len(data)
        if self._left <= 0:
            self._left = 0
            self.core.send(channel, b"done", reactor.seconds())
            self.protocol.flush()


class _Guest(_End):
    """Sends so many bytes, as fast as the channel takes them."""

    def __init__(self) -> None:
        own, other = _keys()
        handshake = Initiator(
            static=other,
            remote_static=own.public,
            psk=None,
            transport="tor",
            address=ADDRESS,
            rng=SystemRng(),
            now=reactor.seconds(),
        )
        super().__init__(Link.dialling(handshake, reactor.seconds(), SystemRng(), KINDS))
        self._left = 0
        self._channel = 0
        self._done: Deferred[None] = Deferred()
        self._piece = bytes(MESSAGE)

    def copy(self, size: int) -> Deferred[None]:
        if not self._channel:
            self._channel = self.core.open("files")
        self._done = Deferred()
        self._left = size
        self.core.send(
            self._channel,
            size.to_bytes(SIZE_BYTES, "big"),
            reactor.seconds(),
        )
        self.writable()
        return self._done

    def writable(self) -> None:
        while self._left > 0 and self.core.backlog(self._channel) <= HIGH_WATER:
            piece = self._piece[: min(MESSAGE, self._left)]
            self._left -= len(piece)
            self.core.send(self._channel, piece, reactor.seconds())
        self.protocol.flush()

    def message(self, channel: int, data: bytes) -> None:
        self._done.callback(None)


def _host_raw(path: Path) -> None:
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(path))
    listener.listen()

    def serve(stream: socket.socket) -> None:
        while head := stream.recv(SIZE_BYTES, socket.MSG_WAITALL):
            left = int.from_bytes(head, "big")
            while left:
                data = stream.recv(min(READ_BYTES, left))
                if not data:
                    return
                left -= len(data)
            stream.sendall(DONE)

    def accept() -> None:
        while True:
            stream, _ = listener.accept()
            threading.Thread(target=serve, args=(stream,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()


def host(folder: Path) -> None:
    """Both listeners."""
    _host_raw(folder / "raw")
    factory = Factory.forProtocol(lambda: _Host().protocol)
    factory.noisy = False
    reactor.listenUNIX(str(folder / "channel"), factory)
    stdio.StandardIO(_Commands(lambda line: None))
    print("{}", flush=True)
    reactor.run()


def _raw_stream(socks: str, onion: str) -> socket.socket:
    """A blocking stream through SOCKS, on the circuit named ISOLATION."""
    stream = socket.socket(socket.AF_UNIX)
    stream.settimeout(120)
    stream.connect(socks)
    name, word = f"{onion}.onion".encode(), ISOLATION.encode()
    stream.sendall(b"\x05\x01\x02")
    exactly(stream, 2)
    stream.sendall(b"\x01\x09onionchat" + bytes([len(word)]) + word)
    exactly(stream, 2)
    stream.sendall(b"\x05\x01\x00\x03" + bytes([len(name)]) + name + RAW_PORT.to_bytes(2, "big"))
    code = socks_answer(stream)
    if code != 0:
        raise ConnectionError(f"SOCKS answered {code:02x}")
    return stream


def _raw_copy(stream: socket.socket, size: int) -> None:
    stream.sendall(size.to_bytes(SIZE_BYTES, "big"))
    piece = memoryview(bytes(MESSAGE))
    left = size
    while left:
        left -= stream.send(piece[: min(MESSAGE, left)])
    # Neither a circuit that died nor anything but the answer is a quick copy.
    if exactly(stream, 1) != DONE:
        raise ConnectionError("something else than the answer came")


class _Commands(LineOnlyReceiver):
    delimiter = b"\n"

    def __init__(self, run: Callable[[bytes], None]) -> None:
        self._run = run

    def lineReceived(self, line: bytes) -> None:
        self._run(line)

    def connectionLost(self, reason: object = None) -> None:
        if reactor.running:
            reactor.stop()


async def _dialled(socks: str, onion: str) -> _Guest:
    guest = _Guest()
    factory = Factory.forProtocol(lambda: guest.protocol)
    dial = SocksFactory(SocksCore(f"{onion}.onion", CHANNEL_PORT, ISOLATION), factory)
    await UNIXClientEndpoint(reactor, socks).connect(dial)
    await dial.done
    await guest.up
    return guest


def guest(socks: str, onion: str) -> None:
    """Both streams, and copies when told."""

    async def begin() -> None:
        stream = await deferToThread(_raw_stream, socks, onion)
        link = await _dialled(socks, onion)

        async def copy(arm: str, size: int) -> None:
            counted = link.counted
            written, read, cpu = counted.written, counted.read, time.process_time()
            began = time.perf_counter()
            if arm == "raw":
                await deferToThread(_raw_copy, stream, size)
            else:
                await link.copy(size)
            told = {
                "seconds": time.perf_counter() - began,
                "cpu": time.process_time() - cpu,
                "written": counted.written - written,
                "read": counted.read - read,
            }
            print(json.dumps(told), flush=True)

        def command(line: bytes) -> None:
            arm, size = line.decode().split()
            Deferred.fromCoroutine(copy(arm, int(size))).addErrback(failed)

        stdio.StandardIO(_Commands(command))
        print("{}", flush=True)

    def failed(failure: Failure) -> None:
        failure.printTraceback(sys.stderr)
        if reactor.running:
            reactor.stop()

    reactor.callWhenRunning(lambda: Deferred.fromCoroutine(begin()).addErrback(failed))
    reactor.run()


if __name__ == "__main__":
    if sys.argv[1] == "host":
        host(Path(sys.argv[2]))
    else:
        guest(*sys.argv[2:])
