"""The configuration files of a private network, as text: templates filled in.

Nothing is written or started here, so that tests can read what tor would be told.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Template

from onionchat.testing.torlab.errors import TorLabError
from onionchat.testing.torlab.layout import Authority, Layout, Relay
from onionchat_torconfig import template

__all__ = [
    "EMPTY_FILE",
    "FIRST_VOTES",
    "STORED_VOTE",
    "VotePlan",
    "authority_torrc",
    "bandwidth_file",
    "check_directory",
    "client_torrc",
    "consensus_params",
    "relay_torrc",
    "template_digest",
]

_TEMPLATES = ("lab-node.torrc", "lab-authority.torrc", "lab-relay.torrc", "lab-client.torrc")

# An empty file in the directory of every network, for options that want some file.
EMPTY_FILE = "empty"

# Any number does, so long as it is the same for all relays.
_BANDWIDTH = 10_000

# Unix socket paths have room for 107 bytes; this is the longest tail that a node appends.
_SOCKET_PATH_BYTES = 107
_LONGEST_TAIL = "/relay00/control"

_CONSENSUS_PARAMS = {
    "KISTSchedRunInterval": 3,
    "cc_alg": 2,
    "cc_cwnd_inc": 1,
    "cc_cwnd_inc_rate": 31,
    "cc_cwnd_min": 124,
    "cc_sscap_exit": 600,
    "cc_sscap_onion": 475,
    "cc_vegas_alpha_exit": 186,
    "cc_vegas_beta_onion": 372,
    "cc_vegas_delta_exit": 310,
    "cc_vegas_delta_onion": 434,
    "cc_vegas_gamma_onion": 248,
    "circ_max_cell_queue_size": 1250,
    "circ_max_cell_queue_size_out": 1000,
    "hs_service_max_rdv_failures": 1,
    "sendme_emit_min_version": 1,
}


# What tor takes: words of letters, digits and underscores, numbers of 32 bits with a sign.
_PARAM_NAME = re.compile(r"[A-Za-z0-9_]{1,63}")
_PARAM_LEAST, _PARAM_MOST = -(1 << 31), (1 << 31) - 1


@dataclass(frozen=True)
class VotePlan:
    """When the authorities first vote: `lead` seconds after the start their consensus is valid.

    Voting begins 4 s before that (2 s for the votes, 2 s for the signatures). `interval`, in
    seconds, is longer than the lead and divides half an hour, as tor demands.
    """

    interval: int
    lead: float

    def offset(self, now: float) -> int:
        """Return the voting start offset for authorities that start at `now` (epoch seconds)."""
        return int(now + self.lead) % self.interval


# Relays upload their descriptors 1.5 s after the start; a machine under load needs longer, so
# each further attempt waits longer.
FIRST_VOTES = (VotePlan(10, 7.5), VotePlan(20, 15.5), VotePlan(30, 25.5))

# A stored network has its consensus: the next vote shall fall far from the start, when all relays
# have settled.
STORED_VOTE = VotePlan(1800, 900.0)


def check_directory(base: Path) -> None:
    """Raise `TorLabError` if tor could not work in the directory `base` because of its name."""
    text = str(base)
    if any(character.isspace() or character in "\"'#\\" for character in text):
        raise TorLabError(f"The directory {text!r} has a space, quote, # or \\ in its name.")
    if len(f"{text}{_LONGEST_TAIL}".encode()) > _SOCKET_PATH_BYTES:
        raise TorLabError(f"The path {text} is too long for the Unix sockets in it; use another.")


def consensus_params(changed: Mapping[str, int]) -> dict[str, int]:
    """Return what the authorities vote for: the public network's parameters, some `changed`.

    Sorted by name, as tor wants them. Raises `TorLabError` for a name or number that tor would not
    take: an authority would leave out its vote for it, or end.
    """
    for name, value in changed.items():
        if _PARAM_NAME.fullmatch(name) is None:
            raise TorLabError(f"{name!r} is no name of a consensus parameter.")
        if not _PARAM_LEAST <= value <= _PARAM_MOST:
            raise TorLabError(f"The consensus parameter {name} has no 32 bits for {value}.")
    return dict(sorted((_CONSENSUS_PARAMS | dict(changed)).items()))


def template_digest(params: Mapping[str, int]) -> str:
    """Return a digest of all that shapes a network beside its size: a new one, a new snapshot."""
    digest = hashlib.sha256()
    for name in _TEMPLATES:
        digest.update(template(name).encode())
    digest.update(repr((sorted(params.items()), _BANDWIDTH)).encode())
    return digest.hexdigest()


def authority_torrc(
    layout: Layout,
    node: Authority,
    *,
    base: Path,
    owner_pid: int,
    bandwidth_path: Path,
    vote: VotePlan,
    now: float,
    params: Mapping[str, int],
) -> str:
    """Return the torrc of an authority that starts at `now` (epoch seconds), with its `params`."""
    return _node(layout, node.nickname, base, owner_pid) + _fill(
        "lab-authority.torrc",
        or_port=node.or_port,
        dir_port=node.dir_port,
        initial_voting_interval=vote.interval,
        voting_start_offset=vote.offset(now),
        bandwidth_file=bandwidth_path,
        consensus_params=" ".join(f"{key}={value}" for key, value in params.items()),
    )


def relay_torrc(
    layout: Layout, node: Relay, *, base: Path, owner_pid: int, listen_port: int | None = None
) -> str:
    """Return the torrc of a relay; with `listen_port` a proxy stands on the advertised port."""
    if listen_port is None:
        lines = [f"ORPort 127.0.0.1:{node.or_port} IPv4Only"]
    else:
        lines = [
            f"ORPort 127.0.0.1:{node.or_port} NoListen IPv4Only",
            f"ORPort 127.0.0.1:{listen_port} NoAdvertise IPv4Only",
        ]
    return _node(layout, node.nickname, base, owner_pid) + _fill(
        "lab-relay.torrc", or_port_lines="\n".join(lines)
    )


def client_torrc(layout: Layout, *, base: Path) -> str:
    """Return the lines that a client appends to its own torrc to join the network."""
    return _fill(
        "lab-client.torrc",
        dir_authorities=_dir_authorities(layout),
        empty_file=base / EMPTY_FILE,
    )


def bandwidth_file(layout: Layout, *, now: float) -> str:
    """Return the measurements that the authorities read, made at `now` (epoch seconds)."""
    lines = [str(int(now))]
    lines += [
        f"node_id=${node.fingerprint} bw={_BANDWIDTH} nick={node.nickname}"
        for node in layout.relays
    ]
    return "\n".join(lines) + "\n"


def _node(layout: Layout, nickname: str, base: Path, owner_pid: int) -> str:
    return _fill(
        "lab-node.torrc",
        dir_authorities=_dir_authorities(layout),
        nickname=nickname,
        data_directory=base / nickname,
        owner_pid=owner_pid,
        empty_file=base / EMPTY_FILE,
    )


def _dir_authorities(layout: Layout) -> str:
    return "\n".join(
        f"DirAuthority {node.nickname} orport={node.or_port} no-v2 v3ident={node.v3ident}"
        f" 127.0.0.1:{node.dir_port} {node.fingerprint}"
        for node in layout.authorities
    )


def _fill(name: str, **values: object) -> str:
    return Template(template(name)).substitute({key: str(value) for key, value in values.items()})
