"""`make demo`: two people, two processes, a private Tor network, one conversation with a crash in
it.

`story.py` tells it, `people.py` runs the real command line, `observer.py` watches the sockets.
Everything goes through the public command line; nothing here reaches into a node.
"""
