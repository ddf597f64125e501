from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emg.blocks import FloatArray, IntArray, SampleBlock, StreamInfo
from emg.codes import EventKind
from emg.session.bundle import SessionReadError, read_events, read_samples, read_session
from emg.session.folder import SessionFolder
from emg.stage import Event
from tests.emg.session.parts import AUX, STARTED, begin, signal, stream


def record(parent: Path, info: StreamInfo, *blocks: SampleBlock, closed: bool = True) -> Path:
    writer = begin(parent, info)
    for block in blocks:
        writer.write_block(block)
    writer.write_event(Event(0, EventKind.SESSION_STARTED))
    if closed:
        writer.close(STARTED)
    else:
        writer.abandon()
    return writer.folder.path


def together(blocks: list[SampleBlock]) -> tuple[IntArray, FloatArray, FloatArray]:
    """Index, data and auxiliary values of every sample."""
    index = np.concatenate([np.arange(b.first_sample, b.end_sample) for b in blocks])
    return index, np.concatenate([b.data_uv for b in blocks]), np.concatenate([b.aux for b in blocks])


@settings(max_examples=40, deadline=None)
@given(
    steps=st.lists(st.tuples(st.integers(0, 90), st.integers(1, 120)), min_size=1, max_size=8),
    fs_hz=st.sampled_from([200.0, 250.0, 256.0, 1000.0, 249.8731]),
)
def test_what_was_written_comes_back_bit_by_bit_with_its_gaps(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[int, int]], fs_hz: float
) -> None:
    """Else a session analysed later gives other numbers than those on the screen."""
    info = stream(fs_hz, aux=AUX)
    whole, sent, at = signal(info, 2000), [], 0
    for lost, received in steps:
        sent.append(whole.cut(at + lost, at + lost + received))
        at += lost + received
    found_info, found = read_samples(record(tmp_path_factory.mktemp("s"), info, *sent))
    index, data, aux = together(list(found))
    sent_index, sent_data, sent_aux = together(sent)
    assert found_info == info
    np.testing.assert_array_equal(index, sent_index)
    np.testing.assert_array_equal(data, sent_data)
    np.testing.assert_allclose(aux, sent_aux, atol=255.0 / 2**23)


def test_an_auxiliary_value_that_was_not_read_is_not_a_number_again(tmp_path: Path) -> None:
    """Else a missing acceleration becomes the last one, or zero."""
    info = stream(aux=AUX)
    block = signal(info, 50)
    block.aux[3, 0] = np.nan
    block.aux[5, 0] = -4.0
    _, found = read_samples(record(tmp_path, info, block))
    aux = together(list(found))[2]
    assert np.flatnonzero(np.isnan(aux[:, 0])).tolist() == [3]
    assert aux[5, 0] == -4.0
    assert not np.isnan(aux[:, 1]).any()


def test_a_board_that_sends_no_auxiliary_values_after_all_can_be_recorded(tmp_path: Path) -> None:
    """Else a firmware without an accelerometer ends the session."""
    info = stream(aux=AUX)
    block = signal(stream(), 50)
    _, found = read_samples(record(tmp_path, info, block))
    _, data, aux = together(list(found))
    np.testing.assert_array_equal(data, block.data_uv)
    assert np.isnan(aux).all()


def test_blocks_are_no_longer_than_asked_and_know_which_gap_was_estimated(tmp_path: Path) -> None:
    """Else a replay jumps in steps the windows cannot follow, or forgets how sure a gap is."""
    info = stream()
    whole = signal(info, 1000)
    late = whole.cut(600, 1000)
    after = SampleBlock(late.data_uv, late.first_sample, late.fs_hz, late.host_time_s, gap_estimated=True)
    folder = record(tmp_path, info, whole.cut(0, 500), after)
    _, found = read_samples(folder, max_samples=130)
    blocks = list(found)
    assert max(block.n_samples for block in blocks) == 130
    assert [block.first_sample for block in blocks if block.gap_estimated] == [600]
    assert blocks[0].host_time_s == 130 / 250.0


