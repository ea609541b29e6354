"""The own tor's configuration, version and folders; places of a joined one; onion commands."""

import base64
import os
import re
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onionchat.errors import InvalidInput, TorFailed, TorNotFound, TorTooOld, UnsafePermissions
from onionchat.net.transports.interface import ServiceSpec
from onionchat.net.transports.tor import onions
from onionchat.net.transports.tor.join import TcpPlace, UnixPlace, parse_listeners, parse_place
from onionchat.net.transports.tor.process import (
    TorFolders,
    TorProcess,
    check_version,
    find_tor,
    parse_version,
    torrc_text,
    write_torrc,
)
from onionchat.net.transports.tor.run import TorSettings, service_place
from onionchat.protocol.crypto.keys import SigningKey, expanded_onion_secret

FOLDERS = TorFolders(Path("/srv/p 1/tor"), Path("/run/user/7/oc"))


def options(text):
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return dict(line.split(" ", 1) for line in lines)


def torrc(**changes):
    values = {"owner_pid": 77, "lines": ["NoExec 1"], "appended": ""} | changes
    return torrc_text(FOLDERS, **values)


def test_the_own_tor_listens_on_unix_sockets_only():
    made = options(torrc())
    assert made["SocksPort"].startswith("unix:/run/user/7/oc/socks ")
    assert made["ControlPort"] == "unix:/run/user/7/oc/control"
    for port in ("DNSPort", "TransPort", "NATDPort", "HTTPTunnelPort", "ORPort"):
        assert made[port] == "0"
    assert "127.0.0.1" not in torrc()


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("DataDirectory", '"/srv/p 1/tor"'),
        ("CookieAuthentication", "1"),
        ("__OwningControllerProcess", "77"),
        ("SafeLogging", "1"),
        ("ClientOnly", "1"),
        ("VanguardsLiteEnabled", "1"),
        ("DormantCanceledByStartup", "1"),
        ("NoExec", "1"),
    ],
)
def test_the_own_tor_is_configured_as_documented(option, value):
    assert options(torrc())[option] == value


@pytest.mark.parametrize("flag", ["ExtendedErrors", "OnionTrafficOnly", "IsolateSOCKSAuth"])
def test_the_socks_port_has_its_flags(flag):
    assert flag in options(torrc())["SocksPort"].split()


def test_ones_own_lines_come_last():
    assert torrc(appended="Log debug file x").rstrip().endswith("Log debug file x")


def test_files_are_private_and_written_anew(tmp_path):
    folders = TorFolders(tmp_path / "tor", tmp_path / "run")
    folders.prepare()
    extra = tmp_path / "extra"
    extra.write_text("ClientUseIPv6 0\n")
    for _ in range(2):
        made, defaults = write_torrc(folders, lines=[], extra=extra)
    assert made.stat().st_mode & 0o777 == 0o600 and defaults.read_text() == ""
    assert "ClientUseIPv6 0" in made.read_text()
    with pytest.raises(InvalidInput):
        write_torrc(folders, lines=[], extra=tmp_path / "missing")


def test_folders_are_made_private_and_left_over_sockets_removed(tmp_path):
    folders = TorFolders(tmp_path / "a" / "tor", tmp_path / "r")
    folders.prepare()
    for name in ("control", "socks", "service-3"):
        (folders.runtime / name).touch()
    folders.prepare()
    folders.clear_services()
    assert list(folders.runtime.iterdir()) == []
    assert (folders.data.stat().st_mode & 0o777, folders.runtime.stat().st_mode & 0o777) == (
        0o700,
        0o700,
    )


def test_a_folder_that_others_can_enter_is_refused(tmp_path):
    (tmp_path / "run").mkdir(mode=0o755)
    os.chmod(tmp_path / "run", 0o755)
    with pytest.raises(UnsafePermissions):
        TorFolders(tmp_path / "tor", tmp_path / "run").prepare()


@pytest.mark.parametrize("runtime", ["/x" * 50, "/a b", '/a"b', "/a\nb", "/a,b", "/\u00e9"])
def test_a_runtime_path_that_sockets_or_tor_cannot_take_is_refused(tmp_path, runtime):
    with pytest.raises(InvalidInput):
        TorFolders(tmp_path, Path(runtime)).prepare()


def test_a_data_path_with_a_line_break_is_refused(tmp_path):
    with pytest.raises(InvalidInput):
        TorFolders(tmp_path / "a\nLog", tmp_path).prepare()


