"""Widgets and delegates. They read view models and call their methods; they know no connection."""
