"""Every reader of PowerHold, with a sound file, what it may refuse with, and what it must not make up."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
from edfio import Bdf, BdfSignal, Edf, EdfAnnotation, EdfSignal

from calibrations.placement import Placement
from calibrations.shelf import shelve
from calibrations.store import CalibrationUnreadable, load, save
from emg.blocks import EndOfSource, FloatArray
from emg.protocols import ProtocolError, load_protocol, protocol_text
from emg.session.bundle import SessionReadError, read_events, read_samples, read_session
from emg.session.folder import make_private_folders
from emg.session.returning import ReturnNote
from hardware.files import FileUnreadable, open_file
from hardware.simulated_athlete import Athlete
from hardware.simulated_source import SimulatedSource
from tests.sessions import RIGHT_LEG, KeptFront, calibration_for, plan_of, short_exercise
from ui.analysis.file_choice import FileChoice
from ui.analysis.request import AnalysisRequest
from ui.analysis.run import EXIT_CODES, analyze
from ui.assembly import SessionRunner
from ui.commands.exclude import NoSuchHold, Protected, decide
from ui.kept.athlete_files import NotesUnreadable, keep_notes, notes_path
from ui.kept.athletes import NamesUnreadable, athletes, keep_name, name_of
from ui.kept.exercises import find_protocol, list_protocols, protocols_folder
from ui.kept.home import calibrations_folder, home, recordings_folder, sessions_folder
from ui.kept.library import athlete_library
from ui.kept.morning_notes import MorningNote, Mornings, mornings
from ui.kept.placements import current_placement, keep_placement, placement_path
from ui.kept.recent import Recent, keep_recent, recent_of
from ui.kept.returns import add_return, returns_of
from ui.kept.settings import read_settings, settings_path
from ui.reading.history import read_past
from ui.session.course_making import read_courses
from ui.session.plan import first_side
from ui.session.recompute import CannotRecompute, recomputed

ATHLETE: Final = "demo"
NOW: Final = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
LIMIT_S: Final = 120.0
OWN: Final = "my_hold"
N: Final = 400


class Harmed(AssertionError):
    """A damaged file took with it what is sound."""


@dataclass(frozen=True, slots=True)
class Reader:
    """One way in which one file is read.

    Attributes
    ----------
    name : str
        Of the reader.
    path : Path
        The file that is damaged.
    kind : str
        Which of ``bad_mutations.FORMATS``.
    read : callable
        Reads it; gives what it makes of it.
    refuses : tuple of exception types
        What it may raise.
    part_of : callable
        Of what was made of the cut-off file and of the whole one: whether the first is no more than a part
        of the second.
    """

    name: str
    path: Path
    kind: str
    read: Callable[[], Any]
    refuses: tuple[type[Exception], ...]
    part_of: Callable[[Any, Any], bool]


def same_or_nothing(found: Any, whole: Any) -> bool:
    """Whether nothing was read, or all of it."""
    return not found or bool(found == whole)


def first_ones(found: Sequence[Any], whole: Sequence[Any]) -> bool:
    """Whether these are the first ones of all."""
    return list(found) == list(whole[: len(found)])


def first_rows(found: FloatArray, whole: FloatArray) -> bool:
    """Whether these samples are among the whole ones, in their order."""
    if found.shape[1:] != whole.shape[1:]:
        return not len(found)
    return bool(np.isin(found, whole).all())


def never_mind(found: Any, whole: Any) -> bool:
    """Say nothing of what was made of it: another reader of the same file is asked."""
    return True


def readers(folder: Path) -> dict[str, Reader]:
    """Make a home with a sound file of every kind in a folder, and name all that read them.

    Parameters
    ----------
    folder : Path
        Empty; becomes POWERHOLD_HOME of this process.
    """
    os.environ["POWERHOLD_HOME"] = str(folder)
    session, neighbour = _sessions(folder)
    _small_files()
    found = [*_of_sessions(session, neighbour), *_of_small_files(session), *_of_recordings()]
    return {reader.name: reader for reader in found}


def _sessions(folder: Path) -> tuple[Path, Path]:
    """Record a short session, and put a second one beside it."""
    athlete = Athlete(seed=8)
    source = SimulatedSource(athlete, speed=0.0)
    calibration = calibration_for(source.open(), RIGHT_LEG)
    source.close()
    parent = sessions_folder(ATHLETE)
    plan = plan_of(
        *(source, short_exercise(test=1, train=1), parent),
        montage=RIGHT_LEG,
        performer=athlete,
        calibration=calibration,
    )
    runner = SessionRunner(plan, KeptFront())
    runner.start()
    end = runner.wait(LIMIT_S)
    if end is None or end.folder is None or end.message:
        raise RuntimeError("the session that is to be damaged was not recorded")
    other = parent / "20260301T093015Z-power_position"
    shutil.copytree(end.folder, other)
    text = (other / "session.json").read_text(encoding="utf-8")
    (other / "session.json").write_text(text.replace(end.folder.name, other.name), encoding="utf-8")
    save(calibration, calibrations_folder(ATHLETE))
    return end.folder, other


def _small_files() -> None:
    keep_placement(ATHLETE, Placement.new(NOW).model_copy(update={"from_landmark_cm": {"glute_right": 12.5}}))
    keep_name(ATHLETE, "Ada Muster")
    keep_recent(Recent(athlete=ATHLETE, protocol="power_position", board="cyton", sites="glute_right=1"))
    add_return(ATHLETE, ReturnNote(noted_at=NOW, feels_left_0_10=10, bridges_left=12, bridges_right=10))
    keep_notes(
        notes_path(ATHLETE, "mornings.json"), Mornings({"one": MorningNote(pain_0_10=10, asked_at=NOW)})
    )
    make_private_folders(protocols_folder())
    text = protocol_text("power_position").replace('"power_position"', f'"{OWN}"', 1)
    (protocols_folder() / f"{OWN}.toml").write_text(text, encoding="utf-8")


def _of_sessions(session: Path, neighbour: Path) -> list[Reader]:
    def listed() -> list[Any]:
        library = athlete_library(ATHLETE)
        if neighbour.name not in {one.id for one in library.digests}:
            raise Harmed("the session beside it is not listed any more")
        return [one for one in library.digests if one.folder == session]

    def analysed() -> Any:
        return analyze(AnalysisRequest(FileChoice(session)), lambda share: None).report

    def excluded() -> None:
        decide(session, 999, "to be read, not to be written")

    def samples() -> FloatArray:
        _, blocks = read_samples(session)
        return np.concatenate([np.empty((0, 2)), *(block.data_uv[:, :2] for block in blocks)])

    def pictures() -> list[Any]:
        return [hold for one in read_courses(session) for hold in one.holds]

    json, lines = session / "session.json", session / "events.jsonl"
    raw, holds = session / "raw.bdf", session / "holds.csv"
    activation, summary = session / "activation.csv", session / "summary.json"
    broken = (SessionReadError,)
    again = (SessionReadError, CannotRecompute)
    by_hand = (*again, NoSuchHold, Protected)
    all_codes = tuple(EXIT_CODES)
    return [
        Reader("session.json", json, "json", lambda: read_session(session), broken, same_or_nothing),
        Reader("session.json, list", json, "json", listed, (), same_or_nothing),
        Reader("session.json, analyze", json, "json", analysed, all_codes, same_or_nothing),
        Reader(
            "session.json, again", json, "json", lambda: recomputed(session).holds, again, same_or_nothing
        ),
        Reader("events.jsonl", lines, "lines", lambda: read_events(session), broken, first_ones),
        Reader("events.jsonl, analyze", lines, "lines", analysed, all_codes, never_mind),
        Reader("events.jsonl, again", lines, "lines", lambda: recomputed(session), again, never_mind),
        Reader("raw.bdf", raw, "edf", samples, broken, first_rows),
        Reader("raw.bdf, analyze", raw, "edf", analysed, all_codes, never_mind),
        Reader("holds.csv, list", holds, "csv", listed, (), _fewer_holds),
        Reader("holds.csv, pictures", holds, "csv", pictures, broken, _first_holds),
        Reader("holds.csv, exclude", holds, "csv", excluded, by_hand, never_mind),
        Reader("holds.csv, first side", holds, "csv", _side_of(session), (), never_mind),
        Reader("activation.csv", activation, "csv", pictures, broken, _first_levels),
        Reader("summary.json, list", summary, "json", listed, (), _numbers_or_none),
        Reader(
            "summary.json, page", summary, "json", lambda: read_past(session).end.summary, (), same_or_nothing
        ),
    ]


def _side_of(session: Path) -> Callable[[], Any]:
    return lambda: first_side(load_protocol("power_position"), None, session.parent)


def _numbers_or_none(found: list[Any], whole: list[Any]) -> bool:
    """Whether the numbers of the summary are those, or there are none."""
    return not found or not found[0].numbers or bool(found == whole)


def _fewer_holds(found: list[Any], whole: list[Any]) -> bool:
    """Whether no hold was made up."""
    return not found or all(
        count <= whole[0].holds.counts[role].get(outcome, 0)
        for role, outcomes in found[0].holds.counts.items()
        for outcome, count in outcomes.items()
    )


def _first_holds(found: list[Any], whole: list[Any]) -> bool:
    """Whether these are the first holds, with their numbers."""
    names = ("hold", "side", "role", "outcome", "target_pct", "latency_s", "plateau_pct")
    return all(
        getattr(a, name) == getattr(b, name) for a, b in zip(found, whole, strict=False) for name in names
    )


def _first_levels(found: list[Any], whole: list[Any]) -> bool:
    """Whether the levels drawn are those of the whole file as far as they go."""
    pairs = zip(found, whole, strict=True)
    return all(np.array_equal(a.glute_pct, b.glute_pct[: len(a.glute_pct)], equal_nan=True) for a, b in pairs)


def _of_small_files(session: Path) -> list[Reader]:
    (calibration,) = calibrations_folder(ATHLETE).glob("*.json")
    own = protocols_folder() / f"{OWN}.toml"

    def shelved() -> list[Any]:
        return [one.calibration for one in shelve(calibrations_folder(ATHLETE)) if one.calibration]

    def protocols() -> list[Any]:
        found = list_protocols()
        if len([one for one in found if one.protocol]) < len(found) - 1:
            raise Harmed("an exercise that comes with the program is not listed any more")
        return [one.protocol for one in found if one.code == OWN and one.protocol]

    def named() -> str:
        if [entry.id for entry in athletes()] != [ATHLETE]:
            raise Harmed("the athlete is not listed any more")
        return name_of(ATHLETE)

    def asked() -> Any:
        return recent_of(read_settings()) if read_settings().last else None

    unread, notes = (CalibrationUnreadable,), (NotesUnreadable,)
    return [
        Reader("calibration", calibration, "json", lambda: load(calibration), unread, same_or_nothing),
        Reader("calibrations, shelf", calibration, "json", shelved, (), same_or_nothing),
        Reader(
            *("placement.json", placement_path(ATHLETE), "json"),
            *(lambda: current_placement(ATHLETE), (), same_or_nothing),
        ),
        Reader("settings.json", settings_path(), "json", asked, (), same_or_nothing),
        Reader("names.json", home() / "names.json", "json", named, (NamesUnreadable,), same_or_nothing),
        Reader(
            *("returns.json", notes_path(ATHLETE, "returns.json"), "json"),
            *(lambda: returns_of(ATHLETE), notes, same_or_nothing),
        ),
        Reader(
            *("mornings.json", notes_path(ATHLETE, "mornings.json"), "json"),
            *(lambda: mornings(ATHLETE), notes, same_or_nothing),
        ),
        Reader("own protocol", own, "toml", lambda: find_protocol(OWN), (ProtocolError,), _whole_sets),
        Reader("own protocol, list", own, "toml", protocols, (), never_mind),
    ]


def _whole_sets(found: Any, whole: Any) -> bool:
    """Whether no number of it was cut: what ends after a whole line nobody can tell from a whole file."""
    return bool(found.timing == whole.timing and found.target == whole.target) and all(
        getattr(one, name) in (getattr(other, name), 1)
        for one, other in zip(found.sets, whole.sets, strict=False)
        for name in ("holds", "times")
    )


def _of_recordings() -> list[Reader]:
    folder = recordings_folder()
    make_private_folders(folder)
    emg = np.round(np.random.default_rng(7).normal(0.0, 50.0, N), 2)
    times = np.arange(N) / 200.0
    texts = {
        "table.csv": "# fs=200 Hz\ntime,BF_uV\n"
        + "".join(f"{t:.3f},{v:.2f}\n" for t, v in zip(times, emg, strict=True)),
        "german.csv": "Zeit [s];BF [mV]\r\n"
        + "".join(f"{t:.3f};{v:.2f}\r\n".replace(".", ",") for t, v in zip(times, emg, strict=True)),
        "blanks.txt": "".join(f"  {v:9.3f}   {v / 2:9.3f} \n" for v in emg),
        "openbci.txt": "%OpenBCI Raw EEG Data\n%Number of channels = 4\n%Sample Rate = 200 Hz\n"
        "%Board = OpenBCI_GUI$BoardGanglionBLE\nSample Index, EXG Channel 0, EXG Channel 1, "
        "EXG Channel 2, EXG Channel 3, Timestamp\n"
        + "".join(
            f"{n % 256}, {v:.2f}, {v:.2f}, {v:.2f}, {v:.2f}, {1.7e9 + n / 200:.4f}\n"
            for n, v in enumerate(emg)
        ),
        "brainflow.csv": "".join(
            "\t".join(f"{x:f}" for x in (n % 256, *[v] * 8, *[0] * 13, 1.7e9 + n / 250, 0)) + "\n"
            for n, v in enumerate(emg)
        ),
    }
    for name, text in texts.items():
        (folder / name).write_bytes(text.encode())
    marks = [EdfAnnotation(0.5, 0.25, "BAD_gap")]
    facts: dict[str, Any] = {"physical_dimension": "uV", "physical_range": (-500, 500)}
    Edf([EdfSignal(emg, 200, label="EMG BF", **facts)], annotations=marks).write(folder / "a.edf")
    Bdf([BdfSignal(emg, 200, label="A1", **facts)], annotations=marks).write(folder / "a.bdf")
    said: dict[str, dict[str, Any]] = {
        "blanks.txt": {"fs_hz": 200.0, "unit": "uV", "header": False},
        "brainflow.csv": {"header": False},
    }
    return [
        Reader(
            *(name, folder / name, "edf" if name[:2] == "a." else "csv"),
            *(_samples_of(folder / name, said.get(name, {})), (FileUnreadable,), first_rows),
        )
        for name in (*texts, "a.edf", "a.bdf")
    ]


def _samples_of(path: Path, said: dict[str, Any]) -> Callable[[], FloatArray]:
    def read() -> FloatArray:
        source = open_file(path, columns=("1",), **said)
        source.open()
        found, end = [np.empty((0, 1))], 0
        try:
            while True:
                block = source.read()
                if block.first_sample < end or not np.isfinite(block.data_uv).all():
                    raise Harmed("samples that run back, or are no numbers")
                end = block.end_sample
                found.append(block.data_uv)
        except EndOfSource:
            return np.concatenate(found)
        finally:
            source.close()

    return read


def sound_home() -> Path:
    """Make a folder for a home; its owner takes it away."""
    return Path(tempfile.mkdtemp(prefix="bad-input-"))
