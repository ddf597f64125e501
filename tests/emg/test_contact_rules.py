"""The one table of verdicts, in the code and on the page."""

from __future__ import annotations

import math

import pytest

from emg.contact_rules import NOISY_REST_UV, PAGE, RULES, at_rest, page
from emg.contact_spectrum import WEAK_UV_PER_ROOT_HZ
from emg.filters import FilterSettings
from emg.maximum import REST_LIMIT_UV
from emg.quality import VERDICTS, WORST_FIRST


def test_the_page_is_the_table() -> None:
    """Else people go by thresholds that the program has left; python -m emg.contact_rules writes it."""
    assert PAGE.read_text(encoding="utf-8") == page()


def test_every_verdict_has_its_rule_once_the_worst_first() -> None:
    """A verdict without a rule cannot be looked up, and the order decides what people are told."""
    assert [rule.code for rule in RULES] == list(WORST_FIRST)
    assert {rule.code for rule in RULES} == set(VERDICTS)
    assert all(rule.rule and rule.threshold and rule.source for rule in RULES if rule.code != "ok")


def test_what_only_warns_comes_after_all_that_stops() -> None:
    """An offset near the rail would hide a lead in the wrong jack, and set-up would go on."""
    stops = [rule.stops for rule in RULES]
    assert stops == sorted(stops, reverse=True)
    assert [rule.code for rule in RULES if not rule.stops] == ["noisy_rest", "near_rail", "ok"]


def test_the_levels_on_the_page_follow_from_the_density() -> None:
    """0.24 µV and 0.52 µV stand there as numbers."""
    (weak,) = (rule for rule in RULES if rule.code == "weak")
    for fs_hz, told in ((250.0, "0.24"), (1000.0, "0.52")):
        band = FilterSettings.for_rate(fs_hz)
        assert f"{WEAK_UV_PER_ROOT_HZ * math.sqrt(band.high_hz - band.low_hz):.2f}" == told
        assert told in weak.threshold


@pytest.mark.parametrize(
    ("code", "level_uv", "told"),
    [
        ("ok", 4.0, "ok"),
        ("ok", NOISY_REST_UV, "ok"),
        ("ok", NOISY_REST_UV + 0.1, "noisy_rest"),
        ("ok", math.nan, "ok"),
        ("near_rail", 15.0, "noisy_rest"),
        ("near_rail", 5.0, "near_rail"),
        ("mains", 80.0, "mains"),
        ("flat", 0.0, "flat"),
    ],
)
def test_a_rest_is_noisy_where_nothing_worse_explains_it(code: str, level_uv: float, told: str) -> None:
    """Hum makes every rest loud: who is told to relax then looks for the wrong fault."""
    assert at_rest(code, level_uv) == told


def test_a_rest_is_called_noisy_before_it_is_refused() -> None:
    """The warning comes while there is time to do something."""
    assert NOISY_REST_UV < REST_LIMIT_UV
