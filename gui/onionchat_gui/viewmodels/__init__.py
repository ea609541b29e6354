"""What the window shows and what can be done there, without a pixel.

What lives here: `QObject`s and list models made of the node's answers and events. What may not:
widgets, colours, fonts (QtCore is all of Qt that is loaded here), the connection, and any rule of
the messenger: the node decides.
"""
