"""Lines of numbers, as ``Serial.println`` of an Arduino gives them: MyoWare and people's own sketches."""

from __future__ import annotations

import re
from typing import Final

import numpy as np

from hardware.wire.decoder import Decoded

LONGEST_LINE: Final = 1024
"""Bytes; a longer line is not a sample, and is not kept."""
MOST_CHANNELS: Final = 64
GREATEST: Final = 1e9
"""No converter counts so far; what is greater is damage, or an infinity written out."""
LINES_THAT_AGREE: Final = 4
"""So many numeric lines, one after another, settle how many columns there are."""

_TO_SPACES: Final = bytes.maketrans(b",;\t\v\f", b"     ")
_IN_NUMBERS: Final = b"0123456789+-.eE"
_NO_NUMBERS: Final = frozenset(("nan", "inf", "infinity", "ovf"))
"""Written in place of a number that there is not; an Arduino writes ``ovf`` for a great one."""
_WORD: Final = re.compile(rb"[A-Za-z]{3}")


class TextDecoder:
    """Numbers in columns apart by comma, space, tab or semicolon, each with or without a label.

    Lines end with CR, LF or both. ``label:`` or ``label=`` may stand before a number; the decimal
    mark is a point. The first line may have begun earlier, so its numbers are not used. Then four
    numeric lines with as many columns, one after another, settle the number of channels; they are
    samples too. From then on a line with another number of columns, with ``nan`` or ``inf``, or
    with anything else beside its numbers is bad. A line of words is a message, and no break. There
    is no break before the first sample: nothing is missing there.

    Once the columns are settled, a damaged line costs itself and at most the next one, which joins
    it when its end is lost. A damaged digit cannot be seen: it is another number.
    """

    def __init__(self) -> None:
        self._line = b""
        self._overlong = False
        self._joining = True
        self._n_channels = 0
        self._agreeing: list[list[float]] = []
        self._broken = False

    @property
    def n_channels(self) -> int:
        """Numbers in a line; 0 until four lines have agreed."""
        return self._n_channels

    @property
    def n_waiting(self) -> int:
        """Bytes kept until the end of their line comes, ``LONGEST_LINE`` at most."""
        return len(self._line)

    def feed(self, data: bytes) -> Decoded:
        """Take the next bytes, and return the samples that are whole now."""
        rows: list[list[float]] = []
        breaks: list[int] = []
        messages: list[str] = []
        n_bad = 0
        for line in self._lines(data):
            joining, self._joining = self._joining, False
            if not line:
                continue
            row = read_numbers(line)
            if not row and (words := read_words(line)):
                messages.append(words)
            elif joining or row == []:
                continue
            elif not self._n_channels:
                settled, n_more = self._settle(row)
                rows += settled
                n_bad += n_more
            elif row is not None and len(row) == self._n_channels:
                if self._broken:
                    breaks.append(len(rows))
                self._broken = False
                rows.append(row)
            else:
                self._broken = True
                n_bad += 1
        values = np.array(rows, dtype=np.float64).reshape(len(rows), self._n_channels)
        return Decoded(values, None, np.array(breaks, dtype=np.int64), n_bad, tuple(messages))

    def _lines(self, data: bytes) -> list[bytes]:
        """Give the lines that are whole now; an overlong one once, cut short, as soon as it is that."""
        data = data.replace(b"\r", b"\n")
        if self._overlong:
            _, newline, data = data.partition(b"\n")
            self._overlong = not newline
        *lines, last = (self._line + data).split(b"\n")
        self._overlong = self._overlong or len(last) > LONGEST_LINE
        if self._overlong and last:
            lines.append(last)
            last = b""
        self._line = last
        return lines

    def _settle(self, row: list[float] | None) -> tuple[list[list[float]], int]:
        """Take a line while the columns are not settled; return the samples of this, and the bad lines."""
        n_bad = 0
        if row is None or (self._agreeing and len(row) != len(self._agreeing[0])):
            n_bad = len(self._agreeing) + (row is None)
            self._agreeing = []
        if row is not None:
            self._agreeing.append(row)
        if len(self._agreeing) < LINES_THAT_AGREE:
            return [], n_bad
        settled, self._agreeing = self._agreeing, []
        self._n_channels = len(settled[0])
        return settled, n_bad


def read_numbers(line: bytes) -> list[float] | None:
    """Read the numbers of a line; an empty list for a blank line, None if anything else is in it."""
    if len(line) > LONGEST_LINE:
        return None
    spaced = line.translate(_TO_SPACES)
    fields = spaced.split()
    if spaced.translate(None, _IN_NUMBERS + b" "):
        fields = _without_labels(spaced.replace(b"=", b":").split(b":"))
        if b"".join(fields).translate(None, _IN_NUMBERS) or not fields:
            return None
    try:
        row = [float(field) for field in fields]
    except ValueError:
        return None
    return row if len(row) <= MOST_CHANNELS and all(abs(value) <= GREATEST for value in row) else None


def read_words(line: bytes) -> str:
    """Read a line in which the board says something; empty if it is no text, or a broken sample."""
    if len(line) > LONGEST_LINE or not (_WORD.search(line) and line.isascii()):
        return ""
    text = line.translate(_TO_SPACES).decode("ascii").strip()
    fields = re.split(r"[ :=]+", text.lower())
    if not text.isprintable() or any(map(_is_number, fields)):
        return ""
    return line.decode("ascii").strip()


def _without_labels(parts: list[bytes]) -> list[bytes]:
    """Give the fields of ``label: number ... label: number``, cut at the colons, without the labels.

    A label begins with a letter and may have several words. Nothing is returned for anything else.
    """
    numbers: list[bytes] = []
    for i, part in enumerate(parts):
        fields = part.split()
        n_numbers = next((k for k, field in enumerate(fields) if field[:1].isalpha()), len(fields))
        has_label = n_numbers < len(fields)
        if (n_numbers == 0) != (i == 0) or has_label == (i == len(parts) - 1):
            return []
        numbers += fields[:n_numbers]
    return numbers


def _is_number(field: str) -> bool:
    try:
        float(field)
    except ValueError:
        return field.lstrip("+-") in _NO_NUMBERS
    return True
