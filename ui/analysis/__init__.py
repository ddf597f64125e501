"""The command `powerhold analyze`: what is asked, the run, its files and its table."""
