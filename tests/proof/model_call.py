"""A call in the model, and its possible answers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from proof.operations import OPERATIONS

if TYPE_CHECKING:
    from proof.model import Model

DAY = 24 * 3600
EXPIRING = ("ListMigrationTaskUpdates", "ListSourceResources")


class RefusedError(Exception):
    """The call is answered with an error; it has a message only if AWS defines it."""

    def __init__(self, code: str, message: str | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.message = message


class Caller(NamedTuple):
    """Who calls: the name of a policy's holder, and its account."""

    name: str
    account: str


class Answer(NamedTuple):
    """What a caller gets: a result, an error's code, or an exception of the client's own.

    CloudTrail records what the service itself answers, not what its front end refuses before.
    """

    result: Any = None
    code: str | None = None
    message: str | None = None
    exception: str | None = None
    recorded: bool = True


class Call:
    """A call in the model."""

    def __init__(self, model: Model, caller: Caller, region: str, name: str, request: Any) -> None:
        self.model, self.caller, self.region = model, caller, region
        self.operation, self.request = OPERATIONS[name], request
        self.seen: Any = {}
        self.now = model.now

    @property
    def store(self) -> dict[str, Any]:
        """What the caller's account has in the Region."""
        return self.model.store(self.caller.account, self.region)

    def refuse(self, code: str) -> None:
        raise RefusedError(code)

    def invalid(self) -> None:
        """Refuse the input."""
        discovery = self.operation.service == "discovery"
        raise RefusedError(
            "InvalidParameterValueException" if discovery else "InvalidInputException"
        )

    def learn(self, said: Any, form: str) -> str:
        """Take an id from the hub's answer, if it has the right form and is a new one.

        Else give it a name for now: `Model.learn_ids` has to find it out if the answer was lost.
        """
        if isinstance(said, str) and re.fullmatch(form, said) and said not in self.model.ids:
            self.model.ids.add(said)
            return said
        return f"?{self.model.next()}, an id like {form}, not {said!r}"

    def later(self, *subject: str) -> None:
        """Leave the rest for the background."""
        self.model.add_work(self.operation.name, self.caller.account, self.region, subject)

    def page(self, rows: Iterable[tuple[Any, Any]], member: str, most: int) -> dict[str, Any]:
        """Return a page of rows, which are given as pairs of key and row, in order."""
        names = ("NextToken", "MaxResults")
        if self.operation.service == "discovery":
            names = ("nextToken", "maxResults")
        token, size = self.request.get(names[0]), self.request.get(names[1]) or most
        left = list(rows)
        if token:
            key = self.model.tokens[token]["after"]
            left = [row for row in left if row[0] > key]
        page = left[:size]
        answer: dict[str, Any] = {member: [row for _, row in page]}
        if len(left) > size:
            said = self.seen.get(names[0])
            form = "[a-zA-Z0-9/+=]{1,2048}"
            if not isinstance(said, str) or not re.fullmatch(form, said) or said == token:
                said = f"a new token, not {said!r}"
            self.model.tokens[said] = self.about_token() | {"after": page[-1][0], "made": self.now}
            answer[names[0]] = said
        return answer

    def about_token(self) -> dict[str, Any]:
        """Return the values that a token is bound to."""
        free = ("NextToken", "nextToken", "MaxResults", "maxResults")
        arguments = {name: said for name, said in self.request.items() if name not in free}
        return {"of": (self.operation.name, self.caller.account, self.region, arguments)}

    def check_token(self) -> None:
        """Refuse a token that was not given for this call, or is too old (A16)."""
        token = self.request.get("NextToken") or self.request.get("nextToken")
        if not token:
            return
        known = self.model.tokens.get(token)
        if known is None or known["of"] != self.about_token()["of"]:
            self.invalid()
        elif self.operation.name in EXPIRING and self.now - known["made"] > DAY:
            self.refuse("InvalidToken")
