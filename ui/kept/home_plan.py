"""The plan an athlete trains by at home: opened, shown before it changes anything, and kept."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Final

from emg.foreign import plain
from emg.montage import Side
from emg.protocols import Protocol as Exercise
from emg.protocols import bundled_protocols, load_protocol
from emg.session.folder import PrivateFile, make_private_folders, replace_file, sync_folder
from emg.session.plan_file import SUFFIX, PlanFile, PlanFileError, dosed, protocol_toml, read_plan
from emg.sets.targets import HOME_LIMIT_PCT
from hardware.boards import BOARDS
from ui.kept.earlier import last_centimetres
from ui.kept.exercises import list_protocols, protocols_folder
from ui.kept.home import athletes_folder
from ui.kept.recent import Recent, recent_of, remembered
from ui.kept.settings import keep_settings, read_settings
from ui.language import _
from ui.words import figures, home_words
from ui.words.body_words import LEGS, site_inside
from ui.words.told import told

FOLDER: Final = "plans"
_NAME: Final = re.compile(r"([0-9]{8}T[0-9]{6}Z)(?:-([0-9]{1,6}))?")


@dataclass(frozen=True, slots=True)
class Opening:
    """A plan that can be used here, and what using it will change.

    Attributes
    ----------
    plan : PlanFile
        The plan.
    athlete : str
        Who it is for here.
    exercise : Exercise
        The exercise, with as much of it as the plan says.
    changes : tuple of str
        What it will change, a sentence each without its full stop.
    """

    plan: PlanFile
    athlete: str
    exercise: Exercise
    changes: tuple[str, ...]


def plans_folder(athlete: str) -> Path:
    """Folder of an athlete's plans, one file each; the newest is in use."""
    return athletes_folder() / athlete / FOLDER


def current_plan(athlete: str) -> PlanFile | None:
    """Give the plan that was opened last; None without any.

    Raises
    ------
    PlanFileError
        If its file cannot be read.
    """
    path = _newest(athlete)
    return None if path is None else read_plan(path)


def times_a_week(athlete: str) -> int | None:
    """How often the athlete's plan wants it done; None without a plan that can be read and says so."""
    try:
        plan = current_plan(athlete)
    except PlanFileError:
        return None
    return None if plan is None else plan.per_week


def planned_centimetres(athlete: str) -> dict[str, float]:
    """Give for each site the length from its landmark: measured here last, else as the plan says."""
    try:
        plan = current_plan(athlete)
    except PlanFileError:
        plan = None
    return ({} if plan is None else plan.centimetres) | last_centimetres(athlete)


def opening(path: Path, athlete: str) -> Opening:
    """Read a plan for an athlete; nothing is changed.

    Raises
    ------
    PlanFileError
        If it cannot be used, in one sentence.
    """
    plan = read_plan(path)
    name = plain(path.name, 80)
    if plan.board and plan.board not in BOARDS:
        raise _unusable(name, home_words.UNKNOWN_BOARD.format(board=plan.board))
    exercise = dosed(_exercise(plan, name), plan.dose)
    return Opening(plan, athlete, exercise, tuple(_changes(plan, athlete, exercise)))


def keep_plan(opened: Opening, now: datetime) -> Path:
    """Use a plan from now on: it is kept, its own exercise is there, and the first screen offers it.

    Parameters
    ----------
    opened : Opening
        From ``opening``.
    now : datetime
        With time zone.

    Returns
    -------
    Path
        The plan as it is kept.

    Raises
    ------
    OSError
        If the disk refuses.
    """
    plan = opened.plan
    _keep_exercise(plan)
    folder = plans_folder(opened.athlete)
    make_private_folders(folder)
    path = _new_file(folder, f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}", plan.to_json())
    settings = read_settings()
    keep_settings(remembered(settings, _offered(plan, opened.athlete, recent_of(settings))))
    return path


def _offered(plan: PlanFile, athlete: str, before: Recent) -> Recent:
    """Choose what the first screen opens with; a port stays if the board does."""
    here = not plan.board or plan.board == before.board
    return Recent(
        athlete=athlete,
        protocol=plan.protocol,
        board=plan.board or before.board,
        port=before.port if here else "",
        address=before.address if here else "",
        serial=before.serial if here else "",
        sites=plan.sites_text or before.sites,
    )


def _exercise(plan: PlanFile, name: str) -> Exercise:
    """Find the exercise of a plan, as it stands in its file."""
    bundled = plan.protocol in bundled_protocols()
    if plan.own_protocol is None:
        if not bundled:
            raise _unusable(name, home_words.UNKNOWN_EXERCISE.format(code=plan.protocol))
        return load_protocol(plan.protocol)
    if bundled and plan.own_protocol != load_protocol(plan.protocol):
        raise _unusable(name, home_words.TAKEN_CODE.format(code=plan.protocol))
    return plan.own_protocol


def _unusable(name: str, why: str) -> PlanFileError:
    return PlanFileError(home_words.CANNOT_USE.format(name=name, why=why))


def _is_one_for_both(plan: PlanFile, exercise: Exercise) -> bool:
    """Whether the legs are asked for different things, and the exercise has both work in one set."""
    differ = plan.aim(Side.LEFT) != plan.aim(Side.RIGHT)
    return differ and not all(isinstance(side, Side) for side in exercise.sides)


