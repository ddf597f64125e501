"""A clinic's worth of sessions, computed again into one set of tables."""
