"""A WiFi Shield with a Cyton on it: its little web server, and the stream that it sends back."""

from __future__ import annotations

import json
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Final, Self

import numpy as np

from emg.blocks import FloatArray
from tests.emulators.cyton_firmware import CytonFirmware, packets

FS_HZ: Final = 1000.0
MOST_CHARACTERS: Final = 31
BURST_S: Final = 0.01


class WifiShield:
    """Answers at an address of this computer's own, port 80; a context manager.

    Parameters
    ----------
    pairs_uv : ndarray of shape (8,) or (16,)
        Steady potential of every pair of electrodes; 16 with a Daisy.

    Attributes
    ----------
    firmware : CytonFirmware
        The board that sits on it.
    commands : list of str
        What it was told for the board.

    Raises
    ------
    OSError
        If port 80 is not ours to open.
    """

    address = "127.0.0.1"

    def __init__(self, pairs_uv: FloatArray) -> None:
        self.daisy = len(pairs_uv) > 8
        self.firmware = CytonFirmware(self.daisy)
        self.commands: list[str] = []
        self._pairs_uv = pairs_uv
        self._socket: socket.socket | None = None
        self._stopping = threading.Event()
        self._stream = threading.Thread(target=self._send, name="emg-emulator-shield")
        self._server = ThreadingHTTPServer((self.address, 80), _handler(self))
        self._serving = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})

    def __enter__(self) -> Self:
        self._serving.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        self._server.shutdown()
        self._serving.join()
        self._server.server_close()
        if self._socket is not None:
            self._socket.close()

    def connect_back(self, ip: str, port: int) -> None:
        self._socket = socket.create_connection((ip, port))

    def hear(self, command: str) -> tuple[int, str]:
        """Pass a command on; status and reply."""
        if len(command) > MOST_CHARACTERS:
            return 501, "Error: Sent more than 31 chars"
        self.commands.append(command)
        reply = b"".join(reply for _, reply in self.firmware.hear(command.encode("ascii")))
        return 200, reply.decode("ascii").removesuffix("$$$")

    def start(self) -> None:
        self._stream.start()

    def stop(self) -> None:
        self._stopping.set()
        if self._stream.ident is not None:
            self._stream.join()

    def _send(self) -> None:
        assert self._socket is not None
        start_s = time.monotonic()
        n_sent = 0
        while not self._stopping.wait(BURST_S):
            n = int((time.monotonic() - start_s) * FS_HZ) - n_sent
            counters = n_sent + np.arange(n, dtype=np.int64)
            counts = self.firmware.convert(np.tile(self._pairs_uv, (n, 1)))
            parts = [
                packets(counters, counts[:, first : first + 8]) for first in range(0, counts.shape[1], 8)
            ]
            rows = [np.frombuffer(part, dtype=np.uint8).reshape(n, 33) for part in parts]
            self._socket.sendall(np.stack(rows, axis=1).tobytes())  # Cyton and Daisy in turn, one number each
            n_sent += n


def _handler(shield: WifiShield) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/stream/start":
                shield.start()
            elif self.path == "/stream/stop":
                shield.stop()
            self._reply(200, "")

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if self.path == "/tcp":
                shield.connect_back(body["ip"], body["port"])
                self._reply(200, "")
            else:
                self._reply(*shield.hear(body["command"]))

        def _reply(self, status: int, text: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "text/plain")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text.encode("ascii"))

        def log_request(self, code: Any = "-", size: Any = "-") -> None:
            """Say nothing of it on the terminal."""

    return Handler
