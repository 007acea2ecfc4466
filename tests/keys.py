"""What may have become of the signing keys of a server in production."""

from pathlib import Path

WAYS = ("no directory", "an empty directory", "a file in its place", "a file that is no key")


def lose_keys(settings, place: Path, way: str = "no directory") -> None:
    """The settings point to keys that cannot be used."""
    keys = place / "lost-keys"
    if way == "a file in its place":
        keys.write_text("")
    elif way != "no directory":
        keys.mkdir()
    if way == "a file that is no key":
        (keys / "0123456789abcdef.pem").write_text("nothing")
    settings.SIGNING_KEYS, settings.PRODUCTION = keys, True
