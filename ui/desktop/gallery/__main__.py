"""``python -m ui.desktop.gallery --out DIR [--all]``."""

from __future__ import annotations

import sys

from ui.desktop.gallery.all_scenes import main

if __name__ == "__main__":
    sys.exit(main())
