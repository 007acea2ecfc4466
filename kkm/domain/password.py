"""Passwords that nobody thinks up: drawn, told once, and kept as a hash."""

import secrets

# nothing that is mistaken for something else on paper: no l, o, 0, 1
ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"
GROUPS, LETTERS = 3, 4  # 12 characters of 32: 60 bits


def drawn_password() -> str:
    """Random, of small letters and digits in three groups: «kf7m-x3tq-9wbh»."""
    return "-".join(
        "".join(secrets.choice(ALPHABET) for _letter in range(LETTERS)) for _group in range(GROUPS)
    )
