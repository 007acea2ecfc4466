"""Ports of this machine for servers that a measurement or a test starts."""

from __future__ import annotations

import socket
import subprocess
import time

SECONDS = 20


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def is_listened_on(port: int, process: subprocess.Popen) -> bool:
    """Wait until the process listens on a port; False if it ends, or does not within 20 seconds."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return True
        time.sleep(0.05)
    return False
