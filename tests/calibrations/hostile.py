"""Calibration files that nobody should believe."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from calibrations.store import MAX_BYTES
from tests.calibrations.parts import CALIBRATION

NOBODY = 65534


@contextmanager
def without_rights() -> Iterator[None]:
    """Nobody may do everything in here, as the administrator may."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


GOOD: dict[str, Any] = json.loads(CALIBRATION.model_dump_json(by_alias=True))


def changed(**fields: object) -> str:
    return json.dumps({**GOOD, **fields})


def site(**fields: object) -> str:
    return changed(sites={"glute_left": {**GOOD["sites"]["glute_left"], **fields}})


def chain(**fields: object) -> str:
    return changed(chain={**GOOD["chain"], **fields})


def trial(**fields: object) -> str:
    return changed(trials=[{**GOOD["trials"][0], **fields}])


def twice(name: str) -> str:
    """The good file with one key named a second time, at whatever depth it is."""
    found = json.dumps(GOOD)
    assert found.count(f'"{name}"') >= 1
    return found.replace(f'"{name}"', f'"{name}": 1, "{name}"', 1)


NOT_JSON: list[tuple[str | bytes, str]] = [
    ("", "is empty"),
    (" \n\t ", "is empty"),
    ("null", "is not a JSON object"),
    ("[]", "is not a JSON object"),
    ("42", "is not a JSON object"),
    ("not JSON", "is not whole JSON (line 1, column 1)"),
    (b"\xff\xfe\x00", "is not UTF-8 text"),
    (json.dumps(GOOD).encode("utf-16"), "is not UTF-8 text"),
    (json.dumps(GOOD).replace("cyton", "cytön").encode("latin-1"), "is not UTF-8 text"),
    (b"\xef\xbb\xbf" + json.dumps(GOOD).encode(), "begins with a byte order mark"),
    (b"\x00" * 100, "is not whole JSON"),
    (b"\x7fELF\x02\x01\x01", "is not whole JSON"),
    ("[" * 90_000, "is nested too deeply"),
    ('{"a":' * 19_000, "is nested too deeply"),
    ("[" * 200_000, "is too large"),
    ('{"a":' * 200_000, "is too large"),
    (changed(software="x" * 1_000_000), "is too large"),
    (json.dumps(GOOD) + " " * MAX_BYTES, "is too large"),
    (json.dumps(GOOD)[:-20], "is not whole JSON"),
    (json.dumps(GOOD) + "{}", "is not whole JSON"),
    ("1" * 10_000, "holds a number that nobody can have measured"),
    (site(mvc_uv=float("nan")), "holds NaN, which is not a number"),
    (site(mvc_uv=float("inf")), "holds Infinity, which is not a number"),
    (site(rest_uv=float("-inf")), "holds -Infinity, which is not a number"),
    (site(mvc_uv=80.0).replace("80.0", "1e999"), "holds 1e999"),
    (site(mvc_uv=80.0).replace("80.0", "-1e999"), "holds -1e999"),
    (twice("athlete"), "names 'athlete' twice"),
    (twice("fs_hz"), "names 'fs_hz' twice"),
    (twice("rest_uv"), "names 'rest_uv' twice"),
    (twice("glute_left"), "names 'glute_left' twice"),
    (twice("best_uv"), "names 'best_uv' twice"),
    ('{"a\\n\\u202e": 1, "a\\n\\u202e": 1}', "names 'a��' twice"),
]
"""What stands in a file, and what is said of it."""

