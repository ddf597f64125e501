"""What the air and the adapter do to packets, without a port and a clock."""

from __future__ import annotations

import numpy as np
import pytest

from tests.emulators.ledger import Ledger
from tests.emulators.misbehaviour import QUEUE_LIMIT_BYTES, Air, Outbox, Parcel


def parcels(n: int, size: int = 10) -> list[Parcel]:
    return [Parcel(bytes([number]) * size, number, None, True, 1) for number in range(n)]


def outbox(n: int, size: int = 10) -> Outbox:
    box = Outbox()
    box.put(parcels(n, size))
    return box


def numbers(gone: list[Parcel]) -> list[int]:
    return [parcel.number for parcel in gone]


def test_exactly_as_many_packets_are_dropped_as_was_said() -> None:
    """Else a test of lost packets tests another loss."""
    air = Air()
    air.drop(3)

    assert numbers(air.carry(parcels(2))) == []
    assert numbers(air.carry(parcels(4))) == [1, 2, 3]


def test_out_of_range_nothing_arrives() -> None:
    """Else silence is tested with data."""
    air = Air()
    air.radio_on = False

    assert air.carry(parcels(3)) == []


@pytest.mark.parametrize("n_lost", [1, 5, 9, 10, 17, 40])
def test_lost_bytes_are_missing_and_every_packet_hit_is_damaged(n_lost: int) -> None:
    """Else a packet that never was whole counts as sent, and every account is wrong by one."""
    for _ in range(20):
        air = Air()
        air.lose_bytes(n_lost, None)
        arrived = air.carry(parcels(8))
        left = b"".join(parcel.data for parcel in arrived)

        assert len(left) == 80 - n_lost
        assert left[0] == 0
        assert sum(not parcel.whole for parcel in arrived) == 1 or n_lost >= 10
        assert all(parcel.whole == (len(parcel.data) == 10) for parcel in arrived)
        assert left == bytes(sorted(left))


def test_bytes_are_lost_where_it_was_said() -> None:
    """Else the one loss that makes a driver lock on to a wrong byte cannot be brought about."""
    air = Air()
    air.lose_bytes(2, 4)
    packet = Parcel(bytes(range(10)), 0, None, True)

    assert air.carry([packet])[0].data == bytes([0, 1, 2, 3, 6, 7, 8, 9])
    assert air.carry([packet]) == [packet]


@pytest.mark.parametrize("at", [None, 0, 7, 99])
def test_a_corrupt_packet_has_one_wrong_byte(at: int | None) -> None:
    """Else a damaged packet may be the same as before, and counts as lost although it came."""
    air = Air()
    air.corrupt(2002, at)
    assert all(
        parcel.data != packet.data
        for _ in range(100)
        for packet in parcels(20)
        for parcel in air.carry([packet])
    )
    before = parcels(4)
    after = air.carry(before)

    changed = [
        [place for place in range(10) if a.data[place] != b.data[place]]
        for a, b in zip(after, before, strict=True)
    ]
    assert [len(places) for places in changed] == [1, 1, 0, 0]
    assert [parcel.whole for parcel in after] == [False, False, True, True]
    if at is not None:
        assert changed[0] == changed[1] == [min(at, 9)]


def test_only_whole_packets_of_the_present_run_are_told_as_sent() -> None:
    """Else what was still on its way when the stream was started anew is taken for its first samples."""
    ledger = Ledger()
    ledger.begin_run()
    ledger.begin_run()
    row = np.array([1, 2], dtype=np.int32)
    ledger.note([Parcel(b"old", 7, row, True, 1), Parcel(b"reply"), Parcel(b"bad", 0, row, False, 2)])
    ledger.note([Parcel(b"good", 1, row, True, 2)])

    assert ledger.numbers().tolist() == [1]
    assert ledger.rows(2).tolist() == [[1, 2]]
    assert ledger.damaged().tolist() == [0]
    assert ledger.n_whole == 1
    ledger.begin_run()
    assert ledger.rows(2).shape == (0, 2)


def test_what_has_left_is_told_packet_by_packet() -> None:
    """Else half a packet counts as sent when the plug is pulled."""
    box = outbox(3)

    assert box.ready(0.0) == b"".join(parcel.data for parcel in parcels(3))
    assert numbers(box.left(9)) == []
    assert numbers(box.left(1)) == [0]
    assert box.ready(0.0)[:2] == b"\1\1"
    assert numbers(box.left(20)) == [1, 2]
    assert box.ready(0.0) == b""


def test_what_is_held_back_comes_in_one_burst() -> None:
    """Else the latency of an adapter is not what it is: everything late, nothing lost."""
    box = outbox(2)
    box.held_until_s = 5.0

    assert box.ready(4.9) == b""
    box.put(parcels(1))
    assert len(box.ready(5.0)) == 30


def test_an_adapter_that_collects_hands_on_at_its_own_times() -> None:
    """Else a slow adapter is tested with a smooth stream."""
    box = outbox(1)
    box.chunk_s = 0.5

    assert len(box.ready(10.1)) == 10
    box.left(4)
    box.put(parcels(1))
    assert len(box.ready(10.2)) == 6
    box.left(6)
    assert box.ready(10.49) == b""
    assert len(box.ready(10.5)) == 10


def test_a_reader_that_does_not_read_loses_the_oldest_packets_whole() -> None:
    """Else the emulator grows for ever, or cuts a packet that it says it has sent."""
    size = 1000
    box = outbox(200, size)
    assert numbers(box.left(300)) == []
    n_more = QUEUE_LIMIT_BYTES // size - 100
    box.put(Parcel(b"x" * size, 1000 + i, None, True) for i in range(n_more))

    left: list[int] = []
    while data := box.ready(0.0):
        left += numbers(box.left(len(data)))
    assert left[0] == 0
    assert left[-1] == 999 + n_more
    assert 1 < left[1] < 200
    assert left[1:] == [*range(left[1], 200), *range(1000, 1000 + n_more)]
