"""What is known of past sessions: the small files of each folder, read lightly and with suspicion.

Nothing here opens raw.bdf, the events or the samples.
"""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from emg.montage import Side
from emg.pain import PAIN_SCALE
from emg.results import Outcome, Role
from emg.said import Said, said_by
from emg.session.folder import MOVED, SessionFolder
from emg.session.small_files import (
    MAX_HOLDS_BYTES,
    MAX_SESSION_BYTES,
    MAX_SUMMARY_BYTES,
    DigestError,
    FindingsPart,
    Kind,
    PainPart,
    SessionFile,
    SidePart,
    SummaryFile,
    Told,
    read_bounded,
    read_light,
)

CLOCK_SLACK: Final = timedelta(days=1)
"""A folder is named by the second in which it was made; this is far more than that can be off."""

SCALE: Final = tuple(map(str, PAIN_SCALE))
"""Pain 0 to 10, as a table has it."""

_STAMP: Final = re.compile(r"(\d{8}T\d{6}Z)-")


@dataclass(frozen=True, slots=True)
class Number:
    """One number of a session, from its test holds.

    Attributes
    ----------
    value : float or None
        As in summary.json.
    low, high : float or None
        Its 95 % interval, within this session and these electrodes, where the summary has one.
    spread : float or None
        Standard deviation of a level, its factor for a ratio, interquartile range of a latency.
    never : bool
        A latency longer than any: in half of the holds or more the muscle never came.
    doubts : tuple of str
        Sites in it whose maximum may be too low.
    reason : str
        Code why there is none, where the summary says so.
    """

    value: float | None = None
    low: float | None = None
    high: float | None = None
    spread: float | None = None
    never: bool = False
    doubts: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SessionPain:
    """Pain 0 to 10 before, worst of all that was done, and after; None is "not asked" or "not said"."""

    before: int | None = None
    worst: int | None = None
    after: int | None = None


@dataclass(frozen=True, slots=True)
class Holds:
    """How the holds of a session ended.

    Attributes
    ----------
    counts : mapping from role to mapping from outcome to int
        Without those that were taken out by hand.
    excluded : int
        How many those are.
    worst_pain : int or None
        Highest pain on any row.
    """

    counts: Mapping[Role, Mapping[Outcome, int]] = field(default_factory=dict)
    excluded: int = 0
    worst_pain: int | None = None

    @property
    def total(self) -> int:
        """All rows."""
        return sum(sum(outcomes.values()) for outcomes in self.counts.values()) + self.excluded

    @property
    def practised(self) -> int:
        """Holds by the clock."""
        return sum(outcomes.get(Outcome.PRACTISED, 0) for outcomes in self.counts.values())

    @property
    def trained(self) -> tuple[int, int]:
        """Training holds in target, of those that count."""
        outcomes = self.counts.get(Role.TRAIN, {})
        return outcomes.get(Outcome.SUCCESS, 0), sum(n for outcome, n in outcomes.items() if outcome.counts)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionDigest:
    """What lists and trends need of one session.

    Attributes
    ----------
    id : str
        Of the session, as in its files.
    folder : Path
        Where it lies now.
    athlete, protocol : str
        Pseudonym, and name of the protocol.
    kind : str
        ``session``, ``practice`` or ``recording``.
    started_at : datetime
        UTC.
    complete : bool
        Closed in order; a session or practice also has its summary.
    recovered : bool
        Cut off, and made whole again from what was on the disk.
    simulated : bool
        Of the simulated athlete: never in a trend.
    board : str
        Empty where nothing was measured.
    sore_side : str or None
        As said before it.
    placement : str or None
        Which taping of the electrodes; None if nobody knows.
    way : str or None
        Way of the calibration, ``full`` or ``quick``.
    methods : mapping from site to str
        How each 100 % was got: mvc, quick or submax.
    holds : Holds
        How they ended.
    numbers : mapping from name to Number
        ``glute_left_pct_mvc, ham_left_pct_mvc, glute_left_latency_s, ratio_left`` and the same of the
        right side, ``glute_lsi_pct, ham_lsi_pct, left_glute_right_ham, right_glute_left_ham``; empty without
        a summary.
    pain : SessionPain
        Before, during and after.
    """

    id: str
    folder: Path
    athlete: str
    protocol: str
    kind: Kind
    started_at: datetime
    complete: bool
    simulated: bool = False
    board: str = ""
    sore_side: str | None = None
    placement: str | None = None
    way: str | None = None
    recovered: bool = False
    methods: Mapping[str, str] = field(default_factory=dict)
    holds: Holds = Holds()
    numbers: Mapping[str, Number] = field(default_factory=dict)
    pain: SessionPain = SessionPain()

    @property
    def exercised(self) -> bool:
        """Whether anything was held: one row of holds.csv, in a practice too."""
        return self.holds.total > 0


