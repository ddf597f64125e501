"""docs/guide: what a page quotes of the screen is there, and no link leads nowhere."""

from __future__ import annotations

import ast
import re
import shlex
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final
from urllib.parse import unquote

import click
import pytest
from babel.messages.pofile import read_po

from ui.cli import main
from ui.words import history_words, home_words, key_words, library_words

ROOT: Final = Path(__file__).resolve().parents[1]
GUIDE: Final = ROOT / "docs" / "guide"
CATALOGUE: Final = ROOT / "ui" / "locale" / "de" / "LC_MESSAGES" / "powerhold.po"
SAID_BY: Final = ("hardware", "ui")
"""Where sentences stand that are in no catalogue: they are English in every language."""

FOR_USERS: Final = ("therapist.md", "athlete.md", "trouble.md", "safety.md")
"""Pages on which bold words stand on the screen, and code is a key or a command."""

FENCE: Final = re.compile(r"^(```|:::).*?^\1", re.MULTILINE | re.DOTALL)
PLACEHOLDER: Final = re.compile(r"\{[^{}]*\}")
FEWEST_LETTERS: Final = 6
"""``{n} of {of}`` would match every sentence with "of" in it."""


def text_of(page: str) -> str:
    """A page without its directives."""
    return FENCE.sub("", (GUIDE / page).read_text(encoding="utf-8"))


def pages() -> list[Path]:
    """All pages of the guide."""
    return sorted(GUIDE.glob("*.md"))


def commands_of(text: str) -> list[str]:
    """What a page says to type: indented lines, and code that begins with the program's name."""
    lines = [line.strip() for line in text.splitlines() if line.startswith("    powerhold ")]
    return [*lines, *re.findall(r"`(powerhold [^`]+)`", text)]


@cache
def catalogue() -> tuple[re.Pattern[str], ...]:
    """Every message that people read, its placeholders open."""
    with CATALOGUE.open("rb") as file:
        ids = [message.id for message in read_po(file) if message.id]
    said = [text for one in ids for text in ([one] if isinstance(one, str) else one)]
    return tuple(filter(None, map(pattern, said)))


@cache
def sentences() -> tuple[re.Pattern[str], ...]:
    """Every sentence in the source of boards, ports and fronts."""
    found: set[str] = set()
    for folder in SAID_BY:
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                found.update(_sentence(node))
    return tuple(filter(None, map(pattern, found)))


def _sentence(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.JoinedStr):
        parts = [str(one.value) if isinstance(one, ast.Constant) else "{}" for one in node.values]
        yield "".join(parts)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.count(" ") >= 3:
        yield node.value


def pattern(message: str) -> re.Pattern[str] | None:
    """A message with anything in the place of its placeholders; None if there is little else in it."""
    parts = PLACEHOLDER.split(message.removeprefix("{what}: "))
    if len(parts) > 1 and sum(len(part.strip()) for part in parts) < FEWEST_LETTERS:
        return None
    whose = "(?:.+: )?" if message.startswith("{what}: ") else ""
    return re.compile(whose + ".+".join(map(re.escape, parts)) + r"\.?", re.IGNORECASE)


def is_said(words: str) -> bool:
    """Whether the program says it: as it stands, or sentence by sentence."""
    known = (*catalogue(), *sentences())
    if any(one.fullmatch(words) for one in known):
        return True
    parts = words.split(". ")
    return len(parts) > 1 and all(any(one.fullmatch(part) for one in known) for part in parts)


@pytest.mark.parametrize("page", FOR_USERS)
def test_words_of_the_screen_are_the_programs_own(page: str) -> None:
    """Else somebody looks for a button that has another name."""
    quoted = [" ".join(words.split()) for words in re.findall(r"\*\*(.+?)\*\*", text_of(page), re.DOTALL)]
    assert quoted or page == "safety.md"
    assert [words for words in quoted if not is_said(words)] == []


def test_trouble_is_named_as_it_is_seen() -> None:
    """Else who looks for a sentence of the screen does not find it."""
    headings = re.findall(r"^#+ (.*)$", text_of("trouble.md"), re.MULTILINE)
    quoted = [words for heading in headings for words in re.findall(r'"([^"]+)"', heading)]
    said = [one.pattern.lower() for one in (*catalogue(), *sentences())]
    begun = [re.escape(words.removesuffix("...").strip()).lower() for words in quoted]
    assert len(quoted) > 8
    assert [words for words in begun if not any(words in one for one in said)] == []


@cache
def keys() -> frozenset[str]:
    """Names of keys, as the program prints them."""
    named = {name for names in key_words.KEY_NAMES.values() for name in names.split(", ")}
    hints = (
        history_words.SAVE_HINT,
        history_words.REPORT_HINT,
        history_words.OPEN_HINT,
        home_words.NOTE_HINT,
        library_words.MORE_KEYS,
        history_words.HISTORY_KEYS,
    )
    return frozenset(named | {word for hint in hints for word in re.findall(r"\b[A-Z][a-z]*\b", hint)})


@pytest.mark.parametrize("page", FOR_USERS)
def test_keys_are_keys_of_the_program(page: str) -> None:
    """Else a key is pressed that does nothing."""
    coded = re.findall(r"`([^`\n]+)`", text_of(page))
    pressed = [one for one in coded if re.fullmatch(r"[A-Z?][a-z]*( [A-Z][a-z]+)?|F\d+|\W", one)]
    assert pressed or page == "safety.md"
    assert [key for key in pressed if key not in keys()] == []


def test_the_table_of_keys_says_what_they_do() -> None:
    """Else D ends a session that was to go on."""
    rows = re.findall(r"^\| `([^`]+)` \| \*\*(.+?)\*\* \|$", text_of("therapist.md"), re.MULTILINE)
    known = {(name, key_words.KEY_WORDS[act]) for act, name in key_words.KEY_NAMES.items()}
    assert len(rows) >= 3
    assert [row for row in rows if row not in known] == []


@pytest.mark.parametrize("page", FOR_USERS)
def test_what_is_to_be_typed_can_be_typed(page: str) -> None:
    """Else the one line that a therapist types is answered with "no such option"."""
    for line in commands_of(text_of(page)):
        words = shlex.split(line)[1:]
        command: click.Command = main
        while isinstance(command, click.Group) and words:
            found = command.get_command(click.Context(command), words[0])
            assert found is not None, line
            command, words = found, words[1:]
        known = {name for one in command.params for name in one.opts}
        assert {word for word in words if word.startswith("--")} <= known, line


def anchors(page: Path) -> set[str]:
    """Names of the headings of a page, as links spell them."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.strip().lower().replace(" ", "-")) for heading in headings}


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_links_and_pictures_are_there(page: Path) -> None:
    """Else a reader in trouble stands before an empty page."""
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", link):
            continue
        place, _, anchor = unquote(link).partition("#")
        path = (page.parent / place).resolve() if place else page
        assert path.exists(), link
        assert not anchor or anchor in anchors(path), link


def test_the_box_is_where_the_pages_take_it_from() -> None:
    """Else a page for people with electrodes on their skin has no word about the charger."""
    box = (GUIDE / "safety.md").read_text(encoding="utf-8")
    assert "charger" in box.partition("<!-- box -->")[2].partition("<!-- end of the box -->")[0]
    for page in ("therapist.md", "athlete.md"):
        taken = re.search(
            r"^```\{include\} safety\.md\n(.*?)^```", (GUIDE / page).read_text("utf-8"), re.M | re.S
        )
        assert taken is not None
        assert taken[1] == ":start-after: <!-- box -->\n:end-before: <!-- end of the box -->\n"
