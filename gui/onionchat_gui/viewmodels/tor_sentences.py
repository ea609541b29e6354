"""Sentences that the node says of Tor, and tor of its start, for the catalogues.

What lives here: the sentences, word by word as they come; %1, %2 stand for what changes. What may
not: how they are found (`sentences.worded`).
"""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtCore import QT_TRANSLATE_NOOP

SENTENCES: Final[tuple[Any, ...]] = (
    # --- Tor
    QT_TRANSLATE_NOOP("node", "Tor does not work here."),
    QT_TRANSLATE_NOOP(
        "node", "No tor program was found; install the package `tor`, or name one with --tor."
    ),
    QT_TRANSLATE_NOOP(
        "node",
        "The tor program that was named (--tor or ONIONCHAT_TOR) is not there or cannot be run.",
    ),
    QT_TRANSLATE_NOOP("node", "This tor is too old; version 0.4.7 or newer is needed."),
    QT_TRANSLATE_NOOP("node", "Tor cannot reach its network."),
    QT_TRANSLATE_NOOP("node", "A program for these bridges is missing."),
    QT_TRANSLATE_NOOP("node", "%1 bridges need the program %2, which was not found."),
    QT_TRANSLATE_NOOP("node", "Tor is not running."),
    QT_TRANSLATE_NOOP("node", "Tor has not been started yet."),
    QT_TRANSLATE_NOOP("node", "Starting Tor."),
    QT_TRANSLATE_NOOP("node", "Joining the Tor that runs here."),
    QT_TRANSLATE_NOOP("node", "Connecting to Tor."),
    QT_TRANSLATE_NOOP("node", "Connecting to Tor: %1 % (%2)."),
    QT_TRANSLATE_NOOP("node", "Connected to Tor."),
    QT_TRANSLATE_NOOP("node", "Waiting for a path through Tor."),
    QT_TRANSLATE_NOOP(
        "node", "The connection to the Tor network has broken; Tor tries to get it back."
    ),
    QT_TRANSLATE_NOOP("node", "Tor does not answer; if that goes on, it is started anew."),
    QT_TRANSLATE_NOOP(
        "node", "The ways by which others reach this device have broken; Tor builds new ones."
    ),
    QT_TRANSLATE_NOOP("node", "Tor is up; your onion is being published."),
    QT_TRANSLATE_NOOP(
        "node",
        "Tor's directories do not take the announcement of this device. If its clock was ahead"
        " before, they will once that time has come, three hours from now at most; until then this"
        " device calls its contacts.",
    ),
    QT_TRANSLATE_NOOP(
        "node", "A test call to this device did not get through; Tor is being repaired."
    ),
    QT_TRANSLATE_NOOP("node", "Tor is just being started; try again in a moment."),
    QT_TRANSLATE_NOOP("node", "Tor ended unexpectedly; it is started again."),
    QT_TRANSLATE_NOOP("node", "Tor did not start."),
    QT_TRANSLATE_NOOP("node", "Tor did not start: %1"),
    QT_TRANSLATE_NOOP("node", "The tor program cannot be started."),
    QT_TRANSLATE_NOOP("node", "The program named as tor does not say a Tor version."),
    QT_TRANSLATE_NOOP("node", "No Tor listens at the control address given."),
    QT_TRANSLATE_NOOP("node", "Tor does not let this node control it (authentication failed)."),
    QT_TRANSLATE_NOOP("node", "Tor does not answer on its control connection."),
    QT_TRANSLATE_NOOP("node", "The control connection to Tor is closed."),
    QT_TRANSLATE_NOOP("node", "The Tor that runs has no SOCKS port."),
    QT_TRANSLATE_NOOP("node", "The Tor that was joined does not tell this node what happens."),
    QT_TRANSLATE_NOOP(
        "node",
        "Tor runs on another machine: name the address where it can reach this one (setting"
        " onion-listen).",
    ),
    QT_TRANSLATE_NOOP("node", "Tor has to run on this machine or its private network."),
    QT_TRANSLATE_NOOP("node", "A Tor address is unix:/path or IP-address:port."),
    QT_TRANSLATE_NOOP("node", "Tor did not take the second layer of guards."),
    QT_TRANSLATE_NOOP("node", "The network does not seem to work."),
    QT_TRANSLATE_NOOP("node", "There is no network connection."),
    QT_TRANSLATE_NOOP("node", "The bridges do not answer; try other ones."),
    QT_TRANSLATE_NOOP("node", "The network seems to block Tor; a bridge may help."),
    QT_TRANSLATE_NOOP(
        "node", "This computer's clock seems wrong; Tor needs it right within hours."
    ),
    QT_TRANSLATE_NOOP("node", "This computer's clock seems wrong."),
    QT_TRANSLATE_NOOP("node", "This computer's clock seems to be far %1; Tor needs it right."),
    QT_TRANSLATE_NOOP("node", "This computer's clock is %1 %2; Tor needs it right."),
    QT_TRANSLATE_NOOP(
        "node",
        "This computer's clock seems to be wrong: it is about %1 %2, compared with those of %3"
        " contacts.",
    ),
    # --- What to do about Tor, and its bridges
    QT_TRANSLATE_NOOP("node", "Install the package tor, or say where the program is."),
    QT_TRANSLATE_NOOP("node", "Update tor."),
    QT_TRANSLATE_NOOP("node", "It is tried again by itself; `doctor` and the log say more."),
    QT_TRANSLATE_NOOP("node", "Set this computer's date, time and time zone right."),
    QT_TRANSLATE_NOOP("node", "Look after the network connection; Tor goes on by itself then."),
    QT_TRANSLATE_NOOP(
        "node",
        "Ask for bridges (by the Tor project's web page, e-mail or a friend) and add them; a"
        " café's or hotel's network may want you to log in first.",
    ),
    QT_TRANSLATE_NOOP(
        "node",
        "Ask for bridges (by the Tor project's web page, e-mail or a friend) and add them, or"
        " another kind of them.",
    ),
    QT_TRANSLATE_NOOP(
        "node",
        "Wait some minutes. If it lasts: ask for bridges (by the Tor project's web page, e-mail or"
        " a friend) and add them.",
    ),
    QT_TRANSLATE_NOOP(
        "node", "Look whether this computer's clock is right; it is tried again by itself."
    ),
    QT_TRANSLATE_NOOP("node", "Nothing need be done."),
    QT_TRANSLATE_NOOP("node", "`doctor` and the log may say more."),
    QT_TRANSLATE_NOOP("node", "It is connected."),
    QT_TRANSLATE_NOOP("node", "It has answered before; Tor uses another one now."),
    QT_TRANSLATE_NOOP("node", "Tor has not tried it yet."),
    QT_TRANSLATE_NOOP("node", "It does not answer."),
    QT_TRANSLATE_NOOP("node", "Nothing is known of it."),
    QT_TRANSLATE_NOOP("node", "This line can be used."),
    QT_TRANSLATE_NOOP("node", "A bridge line is too long."),
    QT_TRANSLATE_NOOP("node", "A bridge line has characters that it may not have."),
    QT_TRANSLATE_NOOP("node", "A bridge line needs an IP address and port."),
    QT_TRANSLATE_NOOP("node", "A bridge without a transport takes no arguments."),
    QT_TRANSLATE_NOOP("node", "A bridge line's arguments have the form name=value."),
    QT_TRANSLATE_NOOP("node", "An obfs4 bridge needs its cert= argument."),
    QT_TRANSLATE_NOOP("node", "At most %1 bridges can be used."),
    QT_TRANSLATE_NOOP("node", "A bridge line names an unknown transport; known are %1."),
)