@dataclass(frozen=True, slots=True)
class Broken:
    """A folder that cannot be listed, and the sentence that says why."""

    folder: Path
    reason: str


@dataclass(frozen=True, slots=True)
class Library:
    """Sessions of a folder, oldest first, and what cannot be read."""

    digests: tuple[SessionDigest, ...] = ()
    broken: tuple[Broken, ...] = ()


def digests(folder: Path, since: datetime | None = None) -> Library:
    """Read every session in a folder; what is broken is listed and stops nothing.

    Parameters
    ----------
    folder : Path
        Folder of sessions; there need not be one. Files in it, and folders that begin with a dot, are
        no sessions.
    since : datetime or None
        With time zone: folders whose name says that they are older are not even opened.

    Returns
    -------
    Library
        A session that lies there twice counts once; the copy is listed as broken.
    """
    try:
        folders = session_folders(folder)
    except OSError as error:
        return Library(broken=(Broken(folder, not_listed(folder, error)),))
    found: list[SessionDigest] = []
    broken: list[Broken] = []
    for name, folder_path in folders:
        if since is not None and is_older(name, since):
            continue
        path = Path(folder_path)
        try:
            found.append(read_digest(path))
        except DigestError as error:
            broken.append(Broken(path, said_by(error)))
    once: dict[str, SessionDigest] = {}
    for digest in sorted(found, key=lambda one: rank(one.folder, one.id)):
        if once.setdefault(digest.id, digest) is not digest:
            broken.append(copy_of(digest.folder, once[digest.id].folder))
    return Library(tuple(sorted(once.values(), key=lambda one: (one.started_at, one.id))), tuple(broken))


def rank(folder: Path, session_id: str) -> tuple[bool, bool]:
    """Order the folders that say they are one session; the first is it.

    Not one that it had to leave, however it is called; then the one that bears its name: others may be
    copies.
    """
    return (folder / MOVED).exists(), folder.name != session_id


def session_folders(folder: Path) -> list[tuple[str, str]]:
    """List names and paths of what may be sessions in a folder: folders that are not hidden.

    Raises
    ------
    OSError
        If it cannot be listed; one that is not there is empty.
    """
    try:
        with os.scandir(folder) as entries:
            return sorted(
                (entry.name, entry.path) for entry in entries if entry.name[0] != "." and entry.is_dir()
            )
    except FileNotFoundError:
        return []


def not_listed(folder: Path, error: OSError) -> Said:
    """Say that a folder of sessions cannot be looked into."""
    return Said("{folder} cannot be listed ({reason}).", folder=str(folder), reason=str(error.strerror))


def copy_of(folder: Path, kept: Path) -> Broken:
    """Say of a session that lies in a folder twice which of the two counts."""
    return Broken(
        folder, Said("{folder} is a copy of {kept}: move it away.", folder=str(folder), kept=kept.name)
    )


def read_digest(folder: Path) -> SessionDigest:
    """Read what lists and trends need of one session; one that was killed is read as far as it got.

    Raises
    ------
    DigestError
        If session.json is missing, or one of the three small files is not what it should be.
    """
    files = SessionFolder(folder)
    record = read_light(files.session_json, SessionFile, MAX_SESSION_BYTES)
    if record is None:
        raise DigestError(Said("{folder} has no session.json, so it is not a session.", folder=str(folder)))
    summary = read_light(files.summary_json, SummaryFile, MAX_SUMMARY_BYTES)
    holds = _holds(files.holds_csv)
    return SessionDigest(
        id=record.id,
        folder=folder,
        athlete=record.athlete,
        protocol=record.protocol,
        kind=record.kind,
        started_at=record.started_at,
        complete=record.complete and (summary is not None or record.kind == "recording"),
        simulated=record.simulated,
        board=record.board or "",
        sore_side=record.sore_side,
        placement=None if record.placement is None else record.placement.id,
        way=None if record.calibration is None else record.calibration.way,
        recovered=not record.complete and record.ended_at is not None,
        methods=_methods(record, summary),
        holds=holds,
        numbers={} if summary is None else dict(_numbers(summary)),
        pain=_pain(record, summary, holds),
    )


