"""Every word people read: a module for each part of the program, and ``words`` for what every front shows."""
