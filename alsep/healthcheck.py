"""`python -m alsep.healthcheck [PORT [HOST]]`: call /healthz of a running server.

The request has a host name of ALLOWED_HOSTS. The exit status is 0 if the server is healthy, else 1.
"""

import os
import sys
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import environ


def main(port: str = "", host: str = "127.0.0.1") -> str | None:
    """None if the server is healthy, else a sentence, which makes the exit status 1."""
    root = Path(__file__).resolve().parent.parent
    environ.Env.read_env(root / ".env")
    port = port or os.environ.get("PORT") or "8000"
    try:
        connection = HTTPConnection(host, int(port), timeout=5)
        connection.request("GET", "/healthz", headers={"Host": _allowed_name()})
        answer = connection.getresponse()
        body = answer.read().decode()
    except (OSError, HTTPException) as refusal:
        return f"Nothing healthy answers on port {port}: {refusal}."
    if answer.status == 200:
        return None
    return f"/healthz answers {answer.status}: {body}"


def _allowed_name() -> str:
    """The first name of ALLOWED_HOSTS, without the dot of a name that stands for subdomains."""
    names = os.environ.get("ALLOWED_HOSTS", "").split(",")
    first = names[0].strip().lstrip(".")
    if first in ("", "*"):
        return "localhost"
    return first


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
