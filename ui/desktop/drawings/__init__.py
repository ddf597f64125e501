"""Drawings of our own, and where on them things are."""
