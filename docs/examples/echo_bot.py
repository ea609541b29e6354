"""Answers every message with its own text. Run: python3 echo_bot.py PROFILE-FOLDER."""

import json
import pathlib
import socket
import sys

run = pathlib.Path(sys.argv[1]) / "run"
if (run / "where").exists():  # the profile's path is too long for a socket
    run = pathlib.Path((run / "where").read_text())
node = socket.socket(socket.AF_UNIX)
node.connect(str(run / "control.sock"))


def ask(method: str, **params: object) -> None:
    """Send a request; its answer comes as one of the lines below."""
    request = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
    node.sendall(json.dumps(request).encode() + b"\n")


ask("hello", token=(run / "token").read_text(), version=1)
ask("subscribe", events=["message"])
for line in map(json.loads, node.makefile(encoding="utf-8")):
    message = line["params"]["message"] if line.get("method") == "event" else None
    if message and not message["mine"]:
        ask("send", contact=message["contact"], text=message["text"])
