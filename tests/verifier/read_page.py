"""Reads a report's page the way a browser does, as far as a test has to know."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "input"}


@dataclass
class Element:
    """One element: its name, attributes, text with that of its children, and children."""

    name: str
    attributes: dict[str, str]
    text: str = ""
    children: list[Element] = field(default_factory=list)

    def all(self, name: str, **attributes: str) -> list[Element]:
        """Descendants of that name with these attributes, in document order."""
        found = []
        for child in self.children:
            same = all(child.attributes.get(key) == value for key, value in attributes.items())
            found += [child] * (child.name == name and same) + child.all(name, **attributes)
        return found


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("", {})
        self._open = [self.root]

    def handle_starttag(self, tag, attrs):
        attributes = {key: value or "" for key, value in attrs}
        assert len(attributes) == len(attrs), f"{tag}: an attribute twice"
        element = Element(tag, attributes)
        self._open[-1].children.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag):
        assert self._open[-1].name == tag, f"{tag} closes {self._open[-1].name}"
        self._open.pop()

    def handle_data(self, data):
        for element in self._open:
            element.text += data

    def close(self):
        super().close()
        assert self._open == [self.root], "an element is left open"


def read_page(data: bytes) -> Element:
    """Return the document; every element has to be closed where it was opened."""
    reader = _Reader()
    reader.feed(data.decode("utf-8"))
    reader.close()
    return reader.root
