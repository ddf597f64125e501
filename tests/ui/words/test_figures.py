"""Numbers as people read them, also at the end of a line."""

from __future__ import annotations

import pytest

from ui.words.figures import unbroken


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("42 ± 3 %, n 3", "42_±_3_%, n_3"),
        ("33 to 44 %, n 3 and 2", "33 to 44_%, n_3 and 2"),
        ("0.62 s after 250 ms, 12.3 µV at 250 Hz", "0.62_s after 250_ms, 12.3_µV at 250_Hz"),
        ("± 200 µV for 2 min 05 s", "±_200_µV for 2_min 05_s"),
        ("an 8, then 3 steps and 2 sets; en 3", "an 8, then 3 steps and 2 sets; en 3"),
    ],
)
def test_a_number_is_not_parted_from_its_unit_or_sign(said: str, kept: str) -> None:
    """Else a line ends on "n" and the next one begins with "3"."""
    assert unbroken(said) == kept.replace("_", "\u00a0")
