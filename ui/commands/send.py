"""``powerhold send``: whole sessions as one file, for a clinic or a home."""

from __future__ import annotations

import io
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

import click

from emg.session.folder import FILE_MODE
from emg.session.parcel import Manifest, ParcelError, write_parcel
from ui.commands.given import new_passphrase, session_folder
from ui.commands.shared import JSON_OPTION, fail, interrupted_by_signals, print_json, say
from ui.exit_codes import EXIT_FILE, EXIT_USAGE
from ui.session.records import software
from ui.words import figures, home_words
from ui.words.told import told


@click.command("send")
@click.argument("sessions", nargs=-1, required=True, metavar="SESSION...")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, metavar="FILE")
@click.option("--sealed", is_flag=True, help="It opens with a passphrase only.")
@JSON_OPTION
def send_command(sessions: tuple[str, ...], out: Path, sealed: bool, as_json: bool) -> None:
    """Put sessions, by folder or by name, into one file that powerhold receive takes in.

    They go whole, with the athlete's id and with what was written in them.
    """
    folders = [session_folder(session) for session in sessions]
    secret = new_passphrase() if sealed else ""
    try:
        with interrupted_by_signals(_break_off):
            manifest = _write(out, folders, secret)
    except ParcelError as error:
        fail(told(error), EXIT_FILE)
    except FileExistsError:
        fail(home_words.PLAN_OVERWRITES.format(path=out), EXIT_USAGE)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        fail(home_words.SEND_DISK.format(path=out, reason=reason), EXIT_USAGE)
    size = out.stat().st_size
    if as_json:
        ids = [entry.id for entry in manifest.sessions]
        print_json({"path": str(out), "sessions": ids, "bytes": size, "sealed": sealed})
    n = len(folders)
    sent = home_words.SENT_SEALED if sealed else home_words.SENT
    said = figures.number(size / 1e6, ".1f")
    say(sent.format(n=home_words.sessions_words(n), path=out, size=said))
    if not sealed:
        say(home_words.SENT_OPEN)


def _write(out: Path, folders: list[Path], secret: str) -> Manifest:
    """Write the new file, or leave nothing behind."""
    with os.fdopen(os.open(out, os.O_RDWR | os.O_CREAT | os.O_EXCL | _BINARY, FILE_MODE), "w+b") as file:
        try:
            out.chmod(FILE_MODE)
            manifest = _sealed(file, folders, secret) if secret else _packed(file, folders)
            file.flush()
            os.fsync(file.fileno())
        except BaseException:
            out.unlink(missing_ok=True)
            raise
    return manifest


def _packed(file: BinaryIO, folders: list[Path]) -> Manifest:
    return write_parcel(file, folders, made_at=datetime.now(UTC), software=software().version)


def _sealed(file: BinaryIO, folders: list[Path], secret: str) -> Manifest:
    """Pack in memory, where the library seals: nothing readable touches the disk."""
    import pyrage  # type: ignore[import-untyped]

    from emg.exports.sealed import MAX_BYTES

    size = sum(path.stat().st_size for folder in folders for path in folder.iterdir())
    if size > MAX_BYTES:
        raise ParcelError(home_words.SEND_LARGE.format(limit=MAX_BYTES // 10**6))
    packed = io.BytesIO()
    manifest = _packed(packed, folders)
    file.write(pyrage.passphrase.encrypt(packed.getvalue(), secret))
    return manifest


def _break_off() -> None:
    raise KeyboardInterrupt


_BINARY = getattr(os, "O_BINARY", 0)
"""Windows would change line ends."""