def test_a_recording_cut_at_any_byte_gives_its_whole_records_or_says_why_not(tmp_path: Path) -> None:
    """Else a full disk or a power cut makes a session unreadable."""
    info = stream()
    folder = record(tmp_path, info, signal(info, 100), closed=False)
    path = SessionFolder(folder).raw_bdf
    whole, header = path.read_bytes(), 256 * (2 + info.n_channels)
    record_bytes = (len(whole) - header) // 4
    for size in range(0, len(whole) + 1, 17):
        path.write_bytes(whole[:size])
        if size < header:
            with pytest.raises(SessionReadError, match=r"raw\.bdf"):
                read_samples(folder)
        else:
            _, found = read_samples(folder)
            assert sum(block.n_samples for block in found) == (size - header) // record_bytes * 25


@pytest.mark.parametrize("other", [b";", b"9", b" ", b"\xff"])
def test_a_header_with_a_wrong_byte_is_read_or_refused_in_a_sentence(tmp_path: Path, other: bytes) -> None:
    """Else one flipped bit ends the program: the library reads a field when it is asked for."""
    info = stream()
    folder = record(tmp_path, info, signal(info, 50), closed=False)
    path = SessionFolder(folder).raw_bdf
    whole, header = path.read_bytes(), 256 * (2 + info.n_channels)
    said = []
    for at in range(0, header, 3):
        path.write_bytes(whole[:at] + other + whole[at + 1 :])
        try:
            list(read_samples(folder)[1])
        except SessionReadError as error:
            said.append(str(error))
    assert said
    assert all("raw.bdf" in sentence and "\n" not in sentence for sentence in said)


def test_a_session_that_never_got_a_sample_is_empty_and_not_an_error(tmp_path: Path) -> None:
    """Else a board that stays silent leaves a folder that stops the list of sessions."""
    for closed in (True, False):
        _, found = read_samples(record(tmp_path, stream(aux=AUX), closed=closed))
        assert list(found) == []


def test_the_torn_last_line_of_the_events_is_dropped(tmp_path: Path) -> None:
    """Else one kill makes the session's events unreadable."""
    folder = record(tmp_path, stream())
    path = SessionFolder(folder).events_jsonl
    line = path.read_bytes()
    for length in range(len(line)):
        path.write_bytes(line + line[:length])
        assert [event.kind for event in read_events(folder)] == [EventKind.SESSION_STARTED]


def test_a_broken_line_inside_the_events_is_named(tmp_path: Path) -> None:
    """Else events are lost in silence, and a recovered session is not the one that was held."""
    folder = record(tmp_path, stream())
    path = SessionFolder(folder).events_jsonl
    path.write_bytes(path.read_bytes() + b"{}\n" + path.read_bytes())
    with pytest.raises(SessionReadError, match=r"Line 2 of .*events\.jsonl"):
        read_events(folder)


def test_a_folder_that_is_no_session_is_refused_in_a_sentence(tmp_path: Path) -> None:
    """Else a mistyped path ends in a traceback."""
    for reader in (read_session, read_events, read_samples):
        with pytest.raises(SessionReadError, match="cannot be opened"):
            reader(tmp_path)
    (tmp_path / "session.json").write_text('{"schema": 2}')
    with pytest.raises(SessionReadError, match="schema"):
        read_session(tmp_path)


def test_a_raw_file_of_another_session_is_refused(tmp_path: Path) -> None:
    """Else counts are read with another gain, and every microvolt is wrong."""
    mine = record(tmp_path, stream(), signal(stream(), 50))
    other = stream(full_scale_uv=375_000.0)
    theirs = record(tmp_path, other, signal(other, 50))
    (mine / "raw.bdf").write_bytes((theirs / "raw.bdf").read_bytes())
    with pytest.raises(SessionReadError, match="do not belong together"):
        read_samples(mine)
