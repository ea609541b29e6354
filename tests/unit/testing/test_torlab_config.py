"""What the private Tor network tells tor, without starting any: each line here prevents a failure
that was seen."""

import base64
import json
import os
import shutil
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from onionchat.testing.torlab import LinkShape, TorLabError, torrc
from onionchat.testing.torlab.__main__ import main as command
from onionchat.testing.torlab.consensus import Consensus, parse_consensus
from onionchat.testing.torlab.layout import Authority, Layout, Relay
from onionchat.testing.torlab.ports import PortClaims
from onionchat.testing.torlab.program import find_tor
from onionchat.testing.torlab.snapshot import SnapshotCache, snapshot_key
from onionchat_torconfig import template

LAYOUT = Layout(
    tuple(Authority(f"auth{i}", 2000 + i, 2100 + i, f"{i}A" * 20, f"{i}B" * 20) for i in range(3)),
    tuple(Relay(f"relay{i}", 2200 + i, f"{i}C" * 20) for i in range(4)),
)
BASE = Path("/tmp/lab")
NOW = 1_800_000_003.9


def options(text: str) -> dict[str, list[str]]:
    """The options of a torrc, each with its values."""
    found: dict[str, list[str]] = {}
    for line in text.splitlines():
        if line and not line.startswith("#"):
            name, _, value = line.partition(" ")
            found.setdefault(name, []).append(value)
    return found


def authority(
    vote: torrc.VotePlan = torrc.FIRST_VOTES[0], changed: dict[str, int] | None = None
) -> dict[str, list[str]]:
    text = torrc.authority_torrc(
        LAYOUT,
        LAYOUT.authorities[1],
        base=BASE,
        owner_pid=77,
        bandwidth_path=BASE / "bandwidth",
        vote=vote,
        now=NOW,
        params=torrc.consensus_params(changed or {}),
    )
    return options(text)


def relay(listen_port: int | None = None) -> dict[str, list[str]]:
    return options(
        torrc.relay_torrc(
            LAYOUT, LAYOUT.relays[2], base=BASE, owner_pid=77, listen_port=listen_port
        )
    )


@pytest.mark.parametrize("node", [authority(), relay(), relay(3000)])
def test_every_node_stays_on_this_machine_and_ends_with_its_owner(
    node: dict[str, list[str]],
) -> None:
    assert node["TestingTorNetwork"] == ["1"]
    assert node["ExitRelay"] == ["0"]
    assert node["SocksPort"] == ["0"]
    assert node["Address"] == ["127.0.0.1"]
    assert all(value.startswith("127.0.0.1:") for value in node["ORPort"])
    assert node["__OwningControllerProcess"] == ["77"]
    assert node["ShutdownWaitLength"] == ["0"]
    assert len(node["DirAuthority"]) == 3
    assert node["DirAuthority"][0] == (
        f"auth0 orport=2000 no-v2 v3ident={'0A' * 20} 127.0.0.1:2100 {'0B' * 20}"
    )
    assert "AssumeReachableIPv6" not in node  # together with AssumeReachable an error
    assert "${" not in repr(node)


def test_the_authorities_give_all_relays_the_same_weight() -> None:
    assert authority()["V3BandwidthsFile"] == ["/tmp/lab/bandwidth"]
    assert torrc.bandwidth_file(LAYOUT, now=NOW).splitlines() == [
        "1800000003",
        *(f"node_id=${f'{i}C' * 20} bw=10000 nick=relay{i}" for i in range(4)),
    ]


def test_every_relay_is_stable_and_has_the_flags_of_onion_circuits() -> None:
    node = authority()
    assert node["AuthDirVoteStableGuaranteeMinUptime"] == ["0"]
    assert node["AuthDirVoteStableGuaranteeMTBF"] == ["0"]
    assert node["TestingDirAuthVoteGuard"] == ["*"]
    assert node["TestingDirAuthVoteHSDir"] == ["*"]
    assert node["MinUptimeHidServDirectoryV2"] == ["0"]


