"""Damage streams at random, feed random bytes, and see what the decoders make of it.

``python -m tests.hardware.wire.hammer [NAME ...]`` does it in full, for the formats whose names begin so,
and prints the figures; the tests run a share of it.
"""

from __future__ import annotations

import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields
from typing import Final

import numpy as np
from numpy.typing import NDArray

from hardware.wire.decoder import Decoded, Decoder
from tests.hardware.wire.formats import FORMATS, Format, Row

Places = NDArray[np.int64]

N_PIECES: Final = 24
N_CLEAN_AFTER: Final = 3
N_DAMAGED_ALIKE: Final = 5
"""So many different damages are done to each stream."""
LONGEST_DAMAGE: Final = 40
CHUNK: Final = 1 << 16
NEW: Final = -1
"""The place of a byte that was not in the stream that was sent."""


@dataclass(slots=True)
class Stream:
    """Bytes on their way, and for each the place that it had when it was sent."""

    data: NDArray[np.uint8]
    places: Places

    @property
    def n_sites(self) -> int:
        """Places at which it is not as it was sent: one for bytes put in together, one for a late start."""
        is_seam = (np.diff(self.places) != 1) & (self.places[:-1] != NEW)
        return int(np.count_nonzero(is_seam)) + int(self.places[0] != 0)

    def splice(self, start: int, stop: int, data: NDArray[np.uint8], places: Places) -> None:
        """Put these bytes in place of those from start to stop."""
        self.data = np.concatenate((self.data[:start], data, self.data[stop:]))
        self.places = np.concatenate((self.places[:start], places, self.places[stop:]))


def flip(stream: Stream, start: int, stop: int, rng: np.random.Generator) -> None:
    """Change one bit, or several, of one byte."""
    del stop
    byte = stream.data[start : start + 1] ^ rng.integers(1, 256, 1, dtype=np.uint8)
    stream.splice(start, start + 1, byte, np.array([NEW]))


def delete(stream: Stream, start: int, stop: int, rng: np.random.Generator) -> None:
    """Lose some bytes."""
    del rng
    stream.splice(start, stop, stream.data[:0], stream.places[:0])


def insert(stream: Stream, start: int, stop: int, rng: np.random.Generator) -> None:
    """Put in random bytes."""
    n = stop - start
    stream.splice(start, start, rng.integers(0, 256, n, dtype=np.uint8), np.full(n, NEW))


def duplicate(stream: Stream, start: int, stop: int, rng: np.random.Generator) -> None:
    """Send some bytes twice."""
    del rng
    stream.splice(stop, stop, stream.data[start:stop], stream.places[start:stop])


