"""Write the chapters as one page of Markdown; whether a claim is met, the claim alone decides."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version
from typing import Final

from validation.results import Chapter, Claim, Claims, Contest, Part, Table, number

PACKAGES: Final = ("numpy", "scipy", "brainflow")

INTRO: Final = """# Validation

Written by `make validate`; every number on this page comes from that run, none was typed by hand. Each
chapter holds PowerHold's own code against something that was not made by it: files from other programs,
data sheets, published tables, theory, simulated muscles whose truth is known, and recordings of real ones.
Where a tolerance is missed, or where another method does better on the same data, the page says so by
itself at its end."""

REVIEW: Final = """## What a reviewer computed, met or refuted

Figures from a reviewer's own simulations, with another model of noise, that the page has to meet or refute.
What is refuted is said of the method, under conditions that the reviewer does not give in full; it is no
target of ours."""


def page(chapters: Sequence[Chapter], intro: str = INTRO, packages: Sequence[str] = PACKAGES) -> str:
    """Write the whole page.

    Parameters
    ----------
    chapters : sequence of Chapter
        In the order of the page.
    intro : str
        Heading, and what the page is.
    packages : sequence of str
        Packages whose versions matter.
    """
    parts = [intro, _made_with(packages), _summary(chapters)]
    for index, chapter in enumerate(chapters, start=1):
        parts.append(_chapter(index, chapter))
    parts += [*_reviewed(chapters), _worse(chapters)]
    return "\n\n".join(parts) + "\n"


def _made_with(packages: Sequence[str]) -> str:
    return "Made with " + ", ".join(f"{name} {version(name)}" for name in packages) + "."


def _summary(chapters: Sequence[Chapter]) -> str:
    rows = []
    for index, chapter in enumerate(chapters, start=1):
        met = sum(claim.met for claim in chapter.claims)
        said = "not run: data absent" if chapter.absent else f"{met} of {len(chapter.claims)} met"
        rows.append((f"{index}. {chapter.title}", said))
    return _pipes(("chapter", "claims"), rows)


def _chapter(index: int, chapter: Chapter) -> str:
    head = f"## {index}. {chapter.title}"
    if chapter.absent:
        return f"{head}\n\nnot run: data absent ({chapter.absent})"
    own = (part for part in chapter.parts if part not in _others(chapter))
    return "\n\n".join((head, chapter.about, *map(_part, own)))


def _others(chapter: Chapter) -> list[Claims]:
    """Claims that are not about us."""
    return [part for part in chapter.parts if isinstance(part, Claims) and not part.about_us]


def _part(part: Part) -> str:
    if isinstance(part, str):
        return part
    return _claims(part) if isinstance(part, Claims) else _table(part)


def _claims(claims: Claims) -> str:
    title = f"### {claims.title}"
    source = (f"Reference: {claims.source}",) if claims.source else ()
    return "\n\n".join((title, *source, _claim_rows(claims.rows, "yes", "**no**")))


def _claim_rows(claims: Sequence[Claim], met: str, missed: str) -> str:
    columns = ("what", "ours", "reference", "difference", "tolerance", "met")
    rows = [
        (
            claim.what,
            number(claim.ours, claim.digits),
            number(claim.reference, claim.digits),
            _of(claim, claim.difference),
            _of(claim, claim.tolerance),
            met if claim.met else missed,
        )
        for claim in claims
    ]
    return _pipes(columns, rows)


def _reviewed(chapters: Sequence[Chapter]) -> list[str]:
    """Collect what a reviewer said, if any of it was looked at."""
    others = [claims for chapter in chapters for claims in _others(chapter)]
    if not others:
        return []
    notes = [f"- {claims.title}: {claims.source}" for claims in others]
    rows = [claim for claims in others for claim in claims.rows]
    return ["\n\n".join((REVIEW, "\n".join(notes), _claim_rows(rows, "met", "refuted")))]


def _of(claim: Claim, value: float | None) -> str:
    if value is None or not claim.relative:
        return number(value, 2)
    return f"{number(100.0 * value, 2)} %"


def _table(table: Table) -> str:
    note = (table.note,) if table.note else ()
    return "\n\n".join((f"### {table.title}", *note, _pipes(table.columns, table.rows)))


def _pipes(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def _worse(chapters: Sequence[Chapter]) -> str:
    parts = ["## What we are worse at"]
    missed = [
        (
            chapter.title,
            claim.what,
            number(claim.ours, claim.digits),
            number(claim.reference, claim.digits),
            _of(claim, claim.tolerance),
        )
        for chapter in chapters
        for claim in chapter.claims
        if not claim.met
    ]
    if missed:
        parts += [
            "Tolerances that were missed:",
            _pipes(("chapter", "what", "ours", "reference", "tolerance"), missed),
        ]
    else:
        parts.append("No tolerance was missed in this run.")
    lost = [_lost(contest) for chapter in chapters for contest in chapter.contests if contest.better]
    if lost:
        parts.append("Where another method did better on the same data (smaller is better):")
        parts.append(_pipes(("what", "ours", "better"), lost))
    elif any(chapter.contests for chapter in chapters):
        parts.append("No other method did better on the same data.")
    absent = [chapter.title for chapter in chapters if chapter.absent]
    if absent:
        parts.append(f"Not looked at in this run, because the data were absent: {'; '.join(absent)}.")
    return "\n\n".join(parts)


def _lost(contest: Contest) -> tuple[str, str, str]:
    better = ", ".join(f"{name} {number(contest.others[name], 3)}" for name in contest.better)
    return f"{contest.what} ({contest.unit})", number(contest.ours, 3), better
