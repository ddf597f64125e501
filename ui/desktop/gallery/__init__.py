"""Pictures of every screen: ``python -m ui.desktop.gallery --out DIR [--all]``."""
