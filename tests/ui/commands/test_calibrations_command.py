"""Claims about `powerhold calibrations`."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from calibrations.calibration import Calibration, SiteRecord
from calibrations.draft import Way
from calibrations.placement import Placement
from calibrations.store import save
from emg.results import Doubt, Method
from tests.calibrations.hostile import NOT_JSON, NOT_OURS
from tests.calibrations.parts import CALIBRATION
from ui.commands.calibrations import age_words, calibrations_command
from ui.kept.home import calibrations_folder, home

NOW = datetime.now(UTC)
LEVELS = {"glute_left": 80.1, "ham_left": 131.3, "glute_right": 31.2, "ham_right": 120.0}
FOUR = {
    name: SiteRecord(
        channel=number, rest_uv=2.0, mvc_uv=level, method=Method.MVC, mvc_cv_pct=6.5, cv_from="trials"
    )
    for number, (name, level) in enumerate(LEVELS.items(), start=1)
}
FOUR["glute_right"] = FOUR["glute_right"].model_copy(update={"doubts": (Doubt.SIDES_DIFFER, Doubt.PAINFUL)})


def keep(hours_ago: float, athlete: str = "anna-1", **changes: Any) -> Path:
    made_at = NOW - timedelta(hours=hours_ago)
    found = Calibration.model_validate(
        {**dict(CALIBRATION), "athlete": athlete, "made_at": made_at, **changes}
    )
    return save(found, calibrations_folder(athlete))


def call(*arguments: str, columns: int = 80) -> Result:
    result = CliRunner().invoke(calibrations_command, arguments, env={"COLUMNS": str(columns)})
    assert not isinstance(result.exception, Exception), result.exception
    return result


def told(*arguments: str) -> list[dict[str, Any]]:
    result = call("--json", *arguments)
    assert (result.exit_code, result.stderr) == (0, "")
    found = json.loads(result.stdout)
    assert list(found) == ["calibrations"]
    listed: list[dict[str, Any]] = found["calibrations"]
    return listed


def test_programs_are_told_all_of_a_calibration() -> None:
    """Else a script has to read the files itself; names that were there stay."""
    placement = Placement.new(NOW - timedelta(hours=4))
    path = keep(3.0, sites=FOUR, placement=placement, way=Way.FULL, serial="DM00")

    (found,) = told()

    sites, doubts = found.pop("sites"), found.pop("doubts")
    assert found == {
        "path": str(path),
        "athlete": "anna-1",
        "reason": "",
        "made_at": (NOW - timedelta(hours=3)).isoformat(),
        "age_h": pytest.approx(3.0, abs=0.5),
        "board": "cyton",
        "serial": "DM00",
        "source_id": "cyton:DM00",
        "unit": "uV",
        "way": "full",
        "software": "0.1.0",
        "placement": placement.id,
    }
    assert list(sites) == ["glute_left", "ham_left", "glute_right", "ham_right"]
    assert sites["ham_right"] == {
        "channel": 4,
        "rest_uv": 2.0,
        "mvc_uv": 120.0,
        "rest_au": None,
        "mvc_au": None,
        "method": "mvc",
        "mvc_cv_pct": 6.5,
        "cv_from": "trials",
        "position": "",
    }
    assert doubts == {"glute_right": ["sides_differ", "painful"]}


def test_counts_are_no_microvolts() -> None:
    """Else the numbers of a board without a unit are taken for microvolts."""
    keep(0.0, unit="arbitrary")

    site = told()[0]["sites"]["glute_left"]
    assert (site["mvc_uv"], site["rest_uv"], site["mvc_au"], site["rest_au"]) == (None, None, 80.1, 2.125)
    assert "µV" not in call().stdout


def test_the_newest_stands_first_and_what_cannot_be_used_last_with_its_reason() -> None:
    """Else the wrong one is picked, or a broken one is taken for one that was never made."""
    keep(20.0, "zoe")
    keep(1.0, "zoe")
    keep(2.0)
    lost = calibrations_folder("anna-1") / "lost.json"
    save(CALIBRATION.model_copy(update={"athlete": "ben"}), calibrations_folder("anna-1"))
    lost.write_text("{", encoding="utf-8")

    found = told()

    assert [one["athlete"] for one in found] == ["zoe", "anna-1", "zoe", "anna-1", "anna-1"]
    assert [one["reason"] for one in found] == [
        *[""] * 3,
        "lost.json is not a calibration: it is not whole JSON (line 1, column 2).",
        "20260301T093015Z.json is of athlete ben, and lies in the wrong folder.",
    ]
    assert all(one["made_at"] is None and one["sites"] == {} for one in found[3:])
    assert [one["athlete"] for one in told("--athlete", "zoe")] == ["zoe", "zoe"]
    shown = " ".join(call().stdout.split())
    assert shown.index("Cannot be used") < shown.index("lost.json is not a calibration")


def test_every_bad_file_is_one_line_in_the_list_and_stays_as_it_is() -> None:
    """Else one bad file ends the list, or speaks to the terminal."""
    folder = calibrations_folder("anna-1")
    folder.mkdir(parents=True)
    for number, (content, _) in enumerate([*NOT_JSON, *NOT_OURS]):
        path = folder / f"[red]{number}.json"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    before = {path: path.read_bytes() for path in folder.iterdir()}

    found, shown = told(), call(columns=400)

    assert len(found) == len(before)
    assert all(one["reason"].startswith("[red]") for one in found)
    assert "\x1b" not in shown.stdout
    assert "\u202e" not in shown.stdout
    assert (shown.exit_code, shown.stdout.count("[red]")) == (0, len(before))
    assert "maximum" not in shown.stdout.split("Cannot be used")[0]
    assert {path: path.read_bytes() for path in folder.iterdir()} == before


@pytest.mark.parametrize("columns", [80, 120])
def test_left_stands_beside_right_with_what_is_in_doubt(columns: int) -> None:
    """Else nobody sees that one glute's maximum is less than half of the other's."""
    keep(3.0, sites=FOUR, way=Way.FULL, placement=Placement(id="20260301T093015Z"))
    keep(2.0, "ben")

    shown = call(columns=columns).stdout
    rows = [line.split() for line in shown.splitlines()]

    assert max(map(len, shown.splitlines())) <= columns
    assert "…" not in shown
    (glute,) = (row[2:] for row in rows if row[2:4] == ["anna-1", "cyton"])
    assert glute == ["anna-1", "cyton", "full", "glute", "80.1", "µV", "31.2", "µV", "?", "3", "h"]
    assert ["hamstring", "131", "µV", "120", "µV"] in rows
    (one_side,) = (row[5:] for row in rows if row[2:3] == ["ben"] and "glute" in row)
    assert one_side == ["glute", "80.1", "µV", "--", "2", "h"]
    together = " ".join(shown.split())
    assert "Right glute: its maximum may be held back (far below the other side's and it hurt)." in together
    assert "Electrodes of 2026-0" in together
    assert "ben Left hamstring: in % of the bridge." in together


def test_an_old_one_says_that_it_is_old() -> None:
    """Else yesterday's electrodes are believed today."""
    keep(13.0)
    shown = " ".join(call().stdout.split())
    assert "13 h" in shown
    assert "Over 12 hours old: electrodes are taken as moved." in shown
    words = {-0.1: "in the future", 0.0: "0 min", 0.99: "59 min", 1.0: "1 h", 47.9: "47 h", 48.0: "2 days"}
    assert {age_h: age_words(age_h) for age_h in words} == words


def test_without_any_it_says_so_and_a_wrong_id_is_refused() -> None:
    """Else an empty answer looks like a defect, or an id reads somebody's other folder."""
    assert (call().exit_code, call().stdout) == (
        0,
        "There is no calibration yet: a session with a board makes one.\n",
    )
    assert told() == told("--athlete", "nobody") == []
    for bad in ("../../x", "CON", "x" * 300):
        refused = call("--athlete", bad)
        assert (refused.exit_code, refused.stdout) == (2, "")
        assert "cannot be an athlete's id" in refused.stderr
    assert not home().exists(), "looking makes nothing"


def test_no_name_is_told() -> None:
    """Else a list that is handed on tells who was trained."""
    keep(1.0)
    (home() / "names.json").write_text('{"anna-1": "Anna Berg"}', encoding="utf-8")
    assert "Berg" not in call().stdout + call("--json").stdout
