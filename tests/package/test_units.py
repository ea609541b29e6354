"""The systemd units: what they confine, that systemd understands them, and that nothing in the node
needs what they forbid. A start and a stop under a real systemd are in docs/home-node.md."""

import ctypes
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from onionchat.cli import unit

ROOT = Path(__file__).parents[2]
SYSTEMD = ROOT / "packaging" / "systemd"
SYSTEM = SYSTEMD / "system"
UNIX_ONLY = SYSTEM / "onionchat.service.d" / "unix-only.conf"

EVERYWHERE = {
    "UMask": "0077",
    "LimitCORE": "0",
    "NoNewPrivileges": "yes",
    "LockPersonality": "yes",
    "MemoryDenyWriteExecute": "yes",
    "RestrictRealtime": "yes",
    "RestrictSUIDSGID": "yes",
    "RestrictNamespaces": "yes",
    "SystemCallArchitectures": "native",
    "SystemCallErrorNumber": "EPERM",
}
CONFINED = {
    "PrivateUsers": "yes",
    "PrivateTmp": "yes",
    "PrivateDevices": "yes",
    "ProtectSystem": "strict",
    "ProtectClock": "yes",
    "ProtectHostname": "yes",
    "ProtectKernelLogs": "yes",
    "ProtectKernelModules": "yes",
    "ProtectKernelTunables": "yes",
    "ProtectControlGroups": "yes",
    "ProtectProc": "invisible",
}
OF_THE_SYSTEM = {"CapabilityBoundingSet": "", "User": "onionchat", "ProtectHome": "yes"}

PR_SET_MDWE = 65


def parsed(*texts: str) -> dict[tuple[str, str], list[str]]:
    """Section and key to values, the last one of which counts; an empty one resets the list."""
    found: dict[tuple[str, str], list[str]] = {}
    for text in texts:
        section = ""
        for line in text.splitlines():
            if not line or line[0] in "#;":
                continue
            if line[0] == "[":
                section = line.strip("[]")
                continue
            key, equals, value = line.partition("=")
            assert equals and section, line
            values = found.setdefault((section, key), [])
            if not value:
                values.clear()
            values.append(value)
    return found


def service(*texts: str) -> dict[str, str]:
    found = parsed(*texts)
    return {key: values[-1] for (section, key), values in found.items() if section == "Service"}


def user(**changes) -> str:
    wanted = dict(command=["/usr/bin/onionchat", "node", "--headless"], writable=[Path("/x")])
    return unit.text(unit.Wanted(**(wanted | changes)))


def lacking(found: dict[str, str], wanted: dict[str, str]) -> set[str]:
    return {key for key, value in wanted.items() if found.get(key) != value}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (user(), EVERYWHERE | CONFINED | {"ProtectHome": "read-only"}),
        (user(confined=False), EVERYWHERE),
        ((SYSTEM / "onionchat.service").read_text(), EVERYWHERE | CONFINED | OF_THE_SYSTEM),
        ((SYSTEM / "onionchat-tor.service").read_text(), EVERYWHERE | CONFINED | OF_THE_SYSTEM),
    ],
    ids=["user", "user, unconfined", "system", "tor"],
)
def test_all_that_the_node_does_not_need_is_taken_from_it(text, wanted):
    assert lacking(service(text), wanted) == set()
    for key in wanted:
        without = re.sub(rf"^{key}=.*\n", "", text, flags=re.MULTILINE)
        assert lacking(service(without), wanted) == {key}


def test_with_a_tor_of_its_own_there_are_the_internet_families_and_no_others():
    own = "AF_UNIX AF_INET AF_INET6 AF_NETLINK"
    for text in (user(), (SYSTEM / "onionchat.service").read_text()):
        assert service(text)["RestrictAddressFamilies"] == own


def test_where_tor_is_reached_over_unix_sockets_the_node_can_make_no_others():
    assert service(user(unix_only=True))["RestrictAddressFamilies"] == "AF_UNIX"
    found = parsed((SYSTEM / "onionchat.service").read_text(), UNIX_ONLY.read_text())
    assert found["Service", "RestrictAddressFamilies"] == ["", "AF_UNIX"]
    assert found["Service", "PrivateNetwork"] == ["yes"]
    assert found["Service", "IPAddressDeny"] == ["any"]
    (_, command) = found["Service", "ExecStart"]
    torrc = dict(
        line.split(" ", 1)
        for line in (SYSTEM / "torrc").read_text().splitlines()
        if not line.startswith("#")
    )
    assert command.endswith(f"--tor-control {torrc['ControlPort']}")
    assert torrc["SocksPort"].startswith("unix:")
    tor = parsed((SYSTEM / "onionchat-tor.service").read_text())
    # Else tor could not enter the folder in which the node's services listen.
    assert tor["Service", "User"] == found["Service", "User"]


@pytest.mark.parametrize("text", [user(), (SYSTEM / "onionchat.service").read_text()])
def test_the_node_says_when_it_is_ready_and_is_started_again_for_ever(text):
    found = parsed(text)
    assert found["Service", "Type"] == ["notify"]
    assert found["Service", "Restart"] == ["on-failure"]
    assert found["Unit", "StartLimitIntervalSec"] == ["0"]
    assert int(found["Service", "WatchdogSec"][0]) >= 60


