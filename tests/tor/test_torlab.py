"""The private Tor network works, comes back from a snapshot, and leaves nothing behind."""

import base64
import os
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from onionchat.testing.torlab import LinkShape, PlainClient, PrivateTorNetwork, TorLabError
from onionchat.testing.torlab.process import python_program, spawn, stop_all
from onionchat.testing.torlab.shaping import proxy_argument

pytestmark = pytest.mark.tor

SHAPING = Path(sys.modules[LinkShape.__module__].__file__ or "")
SECONDS = 60.0


def wait_for(condition: Callable[[], bool], seconds: float = SECONDS) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not after {seconds} s"
        time.sleep(0.05)


def is_gone(pid: int) -> bool:
    """No such process, or one that only waits for its parent to notice that it has ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def echo(connection: socket.socket) -> None:
    with connection:
        while data := connection.recv(65_536):
            connection.sendall(data)


@contextmanager
def echo_server(server: socket.socket) -> Iterator[None]:
    def serve() -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            threading.Thread(target=echo, args=(connection,), daemon=True).start()

    with server:
        server.listen()
        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield
        finally:
            server.shutdown(socket.SHUT_RDWR)  # wakes `accept`
            thread.join()


def receive(connection: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        more = connection.recv(size - len(data))
        assert more, f"the end after {len(data)} of {size} bytes"
        data += more
    return data


def socks_connect(client: PlainClient, host: str) -> tuple[int, socket.socket]:
    """The reply code of tor (0 is success) and the stream."""
    stream = socket.socket(socket.AF_UNIX)
    stream.settimeout(SECONDS)
    stream.connect(str(client.socks))
    stream.sendall(b"\x05\x01\x00")
    assert receive(stream, 2) == b"\x05\x00"
    name = host.encode()
    stream.sendall(b"\x05\x01\x00\x03" + bytes([len(name)]) + name + struct.pack(">H", 80))
    _, code, _, kind = receive(stream, 4)
    receive(stream, {1: 4, 4: 16}[kind] + 2)  # an address that says nothing, and a port
    return code, stream


def dial(client: PlainClient, host: str) -> socket.socket:
    """Dial as a node does: again after a second if tor could not."""
    deadline = time.monotonic() + SECONDS
    while True:
        code, stream = socks_connect(client, host)
        if code == 0:
            return stream
        stream.close()
        assert time.monotonic() < deadline, f"tor answers {code:#x}"
        time.sleep(1)  # pacing: more often does tor no good


def publish(client: PlainClient, target: Path, *options: str) -> str:
    """Make an onion service, return its host name once a descriptor of it has been uploaded."""
    client.control.command("SETEVENTS HS_DESC")
    command = " ".join(["ADD_ONION NEW:ED25519-V3", *options, f"Port=80,unix:{target}"])
    service = client.control.command(command)[0].removeprefix("ServiceID=")
    client.control.wait_event(
        lambda event: event.startswith(f"HS_DESC UPLOADED {service} "), timeout=SECONDS
    )
    return f"{service}.onion"


def round_trip_ms(stream: socket.socket, times: int = 5) -> float:
    """The best of some round trips."""
    best = float("inf")
    for number in range(times):
        message = b"%08d" % number
        before = time.monotonic()
        stream.sendall(message)
        assert receive(stream, len(message)) == message
        best = min(best, (time.monotonic() - before) * 1000)
    return best


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> Iterator[PrivateTorNetwork]:
    base = tmp_path_factory.mktemp("fresh") / "lab"
    with PrivateTorNetwork.start(base, snapshot_cache=cache) as network:
        yield network


def test_from_nothing_an_onion_with_client_authorisation_answers(
    fresh: PrivateTorNetwork, tmp_path: Path
) -> None:
    print(f"from nothing: {fresh.seconds:.1f} s")
    assert not fresh.from_snapshot
    key = X25519PrivateKey.generate()
    public = base64.b32encode(key.public_key().public_bytes_raw()).decode().rstrip("=")
    private = base64.b64encode(key.private_bytes_raw()).decode()
    server = socket.socket(socket.AF_UNIX)
    server.bind(str(tmp_path / "service"))
    with (
        echo_server(server),
        PlainClient.start(tmp_path / "alice", fresh.client_torrc) as alice,
        PlainClient.start(tmp_path / "bob", fresh.client_torrc, seed=fresh.client_seed) as bob,
    ):
        options = ("Flags=V3Auth,DiscardPK", f"ClientAuthV3={public}")
        host = publish(alice, tmp_path / "service", *options)

        without_key, stream = socks_connect(bob, host)
        stream.close()
        assert without_key == 0xF4  # tor: the service wants a client key

        service = host.removesuffix(".onion")
        bob.control.command(f"ONION_CLIENT_AUTH_ADD {service} x25519:{private}")
        with dial(bob, host) as stream:
            text = os.urandom(200_000)
            threading.Thread(target=stream.sendall, args=(text,), daemon=True).start()
            assert receive(stream, len(text)) == text


def test_two_networks_from_one_cache_do_not_collide(
    fresh: PrivateTorNetwork, cache: Path, tmp_path: Path
) -> None:
    with PrivateTorNetwork.start(tmp_path / "lab", snapshot_cache=cache) as second:
        assert not second.from_snapshot
        # It found the ports of the first taken, and the first goes on.
        ports = [
            {relay["orport"] for relay in network.describe()["relays"]}
            for network in (fresh, second)
        ]
        assert not ports[0] & ports[1]
        with PlainClient.start(tmp_path / "client", fresh.client_torrc):
            pass


def test_one_network_per_directory(fresh: PrivateTorNetwork) -> None:
    with pytest.raises(TorLabError, match="running in .* already"):
        PrivateTorNetwork.start(fresh.base)


def test_a_snapshot_starts_elsewhere_with_delayed_links(
    fresh: PrivateTorNetwork, cache: Path, tmp_path: Path
) -> None:
    fresh.stop()
    server = socket.socket(socket.AF_UNIX)
    server.bind(str(tmp_path / "service"))
    with (
        PrivateTorNetwork.start(
            tmp_path / "lab", snapshot_cache=cache, shape=LinkShape(delay_ms=25)
        ) as network,
        echo_server(server),
        PlainClient.start(
            tmp_path / "alice", network.client_torrc, seed=network.client_seed
        ) as alice,
        PlainClient.start(tmp_path / "bob", network.client_torrc, seed=network.client_seed) as bob,
    ):
        print(f"from a snapshot: {network.seconds:.1f} s")
        assert network.from_snapshot
        host = publish(alice, tmp_path / "service", "Flags=DiscardPK")
        with dial(bob, host) as stream:
            # Six links there and six back, less what two ends on one relay save.
            assert 150 <= round_trip_ms(stream) <= 3_000

        network.suspend_relay(0)
        stat = Path(f"/proc/{network.relay_pids[0]}/stat")
        wait_for(lambda: stat.read_text().rpartition(")")[2].split()[0] == "T")
        network.resume_relay(0)
        network.kill_relay(1)
        assert is_gone(network.relay_pids[1])
        network.suspend_relay(2)  # `stop` must end a suspended one too
    assert all(is_gone(pid) for pid in network.pids.values())


def test_kill_9_of_the_supervisor_leaves_nothing(
    start_lab: Callable[..., object], cache: Path, tmp_path: Path
) -> None:
    lab = start_lab(tmp_path / "lab", cache)
    assert len(lab.pids) == 3 + 4 + 1
    os.kill(lab.relay_pids[0], signal.SIGSTOP)  # not even one that cannot act any more
    lab.process.kill()
    wait_for(lambda: all(is_gone(pid) for pid in lab.pids), 60)
    lab.process.wait()


def test_the_command_stops_at_the_end_of_its_input_and_tells_its_status(
    start_lab: Callable[..., object], cache: Path, tmp_path: Path
) -> None:
    lab = start_lab(tmp_path / "lab", cache, "--no-proxy")
    status = [sys.executable, "-m", "onionchat.testing.torlab", "status"]
    status += ["--dir", str(tmp_path / "lab")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(os.path.abspath, sys.path))}
    assert subprocess.run(status, env=environment, stdout=subprocess.DEVNULL).returncode == 0
    lab.stop()
    assert lab.process.returncode == 0
    assert all(is_gone(pid) for pid in lab.pids)
    assert subprocess.run(status, env=environment, stdout=subprocess.DEVNULL).returncode == 1


def test_the_shared_network_takes_a_client(tor_network: object, tmp_path: Path) -> None:
    seed = tor_network.client_seed
    with PlainClient.start(tmp_path / "client", tor_network.torrc, seed=seed) as client:
        assert client.control.get_info("status/circuit-established") == "1"


@contextmanager
def proxied_echo(shape: LinkShape, log: Path) -> Iterator[socket.socket]:
    """A connection through the proxy to a server that sends everything back."""
    server, listening = (socket.create_server(("127.0.0.1", 0)) for _ in range(2))
    with echo_server(server), listening:
        argument = proxy_argument(shape, [(listening.fileno(), server.getsockname()[1])])
        command = [*python_program(SHAPING), argument]
        proxy = spawn(command, output=log, pass_fds=[listening.fileno()])
        try:
            with socket.create_connection(listening.getsockname(), timeout=SECONDS) as connection:
                yield connection
        finally:
            stop_all([proxy])


def test_the_proxy_delays_and_keeps_the_order(tmp_path: Path) -> None:
    with proxied_echo(LinkShape(delay_ms=30, jitter_ms=20), tmp_path / "log") as connection:
        before = time.monotonic()
        connection.sendall(b"first")
        assert receive(connection, 5) == b"first"
        # The handshake of TCP and then there and back: two round trips.
        assert 0.12 <= time.monotonic() - before < 5
        assert 60 <= round_trip_ms(connection) < 2_000
        text = os.urandom(300_000)
        threading.Thread(target=connection.sendall, args=(text,), daemon=True).start()
        assert receive(connection, len(text)) == text


def test_the_proxy_limits_the_rate_and_passes_the_end_on(tmp_path: Path) -> None:
    with proxied_echo(LinkShape(rate_kib=400), tmp_path / "log") as connection:
        text = os.urandom(200 * 1024)
        before = time.monotonic()
        threading.Thread(target=connection.sendall, args=(text,), daemon=True).start()
        assert receive(connection, len(text)) == text
        assert 0.45 <= time.monotonic() - before < 10
        connection.shutdown(socket.SHUT_WR)
        assert connection.recv(1) == b""
