"""The desktop front: windows that draw a frozen view, and the one object that crosses threads."""
