"""Hear a running session from outside: new lines of the newest events.jsonl, as events."""

from __future__ import annotations

from pathlib import Path

from emg.session.events import event_from_json
from emg.stage import Event


class EventFollower:
    """Tails the events of the session that is being recorded.

    Parameters
    ----------
    root : Path
        Folder below which sessions are written. Sessions that are there already are left alone.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._seen = set(self._files())
        self._path: Path | None = None
        self._read_bytes = 0

    def poll(self) -> list[Event]:
        """Return the events written since the last call; a line still being written waits for its end."""
        new = [path for path in self._files() if path not in self._seen]
        if new:
            self._seen.update(new)
            self._path = max(new, key=lambda path: path.stat().st_mtime_ns)
            self._read_bytes = 0
        if self._path is None:
            return []
        with self._path.open("rb") as file:
            file.seek(self._read_bytes)
            written = file.read()
        whole = written[: written.rfind(b"\n") + 1]
        self._read_bytes += len(whole)
        return [event_from_json(line) for line in whole.decode().splitlines()]

    def _files(self) -> list[Path]:
        return list(self._root.rglob("events.jsonl"))
