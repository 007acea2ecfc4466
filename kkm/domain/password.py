"""Random passwords: each is shown once and kept as a hash."""

import secrets

# nothing that is mistaken for something else on paper: no l, o, 0, 1
ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"
GROUPS, LETTERS = 3, 4  # 12 characters of 32: 60 bits


def random_password() -> str:
    """Random, of small letters and digits in three groups: «kf7m-x3tq-9wbh»."""
    groups = []
    for _ in range(GROUPS):
        letters = [secrets.choice(ALPHABET) for _ in range(LETTERS)]
        groups.append("".join(letters))
    return "-".join(groups)
