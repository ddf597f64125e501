"""One catalogue of words: English in the source, German whole beside it, files the same in both."""

from __future__ import annotations

import ast
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

import pytest
from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from emg.montage import Montage
from emg.said import Said, said_by
from tools import words as tool
from ui import language
from ui.kept.athlete_lock import AthleteBusy, AthleteLock
from ui.kept.athletes import keep_name
from ui.kept.home import check_athlete
from ui.language import LANGUAGES, chosen_language
from ui.words.told import told

TRANSLATED = tuple(name for name in LANGUAGES if name != "en")
ONE_BIG_WORD = 14
"""Letters that fit on the athlete's screen at its full size."""

TWO_WORDS = re.compile(r"[A-Za-z]{2,} [A-Za-z]{2,}")


@pytest.fixture(scope="module")
def source() -> Catalog:
    return tool.english()


def po(name: str) -> Path:
    return language.CATALOGUES / name / "LC_MESSAGES" / "powerhold.po"


def catalogue_of(name: str) -> Catalog:
    return read_po(io.BytesIO(po(name).read_bytes()), name)


@pytest.fixture(scope="module", params=TRANSLATED)
def known(request: pytest.FixtureRequest) -> Catalog:
    """The catalogue of each language that has one."""
    return catalogue_of(request.param)


def forms(message: Message) -> list[tuple[str, str]]:
    """English and translation, for each form of a plural."""
    said, told = (
        [form] if isinstance(form, str) else list(form or ()) for form in (message.id, message.string)
    )
    return list(zip(said, told, strict=True))


def pairs(catalogue: Catalog) -> Iterator[tuple[str, str]]:
    for message in catalogue:
        if message.id:
            yield from forms(message)


def names(catalogue: Catalog) -> set[tuple[str, str | None]]:
    return {(str(message.id), message.context) for message in catalogue if message.id}


def in_language(code: str, script: str, **environment: str) -> str:
    """What a program of our own prints in a language."""
    told = {**os.environ, "POWERHOLD_LANGUAGE": code, "PYTHONIOENCODING": "utf-8", **environment}
    run = subprocess.run(
        [sys.executable, "-c", script], env=told, check=True, timeout=60, stdout=subprocess.PIPE
    )
    return run.stdout.decode("utf-8")


# --- which language


@pytest.mark.parametrize(
    ("environment", "setting", "chosen"),
    [
        ({}, "", "en"),
        ({"LANG": "de_AT.UTF-8"}, "", "de"),
        ({"LANG": "C.UTF-8"}, "", "en"),
        ({"LANG": "fr_FR.UTF-8"}, "", "en"),
        ({"LANG": "de_DE.UTF-8"}, "en", "en"),
        ({"LANG": "en_GB.UTF-8"}, "de", "de"),
        ({"LC_ALL": "de_DE.UTF-8", "LANG": "en_GB.UTF-8"}, "", "de"),
        ({"LANGUAGE": "de:en", "LC_ALL": "en_GB.UTF-8"}, "", "de"),
        ({"LC_MESSAGES": "de_DE.UTF-8", "LANG": "en_GB.UTF-8"}, "", "de"),
        ({"POWERHOLD_LANGUAGE": "en", "LANG": "de_DE.UTF-8"}, "de", "en"),
        ({"POWERHOLD_LANGUAGE": "de"}, "en", "de"),
        ({"POWERHOLD_LANGUAGE": "DE"}, "", "de"),
        ({"POWERHOLD_LANGUAGE": "tlh"}, "de", "en"),
    ],
)
def test_the_variable_goes_before_the_settings_and_those_before_the_system(
    environment: Mapping[str, str], setting: str, chosen: str
) -> None:
    """Else a therapist who chose a language sits before another one."""
    assert chosen_language(environment, setting) == chosen


def test_every_language_but_english_has_a_catalogue() -> None:
    """Else a language can be chosen that changes nothing."""
    there = {path.parent.parent.name for path in language.CATALOGUES.glob("*/LC_MESSAGES/powerhold.mo")}

    assert there == set(LANGUAGES) - {"en"}


def test_no_words_are_no_words() -> None:
    """Else an empty line on the screen shows the head of the catalogue."""
    assert language._("") == ""
    assert in_language("de", "from ui.language import _; print(repr(_('')))").strip() == "''"


# --- the catalogue is whole


def test_every_word_of_the_source_is_in_the_catalogue_and_no_other(source: Catalog, known: Catalog) -> None:
    """Else a new sentence stays English on a German screen: make words, then translate it."""
    assert names(source) - names(known) == set()
    assert names(known) - names(source) == set()
    assert not known.obsolete


def test_every_word_is_translated_and_none_is_a_guess(known: Catalog) -> None:
    """Else half a screen is English, or says what a tool took for similar."""
    assert tool.missing(known) == []
    assert not [message.id for message in known if message.fuzzy]


def test_what_is_filled_in_is_the_same_in_both(known: Catalog) -> None:
    """Else a number is missing on a German screen, or the program stops."""
    for said, translation in pairs(known):
        assert _holes(translation) == _holes(said), said