STEPS: Final[tuple[Any, ...]] = (
    QT_TRANSLATE_NOOP("node", "Starting"),
    QT_TRANSLATE_NOOP("node", "Connecting to pluggable transport"),
    QT_TRANSLATE_NOOP("node", "Connected to pluggable transport"),
    QT_TRANSLATE_NOOP("node", "Connecting to proxy"),
    QT_TRANSLATE_NOOP("node", "Connected to proxy"),
    QT_TRANSLATE_NOOP("node", "Connecting to a relay"),
    QT_TRANSLATE_NOOP("node", "Connected to a relay"),
    QT_TRANSLATE_NOOP("node", "Handshaking with a relay"),
    QT_TRANSLATE_NOOP("node", "Handshake with a relay done"),
    QT_TRANSLATE_NOOP("node", "Establishing an encrypted directory connection"),
    QT_TRANSLATE_NOOP("node", "Asking for networkstatus consensus"),
    QT_TRANSLATE_NOOP("node", "Loading networkstatus consensus"),
    QT_TRANSLATE_NOOP("node", "Loading authority key certs"),
    QT_TRANSLATE_NOOP("node", "Asking for relay descriptors"),
    QT_TRANSLATE_NOOP("node", "Loading relay descriptors"),
    QT_TRANSLATE_NOOP("node", "Loaded enough directory info to build circuits"),
    QT_TRANSLATE_NOOP("node", "Connecting to pluggable transport to build circuits"),
    QT_TRANSLATE_NOOP("node", "Connected to pluggable transport to build circuits"),
    QT_TRANSLATE_NOOP("node", "Connecting to proxy to build circuits"),
    QT_TRANSLATE_NOOP("node", "Connected to proxy to build circuits"),
    QT_TRANSLATE_NOOP("node", "Connecting to a relay to build circuits"),
    QT_TRANSLATE_NOOP("node", "Connected to a relay to build circuits"),
    QT_TRANSLATE_NOOP("node", "Finishing handshake with a relay to build circuits"),
    QT_TRANSLATE_NOOP("node", "Handshake finished with a relay to build circuits"),
    QT_TRANSLATE_NOOP("node", "Establishing a Tor circuit"),
    QT_TRANSLATE_NOOP("node", "Done"),
)
"""What tor itself calls the steps of its start."""
