"""Pictures and sound at the edge of the machine: files and devices, no network, no decisions."""
