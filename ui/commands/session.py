"""Run a session from the command line: in a window where there can be one, else in the terminal."""

from __future__ import annotations

from typing import NoReturn

import click

from ui.assembly import SessionRunner
from ui.commands.shared import interrupted_by_signals, print_json, say
from ui.computer.qt_check import qt_problem
from ui.kept.settings import read_settings
from ui.session.front import SessionEnd
from ui.session.plan import SessionPlan
from ui.sound import Sound
from ui.terminal import TerminalFront
from ui.words.command_words import IN_TERMINAL
from ui.words.told import told


def no_window() -> bool:
    """Whether no window can be opened; says so and why."""
    problem = qt_problem()
    if problem:
        say(IN_TERMINAL.format(problem=told(problem)))
    return bool(problem)


def run_session(plan: SessionPlan, *, headless: bool, audible: bool = True) -> SessionEnd:
    """Run a session to its end; not audible where it runs at another speed than life."""
    if headless:
        return _in_terminal(plan, audible=audible)
    from ui.desktop.shell import run_session as in_a_window

    return in_a_window(plan)


def run_to_end(plan: SessionPlan, *, headless: bool, as_json: bool, audible: bool = True) -> NoReturn:
    """Run a session in the terminal or in a window, print what it came to, and end."""
    end = run_session(plan, headless=headless, audible=audible and not as_json)
    if as_json and end.folder is not None:
        report = {
            "session": str(end.folder),
            "holds": end.holds,
            "valid_holds": end.valid_holds,
            "summary": end.summary,
        }
        print_json(report if end.latency_ms is None else {**report, "latency_ms": end.latency_ms})
    raise click.exceptions.Exit(end.exit_code)


def _in_terminal(plan: SessionPlan, *, audible: bool) -> SessionEnd:
    sound = Sound(read_settings()) if audible else None
    with TerminalFront() as front:
        runner = SessionRunner(plan, front, [] if sound is None else [sound])
        try:
            with interrupted_by_signals(runner.interrupt):
                runner.start()
                while (end := runner.wait(0.2)) is None:
                    pass
        finally:
            if sound is not None:
                sound.finish()
    return end
