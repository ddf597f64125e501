"""The trials of faults: what they call a loss, a false sample or a leak is one, and the page says it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from emg.blocks import SampleBlock, StreamInfo, Unit
from validation.faults.accounting import Account, account_for
from validation.faults.catalogue import FAULTS, find_fault
from validation.faults.kinds import KINDS, find_kind
from validation.faults.numbered import NO_NUMBER, SplitCode, WideCode
from validation.faults.report import LEAK_LIMIT, all_together, of_board
from validation.faults.session import Received
from validation.faults.soak import correlation_of_a_leak, highest_correlation, noise_table_uv
from validation.faults.trials import Trial, run_cell
from validation.results import Claim

FS_HZ = 250.0
INFO = StreamInfo("olimex", "olimex", FS_HZ, FS_HZ, 6, 1023.0, 40.0, unit=Unit.ARBITRARY)
CODE = SplitCode()


def measured(n: int = 4000) -> np.ndarray:
    """What a converter of ten bits has read, numbered."""
    counts = np.random.default_rng(1).integers(400, 600, (n, 6)).astype(np.int32)
    CODE.write(counts, np.arange(n))
    return counts.astype(np.int64)


ALL = measured()


def block(
    first_sample: int, codes: range, time_s: float, n_reopens: int = 0, gap_estimated: bool = False
) -> Received:
    rows = ALL[codes.start : codes.stop].astype(np.float64)
    found = SampleBlock(rows, first_sample, FS_HZ, time_s, gap_estimated=gap_estimated)
    return Received(time_s, found, n_reopens)


def account(*received: Received, counts: bool = True) -> Account:
    return account_for(received, INFO, CODE, ALL, FS_HZ, counts=counts)


def test_a_loss_that_is_marked_is_accounted_for() -> None:
    """Else every honest gap would look like a fault of ours."""
    found = account(block(0, range(100, 200), 1.0), block(107, range(207, 300), 2.0))
    assert (found.received, found.sent, found.marked_lost, found.lost, found.unaccounted) == (
        193,
        200,
        7,
        7,
        0,
    )
    assert found.longest_gap_s == pytest.approx(0.028)
    assert (found.misdated, found.false_rows, found.worst_error_s) == (0, 0, 0.0)


def test_a_loss_that_is_not_marked_moves_all_that_follows() -> None:
    """Else the page would be green with a clock that is wrong."""
    received = block(0, range(100, 300), 1.0), block(200, range(307, 350), 2.0)
    assert account(*received).misdated == 43
    by_clock = account(*received, counts=False)
    assert (by_clock.misdated, by_clock.unaccounted) == (0, -7)
    assert by_clock.worst_error_s == pytest.approx(0.028)


def test_an_estimated_gap_is_held_against_the_true_one() -> None:
    """Else a re-open could be dated anywhere."""
    after = block(350, range(440, 500), 3.0, n_reopens=1, gap_estimated=True)
    found = account(block(0, range(100, 300), 1.0), after)
    assert (found.reopens, found.misdated, found.estimated) == (1, 0, True)
    assert found.worst_error_s == pytest.approx(10 / FS_HZ)


@pytest.mark.parametrize("column", range(6))
def test_one_wrong_value_is_a_false_sample(column: int) -> None:
    """Else a damaged packet that is delivered would pass for a good one."""
    bad = block(0, range(100, 200), 1.0)
    bad.block.data_uv[50, column] = 7.0
    found = account(bad)
    assert (found.false_rows, found.misdated, found.unaccounted) == (1, 0, 0)


def test_a_number_survives_its_way_through_every_format() -> None:
    """Else the truth itself is wrong."""
    numbers = np.array([0, 1, 1023, 1024, 70_000])
    wide, split = np.zeros((5, 16), dtype=np.int32), np.zeros((5, 6), dtype=np.int32)
    WideCode().write(wide, numbers)
    CODE.write(split, numbers)
    assert WideCode().read(wide.astype(np.int64)).tolist() == numbers.tolist()
    assert CODE.read(split.astype(np.int64)).tolist() == numbers.tolist()


def test_a_stale_half_of_a_sample_has_no_number() -> None:
    """A Cyton with Daisy sends a sample in two packets, and may pair the second with an older first."""
    means = np.zeros((2, 16), dtype=np.int64)
    means[:, 7], means[:, 15] = 2 * 11 - 1, (2 * 10 - 1, 2 * 8 - 1)
    assert WideCode(daisy=True).read(means).tolist() == [10, NO_NUMBER]


def test_a_leak_from_muscle_to_muscle_never_passes() -> None:
    """The board's default ties all muscles together; a re-open that forgets to undo it must be seen."""
    bipolar = noise_table_uv()
    stretches = [bipolar[start : start + 500] for start in range(0, 4000, 500)]
    assert max(map(highest_correlation, stretches)) < LEAK_LIMIT
    assert correlation_of_a_leak() > LEAK_LIMIT


