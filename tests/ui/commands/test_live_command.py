"""``powerhold live``: what is said before anything contracts, what cannot be done, and what has no effect."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import Result

from calibrations.intake import Effort, Flag, Intake
from calibrations.positions import Resistance
from emg.montage import FOUR_SITES
from tests.ui.test_cli import LIVE, calibration_file, call, one_sentence, with_options
from ui.commands import board_options, live, session
from ui.commands.live import NOBODY_SAID
from ui.session.front import SessionEnd
from ui.session.plan import SessionPlan
from ui.words import intake_words
from ui.words.command_words import GO_EASY


@pytest.fixture(autouse=True)
def _own_umask() -> Iterator[None]:
    """The command narrows the umask of its process, and here that is the tests'."""
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.fixture
def planned(monkeypatch: pytest.MonkeyPatch) -> list[SessionPlan]:
    """Plans of sessions that are not run."""
    plans: list[SessionPlan] = []

    def keep(plan: SessionPlan, *, headless: bool, audible: bool) -> SessionEnd:
        assert headless
        plans.append(plan)
        return SessionEnd("", 0)

    monkeypatch.setattr(session, "run_session", keep)
    return plans


@pytest.mark.parametrize("sore_side", ["left", "right", "both", "none"])
def test_who_says_what_hurts_is_told_nothing_more(sore_side: str, planned: list[SessionPlan]) -> None:
    """Else the sentence stands there every time, and nobody reads it."""
    result = call(*with_options("live", LIVE, "--headless", sore_side=sore_side))
    assert (result.exit_code, result.stderr) == (0, "")
    assert planned[0].intake.sore_side == sore_side