def _holes(text: str) -> list[str]:
    return sorted(re.findall(r"\{[^}]*\}", text))


def test_translations_begin_and_end_like_the_english(known: Catalog) -> None:
    """Else parts that are put together run into each other, or a fault is told twice over."""
    for said, translation in pairs(known):
        assert said[:1].isspace() == translation[:1].isspace(), said
        assert said[-1:].isspace() == translation[-1:].isspace(), said
        assert said.count("\n") == translation.count("\n"), said
        assert said.endswith(".") == translation.endswith(".") or "{day}" in said or len(said) == 1, said
        assert said.endswith("?") == translation.endswith("?"), said
        assert said.startswith(", ") == translation.startswith(", "), said
        assert translation.startswith("{what}: ") or not said.startswith("{what}: "), said


def test_what_the_program_reads_is_what_people_translated(known: Catalog) -> None:
    """Else a mended translation never reaches the screen: make words."""
    name = str(known.locale)
    compiled = read_mo(io.BytesIO(po(name).with_suffix(".mo").read_bytes()))
    again = read_mo(io.BytesIO(tool.mo_bytes(tool.translated(known, known, Locale(name)))))

    def told(catalogue: Catalog) -> dict[tuple[str, str | None], object]:
        return {(str(one.id), one.context): one.string for one in catalogue if one.id}

    assert told(compiled) == told(again)
    assert len(told(compiled)) == len(names(known))


@pytest.mark.parametrize("name", TRANSLATED)
def test_the_catalogue_changes_with_its_words_alone(name: str) -> None:
    """Else every run of the tool makes a difference that nobody can read."""
    text = po(name).read_text(encoding="utf-8")

    assert '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"' in text
    assert not re.search(r"-Date:|Generated-By|@|#: .*:\d", text)
    assert not re.search(rb"-Date:|Generated-By|EMAIL@", po(name).with_suffix(".mo").read_bytes())


def test_a_catalogue_keeps_what_is_known_and_drops_what_is_not_said_any_more() -> None:
    """Else years of old sentences lie in it, or a translation is lost when a sentence moves."""
    said, known = Catalog(), Catalog()
    said.add("Hold", locations=[("ui/new.py", 0)])
    said.add("Hold", context="a thing done")
    said.add("% of best")
    known.add("Hold", "Halten", locations=[("ui/old.py", 0)])
    known.add("Gone", "Weg")
    said.add(("{n} hold", "{n} holds"))

    found = tool.translated(said, known, Locale("de"))

    assert {(m.id, m.context): m.string for m in found if m.id} == {
        ("Hold", None): "Halten",
        ("Hold", "a thing done"): "",
        ("% of best", None): "",
        (("{n} hold", "{n} holds"), None): ("", ""),
    }
    assert tool.missing(found) == ["Hold", "% of best", "('{n} hold', '{n} holds')"]
    assert b"old.py" not in tool.po_bytes(found)
    assert b"python-format" not in tool.po_bytes(found)
    for written in (tool.po_bytes(found), tool.mo_bytes(found)):
        assert b"Plural-Forms: nplurals=2; plural=(n != 1)" in written
        assert not re.search(rb"-Date:|Generated-By|EMAIL", written)


# --- every word goes through it


@pytest.mark.parametrize("path", sorted(Path("ui/words").glob("*.py")), ids=lambda path: path.stem)
def test_every_sentence_of_a_words_module_can_be_translated(path: Path) -> None:
    """Else one sentence stays English among German ones."""
    assert list(_bare_sentences(path)) == []


def test_every_sentence_of_the_other_catalogue_modules_can_be_translated() -> None:
    """Else one sentence stays English among German ones."""
    for name in ("summary_sentences", "summary_table"):
        assert list(_bare_sentences(Path("ui", "reading", f"{name}.py"))) == []


