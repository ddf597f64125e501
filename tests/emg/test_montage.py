"""Which electrode pair sits on which muscle: a mistake here is a wrong number under the right name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emg.montage import BDF_NAMES, FOUR_SITES, Montage, MontageError, Side, Site, ordered

NAMES = st.sampled_from(
    [
        "glute_left",
        "ham_left",
        "glute_right",
        "ham_right",
        "glute_med_left",
        "ham_medial_right",
        "soleus_left",
    ]
)


@given(st.lists(NAMES, min_size=1, max_size=4, unique=True), st.permutations(range(1, 9)))
def test_a_montage_reads_back_as_it_was_written(names: list[str], channels: list[int]) -> None:
    """Sites and channels in another order than asked put the hamstring under the glute's name."""
    given_sites = dict(zip(names, channels, strict=False))
    montage = Montage.parse(", ".join(f"{name} = {channel}" for name, channel in given_sites.items()))
    assert montage.as_dict() == given_sites
    assert montage == Montage.of(given_sites)
    assert montage.names == tuple(names)
    assert montage.columns == tuple(channel - 1 for channel in given_sites.values())
    assert [montage.index(name) for name in names] == list(range(len(names)))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "Give at least one site"),
        ("glute_left=1,ham_left=1", "Channel 1 is given to glute_left and ham_left"),
        ("glute_left=1,glute_left=2", "glute_left is given twice"),
        ("glute_left=0", "Channels count from 1"),
        ("glute_left", "'glute_left' is not SITE=CHANNEL"),
        ("glute_left=", "'glute_left=' is not SITE=CHANNEL"),
        ("glute_left=one", "is not SITE=CHANNEL"),
        ("glute_left=-1", "is not SITE=CHANNEL"),
        ("glute_left=1.5", "is not SITE=CHANNEL"),
        ("glute_left=²", "is not SITE=CHANNEL"),
        ("glute_left=99999999999999999999", "is not SITE=CHANNEL"),
        ("glute=1", "'glute' is not a site"),
        ("Glute_left=1", "'Glute_left' is not a site"),
        ("_left=1", "'_left' is not a site"),
        ("glute_middle=1", "'glute_middle' is not a site"),
    ],
)
def test_sites_that_cannot_be_are_refused_in_one_sentence(text: str, says: str) -> None:
    """A typing error must not become a session with the wrong muscle, nor a traceback."""
    with pytest.raises(MontageError, match=says) as raised:
        Montage.parse(text)
    assert "\n" not in str(raised.value)
    assert str(raised.value).endswith(".")


def test_a_site_name_is_the_whole_line_or_none() -> None:
    """A name that carries a line feed along tears a row of a CSV in two."""
    with pytest.raises(MontageError, match="is not a site"):
        Site.parse("glute_left\n")


def test_a_channel_the_board_does_not_have_is_refused_by_name() -> None:
    """Channel 5 of a four-channel board would read another board's row, or crash in the middle."""
    montage = Montage.parse("glute_left=1,ham_left=5")
    montage.check_fits(5, "cyton")
    with pytest.raises(
        MontageError, match=r"ham_left is given channel 5, but ganglion has channels 1 to 4\."
    ):
        montage.check_fits(4, "ganglion")


def test_the_other_side_of_the_other_side_is_the_same() -> None:
    """The diagonal is stance glute over the opposite hamstring."""
    assert Side.LEFT.other is Side.RIGHT
    assert all(side.other.other is side for side in Side)


def test_labels_in_the_raw_file_are_the_table_s_and_fit_their_field() -> None:
    """BDF has 16 characters for a label; a longer one is cut by other programs and found by none."""
    assert FOUR_SITES.bdf_labels(6) == (
        "EMG GLUTE_L",
        "EMG HAM_L",
        "EMG GLUTE_R",
        "EMG HAM_R",
        "EMG CH5",
        "EMG CH6",
    )
    labels = [Site(muscle, side).bdf_label for muscle in BDF_NAMES for side in Side]
    assert len(set(labels)) == 2 * len(BDF_NAMES)
    assert max(map(len, [*labels, Site("semitendinosus_proximal", Side.LEFT).bdf_label])) <= 16


def test_a_muscle_that_is_not_listed_is_accepted_and_named() -> None:
    """Research sites go beyond the table; a typing error in one shows up as a warning."""
    montage = Montage.parse("glute_left=1,gluet_right=2")
    assert montage.unlisted() == ("gluet_right",)
    assert FOUR_SITES.unlisted() == ()


def test_sites_are_read_left_before_right_and_glute_before_hamstring() -> None:
    """Bars that change places from session to session get misread."""
    assert ordered(["ham_right", "calf_left", "glute_right", "ham_left", "glute_left"]) == [
        *FOUR_SITES.names,
        "calf_left",
    ]


def test_two_sites_that_would_share_a_label_keep_their_channels_apart() -> None:
    """Two signals of one name in raw.bdf could be taken for each other."""
    montage = Montage.of({"gluteus_maximus_upper_left": 1, "gluteus_maximus_lower_left": 2, "ham_left": 3})
    assert montage.bdf_labels(3) == ("EMG CH1", "EMG CH2", "EMG HAM_L")


def test_a_session_has_four_sites_at_most_and_a_recording_any_number() -> None:
    """The screen has room for four; a lab's file has sixteen channels."""
    five = Montage.parse("glute_left=1,ham_left=2,glute_right=3,ham_right=4,calf_left=5")
    FOUR_SITES.check_session()
    with pytest.raises(MontageError, match="5 were given"):
        five.check_session()
