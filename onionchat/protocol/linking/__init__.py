"""Linking: how a new device becomes one of a person's (docs/devices.md, docs/spec/10-linking.md).

What lives here: the device's link, the messages, the code and the words, one core for each side.
What may not: services, storage, what becomes of the new device afterwards.
"""
