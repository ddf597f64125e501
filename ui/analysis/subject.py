"""What is analysed: a plain file, or the folder of a session that knows its own sites and filters."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from emg.blocks import StreamInfo
from emg.filters import FilterSettings
from emg.foreign import plain
from emg.montage import Montage, MontageError
from emg.pipeline import ChainSettings
from emg.said import Said, said_by
from emg.session.bundle import SessionReadError, read_events, read_session
from emg.session.model import FilterFacts, SessionRecord
from emg.stage import Event
from ui.analysis.file_choice import SitedFile
from ui.analysis.request import AnalysisRequest
from ui.analysis.typed import RequestError
from ui.session.plan import MAINS, chain_settings

LONGEST_WINDOW_S: Final = 60.0
"""Of a moving RMS; the longest in use is 0.5 s."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A recording, and what is known about it.

    Attributes
    ----------
    file : SitedFile
        Its samples.
    chain : ChainSettings
        What they go through.
    record, events
        Of a session or recording; None and empty for a plain file.
    channels : dict
        Channel of each site on the board, where that is known.
    """

    file: SitedFile
    chain: ChainSettings
    record: SessionRecord | None = None
    events: tuple[Event, ...] = ()
    channels: dict[str, int] = field(default_factory=dict)

    @property
    def info(self) -> StreamInfo:
        """The facts of its stream."""
        return self.file.source.info

    @property
    def montage(self) -> Montage:
        """Its sites, on channels 1, 2 ..."""
        return self.file.montage


def subject_of(request: AnalysisRequest) -> Subject:
    """Find what is to be analysed.

    Raises
    ------
    RequestError, MontageError
        What can be mended on the command line.
    FileUnreadable, SessionReadError, BandError
        What is wrong with the file.
    """
    if request.file.path.is_dir():
        return _of_folder(request)
    file = request.file.find()
    return Subject(file, _chain(request, file.source.info, None))


def _of_folder(request: AnalysisRequest) -> Subject:
    """Take a session or recording: sites, rate, unit and filters are its own."""
    choice = request.file
    if choice.says_how_to_read:
        raise RequestError(
            Said(
                "A session says itself how it is read: leave --fs, --unit, --scale, --no-header and "
                "--skip out."
            )
        )
    record = read_session(choice.path)
    if choice.sites is None and not record.montage:
        raise RequestError(
            Said("This recording does not say its sites: name them with --sites SITE=CHANNEL,....")
        )
    file = choice.find(None if choice.sites is not None else _in_order(record.montage, choice.path))
    places = [record.channel_names.index(column.name) + 1 for column in file.source.columns]
    return Subject(
        file,
        _chain(request, file.source.info, record.filters),
        record,
        tuple(read_events(choice.path)),
        dict(zip(file.montage.names, places, strict=True)),
    )


def _in_order(channels: dict[str, int], folder: Path) -> tuple[Montage, tuple[str, ...]]:
    """Put the sites of a session on channels 1, 2 ..., and name their columns in its file."""
    try:
        montage = Montage.of({plain(name, 200): number for number, name in enumerate(channels, start=1)})
    except MontageError as error:
        raise SessionReadError(
            Said("{folder} does not say what was measured: {fault}", folder=str(folder), fault=said_by(error))
        ) from error
    return montage, tuple(map(str, channels.values()))


def _chain(request: AnalysisRequest, info: StreamInfo, facts: FilterFacts | None) -> ChainSettings:
    """Choose the chain: that of the session, else the one of its rate."""
    if facts is None or facts.band_hz is None:
        chain = chain_settings(info, None)
    else:
        windows_s = facts.rms_bar_s, facts.rms_ratio_s, facts.rms_onset_s
        if max(windows_s) > LONGEST_WINDOW_S:
            raise SessionReadError(
                Said(
                    "{path} says that its levels are means of {length} s.",
                    path=str(request.file.path),
                    length=f"{max(windows_s):g}",
                )
            )
        try:
            filters = FilterSettings(*facts.band_hz, facts.notch_hz)
            chain = ChainSettings(filters, *windows_s)
        except ValueError as error:
            raise SessionReadError(
                Said(
                    "{path} was filtered in a way that cannot be: {fault}",
                    path=str(request.file.path),
                    fault=said_by(error),
                )
            ) from error
    if request.mains is not None:
        chain = replace(chain, filters=replace(chain.filters, notch_hz=MAINS[request.mains]))
    return replace(chain, zero_phase=request.zero_phase)
