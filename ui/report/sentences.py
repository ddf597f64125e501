"""What a report says in words: for the patient, and in small print for the physical therapist."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from emg.blocks import Unit
from emg.foreign import plain
from emg.montage import Legs, Side
from emg.results import Outcome, Role
from ui.kept.exercises import title_words
from ui.language import _
from ui.reading.summary_parts import Summary, part, side_of, untested, without_tests
from ui.reading.summary_sentences import notes, patterns, sentence, side_by_side
from ui.report.material import Contact, Material
from ui.report.model import counts, ended_words, level_of, number_of
from ui.words import board_words, figures, finding_words, report_words, trend_words, words
from ui.words.body_words import LEGS, SIDES_INSIDE, all_of, site_inside, site_words
from ui.words.electrode_words import electrode_words
from ui.words.history_words import date_words
from ui.words.practice_words import is_practice
from ui.words.reference_words import INHIBITED

MAX_WELL: Final = 4
"""So many things that went well fit beside the rest."""


@dataclass(frozen=True, slots=True)
class Block:
    """A few lines under a small title."""

    title: str
    lines: tuple[str, ...]


def headline(material: Material) -> str:
    """Say in plain words what came out, or why nothing did; never more than the numbers allow."""
    summary = material.summary
    if not summary:
        return report_words.NO_NUMBERS
    if is_practice(summary):
        return report_words.BY_THE_CLOCK
    if not material.rows:
        return report_words.NOTHING_HELD
    if untested(summary):
        return report_words.TRAINED_ONLY if without_tests(summary) else report_words.NO_SIGNAL
    levels = {side: level_of(summary, side) for side in Side}
    known = {side: level for side, (level, _bridge) in levels.items() if level is not None}
    if not known:
        return report_words.NO_LEVELS
    bridged = {side for side in known if levels[side][1]}
    if len(known) == 1 or (bridged and len(bridged) < len(known)):
        return " ".join(_one(side, level, bridge=side in bridged) for side, level in known.items())
    told = {side.value: figures.percent_words(level) for side, level in known.items()}
    if bridged:
        return report_words.BOTH_BRIDGE.format(**told)
    return _both(part(summary, "glute_lsi_pct"), known, told)


def _one(side: Side, level: float, *, bridge: bool) -> str:
    said = report_words.ONE_BRIDGE if bridge else report_words.ONE
    return said.format(side=SIDES_INSIDE[side], level=figures.percent_words(level))


def _both(lsi: Summary, known: Mapping[Side, float], told: Mapping[str, str]) -> str:
    """Compare only where the summary does; a doubt goes before any difference."""
    doubts = lsi.get("doubts") or ()
    if doubts:
        doubted = (sentence(words.warning_words(f"inhibited:{site}")) for site in doubts)
        return " ".join((report_words.BOTH.format(**told), *doubted))
    if lsi.get("value") is None or lsi.get("inside_scatter") is None:
        return report_words.BOTH.format(**told)
    if lsi["inside_scatter"]:
        return report_words.ALIKE.format(**told)
    low = min(known, key=known.__getitem__)
    return report_words.DIFFERENT.format(
        low=SIDES_INSIDE[low],
        high=SIDES_INSIDE[low.other],
        low_level=told[low.value],
        high_level=told[low.other.value],
    )


def subtitle(material: Material) -> str:
    """``Power position, 2026-11-23``, and whose it is."""
    record = material.record
    who = material.name or report_words.ATHLETE.format(id=plain(record.athlete))
    n = len(material.rows)
    done = report_words.holds_words(n) if n else ""
    title = plain(title_words(record.protocol), 60)
    return "  ·  ".join(filter(None, (title, date_words(material.day), who, done)))


def cautions(material: Material) -> list[str]:
    """Say what everybody must know first: that nobody was measured, that it was cut off."""
    told = [report_words.SIMULATED] if material.record.simulated else []
    return [*told, *([report_words.CUT_OFF] if material.recovered else [])]


def went_well(material: Material) -> list[str]:
    """List what was reached, as it was counted; an empty list where nothing was."""
    trained = [*_training(material.summary)]
    n, success = sum(one.get("n") or 0 for one in trained), sum(one.get("n_success") or 0 for one in trained)
    practised = sum(one.get("n_practised") or 0 for one in trained)
    said = []
    if practised:
        said.append(report_words.practised_words(practised))
    if success:
        said.append(report_words.in_target_words(success, n))
    said += _changes(material)
    if material.rows and not practised and all(row.get("valid") == "true" for row in material.rows):
        said.append(report_words.good_signal_words(len(material.rows)))
    pain = part(material.summary, "pain")
    before, after = pain.get("before"), pain.get("after")
    if before is not None and after is not None and after <= before:
        said.append(report_words.PAIN_NOT_MORE.format(before=before, after=after))
    stood = not any(row.get("outcome") == Outcome.LOST_BALANCE for row in material.rows)
    if stood and not practised and (n or success):
        said.append(report_words.STEADY)
    return said[:MAX_WELL]


def was_done(material: Material) -> str:
    """Say how much was done, where nothing can be said to have gone well."""
    if not material.rows:
        return report_words.NOTHING_HELD
    return report_words.DID.format(holds=report_words.holds_words(len(material.rows)))


def practised_of(material: Material) -> dict[Side, int]:
    """Give how many holds each leg practised by the clock."""
    told = {side: part(side_of(material.summary, side), "training") for side in Side}
    return {side: int(training.get("n_practised") or 0) for side, training in told.items()}


def _training(summary: Summary) -> list[Summary]:
    return [*(part(side_of(summary, side), "training") for side in Side), *part(summary, "legs").values()]


def _changes(material: Material) -> list[str]:
    """Tell of a glute that rose beyond the athlete's own scatter; a fall is in the table, not here."""
    known = material.trend.series if material.trend else {}
    found = (known.get(f"glute_{side}_pct_mvc") for side in Side)
    return [
        report_words.MORE.format(
            what=trend_words.NUMBERS[series.name], change=trend_words.change_words(series.change, None)
        )
        for series in found
        if series is not None and series.beyond and series.change and (series.change.pct or 0.0) > 0.0
        if series.last is not None and not series.last.number.doubts
    ]


