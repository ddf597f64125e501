"""What may be shown of a session, and how it is summed up: one rule for every front, without Qt."""