def is_older(name: str, since: datetime) -> bool:
    """Whether the name of a folder says so; one that says nothing may be of any time."""
    stamp = _STAMP.match(name)
    if stamp is None:
        return False
    try:
        made_at = datetime.strptime(stamp[1], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        return made_at < since - CLOCK_SLACK
    except (ValueError, OverflowError):
        return False


def _holds(path: Path) -> Holds:
    """Count the rows of holds.csv; a last line that was cut short by a kill is dropped."""
    content = read_bounded(path, MAX_HOLDS_BYTES)
    if content is None:
        return Holds()
    whole = content[: content.rfind(b"\n") + 1]
    counts: dict[Role, dict[Outcome, int]] = {}
    excluded, worst = 0, None
    try:
        rows = csv.reader(io.StringIO(whole.decode(), newline=""))
        header = next(rows, [])
        for row in rows:
            told = dict(zip(header, row, strict=True))
            outcomes = counts.setdefault(Role(told["role"]), {})
            outcome = Outcome(told["outcome"])
            if told.get("excluded"):
                excluded += 1
            else:
                outcomes[outcome] = outcomes.get(outcome, 0) + 1
            if told.get("pain_0_10"):
                worst = max(worst or 0, SCALE.index(told["pain_0_10"]))
    except (ValueError, KeyError, csv.Error) as error:
        raise DigestError(Said("{path} is not a table of holds that can be read.", path=str(path))) from error
    return Holds(counts, excluded, worst)


def _methods(record: SessionFile, summary: SummaryFile | None) -> dict[str, str]:
    """How each 100 % was got: what the summary was built on, else the calibration of the record."""
    sites = {} if record.calibration is None else record.calibration.sites
    known = sites if summary is None else {**sites, **summary.references}
    return {site: told.method for site, told in known.items() if told.method is not None}


def _pain(record: SessionFile, summary: SummaryFile | None, holds: Holds) -> SessionPain:
    told = PainPart() if summary is None or summary.pain is None else summary.pain
    before = record.intake.pain_0_10 if told.before is None and record.intake is not None else told.before
    in_holds = holds.worst_pain if told.worst is None else told.worst
    worst = max((pain for pain in (told.efforts, in_holds) if pain is not None), default=None)
    return SessionPain(before, worst, told.after)


def _numbers(summary: SummaryFile) -> Iterator[tuple[str, Number]]:
    intervals = _intervals(summary.findings or FindingsPart())
    for side in Side:
        told = summary.sides.get(side.value, SidePart())
        for muscle, level in (("glute", told.glute_pct_mvc), ("ham", told.ham_pct_mvc)):
            site = f"{muscle}_{side}"
            doubts = (site,) if site in summary.references and summary.references[site].doubts else ()
            yield f"{site}_pct_mvc", _level(level or Told(), intervals.get(site), doubts)
        yield f"glute_{side}_latency_s", _latency(told)
        ratio = told.ratio_same_side or Told()
        yield (
            f"ratio_{side}",
            Number(ratio.mean, spread=ratio.sd_factor, doubts=ratio.doubts or (), reason=ratio.reason or ""),
        )
    yield "glute_lsi_pct", _comparison(summary.glute_lsi_pct)
    yield "ham_lsi_pct", _comparison(summary.ham_lsi_pct)
    for name in (f"{side}_glute_{side.other}_ham" for side in Side):
        yield name, _comparison(summary.diagonal.get(name))


def _level(told: Told, interval: Told | None, doubts: tuple[str, ...]) -> Number:
    bounds = told if told.low is not None or interval is None else interval
    return Number(told.mean, bounds.low, bounds.high, spread=told.sd, doubts=doubts, reason=told.reason or "")


def _latency(side: SidePart) -> Number:
    """Give the median latency; "longer than any" if holds were measured and it is still none."""
    told = side.glute_latency_s
    if told is None:
        return Number()
    never = told.median is None and _latencies(side) > 0
    return Number(told.median, spread=told.iqr, never=never)


def _latencies(side: SidePart) -> int:
    """How many holds had a latency, "never" among them; an older summary tells it by the levels beside it."""
    if side.n is not None and side.n.glute_latency_s is not None:
        return side.n.glute_latency_s
    levels = (side.glute_pct_mvc, side.glute_pct_submax)
    return side.n_test if any(level is not None and level.mean is not None for level in levels) else 0


def _comparison(found: Told | None) -> Number:
    told = found or Told()
    return Number(told.value, told.low, told.high, doubts=told.doubts or (), reason=told.reason or "")


def _intervals(findings: FindingsPart) -> dict[str, Told]:
    """Intervals of single levels, which the findings have of a side that hurts."""
    if findings.sore_side not in set(Side):
        return {}
    sore = Side(findings.sore_side)
    found = {
        f"glute_{sore}": findings.sore_glute,
        f"ham_{sore}": findings.sore_ham,
        f"glute_{sore.other}": findings.other_glute,
    }
    return {site: told for site, told in found.items() if told is not None}