def truncate(stream: Stream, start: int, stop: int, rng: np.random.Generator) -> None:
    """Lose the beginning, or the end."""
    n = len(stream.data)
    ends = (0, start // 2) if rng.random() < 0.5 else (n - (n - stop) // 2, n)
    stream.splice(*ends, stream.data[:0], stream.places[:0])


def swap(stream: Stream, start: int, stop: int, rng: np.random.Generator) -> None:
    """Exchange two neighbouring stretches: damage where each begins, and behind them."""
    middle = int(rng.integers(start, stop + 1))
    order = np.concatenate((np.arange(middle, stop), np.arange(start, middle)))
    stream.splice(start, stop, stream.data[order], stream.places[order])


MUTATIONS: Final[tuple[Callable[[Stream, int, int, np.random.Generator], None], ...]] = (
    flip,
    delete,
    insert,
    duplicate,
    truncate,
    swap,
)


@dataclass(slots=True)
class Tally:
    """What came of some mutated streams.

    Attributes
    ----------
    streams, packets, sites : int
        Streams, packets in them, and places at which they were damaged.
    hit : int
        Packets that were not whole any more.
    lost_whole : int
        Packets that were whole, and yet did not come out.
    wrong : int
        Rows that came out and were never sent.
    most_lost_whole : float
        Greatest number of whole packets lost per damaged place of one stream.
    most_wrong : float
        Greatest number of rows never sent, per packet hit or place damaged, of one stream.
    """

    streams: int = 0
    packets: int = 0
    sites: int = 0
    hit: int = 0
    lost_whole: int = 0
    wrong: int = 0
    most_lost_whole: float = 0.0
    most_wrong: float = 0.0

    def __str__(self) -> str:
        return ", ".join(f"{item.name} {getattr(self, item.name):g}" for item in fields(self))


@dataclass(slots=True)
class Sent:
    """A stream as it was sent, in pieces."""

    pieces: list[bytes]
    rows: list[Row | None]
    starts: Places = field(init=False)

    def __post_init__(self) -> None:
        self.starts = np.cumsum([0] + [len(piece) for piece in self.pieces[:-1]])

    def whole_in(self, places: Places) -> NDArray[np.bool_]:
        """Tell of each piece whether all of its bytes still follow one another somewhere."""
        lengths = np.array([len(piece) for piece in self.pieces])
        ends = np.append(np.flatnonzero(np.diff(places) != 1), len(places) - 1)
        run_end = ends[np.searchsorted(ends, np.arange(len(places)))]
        piece = np.searchsorted(self.starts, places)
        begins = np.flatnonzero(
            (places != NEW) & (self.starts[np.minimum(piece, len(lengths) - 1)] == places)
        )
        here = piece[begins]
        whole = np.zeros(len(lengths), dtype=np.bool_)
        whole[here[run_end[begins] - begins >= lengths[here] - 1]] = True
        return whole


def hammer_streams(form: Format, n_streams: int, seed: int) -> Tally:
    """Damage streams, and compare what comes out with what was sent.

    Raises
    ------
    AssertionError
        If damage costs more than is promised, too many bytes are kept, or a cut changes anything.
    """
    rng = np.random.default_rng([seed, *form.name.encode()])
    tally = Tally()
    for number in range(n_streams):
        if number % N_DAMAGED_ALIKE == 0:
            sent = Sent(*form.pieces(rng, N_PIECES))
        stream = mutated(form, sent, rng)
        data = stream.data.tobytes()
        received = feed(form, data, rng)
        whole = sent.whole_in(stream.places)
        _compare(form, sent, stream, whole, received, tally)
        if number % 4 == 0:
            assert_same(received, form.decoder().feed(data))
    return tally


def mutated(form: Format, sent: Sent, rng: np.random.Generator) -> Stream:
    """Damage a stream in one to four places, but not the last packets, which let go of what is held."""
    data = np.frombuffer(b"".join(sent.pieces), dtype=np.uint8)
    first = int(sent.starts[form.n_joining])
    last = int(sent.starts[-N_CLEAN_AFTER])
    middle = Stream(data[first:last], np.arange(first, last))
    for _ in range(rng.integers(1, 5)):
        if len(middle.data):
            start = int(rng.integers(0, len(middle.data)))
            stop = min(len(middle.data), start + int(rng.integers(1, LONGEST_DAMAGE + 1)))
            MUTATIONS[rng.integers(0, len(MUTATIONS))](middle, start, stop, rng)
    edges = np.arange(first), np.arange(last, len(data))
    return Stream(
        np.concatenate((data[:first], middle.data, data[last:])),
        np.concatenate((edges[0], middle.places, edges[1])),
    )


def _compare(
    form: Format, sent: Sent, stream: Stream, whole: NDArray[np.bool_], received: Decoded, tally: Tally
) -> None:
    rows = form.rows(received)
    came, known = set(rows), {row for row in sent.rows if row is not None}
    owed = [row for row, is_whole in zip(sent.rows, whole, strict=True) if is_whole and row is not None]
    # the first line of a text may have begun earlier, the last frame of a SpikerBox may go on
    owed = owed[1:] if form.n_joining else owed[: None if form.counts else -1]
    n_hit, n_sites = int(np.count_nonzero(~whole)), stream.n_sites
    n_lost_whole = sum(row not in came for row in owed)
    n_wrong = sum(row not in known for row in rows)
    n_of_noise = int(np.count_nonzero(stream.places == NEW)) // form.noise_bytes if form.noise_bytes else 0
    tally.streams += 1
    tally.packets += len(sent.pieces)
    tally.sites += n_sites
    tally.hit += n_hit
    tally.lost_whole += n_lost_whole
    tally.wrong += n_wrong
    tally.most_lost_whole = max(tally.most_lost_whole, n_lost_whole / max(1, n_sites))
    tally.most_wrong = max(tally.most_wrong, n_wrong / max(1, n_hit + n_sites))
    told = form.name, n_lost_whole, n_wrong, n_hit, n_sites, stream.data.tobytes()
    assert n_lost_whole <= n_sites, told
    assert n_wrong <= n_hit + n_sites + n_of_noise, told


def feed(form: Format, data: bytes, rng: np.random.Generator, n_cuts: int = 3) -> Decoded:
    """Feed bytes in pieces cut at random, and put together what comes out."""
    cuts = sorted(rng.integers(0, len(data) + 1, n_cuts).tolist())
    decoder = form.decoder()
    pieces = (data[a:b] for a, b in zip([0, *cuts], [*cuts, len(data)], strict=True))
    return joined(_watched(form, decoder, pieces))


def _watched(form: Format, decoder: Decoder, pieces: Iterator[bytes]) -> Iterator[Decoded]:
    for piece in pieces:
        yield decoder.feed(piece)
        assert decoder.n_waiting <= form.most_waiting, (form.name, decoder.n_waiting)


def joined(parts: Iterator[Decoded]) -> Decoded:
    """Put the results of several feeds together, as if they came of one."""
    got = list(parts)
    first = np.cumsum([0] + [len(part.values) for part in got])
    counters = [part.counters for part in got if part.counters is not None]
    filled = [part.values for part in got if len(part.values)]
    return Decoded(
        np.concatenate(filled) if filled else got[-1].values,
        np.concatenate(counters) if counters else None,
        np.concatenate([part.breaks + at for part, at in zip(got, first[:-1], strict=True)]),
        sum(part.n_bad for part in got),
        tuple(message for part in got for message in part.messages),
    )


def assert_same(one: Decoded, other: Decoded) -> None:
    """Two results are the same in everything but how they were cut."""
    np.testing.assert_array_equal(one.values, other.values)
    np.testing.assert_array_equal(one.breaks, other.breaks)
    assert (one.counters is None) == (other.counters is None)
    if one.counters is not None:
        np.testing.assert_array_equal(one.counters, other.counters)
    assert one.n_bad == other.n_bad
    assert one.messages == other.messages


@dataclass(frozen=True, slots=True)
class Flood:
    """What a decoder did with many bytes: seconds of the processor, samples, and memory that it kept."""

    seconds: float
    samples: int
    kept_bytes: int


def flood(form: Format, chunks: Callable[[int], bytes], n_chunks: int, *, trace: bool = True) -> Flood:
    """Feed many bytes and discard what comes out.

    Parameters
    ----------
    form : Format
        What is fed.
    chunks : callable
        Gives the bytes of a chunk by its number.
    n_chunks : int
        How many; the first is fed before memory is looked at.
    trace : bool
        Look at memory too, which takes several times as long.

    Raises
    ------
    AssertionError
        If too many bytes are kept at any time.
    """
    decoder = form.decoder()
    pieces = (chunks(i) for i in range(n_chunks))
    n_samples = len(next(_watched(form, decoder, pieces)).values)
    if trace:
        tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    began = time.process_time()
    for decoded in _watched(form, decoder, pieces):
        n_samples += len(decoded.values)
    del decoded
    seconds = time.process_time() - began
    kept = tracemalloc.get_traced_memory()[0] - before
    if trace:
        tracemalloc.stop()
    return Flood(seconds, n_samples, kept)


def random_chunks(seed: int) -> Callable[[int], bytes]:
    """Give random bytes by the number of their chunk."""
    return lambda i: np.random.default_rng([seed, i]).bytes(CHUNK)


def repeated(pattern: bytes) -> Callable[[int], bytes]:
    """Give a pattern that goes on through all chunks."""

    def chunk(i: int) -> bytes:
        start = i * CHUNK % len(pattern)
        return (pattern * (CHUNK // len(pattern) + 2))[start : start + CHUNK]

    return chunk


def main(n_streams: int, megabytes: int, names: tuple[str, ...]) -> None:
    """Hammer the formats whose names begin so, and print what came of it; streams are per decoder."""
    for form in FORMATS:
        if form.name.startswith(names):
            n_of_decoder = sum(other.name.split()[0] == form.name.split()[0] for other in FORMATS)
            hammer(form, n_streams // n_of_decoder, megabytes * 1_000_000 // CHUNK + 1)


def hammer(form: Format, n_streams: int, n_chunks: int) -> None:
    """Hammer one format; memory is looked at over a tenth of the patterns, because that is slow."""
    say = sys.stdout.write
    say(f"{form.name}\n")
    kept = flood(form, random_chunks(1), n_chunks).kept_bytes
    fast = flood(form, random_chunks(1), n_chunks, trace=False)
    say(f"  random bytes: {fast.seconds:.2f} s of CPU, {fast.samples} samples, {kept} bytes kept\n")
    for pattern in form.hostile:
        kept = flood(form, repeated(pattern), n_chunks // 10).kept_bytes
        fast = flood(form, repeated(pattern), n_chunks, trace=False)
        seen = f"{fast.seconds:.2f} s of CPU, {fast.samples} samples, {kept} bytes kept"
        say(f"  {pattern[:12]!r} ...: {seen}\n")
    began = time.process_time()
    tally = hammer_streams(form, n_streams, seed=7)
    say(f"  {tally}; {time.process_time() - began:.0f} s of CPU\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(100_000, 10, tuple(sys.argv[1:]) or ("",))
