"""JSON in one form only, as it is sealed and signed: RFC 8785 for texts, whole numbers, lists and
maps (no spaces, only escapes that must be).

ValueError for a number that JSON does not have.
"""

import json

# The names of a map stay in their order.
encode = json.JSONEncoder(
    ensure_ascii=False,
    separators=(",", ":"),
    allow_nan=False,
).encode

# The names of a map are sorted by code points: RFC 8785 sorts ASCII names in the same way.
encode_sorted = json.JSONEncoder(
    ensure_ascii=False,
    separators=(",", ":"),
    allow_nan=False,
    sort_keys=True,
).encode
