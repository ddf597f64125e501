"""The windows of the desktop front."""
