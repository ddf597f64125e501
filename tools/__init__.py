"""What is run to make parts of the project, and is no part of the program."""