@pytest.mark.parametrize(
    ("board", "battery", "said"),
    [
        ({"board": "cyton", "port": "/dev/nothing"}, False, [intake_words.ON_MAINS]),
        ({"board": "cyton", "port": "/dev/nothing"}, True, []),
        ({"board": "cyton", "port": "/dev/nothing"}, None, []),  # a desktop computer does not tell
        ({}, False, []),  # nobody is wired to the simulated athlete
    ],
)
def test_a_computer_on_the_mains_is_said_before_a_board_is_opened(
    board: dict[str, str],
    battery: bool | None,
    said: list[str],
    planned: list[SessionPlan],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Else the plug is pulled when the electrodes are long on, or never."""
    monkeypatch.setattr(board_options, "on_battery", lambda: battery)
    result = call(*with_options("live", LIVE, "--headless", sore_side="none", **board))
    assert (result.exit_code, result.stderr.splitlines()) == (0, said)


def test_who_says_nothing_is_told_what_follows(planned: list[SessionPlan]) -> None:
    """Else a torn hamstring is asked for its best because nobody thought of it."""
    result = call(*with_options("live", LIVE, "--headless"))
    assert result.exit_code == 0
    assert result.stderr.splitlines() == [NOBODY_SAID]
    assert all(word in NOBODY_SAID for word in ("--sore-side", "left", "right", "both", "none"))
    assert Effort.MAXIMAL in {planned[0].intake.effort_of(site) for site in FOUR_SITES.sites}


def test_a_calibration_that_is_used_asks_nobody_for_anything(
    tmp_path: Path, planned: list[SessionPlan]
) -> None:
    """Else it is said of a session in which no muscle gives all."""
    path = str(calibration_file(tmp_path))
    assert call(*with_options("live", LIVE, "--headless", calibration=path)).stderr == ""


def test_a_sign_for_a_clinician_keeps_every_muscle_from_its_best(planned: list[SessionPlan]) -> None:
    """Else the only way to say "tingling" is a window."""
    signs = ("--sign", "tingling", "--sign", "back_pain", "--sign", "tingling")
    result = call(*with_options("live", LIVE, "--headless", "--alone", *signs))
    assert (result.exit_code, result.stderr) == (0, "")
    assert planned[0].intake.flags == (Flag.TINGLING, Flag.BACK_PAIN)
    assert {planned[0].intake.effort_of(site) for site in FOUR_SITES.sites} == {Effort.BRIDGE}


def test_what_cannot_have_been_said_is_exit_2(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a wrong answer ends in a traceback."""

    def refuse(**_: object) -> Intake:
        return Intake(pain_0_10=11)

    monkeypatch.setattr(live, "Intake", refuse)
    assert "Pain is a number from 0 to 10" in one_sentence(call(*with_options("live", LIVE)), 2)
    for wrong in (("--sign", "headache"), ("--pain", "11"), ("--sore-place", "ear")):
        assert call(*with_options("live", LIVE, *wrong)).exit_code == 2


def test_what_the_maxima_push_against_is_kept(planned: list[SessionPlan]) -> None:
    """Else a maximum against a strap is repeated next month against a hand."""
    call(*with_options("live", LIVE, "--headless", "--resistance", "strap", sore_side="none"))
    call(*with_options("live", LIVE, "--headless", sore_side="none"))
    assert [plan.resistance for plan in planned] == [Resistance.STRAP, None]


def test_pain_without_a_place_is_asked_for_its_place() -> None:
    """Else nine of ten is written down, and every muscle gives all it has."""
    asked = call(*with_options("live", LIVE, "--pain", "9", "--pain-limits", "9,10"))
    assert "--sore-side" in one_sentence(asked, 2)


def test_too_much_pain_is_no_day_for_a_session(planned: list[SessionPlan]) -> None:
    """Else seven of ten is written down, and every muscle gives all it has."""
    live = ("live", LIVE, "--headless")
    hurting = call(*with_options(*live, pain="5", sore_side="left"))
    assert "--pain-limits" in one_sentence(hurting, 5)
    assert "rest" in one_sentence(call(*with_options(*live, pain="5")), 5)
    assert planned == []


def test_some_pain_is_answered_and_a_therapist_can_let_more_pass(planned: list[SessionPlan]) -> None:
    """Else nobody says that it would be wise to stop, or the limits do not mean anything."""
    live = ("live", LIVE, "--headless")
    some = call(*with_options(*live, pain="4", sore_side="left"))
    assert (some.exit_code, some.stderr) == (0, GO_EASY.format(pain=4) + "\n")
    little = call(*with_options(*live, pain="3", sore_side="left"))
    assert (little.exit_code, little.stderr) == (0, "")
    more = call(*with_options(*live, pain="5", pain_limits="5,6", sore_side="left"))
    assert (more.exit_code, more.stderr) == (0, "")
    assert [plan.intake.pain_0_10 for plan in planned] == [4, 3, 5]


# --- what cannot be done, and what has no effect


@pytest.mark.parametrize(
    ("protocol", "sites", "needs"),
    [
        ("ham_isometric_supine", "ham_left=1", "needs ham_right:"),
        ("ham_isometric_supine", "glute_left=1", "needs ham_left and ham_right:"),
        ("marching_drill", "glute_right=1,ham_left=2", "needs glute_left:"),
        ("ham_isometric_prone", "glute_left=1", "needs ham_right or ham_left:"),
    ],
)
def test_sites_with_which_nothing_can_be_done_are_refused(
    protocol: str, sites: str, needs: str, planned: list[SessionPlan]
) -> None:
    """Else everybody is taped and measured for a session that has no set."""
    result = call(*with_options("live", LIVE, "--headless", protocol=protocol, sites=sites))
    assert needs in one_sentence(result, 2)
    assert planned == []


def test_what_is_left_out_is_told_by_sites_that_there_are(planned: list[SessionPlan]) -> None:
    """Else somebody looks for an electrode pair called ham_both."""
    live = ("live", LIVE, "--headless")
    both = call(*with_options(*live, protocol="ham_isometric_supine", sore_side="none"))
    assert both.stderr == ""
    one = call(*with_options(*live, sites="glute_left=1,ham_left=2", sore_side="none"))
    assert one.stderr == "glute_right is not measured: training on that side is left out.\n"
    assert len(planned) == 2


def test_a_ceiling_without_its_muscle_is_said_to_have_no_effect(planned: list[SessionPlan]) -> None:
    """Else somebody believes that the hamstring is held down, and nothing looks at it."""
    live = ("live", LIVE, "--headless")
    no_muscle = call(*with_options(*live, protocol="chair_bridge", ceiling="40", sore_side="none"))
    assert one_sentence_said(no_muscle).endswith("has no ceiling.")
    gates = "glute_left=1,glute_right=2"
    nowhere = call(*with_options(*live, sites=gates, ceiling="auto", sore_side="none"))
    assert one_sentence_said(nowhere).endswith("not measured: ham_left and ham_right.")
    one = call(*with_options(*live, sites=f"{gates},ham_left=3", ceiling="auto", sore_side="none"))
    assert one_sentence_said(one).endswith("not measured: ham_right.")
    all_there = call(*with_options(*live, ceiling="auto", sore_side="none"))
    assert all_there.stderr == ""
    assert [plan.aims.ceiling for plan in planned] == [False, False, True, True]
    assert [plan.aims.ceiling_pct for plan in planned] == [None] * 4


def one_sentence_said(result: Result) -> str:
    assert result.exit_code == 0, result.output
    [line] = result.stderr.splitlines()
    return line