def what_next(material: Material) -> list[str]:
    """Say what the exercise's own file says, and nothing else: how, how much, and whose dosage that is."""
    exercise: Mapping[str, Any] = material.record.exercise or {}
    if not exercise:
        return [report_words.NO_PROTOCOL, report_words.ASK]
    timing: Mapping[str, Any] = exercise.get("timing") or {}
    trained = [one for one in exercise.get("sets") or () if _trains(one) and not one.get("offered")]
    sided = set(exercise.get("sides") or ()) <= set(Side)
    dose = [_dose(one, timing, sided=sided) for one in trained]
    rest = timing.get("rest_between_holds_s")
    if dose and rest is not None:
        dose.append(report_words.REST.format(seconds=figures.number(rest, "g")))
    source = plain(_(str(exercise.get("source") or "")), 200)
    told = [plain(_(str(exercise.get("sentence") or "")), 200), " ".join(dose)]
    told += [report_words.SOURCE.format(source=source.rstrip("."))] if source else []
    return [*filter(None, told), report_words.ASK]


def _trains(planned: Mapping[str, Any]) -> bool:
    return planned.get("kind") != "holds" or planned.get("role") == Role.TRAIN


def _dose(planned: Mapping[str, Any], timing: Mapping[str, Any], *, sided: bool) -> str:
    """Tell one set as its file has it."""
    kind, times = planned.get("kind"), planned.get("times") or 1
    again = [report_words.SETS.format(n=times)] if times > 1 else []
    if kind == "repetitions":
        said = report_words.repetitions_words(_count(planned, "repetitions"), sided=sided)
        return " ".join([said, *again])
    if kind == "bouts":
        return report_words.bouts_words(_count(planned, "bouts"), _g(planned.get("bout_s")))
    fired = planned.get("until") == "fired"
    seconds = _g(timing.get("hold_s"))
    said = report_words.dose_words(_count(planned, "holds"), seconds, sided=sided, fired=fired)
    return " ".join([said, *again])


def _count(planned: Mapping[str, Any], name: str) -> int:
    """Give how many a set has; the file was checked when its session began."""
    return int(planned.get(name) or 0)


def _g(value: object) -> str:
    return figures.number(value, "g") if isinstance(value, int | float) else figures.NONE


def blocks(material: Material) -> tuple[Block, ...]:
    """Give the small print of the second page, what matters most first; every line begins large."""
    summary = material.summary
    found = [
        Block(report_words.TARGETS, _targets(summary)),
        Block(report_words.FELT, _felt(summary)),
        Block(report_words.PAIN, (_pain(material),)),
        Block(report_words.FINDINGS, _sore(summary)),
        Block(report_words.WARNINGS, _warnings(material)),
        Block(report_words.SIGNAL, _signal(material)),
        Block(report_words.REFERENCES, _references(material)),
        Block(report_words.METHOD, _method(material)),
        Block(report_words.ELECTRODES, _electrodes(material)),
        Block(report_words.RECORD, _record(material)),
    ]
    return tuple(replace(block, lines=tuple(map(_large, block.lines))) for block in found if block.lines)


