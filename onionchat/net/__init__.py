"""The wire: connections and transports, on Twisted. It moves bytes and decides nothing."""
