"""How the guide becomes a site: ``make docs`` writes it to build/docs, and nothing of it asks the network."""

from __future__ import annotations

import tomllib
from pathlib import Path

from pygments.lexers.special import TextLexer
from sphinx.application import Sphinx

ROOT = Path(__file__).resolve().parent.parent

project = "PowerHold"
release = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
language = "en"

extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 4  # links to a heading are written as on GitHub
smartquotes = False  # "--" on a bar and before an option is not a dash

html_theme = "furo"
html_title = "PowerHold"
html_copy_source = False
html_show_copyright = False


def setup(app: Sphinx) -> None:
    """Show the drawing of architecture.md as its text: who draws it would have to come from the network."""
    app.add_lexer("mermaid", TextLexer)
