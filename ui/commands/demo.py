"""``powerhold demo``: a session with the simulated athlete."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

import click

from hardware.simulated_faults import parse_faults
from ui.commands.session import no_window, run_to_end
from ui.commands.shared import JSON_OPTION, OUT_OPTION, check_number, fail
from ui.exit_codes import EXIT_USAGE
from ui.kept.home import DEMO_ATHLETE, sessions_folder
from ui.session.plan import demo_plan
from ui.session.recording import GIVE_UP_S
from ui.words.told import told

HEADLESS_SPEED: Final = 20.0


@click.command("demo")
@click.option("--headless", is_flag=True, help="In the terminal, without a window.")
@click.option(
    "--speed", type=click.FloatRange(min=0.0, max=1000.0), help="1: real time, 0: as fast as it goes."
)
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True)
@click.option("--fault", "faults", multiple=True, metavar="NAME[@START[+LENGTH]]")
@OUT_OPTION
@JSON_OPTION
def demo_command(
    headless: bool, speed: float | None, seed: int, faults: tuple[str, ...], out: Path | None, as_json: bool
) -> None:
    """Run a session with the simulated athlete; no hardware is needed."""
    try:
        parse_faults(faults)
    except ValueError as error:
        fail(told(error), EXIT_USAGE)
    headless = headless or no_window()
    speed = speed if speed is not None else (HEADLESS_SPEED if headless else 1.0)
    check_number(speed, "--speed")
    plan = demo_plan(seed=seed, faults=faults, speed=speed, parent=out or sessions_folder(DEMO_ATHLETE))
    if headless:
        plan = replace(plan, give_up_s=GIVE_UP_S)
    run_to_end(plan, headless=headless, as_json=as_json, audible=speed == 1.0)
