"""A hub made of dicts and lists, written from AWS's documents: it answers every call.

It shares no code with the package, and is slow and plain on purpose. It does not make ids and
tokens: it learns them from the hub's answers, and refuses those that cannot be right.
`silent` marks what the documents leave open: `docs/fidelity/` lists these choices.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from proof import (
    model_background,
    model_discovery,
    model_exports,
    model_home_region,
    model_imports,
    model_migration_hub,
)
from proof.model_call import Answer, Call, Caller, RefusedError
from proof.policies import allows

PARTS = (
    "streams",
    "states",
    "servers",
    "applications",
    "agents",
    "processes",
    "connections",
    "imports",
    "deletions",
    "exports",
    "continuous",
)
TIMEOUTS = {
    "ConnectTimeout": "ConnectTimeoutError",
    "ReadTimeout": "ReadTimeoutError",
    "ConnectionReset": "ConnectionClosedError",
}
# AWS's common errors: whether the front end sends them before it knows the caller.
COMMON = {
    "AccessDeniedException": False,
    "ExpiredTokenException": True,
    "InternalFailure": False,
    "OptInRequired": False,
    "RequestExpired": True,
    "ServiceUnavailable": False,
    "ThrottlingException": False,
    "UnrecognizedClientException": True,
    "ValidationError": False,
}
DRY_RUN = "Dry Run was a success!"
NO_HOME_REGION = {
    "mgh": "Your home region is not set. Before calling AWS Migration Hub APIs, set your home "
    "region with CreateHomeRegionControl.",
    "discovery": "Home Region is not set for the calling Account. Please create your home region "
    "using CreateHomeRegionControls API.",
}
HANDLERS = {
    **model_migration_hub.HANDLERS,
    **model_home_region.HANDLERS,
    **model_discovery.HANDLERS,
    **model_imports.HANDLERS,
    **model_exports.HANDLERS,
}
RULES = {
    **model_migration_hub.RULES,
    **model_home_region.RULES,
    **model_discovery.RULES,
    **model_exports.RULES,
}


EXPIRED = "ExpiredTokenException"


class Model:
    """The whole hub: accounts, callers' policies, faults, waiting work, clock."""

    def __init__(self, now: float, background: Any, strict: bool, starts: bool) -> None:
        self.now = now
        self.background, self.strict, self.starts = background, strict, starts
        self.homes: dict[str, dict[str, Any] | None] = {}
        self.stores: dict[tuple[str, str], dict[str, Any]] = {}
        self.policies: dict[str, Any] = {}
        self.ends: dict[str, float] = {}
        self.faults: list[dict[str, Any]] = []
        self.throttles: dict[str, list[float]] = {}
        self.work: list[dict[str, Any]] = []
        self.tokens: dict[str, dict[str, Any]] = {}
        self.sources: dict[str, list[dict[str, str]]] = {}
        self.ids: set[str] = set()
        self.count = 0

    def store(self, account: str, region: str) -> dict[str, Any]:
        """Return the data of an account in a Region."""
        return self.stores.setdefault((account, region), {part: {} for part in PARTS})

    def next(self) -> int:
        """Return the next number, for lists in the order of creation."""
        self.count += 1
        return self.count

    # calls

    def call(self, caller: Caller, region: str, name: str, request: Any, seen: Answer) -> Answer:
        """Answer a call; `seen` is the hub's answer, for the ids that only it knows."""
        call = Call(self, caller, region, name, request)
        call.seen = seen.result or {}
        self.do_due()
        if region not in model_home_region.SUPPORTED:
            return Answer(exception="EndpointConnectionError", recorded=False)
        if self.ends.get(caller.name, self.now + 1) <= self.now:
            message = "The security token included in the request is expired"
            return Answer(code=EXPIRED, message=message, recorded=False)
        lost = early = False
        try:
            lost = self._fail(call)
            self._throttle(name)
            result = self._answer(call)
        except RefusedError as refused:
            answer = Answer(code=refused.code, message=refused.message)
            early = COMMON.get(refused.code, False) and refused.code not in call.operation.errors
            if refused.code in TIMEOUTS:
                answer, early = Answer(exception=TIMEOUTS[refused.code]), True
        else:
            answer = Answer(result)
            self.do_due()
        if lost:
            answer = Answer(exception="ReadTimeoutError")
        return answer._replace(recorded=not early)

    def _fail(self, call: Call) -> bool:
        """Apply the oldest fault of a call; return whether the response is lost."""
        for fault in self.faults:
            if fault["times"] == 0 or not self._meets(call, fault):
                continue
            if fault["after"]:
                fault["after"] -= 1
                continue
            fault["times"] = fault["times"] and fault["times"] - 1
            if fault["error"] != "ResponseLost":
                raise RefusedError(fault["error"])
            return True
        return False

    def _meets(self, call: Call, fault: dict[str, Any]) -> bool:
        """Whether a fault is about a call: its operation, its error, and what its request has."""
        error, name = fault["error"], call.operation.name
        possible = {*call.operation.errors, *COMMON, *TIMEOUTS, "ResponseLost"}
        if fault["operation"] not in (name, "*") or error not in possible:
            return False
        return _has(call.request, fault["when"] or {})

    def _throttle(self, name: str) -> None:
        """Refuse a call for which a bucket has no token: the operation's own, then that of all."""
        for bucket in (name, "*"):
            self._take_token(bucket)

    def _take_token(self, name: str) -> None:
        if name in self.throttles:
            per_second, tokens, time = self.throttles[name]
            tokens = min(max(per_second, 1.0), tokens + (self.now - time) * per_second)
            self.throttles[name] = [per_second, tokens - 1 if tokens >= 1 else tokens, self.now]
            if tokens < 1:
                raise RefusedError("ThrottlingException")

    def _answer(self, call: Call) -> Any:
        """Go through the order of checks."""
        operation, request = call.operation, call.request
        if not operation.request.obeyed_by(request):
            call.invalid()
        self._authorize(call)
        self._check_home(call)
        call.check_token()
        rule = RULES.get(operation.name)
        if rule is not None:
            rule(call)
        if request.get("DryRun"):
            raise RefusedError("DryRunOperation", DRY_RUN)
        return HANDLERS[operation.name](call)

    def _authorize(self, call: Call) -> None:
        operation, request = call.operation, call.request
        prefix = "discovery" if operation.service == "discovery" else "mgh"
        arn = f"arn:aws:mgh:{call.region}:{call.caller.account}:progressUpdateStream/"
        resource = {
            "*": "*",
            "S": f"{arn}{request.get('ProgressUpdateStreamName')}",
            "T": f"{arn}{request.get('ProgressUpdateStream')}/migrationTask/"
            f"{request.get('MigrationTaskName')}",
        }[operation.on]
        if allows(self.policies.get(call.caller.name), f"{prefix}:{operation.name}", resource):
            return
        if operation.service == "discovery":
            raise RefusedError("AuthorizationErrorException")
        if request.get("DryRun") and "UnauthorizedOperation" in operation.errors:
            raise RefusedError("UnauthorizedOperation")
        raise RefusedError("AccessDeniedException")

    def _check_home(self, call: Call) -> None:
        if call.operation.home == "-":
            return
        home, service = self.homes.get(call.caller.account), call.operation.service
        if home is None:
            raise RefusedError("HomeRegionNotSetException", NO_HOME_REGION[service])
        if call.operation.home == "W" and home["HomeRegion"] != call.region:
            discovery = service == "discovery"
            raise RefusedError(
                "HomeRegionNotSetException" if discovery else "InvalidInputException"
            )

    # time and background work

    def add_work(self, operation: str, account: str, region: str, subject: tuple[str, ...]) -> None:
        """Add pending work; the same work waits only once, and its delay restarts."""
        work = {"of": (operation, account, region, *subject)}
        if not isinstance(self.background, str):
            self.work = [one for one in self.work if one["of"] != work["of"]]
        if any(one["of"] == work["of"] for one in self.work):
            return
        delays = {"eager": 0, "manual": float("inf")}
        self.work.append(work | {"due": self.now + delays.get(self.background, self.background)})

    def do_due(self) -> None:
        """Do the work that is due."""
        due = [work for work in self.work if work["due"] <= self.now]
        self.work = [work for work in self.work if work["due"] > self.now]
        self._do(due)

    def settle(self) -> None:
        """Do all work."""
        due, self.work = self.work, []
        self._do(due)

    def advance(self, seconds: int) -> None:
        """Move the clock."""
        self.now += seconds
        self.do_due()

    def _do(self, due: list[dict[str, Any]]) -> None:
        for work in due:
            operation, account, region, *subject = work["of"]
            model_background.WORK[operation](self, self.store(account, region), *subject)

    # ids that the hub generated in the background

    def learn_ids(self, look: Callable[[str, str, str], list[str]]) -> None:
        """Take unknown ids from the hub, in the order of creation."""
        for (account, region), store in self.stores.items():
            kinds = ("servers", "applications", "imports", "deletions", "exports", "continuous")
            for kind in kinds:
                new = [id_ for id_ in store[kind] if id_.startswith("?")]
                if new:
                    made = [id_ for id_ in look(account, region, kind) if id_ not in store[kind]]
                    assert len(made) == len(new), (made, new)
                    self.ids.update(made)
                    names = dict(zip(new, made, strict=True))
                    self.work = _renamed(self.work, names)
                    named = _renamed(store, names)
                    store.clear()
                    store.update(named)


def _has(whole: Any, part: Any) -> bool:
    """Whether a part, nested, is in a request."""
    if isinstance(part, dict):
        return isinstance(whole, dict) and all(
            name in whole and _has(whole[name], member) for name, member in part.items()
        )
    if isinstance(part, list):
        return isinstance(whole, list) and all(
            any(_has(one, item) for one in whole) for item in part
        )
    return type(whole) is type(part) and bool(whole == part)


def _renamed(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {_renamed(key, names): _renamed(member, names) for key, member in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(_renamed(item, names) for item in value)
    return names.get(value, value) if isinstance(value, str) else value