def test_votes_are_an_hour_apart_and_the_consensus_lasts_a_week() -> None:
    node = authority()
    assert node["V3AuthVotingInterval"] == ["3600"]  # more, and onion services complain
    assert node["V3AuthNIntervalsValid"] == ["168"]
    assert "cc_alg=2" in node["ConsensusParams"][0].split()


def test_the_queues_of_cells_have_the_limits_of_the_public_network_unless_told_otherwise() -> None:
    def voted(changed: dict[str, int]) -> dict[str, str]:
        (line,) = authority(changed=changed)["ConsensusParams"]
        return dict(word.split("=") for word in line.split())

    usual = voted({})
    assert usual["circ_max_cell_queue_size"] == "1250"
    assert usual["circ_max_cell_queue_size_out"] == "1000"
    assert voted({"circ_max_cell_queue_size": 50_000, "zzz_new": -1}) == usual | {
        "circ_max_cell_queue_size": "50000",
        "zzz_new": "-1",
    }


@pytest.mark.parametrize("name", ["", "two words", "a=b", "a\nExitRelay 1", "a#", "é", "a" * 64])
def test_what_is_no_name_of_a_consensus_parameter_is_refused(name: str) -> None:
    with pytest.raises(TorLabError, match="no name of a consensus parameter"):
        torrc.consensus_params({name: 1})


@pytest.mark.parametrize("value", [1 << 31, -(1 << 31) - 1])
def test_a_consensus_parameter_beyond_32_bits_is_refused(value: int) -> None:
    with pytest.raises(TorLabError, match="32 bits"):
        torrc.consensus_params({"cc_alg": value})