@pytest.mark.parametrize(
    ("output", "version"),
    [
        (b"Tor version 0.4.9.11.\nThis build", (0, 4, 9, 11)),
        (b"Tor version 0.4.8.1-alpha (git-abc).", (0, 4, 8, 1)),
        (b"Tor version 0.4.7", (0, 4, 7)),
        (b"", None),
        (b"Tor version x", None),
    ],
)
def test_versions_are_read(output, version):
    assert parse_version(output) == version


def test_old_tors_and_other_programs_are_refused():
    check_version((0, 4, 7))
    check_version((0, 4, 10, 1))
    with pytest.raises(TorTooOld):
        check_version((0, 4, 6, 99))
    with pytest.raises(TorFailed):
        check_version(None)


def test_a_missing_tor_has_its_name(tmp_path, monkeypatch):
    with pytest.raises(TorNotFound, match="that was named"):
        find_tor(str(tmp_path / "tor"))
    program = tmp_path / "tor"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o700)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_tor(None) == find_tor(str(program)) == str(program)


def test_the_last_complaint_of_tor_is_found_and_redacted():
    process = TorProcess(None, lambda: None)
    assert process.complaint() == ""
    process.outReceived(b"Jan 01 [warn] Could not bind to 192.0.2.1:9\nJan 01 [err] Reading con")
    process.outReceived(b"fig failed--see warnings above.\nhalf a line")
    assert process.complaint() == "Could not bind to [address]"
    process.outReceived(b"\nJan 01 [err] No disk\n")
    assert process.complaint() == "No disk"


def test_tor_saying_endless_things_takes_bounded_memory():
    process = TorProcess(None, lambda: None)
    for _ in range(100):
        process.outReceived(b"x" * 10_000)
        process.outReceived(b"\n".join([b"y" * 10_000] * 10))
    assert len(process._rest) <= 2000 and len(process.said) <= 40


# --- places ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("unix:/run/tor/control", UnixPlace("/run/tor/control")),
        ('unix:"/run/tor/control"', UnixPlace("/run/tor/control")),
        ("/run/tor/control", UnixPlace("/run/tor/control")),
        ("127.0.0.1:9051", TcpPlace("127.0.0.1", 9051)),
        (":9051", TcpPlace("127.0.0.1", 9051)),
        ("9051", TcpPlace("127.0.0.1", 9051)),
        ("10.152.152.10:9051", TcpPlace("10.152.152.10", 9051)),
    ],
)
def test_places_are_read(text, place):
    assert parse_place(text) == place


@pytest.mark.parametrize(
    "text",
    [
        "",
        "localhost:9051",
        "8.8.8.8:53",
        "127.0.0.1:0",
        "127.0.0.1:65536",
        "127.0.0.1:x",
        "[::1]:1",
    ],
)
def test_names_public_addresses_and_nonsense_are_refused(text):
    with pytest.raises(InvalidInput):
        parse_place(text)


@given(st.text(max_size=60))
def test_places_from_any_text_are_a_place_or_refused(text):
    try:
        parse_place(text)
    except InvalidInput:
        return


def test_socks_listeners_unix_first_and_nonsense_left_out():
    reply = 'net/listeners/socks="127.0.0.1:9050" "[::1]:9050" "unix:/run/tor/socks" "x" "'
    assert parse_listeners(reply) == [UnixPlace("/run/tor/socks"), TcpPlace("127.0.0.1", 9050)]
    assert parse_listeners("net/listeners/socks=") == []


def test_where_services_listen(tmp_path):
    ours = tmp_path / "control"
    ours.touch()

    def place(join, **options):
        return service_place(TorSettings(tmp_path, tmp_path, join=join, **options))

    assert place(None) is None
    assert place(UnixPlace(str(ours))) is None
    assert place(UnixPlace(str(tmp_path / "missing"))) == TcpPlace("127.0.0.1", 0)
    assert place(TcpPlace("127.0.0.1", 9051)) == TcpPlace("127.0.0.1", 0)
    listen = TcpPlace("10.152.152.11", 17600)
    assert place(TcpPlace("10.152.152.10", 9051), onion_listen=listen) is listen
    with pytest.raises(InvalidInput):
        place(TcpPlace("10.152.152.10", 9051))


# --- onion commands -------------------------------------------------------------------------------

KEY = SigningKey(b"\1" * 32)