def _large(line: str) -> str:
    return line[:1].upper() + line[1:]


def _targets(summary: Summary) -> tuple[str, ...]:
    told: list[tuple[str, Summary]] = [
        (LEGS[side], part(side_of(summary, side), "training")) for side in Side
    ]
    told += [(LEGS[Legs(code)], legs) for code, legs in part(summary, "legs").items() if code in set(Legs)]
    said = [
        report_words.TRAINED.format(leg=leg, told=finding_words.trained_words(training))
        for leg, training in told
        if finding_words.trained_words(training) != words.NONE
    ]
    return tuple(said) or (report_words.NO_TRAINING,)


def _felt(summary: Summary) -> tuple[str, ...]:
    said = []
    for side in Side:
        felt = part(side_of(summary, side), "felt")
        felt_s, measured_s, later_s = (
            part(felt, name).get("median") for name in ("felt_s", "measured_s", "felt_minus_measured_s")
        )
        if felt_s is None:
            continue
        holds = report_words.holds_words(int(felt.get("n") or 0))
        facts = {"leg": LEGS[side], "felt": figures.seconds_words(felt_s), "holds": holds}
        if measured_s is None or later_s is None:
            said.append(report_words.FELT_ALONE.format(**facts))
            continue
        measured, later = figures.seconds_words(measured_s), finding_words.later_words(later_s)
        said.append(report_words.FELT_TOLD.format(**facts, measured=measured, later=later))
    if said:
        return tuple(said)
    presses = [part(side_of(summary, side), "felt") for side in Side]
    pressed = any(of.get("n_cued") or of.get("n_helper") for of in presses)
    return (report_words.FELT_UNCOUNTED if pressed else report_words.NOT_FELT,)


def _pain(material: Material) -> str:
    pain = part(material.summary, "pain")
    told = {when: pain.get(when) for when in finding_words.PAIN_WHEN} | {"morning": material.morning}
    if all(level is None for level in told.values()):
        return sentence(report_words.NOT_SAID)
    return report_words.PAIN_ROW.format(
        **{when: figures.NONE if level is None else level for when, level in told.items()}
    )


def _sore(summary: Summary) -> tuple[str, ...]:
    """Tell the three muscles and both patterns; nothing where no one side is sore."""
    if not part(summary, "findings") or part(summary, "findings").get("reason"):
        return ()
    estimates = (
        f"{one.title}: {', '.join(filter(None, (one.number, one.note)))}" for one in side_by_side(summary)
    )
    return tuple(sentence(text) for text in (*estimates, *patterns(summary)))


def _warnings(material: Material) -> tuple[str, ...]:
    told = [] if not material.problem else [material.problem]
    told += cautions(material)
    told += notes(material.summary)
    return tuple(dict.fromkeys(sentence(text) for text in told)) or (report_words.NO_WARNINGS,)


def _signal(material: Material) -> tuple[str, ...]:
    record = material.record
    if record.kind == "practice":
        return (report_words.NO_BOARD,)
    gain = "" if record.gain is None else report_words.BOARD_GAIN.format(gain=_g(record.gain))
    board = report_words.board_words(plain(record.board), _g(record.fs_hz), record.channels)
    limits = board_words.limits_words(record.cannot)
    return (
        " ".join(filter(None, (board, gain))),
        *([sentence(limits)] if limits else []),
        *([_contact(one, record.cannot) for one in material.contact] or [report_words.NO_CONTACT]),
        _lost(material),
        *_uncounted(material),
    )


def _contact(contact: Contact, cannot: Sequence[str]) -> str:
    told = report_words.CONTACT.format(
        site=site_words(contact.site), pct=figures.percent_words(contact.good_pct)
    )
    if not contact.worst or figures.percent_words(contact.good_pct) == figures.percent_words(100.0):
        return sentence(told)
    worst = board_words.verdict_words(contact.worst, cannot)
    return report_words.CONTACT_WORST.format(contact=told, worst=worst)


def _lost(material: Material) -> str:
    record = material.record
    if not record.lost_samples:
        return report_words.LOST_NONE
    held_s = 0.0 if record.ended_at is None else (record.ended_at - record.started_at).total_seconds()
    ends_s = [(number_of(row, "set_s") or 0.0) + (number_of(row, "held_s") or 0.0) for row in material.rows]
    length_s = max([held_s, *ends_s])
    share = figures.NONE
    if length_s:
        share = f"{figures.number(100.0 * record.lost_samples / (length_s * record.fs_hz), '.1f')} %"
    longest_s = max((gap.n_lost for gap in record.gaps), default=0) / record.fs_hz
    return report_words.lost_words(
        record.lost_samples, len(record.gaps), share, figures.seconds_words(longest_s)
    )


