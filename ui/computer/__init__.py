"""What can be said of this computer: whether it has what a session needs, and what to do where not."""