def _bare_sentences(path: Path) -> Iterator[str]:
    """Sentences in the code that are given to nobody for translation."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    wrapped = {
        id(argument)
        for call in calls
        if isinstance(call.func, ast.Name) and call.func.id in tool.KEYWORDS
        for argument in call.args
    }
    documents = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or id(node) in wrapped | documents:
            continue
        if isinstance(node.value, str) and TWO_WORDS.search(node.value):
            yield f"{path}:{node.lineno}: {node.value}"


# --- what it is like in German

GERMAN_SCREEN = """
import json
from emg.blocks import Unit
from ui.words import words
from ui.words import body_words, figures, finding_words, intake_words
from ui.language import inside
print(json.dumps({
    "titles": [*words.PHASE_TITLES.values(), words.STOPPED_TITLE, words.OPENING_TITLE],
    "numbers": [
        figures.clock_words(3.44), figures.of_seconds_words(2.5), figures.in_target_words(2.1),
        figures.percent_words(64.2), figures.microvolt_words(12.34), figures.ratio_words(1.24),
        figures.ratio_range_words(0.71, 1.06), figures.median_words(0.62, 0.11),
        figures.level_words(0.1234, Unit.ARBITRARY), figures.target_words(14, 15),
        figures.counts_words([3, 2]), figures.waited_words(125), finding_words.later_words(-0.12),
    ],
    "sites": [body_words.site_words("glute_left"), body_words.site_inside("ham_right"),
              body_words.sites_words(["glute_left", "glute_right", "ham_left"]), inside("Kein Signal")],
    "plural": [words.holds_words(1, 1), words.holds_words(3, 2, 1)],
}))
"""


@pytest.fixture(scope="module")
def screen() -> dict[str, list[str]]:
    found: dict[str, list[str]] = json.loads(in_language("de", GERMAN_SCREEN))
    return found


@pytest.mark.parametrize("name", TRANSLATED)
def test_the_one_big_word_is_short_in_every_language(name: str) -> None:
    """Else it is small or cut where it must be read from three metres."""
    titles = json.loads(in_language(name, GERMAN_SCREEN))["titles"]
    assert [title for title in titles if len(title) > ONE_BIG_WORD] == []
    assert len(set(titles)) == len(titles) - 1  # push is said in two phases


def test_numbers_on_a_german_screen_have_a_comma(screen: dict[str, list[str]]) -> None:
    """Else 1.900 reads as nineteen hundred."""
    assert screen["numbers"] == [
        *("3,4", "von 2,5 s", "im Ziel 2,1 s", "64 %", "12,3 µV", "1,24", "0,71 bis 1,06"),
        *("0,62 s (IQR 0,11)", "0,123", "14 bis 15 %", "n 3 und 2", "2 min 05 s", "0,12 s früher"),
    ]


def test_a_muscle_reads_well_wherever_it_stands_in_german(screen: dict[str, list[str]]) -> None:
    """Else nouns are written small, and adjectives do not fit their nouns."""
    assert screen["sites"] == [
        "Gesäß links",
        "Beinbeuger rechts",
        "Gesäß links, Gesäß rechts und Beinbeuger links",
        "Kein Signal",
    ]
    assert screen["plural"] == [
        "1 Haltephase, 1 mit gutem Signal",
        "3 Haltephasen, 2 mit gutem Signal, 1 abgebrochen",
    ]


def test_words_inside_an_english_sentence_are_small() -> None:
    """Else capitals stand in the middle of a sentence."""
    assert language.inside("Left glute") == "left glute"
    assert language.inside("") == ""


def test_a_muscle_reads_well_wherever_it_stands_in_spanish() -> None:
    """Else a label begins small, and "y" stands before "isquio"."""
    script = """
from ui.words import body_words, figures
print(body_words.site_words("ham_left"))
print(body_words.site_inside("ham_right"))
print(body_words.sites_words(["glute_left", "glute_right"]))
print(body_words.sites_words(["glute_left", "ham_left"]))
print(figures.percent_words(64.2), figures.clock_words(3.44))
"""
    assert in_language("es", script).splitlines() == [
        "Isquio izquierdo",
        "isquio derecho",
        "Glúteo izquierdo y glúteo derecho",
        "Glúteo izquierdo e isquio izquierdo",
        "64 % 3,4",
    ]


# --- what is refused


def test_every_refusal_of_ids_and_sites_can_be_said_in_another_language(powerhold_home: Path) -> None:
    """Else a window gives another reason than the terminal, or one in a language that nobody there reads."""
    refused = "glute=1", "glute_left=0", "glute_left=1,ham_left=1", "glute_left=x", "ham_left=1,ham_left=2"
    five = Montage.parse("glute_left=1,ham_left=2,glute_right=3,ham_right=4,calf_left=5")
    with AthleteLock("a01"):
        same_words(AthleteLock("a01").take)
    refusals: list[Callable[[], object]] = [
        *(partial(Montage.parse, sites) for sites in ("", *refused)),
        *(five.check_session, partial(five.check_fits, 4, "ganglion")),
        *(partial(check_athlete, "Anna Berg"), partial(keep_name, "a01", "x" * 1000)),
    ]
    for refuse in refusals:
        same_words(refuse)
    assert told(ValueError("as it is")) == "as it is"


def same_words(refuse: Callable[[], object]) -> None:
    with pytest.raises((ValueError, AthleteBusy)) as raised:
        refuse()
    assert isinstance(said_by(raised.value), Said)
    assert told(raised.value) == str(raised.value), "it is told in English here"


def test_a_german_window_refuses_in_german() -> None:
    """Else the one sentence that must be read is the one in a foreign language."""
    script = """
from emg.montage import Montage
from hardware.boards import BOARDS
from ui.kept.home import check_athlete
from ui.words.told import told
for refuse in (lambda: check_athlete("Anna Berg"), lambda: Montage.parse("glute_left=1,ham_left=1")):
    try:
        refuse()
    except ValueError as error:
        print(told(error))
print(told(BOARDS["cyton_daisy"].refusal))
"""
    athlete, sites, daisy = in_language("de", script).splitlines()
    assert "'Anna Berg'" in athlete
    assert "Buchstaben" in athlete
    assert "glute_left und ham_left" in sites
    assert "Messwerte" in daisy
