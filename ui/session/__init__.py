"""A session from its plan to its files, whatever its front: stages, recorder, watchers, recovery."""
