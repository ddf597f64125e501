"""Every word in the catalogue is said somewhere: else it is translated, read and mended for nothing."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[3]
SOURCES: Final = sorted((ROOT / "ui").rglob("*.py"))
WORDS: Final = [path for path in SOURCES if path.parent.name == "words"]


def named(tree: ast.Module) -> Iterator[str]:
    """Give the names that a module makes, public or its own."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield node.name
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from (one.id for target in targets for one in ast.walk(target) if isinstance(one, ast.Name))


def module_of(path: Path) -> str:
    """Name the module that a file is."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def used_in(tree: ast.Module) -> set[tuple[str, str]]:
    """Give the names that a module uses of others in ``ui``, each with its module.

    They are used as ``module.NAME``, or imported from it.
    """
    known_as: dict[str, str] = {}
    found: set[tuple[str, str]] = set()
    dotted: list[tuple[str, str]] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "ui":
            found |= {(str(node.module), one.name) for one in node.names}
            known_as |= {one.asname or one.name: f"{node.module}.{one.name}" for one in node.names}
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            dotted.append((node.value.id, node.attr))
    return found | {(known_as[name], attribute) for name, attribute in dotted if name in known_as}


def test_every_word_is_said_somewhere() -> None:
    """Else translators keep sentences that no screen shows, and a reader looks for where they are."""
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in SOURCES}
    used = {path: used_in(tree) for path, tree in trees.items()}
    unsaid = []
    for path in WORDS:
        own = {node.id for node in ast.walk(trees[path]) if isinstance(node, ast.Name) and _is_read(node)}
        others = set().union(*(names for other, names in used.items() if other != path))
        unsaid += [
            f"{module_of(path)}.{name}"
            for name in named(trees[path])
            if name not in own and (module_of(path), name) not in others
        ]
    assert unsaid == []


def _is_read(node: ast.Name) -> bool:
    return isinstance(node.ctx, ast.Load)


def test_what_nobody_says_is_found() -> None:
    """Else the test above looks at nothing."""
    words = ast.parse("TITLE = _('Title')\nLEFT, RIGHT = 1, 2\ndef told() -> str:\n    return LEFT\n")
    user = ast.parse(
        "from ui.words import some_words as said\n"
        "from ui.words.other_words import RIGHT\n"
        "print(said.told())\n"
    )

    assert list(named(words)) == ["TITLE", "LEFT", "RIGHT", "told"]
    assert used_in(user) >= {("ui.words.some_words", "told"), ("ui.words.other_words", "RIGHT")}
