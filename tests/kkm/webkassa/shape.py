"""What an answer looks like when the figures are taken out: its keys in their order, their
types, how they nest.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import reduce
from pathlib import Path

SHAPES = Path(__file__).parent / "shapes"
TYPES = {bool: "true or false", int: "number", float: "number", str: "text", type(None): "nothing"}

Shape = str | dict | list


def shape(value: object) -> Shape:
    """Of a value. What lies in a list has one shape: the keys of all its elements."""
    if isinstance(value, Mapping):
        return {key: shape(inside) for key, inside in value.items()}
    if isinstance(value, list):
        return [reduce(together, (shape(one) for one in value))] if value else []
    return TYPES[type(value)]


def together(one: Shape, other: Shape) -> Shape:
    """A shape that has the keys of both, each where it stands.

    ValueError where they differ in a type.
    """
    if isinstance(one, dict) and isinstance(other, dict):
        return {
            key: together(one.get(key, other.get(key)), other.get(key, one.get(key)))
            for key in _in_order(one, other)
        }
    if isinstance(one, list) and isinstance(other, list):
        return [together(one[0], other[0])] if one and other else one or other
    if one != other:
        raise ValueError(f"{one} and {other} in one place")
    return one


def _in_order(one: Mapping, other: Mapping) -> list[str]:
    keys, place = list(one), 0
    for key in other:
        if key not in keys:
            keys.insert(place, key)
        place = keys.index(key) + 1
    return keys


def filled(theirs: Shape, ours: Shape) -> Shape:
    """Theirs, with ours for what they say nothing of: their empty lists."""
    if isinstance(theirs, dict) and isinstance(ours, dict):
        return {key: filled(inside, ours.get(key, inside)) for key, inside in theirs.items()}
    if isinstance(theirs, list) and isinstance(ours, list):
        return [filled(theirs[0], ours[0])] if theirs and ours else theirs or ours
    return theirs


def written(shape: Shape) -> str:
    """As a text: two are the same only if their keys stand in the same order."""
    return json.dumps(shape, ensure_ascii=False, indent=1)


def read(path: Path) -> Shape:
    """Of a file of JSON."""
    return shape(json.loads(path.read_text(encoding="utf-8")))


def declared(schema: Mapping, definitions: Mapping) -> Shape:
    """Of a JSON Schema."""
    if "$ref" in schema:
        return declared(definitions[schema["$ref"].rpartition("/")[2]], definitions)
    if schema["type"] == "object":
        return {
            name: declared(inside, definitions) for name, inside in schema["properties"].items()
        }
    if schema["type"] == "array":
        return [declared(schema["items"], definitions)]
    return {"boolean": "true or false", "integer": "number", "number": "number", "string": "text"}[
        schema["type"]
    ]
