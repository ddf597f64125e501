"""What commands are given: sessions by folder or by name, and a passphrase that nobody else reads."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import click

from ui.commands.shared import fail
from ui.exit_codes import EXIT_FILE, EXIT_USAGE
from ui.kept.library import NoSuchSession, SeveralSessions, find_session
from ui.words import export_words as words
from ui.words.told import told

VARIABLE: Final = "POWERHOLD_PASSPHRASE"
"""Environment variable with the passphrase: on the command line every program here could read it."""


def session_folder(session: str) -> Path:
    """Take a folder, or the name of a session of any athlete here; else end with a sentence.

    Parameters
    ----------
    session : str
        As it was typed.
    """
    try:
        return find_session(session)
    except SeveralSessions as error:
        fail(told(error), EXIT_USAGE)
    except NoSuchSession as error:
        fail(told(error), EXIT_FILE)


def passphrase(*, again: bool) -> str:
    """Take the passphrase from the environment, or ask for it unseen.

    Parameters
    ----------
    again : bool
        It is new, and has to be typed twice.
    """
    known = os.environ.get(VARIABLE)
    if known:
        return known
    try:
        asked: str = click.prompt(
            words.PASSPHRASE, hide_input=True, confirmation_prompt=words.AGAIN if again else False, err=True
        )
    except click.Abort:
        fail(words.NO_PASSPHRASE, EXIT_USAGE)
    return asked


def new_passphrase() -> str:
    """Take a passphrase for something that is to be sealed; a weak one ends with a sentence."""
    from emg.exports.sealed import SealError, check_passphrase

    secret = passphrase(again=True)
    try:
        check_passphrase(secret)
    except SealError as error:
        fail(told(error), EXIT_USAGE)
    return secret
