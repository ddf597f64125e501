"""Run the cells of the matrix, several boards at a time, each in a process of its own."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from typing import Any

from validation.faults.catalogue import Fault, find_fault
from validation.faults.kinds import Kind, find_kind
from validation.faults.trials import run_cell


def run_matrix(
    kinds: Sequence[Kind], faults: Sequence[Fault], *, repeats: int, seed: int, jobs: int
) -> Iterator[tuple[Kind, Fault, dict[str, Any]]]:
    """Try every fault on every kind of board that can have it.

    Parameters
    ----------
    kinds, faults : sequence
        Which.
    repeats : int
        Times each.
    seed : int
        Of the moments at which faults strike.
    jobs : int
        Boards at a time.

    Yields
    ------
    tuple of (Kind, Fault, dict)
        As they are done: ``trials``, and ``error``, empty unless they could not be run.
    """
    cells = [(kind, fault) for fault in faults for kind in kinds if fault.can_happen_to(kind)]
    context = multiprocessing.get_context("spawn")  # BrainFlow's threads do not survive a fork
    with ProcessPoolExecutor(jobs, mp_context=context) as pool:
        running = {
            pool.submit(_cell, kind.name, fault.name, repeats, seed): (kind, fault) for kind, fault in cells
        }
        for done in as_completed(running):
            yield *running[done], done.result()


def _cell(kind: str, fault: str, repeats: int, seed: int) -> dict[str, Any]:
    """Try one fault on one board; an error is a result, too."""
    began_s = time.monotonic()
    try:
        trials = run_cell(find_kind(kind), find_fault(fault), repeats, seed)
    except Exception as error:
        return {"trials": [], "error": f"{kind}, {fault}: {error!r}"}
    return {
        "trials": [trial.as_json() for trial in trials],
        "error": "",
        "took_s": round(time.monotonic() - began_s, 1),
    }
