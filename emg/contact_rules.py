"""Every verdict on a contact in one table: its rule, its threshold, where that comes from, what it stops.

``docs/contact.md`` is ``page()``, written by ``python -m emg.contact_rules``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Final

from emg.contact_spectrum import (
    MAINS_FLOOR_UV,
    MAINS_RATIO,
    MOTION_FLOOR_UV,
    MOTION_SHARE,
    TWIN_DIFFERENCE,
    WEAK_UV_PER_ROOT_HZ,
)
from emg.maximum import REST_LIMIT_UV
from emg.quality import (
    FLAT_SD_UV,
    NEAR_RAIL_SHARE,
    RAIL_SHARE,
    RAILED_SHARE,
    SECOND_MISSING,
    SWING_UV,
)

NOISY_REST_UV: Final = 10.0
"""A relaxed muscle that reads more has a poor contact, or is not relaxed: laboratory systems give
1.3-5 µV, long passive leads on a Cyton 10-16 µV (measured)."""

PAGE: Final = Path(__file__).resolve().parents[1] / "docs" / "contact.md"


@dataclass(frozen=True, slots=True)
class Rule:
    """When one verdict is given.

    Attributes
    ----------
    code : str
        The verdict.
    rule, threshold, source : str
        What is looked at, from where on it counts, and why there.
    stops : bool
        Set-up does not go on by itself.
    """

    code: str
    rule: str
    threshold: str
    source: str
    stops: bool


RULES: Final[tuple[Rule, ...]] = (
    Rule(
        "no_reading",
        "samples that came, in the last second",
        "fewer than half, or none at this moment",
        "nothing can be said of what did not come",
        stops=True,
    ),
    Rule(
        "railed",
        "a sample at the end of the converter, in the last second; or the offset: |mean| over full scale; or "
        "the standard deviation over the last second, of a signal in microvolts",
        f"sample: {100.0 * RAIL_SHARE:g} % of full scale; offset: above {100.0 * RAILED_SHARE:.0f} %; "
        f"deviation: above {SWING_UV / 1e3:g} mV",
        "OpenBCI GUI fails an offset at 90 %; one clipped sample already makes a level too low; on skin an "
        "input strayed by 0.6 mV at the most in 40 recordings (measured)",
        stops=True,
    ),
    Rule(
        "flat",
        "standard deviation over the last second",
        f"{FLAT_SD_UV:g} µV or less; in other units, no movement at all",
        "the noise of an ADS1299 with shorted inputs is 0.14 µV RMS (250 SPS, gain 24)",
        stops=True,
    ),
    Rule(
        "mains",
        "density within 1 Hz of 50 or 60 Hz over that 3-7 Hz beside it, and RMS of the hum, in each of the "
        "last three whole seconds; not the frequency that the notch takes out",
        f"ratio above {MAINS_RATIO:g} and hum above {MAINS_FLOOR_UV:g} µV",
        "0.4-2.0 in 40 clean channels, 18-75 000 in bad ones (measured)",
        stops=True,
    ),
    Rule(
        "weak",
        "mean density of the analysis band without the lines of the mains, in each of the last two whole "
        "seconds; only in microvolts",
        f"below {1e3 * WEAK_UV_PER_ROOT_HZ:.0f} nV/√Hz: 0.24 µV RMS at 250 Hz, 0.52 µV at 1 kHz",
        "12 nV/√Hz is the noise of an ADS1299, 45 nV/√Hz the quietest skin (1-20 µV RMS: Huigen, Peper and "
        "Grimbergen 2002, Med Biol Eng Comput 40:332-338), 64 nV/√Hz that of 42 channels (measured)",
        stops=True,
    ),
    Rule(
        "twin",
        "power of the difference, or of the sum, of two channels over the sum of their powers, in the "
        "analysis band without the lines of the mains, in each of the last two whole seconds",
        f"below {TWIN_DIFFERENCE:g}",
        "0.2 for a cross-talk of half the amplitude, 0.05 for one lead at two amplifiers; 0.6 at the least "
        "between any two muscles recorded together (measured)",
        stops=True,
    ),
    Rule(
        "motion",
        "power at 5-20 Hz over that from 5 Hz to the end of the analysis band, hum taken off, and RMS at "
        "5-20 Hz, in each of the last three whole seconds; only in microvolts",
        f"share above {MOTION_SHARE:g} and RMS above {MOTION_FLOOR_UV:g} µV",
        "0.001-0.08 in clean holds of the biceps femoris, 0.39-0.63 with artefacts; up to 3 µV on relaxed "
        "skin (measured)",
        stops=True,
    ),
    Rule(
        "noisy_rest",
        "RMS of the last second in the analysis band, while everybody lies relaxed; only in microvolts",
        f"above {NOISY_REST_UV:g} µV it is said, above {REST_LIMIT_UV:g} µV it stops",
        "1.3-5 µV with laboratory systems, 10-16 µV with long passive leads on a Cyton (measured)",
        stops=False,
    ),
    Rule(
        "near_rail",
        "offset: |mean| over full scale, in the last second",
        f"above {100.0 * NEAR_RAIL_SHARE:.0f} %",
        "OpenBCI GUI warns at 75 %",
        stops=False,
    ),
    Rule("ok", "none of these", "", "", stops=False),
)
"""All verdicts, the worst first: of several findings the first of these is told."""


def at_rest(verdict_code: str, level_uv: float) -> str:
    """Verdict of a contact whose muscle is meant to be relaxed.

    Parameters
    ----------
    verdict_code : str
        Of ``emg.quality.VERDICTS``.
    level_uv : float
        RMS over 1 s in the analysis band; NaN is no reading, of which nothing is said here.

    Returns
    -------
    str
        ``noisy_rest`` where nothing worse is found and the level is above ``NOISY_REST_UV``.
    """
    worse_is_known = verdict_code not in ("ok", "near_rail")
    return verdict_code if worse_is_known or not level_uv > NOISY_REST_UV else "noisy_rest"


_INTRO: Final = """# Contact

