"""What a serial port reads when it is set to another speed than the board: levels on a line."""

from __future__ import annotations

import numpy as np


def misread(data: bytes, sent_baud: int, read_baud: int) -> bytes:
    """Send bytes as 8N1, one behind another, and read the line at another speed.

    A byte begins at a falling edge, is looked at in the middle of its bits, and ends half a bit
    after the middle of its stop bit; with a wrong stop bit it is kept, as most drivers do, and the
    next begins when the line has been high again.
    """
    sent = np.frombuffer(data, dtype=np.uint8)
    bits = np.ones((len(sent), 10), dtype=np.uint8)
    bits[:, 0] = 0
    bits[:, 1:9] = (sent[:, np.newaxis] >> np.arange(8)) & 1
    line = np.append(bits.ravel(), np.ones(10, dtype=np.uint8))
    falls = np.flatnonzero((line == 0) & (np.append(1, line[:-1]) == 1)).tolist()
    ratio = sent_baud / read_baud
    middles = (np.arange(10) + 0.5) * ratio
    read = bytearray()
    free_at = 0.0
    for fall in falls:
        if fall < free_at or fall + middles[-1] >= len(line):
            continue
        seen = line[(fall + middles).astype(np.intp)]
        read.append(int(seen[1:9] @ (1 << np.arange(8))))
        free_at = fall + middles[-1]
    return bytes(read)
