"""HTML as a browser reads it: how a template is broken into lines makes no difference."""

import re


def markup(html: str) -> str:
    """HTML without the white space at the edges of elements, and one space for all other."""
    text = " ".join(html.split())
    text = re.sub(r" (?=>)", "", text)  # <td >
    text = re.sub(r"(<[^/<>][^<>]*>) ", r"\1", text)  # <td> text
    text = re.sub(r" (?=</)", "", text)  # text </td>
    return re.sub(r"(?<=>) (?=<)", "", text)  # </td> <td>
