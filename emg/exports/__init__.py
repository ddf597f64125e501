"""What goes out of a session folder, and in which form; de-identified unless somebody asks otherwise."""
