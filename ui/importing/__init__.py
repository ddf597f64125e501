"""Another tool's recording becomes a session of an athlete: from what was typed to its files."""
