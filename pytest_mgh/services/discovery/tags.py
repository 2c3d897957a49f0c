"""Tags of servers and applications. They are the service's own, not AWS resource tags."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING, Any

from pytest_mgh.errors import nearest
from pytest_mgh.services.discovery.lookup import find_items, refuse_value
from pytest_mgh.services.discovery.service import deletes, reads, writes
from pytest_mgh.services.operation import Access
from pytest_mgh.services.paging import paged
from pytest_mgh.state.discovery_records import Application, Server, Tag

if TYPE_CHECKING:
    from pytest_mgh.access.variables import Context
    from pytest_mgh.services.operation import Call, Request, Result
    from pytest_mgh.state.store import Store

MAX_TAGS = 30
"""The quota of tags a server (A20)."""

TagKey = tuple[str, int, str]
"""Type and position of a tagged item, and the tag's key: what rows are listed by."""


def _tag_keys(request: Request) -> Context:
    keys = tuple(dict.fromkeys(tag["key"] for tag in request.get("tags", ())))
    return {"aws:tagkeys": keys} if keys else {}


def _request_tags(request: Request) -> Context:
    tags = {f"aws:requesttag/{tag['key'].lower()}": tag["value"] for tag in request.get("tags", ())}
    return {**_tag_keys(request), **{name: (value,) for name, value in tags.items()}}


@writes(Access.TAGGING, condition_keys=_request_tags)
def create_tags(call: Call, store: Store) -> Result:
    """Tag items, all or none; a key that an item has gets the new value."""
    items = find_items(store.repository, call.request["configurationIds"])
    tags = {tag["key"]: tag["value"] for tag in call.request["tags"]}
    for item in items:
        if isinstance(item, Server) and len(item.tags.keys() | tags.keys()) > MAX_TAGS:
            refuse_value(f"Server '{item.configuration_id}' has at most {MAX_TAGS} tags.")
    given = {key: Tag(value, call.now) for key, value in tags.items()}
    for item in items:
        store.repository.tag(item, given)
    return {}


@deletes(Access.TAGGING, condition_keys=_tag_keys)
def delete_tags(call: Call, store: Store) -> Result:
    """Remove tags where key and value are the ones given; without tags, all of them."""
    tags = call.request.get("tags")
    for item in find_items(store.repository, call.request["configurationIds"]):
        stored = {(key, tag.value) for key, tag in item.tags.items()}
        named = stored if tags is None else {(tag["key"], tag["value"]) for tag in tags}
        store.repository.untag(item, {key for key, _ in stored & named})
    return {}


@reads()
def describe_tags(call: Call, store: Store) -> Result:
    """List the tags that obey every filter, item by item in the order in which they came."""
    filters = call.request.get("filters", ())
    for one in filters:
        if one["name"] not in _FILTERS:
            refuse_value(f"Filter '{one['name']}' is not known; {nearest(one['name'], _FILTERS)}.")
    rows: dict[TagKey, dict[str, Any]] = {}

    def matching(start: TagKey | None) -> Iterator[TagKey]:
        for key, row in _rows(store, start):
            if all(row[_FILTERS[one["name"]]] in one["values"] for one in filters):
                rows[key] = row
                yield key

    return paged(call, "tags", matching, rows.__getitem__)


_FILTERS = {"tagKey": "key", "tagValue": "value", "configurationId": "configurationId"}


def _rows(store: Store, start: TagKey | None) -> Iterator[tuple[TagKey, dict[str, Any]]]:
    """Give all tags behind one: those of servers first, then those of applications."""
    for type_, items in (
        ("SERVER", store.repository.servers),
        ("APPLICATION", store.repository.applications),
    ):
        if start is not None and start[0] == "APPLICATION" and type_ == "SERVER":
            continue
        first = start[1] if start is not None and start[0] == type_ else None
        # The item of the last row may have more tags.
        positions = chain([first] if first and items.has(first) else [], items.after(first))
        for position in positions:
            item: Server | Application = items.at(position)
            for name in sorted(item.tags):
                key = (type_, position, name)
                if start is not None and type_ == start[0] and key <= start:
                    continue
                yield (
                    key,
                    {
                        "configurationType": type_,
                        "configurationId": item.configuration_id,
                        "key": name,
                        "value": item.tags[name].value,
                        "timeOfCreation": item.tags[name].time,
                    },
                )
