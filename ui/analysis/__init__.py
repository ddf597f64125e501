"""Any recording at once, a file or a session: how it is read, what is asked of it, and its numbers."""
