"""Claims about the report: what stands on the pages, and the files they come in."""

from __future__ import annotations

import json
import re
import unicodedata
import zlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QGuiApplication, QImage, QPainter

from emg.montage import Side
from emg.protocols import load_protocol
from emg.results import HoldResult, Outcome, Role
from tests.emg.session.parts import hold, muscle
from tests.emg.session.past import MARCH, glute_holds, past_practice, past_session
from ui.kept.home import sessions_folder
from ui.report.canvas import Canvas, Type
from ui.report.material import read_material
from ui.report.paint import pdf_of, pictures_of
from ui.words import figures, report_words

EXERCISE = load_protocol("power_position").model_dump(mode="json", by_alias=True)
OBJECT = re.compile(rb"(\d+) 0 obj\s(.*?)\sendobj", re.DOTALL)
STREAM = re.compile(rb"stream\r?\n(.*?)\r?\n?endstream", re.DOTALL)


def trained(first: int = 7) -> list[HoldResult]:
    sides = [Side.LEFT] * 3 + [Side.RIGHT] * 3
    return [
        hold(number, side, role=Role.TRAIN, glute=muscle(50.0 + number), ham=muscle(25.0), target_pct=30.0)
        for number, side in enumerate(sides, start=first)
    ]


def unequal(
    left: Sequence[float] = (58.0, 60.0, 57.0), right: Sequence[float] = (18.0, 17.0, 19.0)
) -> list[HoldResult]:
    return [*glute_holds(left, right), *trained()]


