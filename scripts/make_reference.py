"""Writes the reference of the API into docs/api/: signatures and docstrings, as plain Markdown.

A page says what it wants by a comment, ``<!-- api: pytest_mgh.mock_mgh -->``, perhaps with
``members=start,stop``; what follows, as far as ``<!-- end -->``, is made from the code. With
``--check`` nothing is written: it exits with 1 if a page is not what the code says.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import griffe

ROOT = Path(__file__).parents[1]
PAGES = ROOT / "docs" / "api"

WIDTH = 88  # of a signature that stands in one line
_PART = re.compile(
    r"(?P<mark><!-- api: (?P<name>\S+)(?: members=(?P<members>\S+))? -->)\n.*?<!-- end -->",
    re.DOTALL,
)
_HEADING = re.compile(r"^(#+) ", re.MULTILINE)


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the pages, or with ``--check`` compare them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; 1 if a page is old")
    check = parser.parse_args(arguments).check
    differs = False
    for path in sorted(PAGES.glob("*.md")):
        page = path.read_text("utf-8")
        made = make_page(page)
        if made != page:
            differs = True
            print(f"{path.relative_to(ROOT)}: {'not what the code says' if check else 'written'}")
            if not check:
                path.write_text(made, "utf-8")
    return int(check and differs)


def make_page(page: str) -> str:
    """Return a page with the parts that its comments request."""

    def fill(part: re.Match[str]) -> str:
        before = _HEADING.findall(_PART.sub("", page[: part.start()]))
        level = len(before[-1]) + 1
        members = part["members"].split(",") if part["members"] else []
        return f"{part['mark']}\n\n{_describe(_find(part['name']), level, members)}\n<!-- end -->"

    return _PART.sub(fill, page)


def _load() -> griffe.Module:
    loader = griffe.GriffeLoader(
        search_paths=[ROOT],
        docstring_parser="google",
        docstring_options={"returns_multiple_items": False, "returns_named_value": False},
    )
    package = loader.load("pytest_mgh")
    loader.resolve_aliases(external=False)
    assert isinstance(package, griffe.Module)
    return package


PACKAGE = _load()


def _find(name: str) -> griffe.Object:
    found: griffe.Object | griffe.Alias = PACKAGE
    for part in name.split(".")[1:]:
        found = found.all_members[part]
    return found.final_target if isinstance(found, griffe.Alias) else found


def _describe(found: griffe.Object, level: int, members: Sequence[str] = ()) -> str:
    """Return the heading, the signature and the docstring of an object, then of its members."""
    sections = found.docstring.parsed if found.docstring else []
    lines = [f"{'#' * level} `{found.name}`", "", *_signature(found, sections)]
    for section in sections:
        lines += [*_SECTIONS[section.kind.value](section.value), ""]
    for name in members:
        lines.append(_describe(_find(f"{found.path}.{name}"), level + 1))
    return "\n".join(lines).rstrip() + "\n"


def _signature(found: griffe.Object, sections: Sequence[Any]) -> Iterator[str]:
    if isinstance(found, griffe.Attribute):
        yield from ("```python", f"{found.name}: {found.annotation}", "```", "")
    elif isinstance(found, griffe.Function):
        yield from ("```python", _call(found.name, found, f" -> {found.returns}"), "```", "")
    elif isinstance(found, griffe.Class) and _shows_arguments(sections):
        made = found.all_members["__init__"]
        assert isinstance(made, griffe.Function)
        yield from ("```python", _call(found.name, made, ""), "```", "")


def _shows_arguments(sections: Sequence[Any]) -> bool:
    return any(section.kind.value == "parameters" for section in sections)


_AFTER_STAR = (griffe.ParameterKind.keyword_only, griffe.ParameterKind.var_positional)
_MARKS: dict[object, str] = {
    griffe.ParameterKind.var_positional: "*",
    griffe.ParameterKind.var_keyword: "**",
}


def _call(name: str, function: griffe.Function, end: str) -> str:
    parts: list[str] = []
    kinds = griffe.ParameterKind
    before: griffe.ParameterKind | None = None
    for parameter in list(function.parameters):
        if parameter.name in ("self", "cls"):
            continue
        if before is kinds.positional_only and parameter.kind is not before:
            parts.append("/")
        if parameter.kind is kinds.keyword_only and before not in _AFTER_STAR:
            parts.append("*")
        parts.append(_parameter(parameter, function))
        before = parameter.kind
    line = f"{name}({', '.join(parts)}){end}"
    if len(line) <= WIDTH:
        return line
    return "\n".join([f"{name}(", *(f"    {part}," for part in parts), f"){end}"])


def _parameter(parameter: griffe.Parameter, function: griffe.Function) -> str:
    text = f"{_MARKS.get(parameter.kind, '')}{parameter.name}"
    if parameter.annotation is not None:
        text += f": {parameter.annotation}"
    if parameter.default is None or parameter.kind in _MARKS:
        return text
    default = str(parameter.default)
    if re.fullmatch(r"_?[A-Z_]+", default):  # a constant: readers want its value
        default = repr(getattr(import_module(function.module.path), default))
    return f"{text} = {default}"


def _text(text: str) -> Iterator[str]:
    yield text


def _items(title: str, form: str) -> Callable[[Any], Iterator[str]]:
    def write(items: Any) -> Iterator[str]:
        yield from (f"**{title}**", "")
        for item in items:
            text = " ".join(item.description.split())
            yield form.format(item=item, text=text)

    return write


def _returns(items: Any) -> Iterator[str]:
    yield f"**Returns:** {' '.join(items[0].description.split())}"


_SECTIONS: dict[str, Callable[[Any], Iterator[str]]] = {
    "text": _text,
    "parameters": _items("Arguments", "- `{item.name}`: {text}"),
    "attributes": _items("Attributes", "- `{item.name}` (`{item.annotation}`): {text}"),
    "raises": _items("Raises", "- `{item.annotation}`: {text}"),
    "returns": _returns,
    "yields": _returns,
}


if __name__ == "__main__":
    sys.exit(main())