GOOD = Account(200, 207, 7, 0.028, 0.05, 0, 0, 0, 0.0, estimated=False)
TRIAL = Trial("cyton", "drop-7", 60.0, "gap", True, 0.05, GOOD, "success", void=False, must_be_void=False)


def claim(trials: list[Trial], start: str) -> Claim:
    claims = all_together(trials, []).claims
    return next(one for one in claims if one.what.startswith(start))


@pytest.mark.parametrize(
    ("trial", "start"),
    [
        (replace(TRIAL, detected_ms=None), "faults that nobody"),
        (replace(TRIAL, detected_ms=501.0), "told after"),
        (replace(TRIAL, must_detect=False, account=replace(GOOD, sent=200)), "false alarms"),
        (replace(TRIAL, account=replace(GOOD, misdated=1)), "samples with the number"),
        (replace(TRIAL, account=replace(GOOD, marked_lost=6)), "received + marked"),
        (replace(TRIAL, account=replace(GOOD, reopens=1, worst_error_s=0.11)), "time error"),
        (replace(TRIAL, account=replace(GOOD, false_rows=1)), "false samples"),
        (
            replace(TRIAL, fault="lost-bytes", account=replace(GOOD, false_rows=1)),
            "false samples after bytes",
        ),
        (replace(TRIAL, void=True), "holds wrongly"),
        (replace(TRIAL, recovered_s=None), "boards that did not"),
        (replace(TRIAL, fault="re-plugged", recovered_s=4.6), "Cyton re-plugged"),
    ],
)
def test_each_claim_is_missed_by_the_one_thing_it_is_about(trial: Trial, start: str) -> None:
    """A claim that nothing can miss says nothing."""
    assert claim([TRIAL, replace(TRIAL, fault="re-plugged", recovered_s=2.4)], start).met
    assert not claim([TRIAL, trial], start).met


def test_results_come_back_from_the_file_as_they_were() -> None:
    """Else the page made from an older run differs from that run."""
    assert Trial.of_json(TRIAL.as_json()) == TRIAL
    assert Trial.of_json(replace(TRIAL, account=None).as_json()).account is None


def test_every_board_has_its_chapter_whatever_was_tried() -> None:
    """Else a partial run cannot be looked at."""
    for kind in KINDS:
        for fault in FAULTS:
            if fault.can_happen_to(kind):
                of_board(kind, [replace(TRIAL, board=kind.name, fault=fault.name)])


def test_a_trial_sees_what_truly_happened() -> None:
    """One real run, so that the rest of the matrix cannot fall apart unseen: seven packets lost in a hold."""
    (trial,) = run_cell(find_kind("olimex"), find_fault("drop-7"), repeats=1, seed=1)
    found = trial.account
    assert found is not None
    assert (found.lost, found.unaccounted, found.misdated, found.false_rows) == (7, 0, 0, 0)
    assert trial.must_detect
    assert trial.detected_ms is not None
    assert trial.void is False
