"""Which format a file is in, told from its first bytes and never from its name."""

from __future__ import annotations

from pathlib import Path

from hardware.file_formats.dialect import read_head
from hardware.file_formats.openbci import FIRST_BYTES, open_openbci
from hardware.file_formats.recording import Recording, Wish
from hardware.file_formats.table import open_table


def recognise(path: Path, wish: Wish) -> Recording:
    """Find the format of a file and read its head.

    Raises
    ------
    FileUnreadable
        If it is in none that can be read.
    """
    if path.is_dir():
        from hardware.file_formats.session import open_session

        return open_session(path)
    head = read_head(path)
    if head.startswith((b"\xffBIOSEMI", b"0       ")):
        # EDF and BDF need edfio, which the live program does not
        from hardware.file_formats.edf import open_edf

        return open_edf(path)
    if head.lstrip(b"\xef\xbb\xbf").startswith(FIRST_BYTES):
        return open_openbci(path, wish)
    from hardware.file_formats.brainflow_csv import open_brainflow

    return open_brainflow(path, wish) or open_table(path, wish)