def test_the_command_that_publishes():
    spec = ServiceSpec(KEY, (b"\0" * 32, b"\xff" * 32), "x", max_streams=8)
    secret = base64.b64encode(expanded_onion_secret(KEY)).decode()
    assert onions.add_onion(spec, "unix:/run/s", proof_of_work=True) == (
        f"ADD_ONION ED25519-V3:{secret} Flags=V3Auth MaxStreams=8 PoWDefensesEnabled=1 "
        f"Port=9876,unix:/run/s ClientAuthV3={'A' * 52} ClientAuthV3={'7' * 51}Q"
    )


def test_an_open_service_has_no_authorisation_not_even_ours():
    made = onions.add_onion(
        ServiceSpec(KEY, (), "x"), "unix:/s", extra_key=b"\0" * 32, proof_of_work=False
    )
    assert "V3Auth" not in made and "PoW" not in made and "MaxStreams" not in made


def test_our_own_slot_is_added_to_an_authorised_one():
    spec = ServiceSpec(KEY, (b"\0" * 32,), "x")
    made = onions.add_onion(spec, "unix:/s", extra_key=b"\xff" * 32, proof_of_work=False)
    assert made.count("ClientAuthV3=") == 2


@pytest.mark.parametrize(
    "target", ["unix:/a b", "unix:/a\n", 'unix:/"', "unix:/a,b", "unix:/\u00e9"]
)
def test_a_target_that_could_change_the_command_is_refused(target):
    with pytest.raises(InvalidInput):
        onions.add_onion(ServiceSpec(KEY, (), "x"), target, proof_of_work=False)


# --- the profile for onion-grater -----------------------------------------------------------------


def profile():
    """The argument patterns by command, read from the profile without a YAML library."""
    text = (resources.files("onionchat_torconfig") / "onion-grater-onionchat.yml").read_text()
    commands, name = {}, None
    for line in text.partition("  commands:\n")[2].partition("  events:\n")[0].splitlines():
        if heading := re.fullmatch(r"    (\w+):", line):
            name = heading.group(1)
            commands[name] = []
        elif entry := re.fullmatch(r"      - (?:pattern: )?'(.*)'", line):
            commands[name].append(entry.group(1))
    return commands


def allowed(command):
    name, _, arguments = command.partition(" ")
    return any(re.match(pattern + "$", arguments) for pattern in profile().get(name, []))


@pytest.mark.parametrize(
    "spec",
    [
        ServiceSpec(KEY, (), "open"),
        ServiceSpec(KEY, (b"\0" * 32,) * 16, "contacts"),
        ServiceSpec(KEY, (b"\0" * 32,), "invite", proof_of_work=True, max_streams=8),
    ],
)
def test_the_profile_lets_services_through_and_no_other_flags(spec):
    made = onions.add_onion(spec, "10.152.152.11:17600", proof_of_work=spec.proof_of_work)
    assert allowed(made)
    assert len(made) < 10 * 1024  # onion-grater's longest line
    for more in (" Flags=Detach", " Flags=NonAnonymous", " Port=22,127.0.0.1:22"):
        assert not allowed(made + more)
    assert not allowed(made.replace("Port=9876", "Port=22"))


@pytest.mark.parametrize(
    "command",
    [
        f"DEL_ONION {onions.onion_host(KEY.public)}",
        f"ONION_CLIENT_AUTH_ADD {onions.onion_host(KEY.public)} x25519:{'A' * 43}=",
        f"ONION_CLIENT_AUTH_REMOVE {onions.onion_host(KEY.public)}",
        "GETINFO status/bootstrap-phase",
        "GETINFO status/circuit-established",
        "GETINFO net/listeners/socks",
        "GETINFO version",
        "USEFEATURE EXTENDED_EVENTS",
        "SIGNAL NEWNYM",
    ],
)
def test_the_profile_lets_every_command_of_a_joined_tor_through(command):
    assert allowed(command)


@pytest.mark.parametrize(
    "command",
    [
        "GETINFO address",
        "GETINFO circuit-status",
        "GETINFO version address",
        "SETCONF DisableNetwork=1",
        "SIGNAL SHUTDOWN",
        "EXTENDCIRCUIT 0",
        f"ONION_CLIENT_AUTH_ADD {onions.onion_host(KEY.public)} x25519:{'A' * 43}= Flags=Permanent",
    ],
)
def test_the_profile_lets_nothing_else_through(command):
    assert not allowed(command)
