"""The colours of both themes: words can be read, and no meaning hangs on what some eyes cannot see."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage, QPalette

from emg.montage import Side
from tests.ui.desktop.colours import contrast, delta_e, rgb
from ui.desktop.gallery.colour_vision import MACHADO, picture_as_seen, seen
from ui.desktop.theme import DARK, LIGHT, THEMES, Theme, main_button, palette, theme_of
from ui.kept.settings import Settings

EYES = ["", *MACHADO]
WORDS = 4.5
GRAPHICS = 3.0
GROUNDS = ("ground", "surface", "raised")

WORD_PAIRS = [
    *(("text", ground) for ground in GROUNDS),
    *(("quiet", ground) for ground in GROUNDS),
    *((colour, ground) for colour in ("left", "right", "good") for ground in ("ground", "surface")),
    *(("ground", colour) for colour in ("left", "right", "good", "text")),
]
"""Words in the first on the second: labels, sides, the main button, and what is filled."""

GRAPHIC_PAIRS = [
    (colour, ground) for colour in ("line", "left", "right", "good", "warn", "bad") for ground in GROUNDS
]
LEAST_APART = {("left", "right"): 80.0, ("good", "warn"): 18.0, ("good", "bad"): 18.0, ("warn", "bad"): 18.0}
"""Distance in CIELAB that is left to the eye that sees least of it; 2.3 can just be told apart."""

both = pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])


@both
@pytest.mark.parametrize(("words", "ground"), WORD_PAIRS)
def test_words_have_the_contrast_that_reading_needs(theme: Theme, words: str, ground: str) -> None:
    """Else the sentence that says why it does not start is not read by who needs glasses."""
    assert contrast(getattr(theme, words), getattr(theme, ground)) >= WORDS


@both
@pytest.mark.parametrize(("shape", "ground"), GRAPHIC_PAIRS)
def test_shapes_have_the_contrast_that_seeing_needs(theme: Theme, shape: str, ground: str) -> None:
    """Else a bar or the edge of a button is not there for many."""
    assert contrast(getattr(theme, shape), getattr(theme, ground)) >= GRAPHICS


@both
@pytest.mark.parametrize("eye", EYES)
@pytest.mark.parametrize(("one", "other"), LEAST_APART)
def test_colours_that_mean_something_stay_apart_for_every_eye(
    theme: Theme, one: str, other: str, eye: str
) -> None:
    """Else one man in twelve takes a fault for time in target."""
    assert delta_e(getattr(theme, one), getattr(theme, other), eye) >= LEAST_APART[one, other]


@both
def test_left_and_right_are_alike_in_grey_so_words_must_tell_them_too(theme: Theme) -> None:
    """Else somebody trusts the colours in a grey print; if this fails the comment in the theme is wrong."""
    assert contrast(theme.left, theme.right) < GRAPHICS


def test_the_contrast_is_that_of_wcag() -> None:
    """Else all numbers above are of another rule."""
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#121212", "#56b4e9") == pytest.approx(8.1, abs=0.05)
    assert contrast("#ffffff", "#d55e00") == pytest.approx(3.9, abs=0.05)


def test_every_eye_sees_white_and_black_and_the_typical_red_and_green_are_one() -> None:
    """Else the simulation shows a world that nobody sees."""
    for eye in MACHADO:
        for grey in (0.0, 0.5, 1.0):
            assert seen(np.full(3, grey), eye) == pytest.approx(np.full(3, grey), abs=0.01)
    assert delta_e("#dc3545", "#28a745") > 100.0
    assert delta_e("#dc3545", "#28a745", "deuteranopia") < 30.0


def test_a_picture_is_seen_like_its_colours(qapp: object) -> None:
    """Else the pictures in the gallery prove nothing."""
    image = QImage(3, 2, QImage.Format.Format_RGB32)
    image.fill(QColor(DARK.right))
    image.setPixelColor(2, 1, QColor(DARK.left))
    told = picture_as_seen(image, "protanopia")
    assert (told.width(), told.height()) == (3, 2)
    for at, colour in (((0, 0), DARK.right), ((2, 1), DARK.left)):
        expected = np.rint(seen(rgb(colour), "protanopia") * 255)
        found = told.pixelColor(*at)
        assert [found.red(), found.green(), found.blue()] == pytest.approx(expected.tolist(), abs=1)


@both
def test_what_cannot_be_chosen_can_still_be_read(theme: Theme) -> None:
    """Else a board that is refused looks like an empty line."""
    colours = palette(theme)
    faint = colours.color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Text).name()
    assert contrast(faint, theme.surface) >= GRAPHICS
    chosen, words = QPalette.ColorRole.Highlight, QPalette.ColorRole.HighlightedText
    assert contrast(colours.color(chosen).name(), colours.color(words).name()) >= WORDS


@both
def test_the_main_button_has_a_ring_in_another_colour_where_the_keyboard_is(theme: Theme) -> None:
    """Else nobody knows what Space does."""
    sheet = main_button(theme)
    focus = sheet.split("QPushButton:focus")[1].split("}")[0]
    assert theme.text in focus
    assert contrast(theme.text, theme.ground) >= GRAPHICS
    assert contrast(theme.text, theme.left) > 1.5


def test_the_settings_choose_the_theme() -> None:
    """Else the switch does nothing."""
    assert theme_of(Settings()) is DARK
    assert theme_of(Settings(theme="light")) is LIGHT
    assert set(THEMES) == {"dark", "light"}


def test_a_side_has_its_colour_and_neither_has_that_of_words() -> None:
    """Else both legs at once look like one."""
    assert LIGHT.side(Side.LEFT).name() == LIGHT.left
    assert LIGHT.side(Side.RIGHT).name() == LIGHT.right
    assert LIGHT.side(None).name() == LIGHT.text


@both
def test_all_colours_differ(theme: Theme) -> None:
    """Else two meanings share one colour."""
    names = ("ground", "surface", "raised", "line", "text", "quiet", "left", "right", "good", "warn", "bad")
    assert all(getattr(theme, one) != getattr(theme, other) for one, other in combinations(names, 2))