Written by `python -m emg.contact_rules` from the table in `emg/contact_rules.py`; the thresholds are those of
the code. One verdict for each electrode pair, on the raw signal, anew every half second of the sample clock;
the cut into blocks changes none. How often they are right stands in [validation](validation.md).

The worst is first, and of several findings the first is told. What leaves no signal goes before what is read
from the signal, and what stops set-up before what only warns. Strong hum is one wave on every channel and
leaks beyond its line: it could hide a weak input and make twins of two good ones, so it goes before these.
An input that lies on no skin has no muscle that could be a twin's. A lead in the wrong jack does not go by
itself, as motion does."""

_REST: Final = f"""
What looks at two or three whole seconds is known so much later: until then a new contact reads `ok`,
and set-up waits for it. A complaint about hum, a weak signal, twins or motion ends at 60 % of its limits (of
its inverse where less is worse), so that it does not come and go. A second with more than
{100.0 * SECOND_MISSING:.0f} % of its samples missing tells nothing; less is bridged.

Under `no_reading`, `railed` and `flat` a level is no reading, and a hold is void. Under the others it is one
that may be wrong. A hold is void by movement, too, with the reason `motion`: what passes in less than three
seconds has no verdict, and is found when the hold is over (`emg/sets/spoilt.py`).

What cannot be told: of a board that sends envelopes only `railed` and `no_reading`. Without microvolts there
is no `weak`, `motion` or `noisy_rest`, and hum has no least strength. A board whose own noise is above
25 nV/√Hz never reads `weak`, not even on a desk. A pair on the wrong muscle has a perfect contact: for that
there is the side check."""


def page() -> str:
    """Render ``docs/contact.md``."""
    head = [field.name for field in fields(Rule)]
    rows = [[f"`{rule.code}`", *astuple(rule)[1:4], "yes" if rule.stops else "no"] for rule in RULES]
    lines = [_row(line) for line in (head, ["---"] * len(head), *rows)]
    return "\n\n".join((_INTRO, "\n".join(lines), _REST.strip())) + "\n"


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8", newline="\n")