def test_the_passphrase_comes_as_a_credential_or_not_at_all():
    assert "LoadCredential" not in user()
    found = service(user(passphrase_file=Path("/x/a 100 % file")))
    assert found["LoadCredential"] == "passphrase:/x/a 100 %% file"
    system = service((SYSTEM / "onionchat.service").read_text())
    # A name without a path: one of the system's encrypted store, and none is no error.
    assert system["LoadCredentialEncrypted"] == "passphrase:onionchat-passphrase"


def test_the_unit_of_packages_is_the_one_that_the_command_makes():
    made = user(confined=False)
    assert (SYSTEMD / "user" / unit.NAME).read_text() == made, (
        "run: python -m onionchat.cli service install --print, with /usr/bin/onionchat"
    )


@pytest.mark.parametrize(
    ("word", "line"),
    [
        ("/usr/bin/onionchat", "/usr/bin/onionchat"),
        ("--profile=/x/y", "--profile=/x/y"),
        ("a b", '"a b"'),
        ("100%", '"100%%"'),
        ("$HOME", '"$$HOME"'),
        ('say "\\"', '"say \\"\\\\\\""'),
        ("ü", '"ü"'),
        ("", '""'),
        ("'", '"\'"'),
        (";", '";"'),
    ],
)
def test_words_are_quoted_as_systemd_reads_them(word, line):
    assert unit.quoted(word) == line


# --- With systemd's own tools -------------------------------------------------------------------

ANALYZE = shutil.which("systemd-analyze")


def runnable(text: str) -> str:
    """With programs that are here: systemd looks for those of ExecStart."""
    return re.sub(r"^ExecStart=(\S+)", "ExecStart=/bin/true", text, flags=re.MULTILINE)


def verified(folder: Path, *options: str) -> str:
    """What systemd has to say about units in a folder."""
    done = subprocess.run(
        [str(ANALYZE), *options, "verify", "--man=no", *map(str, sorted(folder.glob("*.service")))],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "SYSTEMD_UNIT_PATH": f"{folder}:", "XDG_RUNTIME_DIR": str(folder)},
    )
    ours = [line for line in done.stderr.splitlines() if str(folder) in line or "onionchat" in line]
    return "\n".join(ours)


@pytest.mark.skipif(ANALYZE is None, reason="needs systemd-analyze")
class TestWithSystemd:
    @pytest.fixture
    def units(self, tmp_path: Path) -> Path:
        for name in ("onionchat.service", "onionchat-tor.service"):
            (tmp_path / name).write_text(runnable((SYSTEM / name).read_text()))
        drop_in = tmp_path / UNIX_ONLY.parent.name
        drop_in.mkdir()
        (drop_in / UNIX_ONLY.name).write_text(
            UNIX_ONLY.read_text().replace("/usr/bin/onionchat", "/bin/true")
        )
        return tmp_path

    def test_it_understands_every_line_of_the_system_s(self, units: Path) -> None:
        assert verified(units) == ""

    @pytest.mark.parametrize("confined", [True, False])
    @pytest.mark.parametrize("unix_only", [True, False])
    def test_and_of_the_user_s(self, tmp_path: Path, confined: bool, unix_only: bool) -> None:
        text = user(confined=confined, unix_only=unix_only, passphrase_file=Path("/x/a 100 % file"))
        (tmp_path / unit.NAME).write_text(runnable(text))
        assert verified(tmp_path, "--user") == ""

    def test_a_line_that_it_does_not_understand_is_found(self, units: Path) -> None:
        file = units / "onionchat.service"
        file.write_text(file.read_text().replace("NoNewPrivileges=yes", "NoNewPrivileges=maybe"))
        assert "boolean value" in verified(units)

    def test_little_is_left_that_it_would_warn_of(self, units: Path) -> None:
        for name in ("onionchat.service", "onionchat-tor.service"):
            done = subprocess.run(
                [str(ANALYZE), "security", "--offline=true", "--threshold=20", str(units / name)],
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 0, done.stdout[-200:]


# --- MemoryDenyWriteExecute ----------------------------------------------------------------------

PROGRAM = """
import mmap
import apsw, cryptography.hazmat.primitives.ciphers.aead, msgspec, nacl.bindings, stem, txtorcon
import zxcvbn
from nacl.public import PrivateKey, SealedBox
from onionchat import daemon
from onionchat.node import reactors
daemon.real_parts()
SealedBox(PrivateKey.generate().public_key).encrypt(b"x")
try:
    mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
except OSError:
    print("refused")
"""


def test_nothing_that_the_node_loads_needs_memory_to_write_and_run() -> None:
    """The kernel's own switch for what `MemoryDenyWriteExecute` filters (Linux 6.3 or newer)."""

    def deny() -> None:
        ctypes.CDLL(None).prctl(PR_SET_MDWE, 1, 0, 0, 0)

    if ctypes.CDLL(None).prctl(PR_SET_MDWE + 1, 0, 0, 0, 0) < 0:
        pytest.skip("needs Linux 6.3 or newer")
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=deny,
    )
    assert (done.returncode, done.stdout) == (0, "refused\n"), done.stderr