@pytest.mark.parametrize("text", ["cc_alg", "cc_alg=", "cc_alg=x", "cc_alg=1.5"])
def test_the_command_takes_a_name_and_a_whole_number(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        command(["up", "--dir", str(tmp_path / "n"), "--consensus-param", text])
    assert "is not NAME=NUMBER" in capsys.readouterr().err


def test_the_command_refuses_a_bad_parameter_before_it_starts_anything(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(["up", "--dir", str(tmp_path / "n"), "--consensus-param", "a b=1"]) == 1
    assert "'a b' is no name of a consensus parameter" in capsys.readouterr().err
    assert not (tmp_path / "n").exists()


@pytest.mark.parametrize("vote", [*torrc.FIRST_VOTES, torrc.STORED_VOTE])
def test_the_first_vote_falls_when_the_relays_are_there(vote: torrc.VotePlan) -> None:
    node = authority(vote)
    assert node["TestingV3AuthInitialVotingInterval"] == [str(vote.interval)]
    assert 1800 % vote.interval == 0
    offset = int(node["TestingV3AuthVotingStartOffset"][0])
    assert 0 <= offset < vote.interval
    first_valid_after = next(
        second for second in range(int(NOW) + 1, 1 << 62) if second % vote.interval == offset
    )
    # Voting takes 4 s; the relays need 1.5 s to upload their descriptors.
    assert 4 + 2 < first_valid_after - NOW <= vote.lead


def test_a_relay_behind_the_proxy_advertises_the_port_of_the_proxy() -> None:
    assert relay()["ORPort"] == ["127.0.0.1:2202 IPv4Only"]
    assert relay(3000)["ORPort"] == [
        "127.0.0.1:2202 NoListen IPv4Only",
        "127.0.0.1:3000 NoAdvertise IPv4Only",
    ]


def test_a_client_keeps_the_timers_of_the_real_network() -> None:
    client = options(torrc.client_torrc(LAYOUT, base=BASE))
    assert "TestingTorNetwork" not in client
    assert client["DirAuthority"] == relay()["DirAuthority"]
    assert client["FetchDirInfoEarly"] == client["FetchDirInfoExtraEarly"] == ["1"]
    assert client["PathsNeededToBuildCircuits"] == ["0.67"]
    assert client["EnforceDistinctSubnets"] == ["0"]
    assert client["ExtendAllowPrivateAddresses"] == ["1"]
    # These are the node's own.
    assert not {"SocksPort", "DataDirectory", "ControlSocket", "ControlPort"} & set(client)


@pytest.mark.parametrize("name", ["with space", "with#", 'with"', "x" * 100])
def test_a_directory_that_tor_could_not_use_is_refused(name: str) -> None:
    with pytest.raises(TorLabError):
        torrc.check_directory(BASE / name)


def test_no_path_leads_out_of_the_templates() -> None:
    for name in ("../README.md", "../x.torrc", "py.typed"):
        with pytest.raises(ValueError, match="torrc template"):
            template(name)
    with pytest.raises(FileNotFoundError):
        template("missing.torrc")


def consensus_text(**changes: str) -> str:
    lines = ["network-status-version 3 microdesc", "vote-status consensus"]
    lines += ["valid-after 2026-01-02 03:04:05", "valid-until 2026-01-09 03:00:00"]
    for node in LAYOUT.relays:
        flags = changes.get("flags", "Fast Guard HSDir Running Stable V2Dir Valid")
        identity = base64.b64encode(node.nickname.encode().ljust(20, b"-")).decode().rstrip("=")
        lines += [f"r {node.nickname} {identity} 2026-01-02 03:04:05 127.0.0.1 1 0", f"s {flags}"]
        lines.append(f"w Bandwidth={changes.get(node.nickname, '10000')}")
    return "\n".join([*lines, changes.get("end", "directory-footer")])


def problem(**changes: str) -> str | None:
    names = [node.nickname for node in LAYOUT.relays]
    return parse_consensus(consensus_text(**changes)).problem(names)


def test_a_consensus_without_circuits_is_noticed() -> None:
    assert problem() is None
    assert "without the flags Stable" in str(problem(flags="Fast Guard HSDir Running V2Dir Valid"))
    assert "weights [1, 10000]" in str(problem(relay2="1"))
    assert "weights [0]" in str(problem(**{node.nickname: "0" for node in LAYOUT.relays}))
    assert "relay9 not in it" in str(parse_consensus(consensus_text()).problem(["relay9"]))
    with pytest.raises(ValueError, match="not complete"):
        problem(end="")


def network_files(base: Path) -> None:
    for name in LAYOUT.names():
        (base / name / "keys").mkdir(parents=True)
        (base / name / "keys" / "secret_id_key").write_text(name)
        for left_out in ("notice.log", "lock", "pid", "torrc", "control_auth_cookie"):
            (base / name / left_out).write_text("x")
        with socket.socket(socket.AF_UNIX) as control:
            control.bind(str(base / name / "control"))


def store(base: Path, cache: Path, age: timedelta) -> None:
    since = datetime.now(tz=UTC) - age
    SnapshotCache(cache, "key").store(base, LAYOUT, Consensus(since, since + timedelta(days=7), {}))


def test_a_snapshot_comes_back_without_sockets_locks_and_logs(tmp_path: Path) -> None:
    network_files(tmp_path / "a")
    store(tmp_path / "a", tmp_path / "cache", timedelta())
    (snapshot,) = SnapshotCache(tmp_path / "cache", "key").usable()
    assert snapshot.layout == LAYOUT
    snapshot.restore(tmp_path / "b")
    assert sorted(os.listdir(tmp_path / "b")) == sorted(LAYOUT.names())
    assert os.listdir(tmp_path / "b" / "relay0") == ["keys"]
    assert (tmp_path / "b" / "relay0" / "keys" / "secret_id_key").read_text() == "relay0"
    assert list(SnapshotCache(tmp_path / "cache", "other").usable()) == []


def test_old_and_damaged_snapshots_are_removed(tmp_path: Path) -> None:
    network_files(tmp_path / "a")
    # Tor takes the consensus for a week, but onion services complain of it after a day.
    store(tmp_path / "a", tmp_path / "cache", timedelta(hours=19))
    store(tmp_path / "a", tmp_path / "cache", timedelta(hours=21))
    (tmp_path / "cache" / "key" / "damaged").mkdir()
    (tmp_path / "cache" / "key" / "damaged" / "snapshot.json").write_text("{}")
    cache = SnapshotCache(tmp_path / "cache", "key")
    assert len(list(cache.usable())) == 1
    assert len(os.listdir(tmp_path / "cache" / "key")) == 1


def test_a_snapshot_being_written_is_not_seen_and_its_remains_go(tmp_path: Path) -> None:
    directory = tmp_path / "key"
    (directory / ".new-young").mkdir(parents=True)
    (directory / ".new-old").mkdir()
    os.utime(directory / ".new-old", (0, 0))
    assert list(SnapshotCache(tmp_path, "key").usable()) == []
    assert os.listdir(directory) == [".new-young"]


def test_a_cache_holds_a_few_snapshots(tmp_path: Path) -> None:
    network_files(tmp_path / "a")
    for _ in range(6):
        store(tmp_path / "a", tmp_path / "cache", timedelta())
    assert len(list(SnapshotCache(tmp_path / "cache", "key").usable())) == 4


def test_another_tor_size_or_consensus_parameter_means_another_snapshot() -> None:
    usual = torrc.consensus_params({})
    changed = torrc.consensus_params({"circ_max_cell_queue_size": 50_000})
    keys = {
        snapshot_key("Tor 1", 4, usual),
        snapshot_key("Tor 2", 4, usual),
        snapshot_key("Tor 1", 5, usual),
        snapshot_key("Tor 1", 4, changed),
    }
    assert len(keys) == 4
    # A parameter said to be what it is anyway is no other network.
    assert snapshot_key("Tor 1", 4, torrc.consensus_params({"cc_alg": 2})) in keys


def test_a_layout_survives_json() -> None:
    assert Layout.from_json(json.loads(json.dumps(LAYOUT.to_json()))) == LAYOUT
    for broken in ([], {}, {"authorities": [{}], "relays": []}, {"authorities": 1, "relays": []}):
        with pytest.raises(ValueError):
            Layout.from_json(broken)


@pytest.mark.loopback
def test_a_claimed_port_is_nobody_elses() -> None:
    with PortClaims() as mine, PortClaims() as theirs:
        ports = mine.take(5)
        assert len(set(ports)) == 5
        (free,) = theirs.take(1)
        assert not theirs.claim([ports[0]])
        assert not mine.claim([free])
        mine.close()
        assert theirs.claim(ports)


@pytest.mark.loopback
def test_a_port_with_a_listener_is_busy() -> None:
    with PortClaims() as claims, socket.create_server(("127.0.0.1", 0)) as server:
        busy = server.getsockname()[1]
        (free,) = claims.take(1)
        claims.close()
        assert not claims.claim([free, busy])
        assert claims.claim([free])  # all or none


def test_tor_is_looked_for_where_it_was_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def program(*parts: str) -> Path:
        path = tmp_path.joinpath(*parts)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("#!/bin/sh\n")
        path.chmod(0o755)
        return path

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    monkeypatch.delenv("ONIONCHAT_TOR", raising=False)
    with pytest.raises(TorLabError, match="no tor program"):
        find_tor()
    on_path = program("bin", "tor")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    with pytest.raises(TorLabError, match="no tor-gencert"):
        find_tor()
    gencert = program("bin", "tor-gencert")
    assert (find_tor().tor, find_tor().gencert) == (on_path, gencert)
    noted = program("noted", "tor")
    (tmp_path / ".cache").mkdir()
    (tmp_path / ".cache" / "tor-path").write_text(f"{noted}\n")
    assert (find_tor().tor, find_tor().gencert) == (noted, gencert)
    set_by_hand = program("hand", "tor")
    monkeypatch.setenv("ONIONCHAT_TOR", str(set_by_hand))
    assert find_tor().tor == set_by_hand
    assert find_tor(on_path).tor == on_path
    shutil.rmtree(tmp_path / "hand")
    with pytest.raises(TorLabError, match=r"hand/tor"):  # named, but not there: no guessing
        find_tor()


def test_links_that_cannot_be_are_refused() -> None:
    for shape in ({"delay_ms": -1}, {"jitter_ms": -1}, {"rate_kib": 0}):
        with pytest.raises(ValueError):
            LinkShape(**shape)