NOT_OURS: list[tuple[str, str]] = [
    (changed(schema=3), "was made by a newer version of PowerHold: update PowerHold, or measure anew."),
    (changed(schema=10**30), "was made by a newer version"),
    *(
        (changed(schema=schema), "its schema is missing or unknown")
        for schema in (0, -1, "2", None, True, 2.0)
    ),
    (json.dumps({k: v for k, v in GOOD.items() if k != "schema"}), "its schema is missing or unknown"),
    ("{}", "its schema is missing or unknown"),
    (changed(extra=1), "extra: Extra inputs are not permitted"),
    (changed(**{"x\ny\x1b[31m" * 50: 1}), "x�y�[31m"),
    (changed(schema_version=2), "schema_version"),
    *(
        (changed(athlete=athlete), "athlete: String should match")
        for athlete in ("../../x", "anna\n", "", "x" * 65, "🏃", "\u202eanna", "con.txt", "anna.")
    ),
    (changed(athlete="con"), "athlete: Windows keeps this name for a device"),
    (changed(athlete=None), "athlete: "),
    (changed(unit="mV"), "unit: "),
    (changed(made_at="2026-03-01T09:30:15"), "made_at: Input should have timezone info"),
    *(
        (changed(made_at=made_at), "made_at: ")
        for made_at in ("yesterday", "1772357415", 1772357415, None, True)
    ),
    *((changed(made_at=f"{year}-01-01T00:00:00+09:00"), "made_at: ") for year in ("0001", "1969", "9999")),
    (changed(sites={}), "sites: "),
    (changed(sites={f"m{n}_left": GOOD["sites"]["glute_left"] for n in range(5)}), "sites: "),
    *(
        (changed(sites={name: GOOD["sites"]["glute_left"]}), "should match")
        for name in ("glute", "glute_up", "=cmd_left", "a\nb_left", "GLUTE_LEFT", "\u202e_left")
    ),
    (
        changed(sites=dict.fromkeys(("glute_left", "ham_left"), GOOD["sites"]["glute_left"])),
        "two sites cannot have one channel",
    ),
    *((chain(fs_hz=rate), "chain.fs_hz: ") for rate in (0, -250.0, True, "250", 1e300, None)),
    *((chain(**{name: 0}), f"chain.{name}: ") for name in ("low_hz", "high_hz", "notch_hz", "gain")),
    (changed(chain={}), "chain.fs_hz: Field required"),
    (site(mvc_uv=-80.0), "sites.glute_left.mvc_uv: Input should be greater than 0"),
    *((site(mvc_uv=level), "sites.glute_left.mvc_uv: ") for level in (0, "80", 1e300, None, True, [80.0])),
    (site(rest_uv=80.1), "sites.glute_left: the maximum must be above the rest"),
    (site(rest_uv=90.0), "the maximum must be above the rest"),
    (site(rest_uv=-1.0), "sites.glute_left.rest_uv: "),
    *((site(channel=channel), "sites.glute_left.channel: ") for channel in (0, 1.5, True, 1025)),
    (site(method="guessed"), "sites.glute_left.method: "),
    *((site(mvc_cv_pct=cv), "sites.glute_left.mvc_cv_pct: ") for cv in (-1.0, 201.0, None)),
    (site(cv_from="luck"), "sites.glute_left.cv_from: "),
    (site(doubts=["none"]), "sites.glute_left.doubts.0: "),
    (site(doubts="painful"), "sites.glute_left.doubts: "),
    (site(hip_deg=500.0), "sites.glute_left.hip_deg: "),
    (site(resistance="wall"), "sites.glute_left.resistance: "),
    *((trial(best_uv=level), "trials.0.best_uv: ") for level in (-1.0, 0.0, "84")),
    *((trial(pain_0_10=pain), "trials.0.pain_0_10: ") for pain in (-1, 11, 3.5, True)),
    (trial(quality="fine"), "trials.0.quality: "),
    (trial(site="nowhere"), "trials.0.site: "),
    (trial(sample=-1), "trials.0.sample: "),
    (changed(trials={}), "trials: "),
    (changed(placement={"id": "today"}), "placement.id: "),
    (changed(placement={"id": "20260301T093015Z", "from_landmark_cm": {"glute_left": -1}}), "placement."),
    (changed(intake={"pain_0_10": 11}), "intake.pain_0_10: "),
    (changed(intake={"name": "Anna"}), "intake.name: Extra inputs are not permitted"),
    (changed(way="long"), "way: "),
    (changed(software="\ud800"), "Invalid JSON"),
]
"""JSON that is no calibration of ours."""