def _changes(plan: PlanFile, athlete: str, exercise: Exercise) -> list[str]:
    """Say what a plan asks for and what it takes the place of."""
    limits = home_words.LIMITS_LINE.format(suggest=plan.pain_suggest, stop=plan.pain_stop)
    lines = [
        home_words.EXERCISE_LINE.format(title=_(exercise.title), code=exercise.code),
        _own_words(plan),
        *(_aim_words(plan, side) for side in Side if side in exercise.sides or side.value in plan.aims),
        *([home_words.SAME_FOR_BOTH] if _is_one_for_both(plan, exercise) else []),
        home_words.OVER_60.format(limit=f"{HOME_LIMIT_PCT:g}") if plan.over_60_pct else "",
        _dose_words(plan),
        "" if plan.per_week is None else home_words.per_week_words(plan.per_week),
        limits,
        *_site_words(plan),
        home_words.SENTENCE_LINE.format(sentence=plan.sentence) if plan.sentence else "",
        _before_words(plan, athlete),
    ]
    return [line for line in lines if line]


def _aim_words(plan: PlanFile, side: Side) -> str:
    aim = plan.aim(side)
    if aim.ceiling_from_tests:
        ceiling = home_words.FROM_TESTS
    elif aim.ceiling_pct is None:
        ceiling = home_words.AS_EXERCISE
    else:
        ceiling = figures.percent_words(aim.ceiling_pct)
    target = home_words.FROM_TESTS if aim.target_pct is None else figures.percent_words(aim.target_pct)
    return home_words.AIM_LINE.format(leg=LEGS[side], target=target, ceiling=ceiling)


def _dose_words(plan: PlanFile) -> str:
    parts = [
        home_words.dose_words(name, number)
        for name in home_words.DOSE_NAMES
        if (number := getattr(plan.dose, name)) is not None
    ]
    return home_words.DOSE_LINE.format(dose=", ".join(parts)) if parts else ""


def _site_words(plan: PlanFile) -> list[str]:
    lines = []
    if plan.sites and plan.board:
        board = told(BOARDS[plan.board].title)
        lines.append(home_words.SITES_BOARD.format(board=board, sites=plan.sites_text))
        before = recent_of(read_settings()).board
        if before and before != plan.board:
            lines.append(home_words.OTHER_BOARD_LINE.format(board=board))
    elif plan.sites:
        lines.append(home_words.SITES_LINE.format(sites=plan.sites_text))
    lengths = [
        home_words.CM_PART.format(site=site_inside(name), cm=figures.number(cm, "g"))
        for name, cm in plan.centimetres.items()
    ]
    if lengths:
        lines.append(home_words.CM_LINE.format(lengths=", ".join(lengths)))
    return lines


def _before_words(plan: PlanFile, athlete: str) -> str:
    """Say what it takes the place of."""
    try:
        before = current_plan(athlete)
    except PlanFileError:
        return ""
    if before is None:
        return ""
    if before == plan:
        return home_words.IS_IN_USE
    day = f"{before.made_at.astimezone():%Y-%m-%d}"
    words = home_words.IS_OLDER if plan.made_at < before.made_at else home_words.REPLACES
    return words.format(day=day)


def _own_words(plan: PlanFile) -> str:
    """Say what happens to the user's own exercises."""
    if plan.own_protocol is None or plan.protocol in bundled_protocols():
        return ""
    path = _own_path(plan)
    if not path.exists():
        return home_words.OWN_EXERCISE_NEW.format(code=plan.protocol)
    if _is_there(plan):
        return ""
    return home_words.OWN_EXERCISE_CHANGED.format(code=plan.protocol, name=_aside(path).name)


def _own_path(plan: PlanFile) -> Path:
    return protocols_folder() / f"{plan.protocol}.toml"


def _is_there(plan: PlanFile) -> bool:
    return any(listed.protocol == plan.own_protocol for listed in list_protocols() if listed.protocol)


def _aside(path: Path) -> Path:
    """Name under which an exercise is kept that another takes the place of; it is listed no more."""
    names = (path.with_name(f"{path.name}.before-{number}") for number in count(1))
    return next(name for name in names if not name.exists() and not name.is_symlink())


def _keep_exercise(plan: PlanFile) -> None:
    if plan.own_protocol is None or plan.protocol in bundled_protocols() or _is_there(plan):
        return
    path = _own_path(plan)
    make_private_folders(path.parent)
    if path.exists() or path.is_symlink():
        path.rename(_aside(path))
    replace_file(path, protocol_toml(plan.own_protocol))


def _new_file(folder: Path, stem: str, text: str) -> Path:
    """Write a new private file; what is there is never touched."""
    for number in count(1):
        path = folder / f"{stem}{'' if number == 1 else f'-{number}'}{SUFFIX}"
        try:
            file = PrivateFile(path)
        except FileExistsError:
            continue
        try:
            file.append(text.encode())
            file.sync()
        except OSError:
            path.unlink()
            raise
        finally:
            file.close()
        sync_folder(folder)
        return path
    raise AssertionError("there is always another name")


def _newest(athlete: str) -> Path | None:
    try:
        paths = [path for path in plans_folder(athlete).iterdir() if path.name.endswith(SUFFIX)]
    except OSError:
        return None
    named = {path: _NAME.fullmatch(path.name.removesuffix(SUFFIX)) for path in paths}
    ranked = [((match[1], int(match[2] or 1)), path) for path, match in named.items() if match]
    return max(ranked)[1] if ranked else None