@pytest.fixture(scope="module")
def weak_right(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A session whose right glute works less, with the electrodes' places and pain said."""
    return past_session(
        tmp_path_factory.mktemp("weak"), MARCH, unequal(), exercise=EXERCISE, intake={"pain_0_10": 2}
    )


def text_of(pdf: bytes) -> list[str]:
    """Give the text of each page of a PDF of Qt's, without blanks, by the fonts' own tables."""
    objects = {int(number): body for number, body in OBJECT.findall(pdf)}
    maps = {number: _unicode(objects, body) for number, body in objects.items() if b"/ToUnicode" in body}
    names = {
        name: int(number)
        for body in objects.values()
        for name, number in re.findall(rb"/(F\d+) (\d+) 0 R", body)
    }
    pages = []
    for body in objects.values():
        if re.search(rb"/Type /Page\b", body) is None:
            continue
        found = re.search(rb"/Contents (\d+) 0 R", body)
        assert found is not None
        pages.append(_text(zlib.decompress(_stream(objects[int(found[1])])), names, maps))
    return pages


def _stream(body: bytes) -> bytes:
    found = STREAM.search(body)
    assert found is not None
    return found[1]


def _unicode(objects: dict[int, bytes], font: bytes) -> dict[int, str]:
    found = re.search(rb"/ToUnicode (\d+) 0 R", font)
    assert found is not None
    table: dict[int, str] = {}
    for section in re.findall(rb"beginbfrange(.*?)endbfrange", objects[int(found[1])], re.DOTALL):
        for low, high, values in re.findall(rb"<(\w+)> <(\w+)>\s*(\[[^\]]*\]|<\w+>)", section):
            codes = range(int(low, 16), int(high, 16) + 1)
            given = re.findall(rb"<(\w+)>", values)
            for place, code in enumerate(codes):
                text = given[place] if values.startswith(b"[") else b"%04x" % (int(given[0], 16) + place)
                table[code] = bytes.fromhex(text.decode()).decode("utf-16-be")
    return table


def _text(content: bytes, names: dict[bytes, int], maps: dict[int, dict[int, str]]) -> str:
    letters: list[str] = []
    table: dict[int, str] = {}
    for font, glyphs in re.findall(rb"/(F\d+) [\d.]+ Tf|<([0-9a-fA-F]+)> Tj", content):
        if font:
            table = maps[names[font]]
        else:
            letters += [table[int(glyphs[at : at + 4], 16)] for at in range(0, len(glyphs), 4)]
    return _without_blanks("".join(letters))


def _without_blanks(text: str) -> str:
    """Leave blanks out, and take ligatures apart."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def says(page: str, told: str) -> bool:
    return _without_blanks(told) in page


def pages_of(folder: Path, **options: Any) -> list[str]:
    return text_of(pdf_of(read_material(folder, **options)))


def summary_in(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    return found


def test_the_numbers_on_both_pages_are_those_of_the_summary(qapp: QGuiApplication, weak_right: Path) -> None:
    """Else the paper tells what nobody measured."""
    first, second = pages_of(weak_right)
    summary = summary_in(weak_right)
    for side in Side:
        for name in ("glute_pct_mvc", "ham_pct_mvc"):
            level = summary["sides"][side.value][name]
            assert says(first, figures.percent_words(level["mean"]))
            assert says(second, figures.mean_words(level["mean"], level["sd"]))
        latency = summary["sides"][side.value]["glute_latency_s"]["median"]
        assert says(first, report_words.THERE[side].format(seconds=figures.seconds_words(latency)))
    lsi = summary["glute_lsi_pct"]
    assert lsi["value"] > 300.0, "kept as it is defined, and told as a share of the stronger"
    assert says(second, f"{figures.percent_words(1e4 / lsi['value'])} of the left one")
    assert says(second, figures.range_words(1e4 / lsi["high"], 1e4 / lsi["low"]))
    for number in summary["diagonal"].values():
        assert says(second, figures.ratio_words(number["value"]))


def test_the_disclaimer_stands_there_once(qapp: QGuiApplication, weak_right: Path) -> None:
    """Else it is missing, or it shouts."""
    first, second = pages_of(weak_right)
    told = "".join(report_words.DISCLAIMER.split())
    assert (first.count(told), second.count(told)) == (1, 0)
    assert told == "Itisnotadiagnosis.PowerHoldisnotamedicaldevice."


def test_it_has_two_pages_drawn_as_vectors_with_their_fonts_in_it(
    qapp: QGuiApplication, weak_right: Path
) -> None:
    """Else it looks otherwise on the next machine, or coarse when it is printed."""
    pdf = pdf_of(read_material(weak_right))
    fonts = re.findall(rb"/Type /FontDescriptor", pdf)
    assert len(re.findall(rb"/Type /Page\b", pdf)) == 2
    assert fonts
    assert len(re.findall(rb"/FontFile2 \d+ 0 R", pdf)) == len(fonts)
    assert b"/Subtype /Image" not in pdf


@pytest.mark.parametrize(("paper", "points"), [("a4", (595, 842)), ("letter", (612, 792))])
def test_the_paper_is_the_one_asked_for(
    qapp: QGuiApplication, weak_right: Path, paper: str, points: tuple[int, int]
) -> None:
    """Else a printer cuts it."""
    pdf = pdf_of(read_material(weak_right), paper)
    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf)
    assert [(round(float(w)), round(float(h))) for w, h in boxes] == [points, points]


def test_the_same_session_gives_the_same_bytes_dated_by_the_session(
    qapp: QGuiApplication, weak_right: Path
) -> None:
    """Else two prints of one session cannot be told from two sessions."""
    pdf = pdf_of(read_material(weak_right))
    assert pdf == pdf_of(read_material(weak_right))
    assert b"(D:20260301093015" in pdf
    dates = re.findall(rb'xmp:\w+Date="(\d{4}-\d\d-\d\d)T', pdf)
    assert set(dates) == {b"2026-03-01"}
    assert re.search(rb"startxref\s+(\d+)", pdf) is not None
    found = re.search(rb"startxref\s+(\d+)", pdf)
    assert found is not None
    assert pdf[int(found[1]) :].startswith(b"xref")


def test_pictures_show_the_same_pages(qapp: QGuiApplication, weak_right: Path) -> None:
    """Else what is sent by mail is not what is printed."""
    first, second = pictures_of(read_material(weak_right))
    assert first != second
    for content in (first, second):
        image = QImage.fromData(content)
        assert (image.width(), image.height()) == (1654, 2339)
        # the margins are white, and something is drawn
        assert image.pixelColor(5, 5).name() == "#ffffff"
        assert image.pixelColor(1648, 2333).name() == "#ffffff"
        assert len({image.pixelColor(x, 170).name() for x in range(140, 560)}) > 2
    patient = QImage.fromData(first)
    assert "#0072b2" in {patient.pixelColor(345, y).name() for y in range(400, 1200)}


def test_there_is_no_name_on_it_unless_one_is_given(qapp: QGuiApplication, weak_right: Path) -> None:
    """Else a name travels with a paper that nobody signed for."""
    assert says(pages_of(weak_right)[0], "Athlete a01")
    named = pages_of(weak_right, name="Anna Muster")[0]
    assert says(named, "Anna Muster")
    assert not says(named, "Athlete a01")


def void() -> list[HoldResult]:
    return [
        replace(one, valid=False, invalid_reason="lost", outcome=Outcome.VOID, outcome_reason="lost")
        for one in glute_holds((40.0, 41.0), (50.0, 51.0))
    ]


def test_void_holds_alone_give_no_number(qapp: QGuiApplication, tmp_path: Path) -> None:
    """Else a bad signal is sold as a weak muscle."""
    first, second = pages_of(past_session(tmp_path, MARCH, void(), exercise=EXERCISE))
    assert says(first, report_words.NO_SIGNAL)
    assert first.count("".join(report_words.NO_READING.split())) == 4
    assert "40%" not in first
    assert says(second, "Holds that enter no mean: hold 1")


def test_one_leg_is_not_compared_and_the_other_is_drawn_as_missing(
    qapp: QGuiApplication, tmp_path: Path
) -> None:
    """Else a leg that was not tested looks like one that did nothing."""
    first, second = pages_of(
        past_session(tmp_path, MARCH, glute_holds((40.0, 41.0, 42.0), ()), exercise=EXERCISE)
    )
    assert says(first, report_words.ONE.format(side="left", level="41 %"))
    assert first.count("".join(report_words.NOT_TESTED.split())) == 2
    assert says(second, "Only the left leg was tested, so nothing is compared")


def test_a_practice_tells_counts_and_no_level(qapp: QGuiApplication, tmp_path: Path) -> None:
    """Else somebody reads a level into a clock."""
    first, second = pages_of(past_practice(tmp_path, n=8))
    assert says(first, report_words.BY_THE_CLOCK)
    assert says(first, "8 holds")
    assert "%" not in first
    assert says(second, report_words.NO_BOARD)


def test_a_session_that_was_cut_off_says_so(qapp: QGuiApplication, tmp_path: Path) -> None:
    """Else half a session passes for a whole one."""
    folder = past_session(tmp_path, MARCH, killed=True)
    first, second = pages_of(folder)
    assert says(first, report_words.CUT_OFF)
    assert says(first, report_words.NO_NUMBERS)
    assert first.count("".join(report_words.NO_NUMBER.split())) >= 4
    assert str(tmp_path) not in first + second


def test_last_time_stands_beside_today_on_both_pages(qapp: QGuiApplication) -> None:
    """Else nobody sees where it goes."""
    folder = sessions_folder("a01")
    for day, right in enumerate((30.0, 31.0, 47.0)):
        started_at = MARCH + timedelta(days=day)
        holds = glute_holds((40.0, 41.0, 42.0), (right, right, right + 1.0))
        last = past_session(folder, started_at, holds, exercise=EXERCISE)
    past_practice(folder, MARCH - timedelta(days=3))
    first, second = pages_of(last)
    assert says(first, "Right glute 31 % 47 %")
    assert says(first, report_words.TOO_EARLY)
    assert says(first, "4 of the last")
    assert says(second, report_words.TREND)


def test_a_report_of_hundreds_of_holds_keeps_to_two_pages(qapp: QGuiApplication, tmp_path: Path) -> None:
    """Else long sessions overflow the paper."""
    holds = [replace(one, hold=number) for number, one in enumerate(void() * 60, start=1)]
    pdf = pdf_of(read_material(past_session(tmp_path, MARCH, holds, exercise=EXERCISE)))
    assert len(re.findall(rb"/Type /Page\b", pdf)) == 2
    assert says(text_of(pdf)[1], "…")


def test_a_number_and_its_unit_are_on_one_line(qapp: QGuiApplication) -> None:
    """Else "100" ends a line, and the next begins with a percent sign."""
    image = QImage(100, 100, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    try:
        canvas, look = Canvas(painter, 1.0, 100.0, 100.0), Type(10.0)
        told = "Contact good in 100 % of 4.5 s at 250 Hz, n 3"
        for width in range(12, 60):
            lines = canvas.lines(told, width, look)
            assert [line for line in lines if line.startswith(("%", "s ", "Hz", "3"))] == [], width
    finally:
        painter.end()