def _uncounted(material: Material) -> tuple[str, ...]:
    out = [
        report_words.VOID_OF.format(n=row.get("hold", ""), why=ended_words(row))
        for row in material.rows
        if not counts(row)
    ]
    if not out:
        return (report_words.all_count_words(len(material.rows)),) if material.rows else ()
    return (report_words.COUNTED.format(told=", ".join(out)),)


def _references(material: Material) -> tuple[str, ...]:
    known = part(material.summary, "references")
    told = tuple(_reference(site, told) for site, told in known.items())
    if told or material.record.kind == "practice":
        return told
    return (report_words.NO_REFERENCE,)


def _reference(site: str, told: Summary) -> str:
    unit = Unit.ARBITRARY if "mvc_au" in told else Unit.MICROVOLT
    ending = "au" if unit is Unit.ARBITRARY else "uv"
    level, rest = (figures.level_words(told.get(f"{name}_{ending}"), unit) for name in ("mvc", "rest"))
    method = report_words.METHODS.get(str(told.get("method")), str(told.get("method")))
    said = report_words.REFERENCE.format(site=site_words(site), level=level, method=method, rest=rest)
    cv = told.get("cv_pct")
    parts = [said, report_words.REPEATS.format(cv=figures.percent_words(cv)) if cv is not None else ""]
    parts.append(INHIBITED if told.get("doubts") else "")
    return sentence(", ".join(filter(None, parts)))


def _method(material: Material) -> tuple[str, ...]:
    filters = material.record.filters
    if filters is None:
        return ()
    band = report_words.NO_BAND
    if filters.band_hz is not None:
        low, high = filters.band_hz
        notch = report_words.OFF if filters.notch_hz is None else f"{_g(filters.notch_hz)} Hz"
        way = report_words.CAUSAL if filters.causal else report_words.ZERO_PHASE
        band = report_words.BAND.format(low=_g(low), high=_g(high), order=filters.order, way=way, notch=notch)
    windows = report_words.WINDOWS.format(
        bar=_g(filters.rms_bar_s), ratio=_g(filters.rms_ratio_s), onset=_g(filters.rms_onset_s)
    )
    return (band, windows, report_words.SCORED, sentence(finding_words.SCOPE))


def _electrodes(material: Material) -> tuple[str, ...]:
    """Tell the ISEK items that are known, and name those that nobody said."""
    record = material.record
    if record.kind == "practice":
        return ()
    told, unsaid = [], []
    for name, title in report_words.ISEK_ROWS.items():
        value = electrode_words(record, name)
        if value is None:
            unsaid.append(title)
        else:
            text = _with_site_words(plain(value, 1000), record.montage)
            told.append(sentence(report_words.ISEK_ROW.format(what=title, told=text)))
    unsaid_told = sentence(report_words.ISEK_NOT.format(what=", ".join(unsaid))) if unsaid else ""
    return (*told, *filter(None, [unsaid_told]))


def _with_site_words(text: str, sites: Iterable[str]) -> str:
    """Name the sites in a text of the file as people do, the longest codes first."""
    for site in sorted(sites, key=len, reverse=True):
        text = text.replace(site, site_inside(site))
    return text


def _record(material: Material) -> tuple[str, ...]:
    record = material.record
    when = f"{date_words(material.day)} {record.started_at.astimezone():%H:%M}"
    return (
        plain(record.id, 80),
        report_words.SESSION.format(athlete=plain(record.athlete, 80), when=when),
        report_words.SOFTWARE.format(name=words.APP_NAME, version=plain(record.software.version)),
    )


def method_line(material: Material) -> str:
    """Say in small print how it was measured, and how well; of a practice nothing was."""
    record = material.record
    if record.kind == "practice":
        return report_words.NO_BOARD
    ways = {str(told.get("method")): None for told in part(material.summary, "references").values()}
    told = all_of(report_words.METHODS.get(way, way) for way in ways) or report_words.NO_WAY
    known = [one.good_pct for one in material.contact]
    pct = figures.percent_words(min(known)) if known else ""
    quality = report_words.quality_words(record.lost_samples, pct)
    return report_words.measured_words(len(record.montage), _g(record.fs_hz), told, quality)
