"""What the child reads from pictures: codes as we draw them, small and large, and nothing else."""

import io
import json
import platform
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from onionchat.errors import InvalidInput
from onionchat.media import qr_child
from onionchat.media.qr_child import CALLS, MAX_PIXELS, read
from onionchat.media.qr_image import read_qr_bytes
from onionchat.protocol.contacts.invite import Invite, parse_link
from onionchat.protocol.contacts.qr import modules
from onionchat.protocol.crypto.keys import AgreementKey, SigningKey

INVITE = Invite(SigningKey(b"o" * 32).public, AgreementKey(b"a" * 32).public, b"t" * 16)
LINK = INVITE.to_link()


def drawn(text, pixels=4, dark=0, light=255, mode="L"):
    rows = modules(text)
    picture = Image.new(mode, (len(rows), len(rows)))
    picture.putdata([dark if module else light for row in rows for module in row])
    return picture.resize((len(rows) * pixels,) * 2, Image.Resampling.NEAREST)


def saved(picture, kind="PNG"):
    file = io.BytesIO()
    picture.save(file, kind)
    file.seek(0)
    return file


@pytest.mark.parametrize("pixels", [2, 4, 8])
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "BMP", "PPM", "WEBP"])
def test_what_we_draw_is_read(pixels, kind):
    (text,) = read(saved(drawn(LINK, pixels), kind))["texts"]
    assert parse_link(text) == INVITE


def test_light_on_dark_turned_and_transparent():
    clear = drawn(LINK, dark=(0, 0, 0, 255), light=(0, 0, 0, 0), mode="RGBA")
    palette = drawn(LINK).convert("P")
    palette.info["transparency"] = 255
    for picture in (
        drawn(LINK, dark=255, light=0),
        drawn(LINK).rotate(7, expand=True, fillcolor=255),
        clear,
        palette,
    ):
        assert read(saved(picture))["texts"] == [LINK.upper()]


def test_none_and_several():
    assert read(saved(Image.new("L", (200, 200), 255))) == {"texts": []}
    one, other = drawn("ONE"), drawn("OTHER")
    both = Image.new("L", (one.width + other.width, max(one.height, other.height)), 255)
    both.paste(one, (0, 0))
    both.paste(other, (one.width, 0))
    assert read(saved(both)) == {"texts": ["ONE", "OTHER"]}


def test_the_same_code_twice_is_one():
    one = drawn("ONE")
    both = Image.new("L", (one.width * 2, one.height), 255)
    both.paste(one, (0, 0))
    both.paste(one, (one.width, 0))
    assert read(saved(both)) == {"texts": ["ONE"]}


@pytest.mark.parametrize(
    "content", [b"", b"hello", b"\x89PNG\r\n\x1a\n", b"%!PS-Adobe-3.0 EPSF-3.0\n"]
)
def test_what_is_no_picture(content):
    assert read(io.BytesIO(content)) == {"problem": "image"}


def test_a_damaged_picture():
    whole = saved(drawn(LINK)).getvalue()
    assert read(io.BytesIO(whole[: len(whole) // 2])) == {"problem": "image"}


@pytest.mark.filterwarnings("ignore:Image size")
def test_a_picture_too_large():
    for width in (MAX_PIXELS + 1, 2 * MAX_PIXELS + 2):
        header = f"P5 {width} 1 255\n".encode()
        assert read(io.BytesIO(header)) == {"problem": "size"}


# --- what the child may do (finding 10) -----------------------------------------------------------

ATTEMPTS = """
import ctypes, json, os, socket, sys
sys.path.insert(0, {folder!r})
import qr_child

qr_child.load()
{without}
kernel = ctypes.CDLL(None, use_errno=True)


def call(*what):
    if kernel.syscall(*what) != 0:
        raise OSError(ctypes.get_errno(), "refused")


qr_child.confine()

attempts = {{
    "socket": lambda: socket.socket(),
    "unix socket": lambda: socket.socket(socket.AF_UNIX),
    "open": lambda: open("/etc/passwd").read(),
    "create": lambda: open("/tmp/made by a picture", "w"),
    "list": lambda: os.listdir("/"),
    "unlink": lambda: os.unlink("/tmp/no such file"),
    "stat": lambda: os.stat("/etc/passwd"),
    "fork": lambda: os.fork() or os._exit(0),
    "run": lambda: os.execv("/bin/true", ["true"]),
    "pipe": lambda: os.pipe(),
    "kill": lambda: os.kill(1, 0),
    "tgkill": lambda: call({tgkill}, os.getppid(), os.getppid(), 0),
    "tkill": lambda: call({tkill}, os.getppid(), 0),
}}
answers = {{}}
for name in {names!r} or attempts:
    attempt = attempts[name]
    try:
        attempt()
        answers[name] = "done"
    except Exception as error:
        answers[name] = type(error).__name__
print(json.dumps(answers))
"""


def attempts(without="", names=()):
    """What each attempt ends with in a confined process."""
    folder = str(Path(qr_child.__file__).parent)
    signals = {"aarch64": (131, 130)}.get(platform.machine(), (234, 200))
    script = ATTEMPTS.format(
        folder=folder, without=without, names=names, tgkill=signals[0], tkill=signals[1]
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", script],
        capture_output=True,
        check=True,
        timeout=60,
    )
    return json.loads(done.stdout)


@pytest.mark.skipif(platform.machine() not in CALLS, reason="this machine's calls are not listed")
def test_finding_10_the_child_can_do_nothing_but_decode():
    assert set(attempts().values()) == {"PermissionError"}


def test_finding_22_a_kernel_that_refuses_the_filter_decodes_nothing(monkeypatch, capsys):
    def refused():
        raise OSError

    monkeypatch.setattr(qr_child, "load", lambda: None)
    monkeypatch.setattr(qr_child, "confine", refused)
    qr_child.main()
    assert json.loads(capsys.readouterr().out) == {"problem": "image"}


def test_finding_10_without_a_filter_there_are_no_files_and_no_network_all_the_same():
    names = ("socket", "unix socket", "open", "create", "list", "pipe")
    answers = attempts("qr_child.CALLS.clear()", names)
    assert answers == dict.fromkeys(names, "OSError")


def test_finding_10_it_cannot_gain_privileges():
    script = (
        f"import sys; sys.path.insert(0, {str(Path(qr_child.__file__).parent)!r})\n"
        "import qr_child; f = open('/proc/self/status'); qr_child.CALLS.clear()\n"
        "import os; os.dup2(f.fileno(), 0); os.close(f.fileno()); qr_child.confine()\n"
        "print(os.read(0, 100000).decode())"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", script], capture_output=True, check=True, text=True
    )
    assert "NoNewPrivs:\t1" in done.stdout


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "BMP", "PPM", "WEBP"])
def test_finding_10_the_confined_child_reads_every_format(kind):
    assert parse_link(read_qr_bytes(saved(drawn(LINK), kind).getvalue())) == INVITE
    if kind in ("PNG", "WEBP"):
        clear = drawn(LINK, dark=(0, 0, 0, 255), light=(0, 0, 0, 0), mode="RGBA")
        assert parse_link(read_qr_bytes(saved(clear, kind).getvalue())) == INVITE
    with pytest.raises(InvalidInput):
        read_qr_bytes(saved(drawn(LINK), kind).getvalue()[:200])
