"""`python -m alsep.healthcheck [PORT [HOST]]`: asks /healthz under a name that ALLOWED_HOSTS lets in; the exit status is the answer."""

import os
import sys
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import environ


def main(port: str = "", host: str = "127.0.0.1") -> str | None:
    """None if all is well, else a sentence (which makes the exit status 1)."""
    environ.Env.read_env(Path(__file__).resolve().parent.parent / ".env")
    port = port or os.environ.get("PORT") or "8000"
    try:
        connection = HTTPConnection(host, int(port), timeout=5)
        connection.request("GET", "/healthz", headers={"Host": _allowed_name()})
        answer = connection.getresponse()
        body = answer.read().decode()
    except (OSError, HTTPException) as refusal:
        return f"Nothing healthy answers on port {port}: {refusal}."
    return None if answer.status == 200 else f"/healthz answers {answer.status}: {body}"


def _allowed_name() -> str:
    first = os.environ.get("ALLOWED_HOSTS", "").split(",")[0].strip().lstrip(".")
    return first if first not in ("", "*") else "localhost"


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
