"""What the four operations of migrationhub-config do."""

from __future__ import annotations

from typing import Any

SUPPORTED = (
    "us-east-1",
    "us-west-2",
    "ap-northeast-1",
    "ap-southeast-2",
    "eu-central-1",
    "eu-west-1",
    "eu-west-2",
)


CONTROL_ID = "hrc-[a-z0-9]{12}"


def check_control(call: Any) -> None:
    """H10: only Regions that have Migration Hub; H14: only the caller's own account."""
    if call.request["HomeRegion"] not in SUPPORTED:
        call.invalid()
    if call.request["Target"].get("Id", call.caller.account) != call.caller.account:
        call.invalid()


def create(call: Any) -> Any:
    """H1: one home Region an account."""
    account = call.caller.account
    if call.model.homes.get(account):
        call.invalid()
    control = {
        "ControlId": call.learn(
            call.seen.get("HomeRegionControl", {}).get("ControlId"), CONTROL_ID
        ),
        "HomeRegion": call.request["HomeRegion"],
        "Target": {"Type": "ACCOUNT", "Id": account},
        "RequestedTime": call.now,
    }
    call.model.homes[account] = control
    return {"HomeRegionControl": control}


def delete(call: Any) -> Any:
    """H12: the data stays."""
    home = call.model.homes.get(call.caller.account)
    if home is None or home["ControlId"] != call.request["ControlId"]:
        call.invalid()
    call.model.homes[call.caller.account] = None
    return {}


def describe(call: Any) -> Any:
    """H16: all filters must match."""
    home, request = call.model.homes.get(call.caller.account), call.request
    rows = []
    if (
        home is not None
        and request.get("ControlId", home["ControlId"]) == home["ControlId"]
        and request.get("HomeRegion", home["HomeRegion"]) == home["HomeRegion"]
        and request.get("Target", {}).items() <= home["Target"].items()
    ):
        rows = [(0, home)]
        if home["ControlId"] not in call.model.ids:  # the response that had it was lost
            shown = call.seen.get("HomeRegionControls") or [{}]
            home["ControlId"] = call.learn(shown[0].get("ControlId"), CONTROL_ID)
    return call.page(rows, "HomeRegionControls", 100)


def get(call: Any) -> Any:
    """H8: absent if none is set."""
    home = call.model.homes.get(call.caller.account)
    return {"HomeRegion": home["HomeRegion"]} if home else {}


RULES = {"CreateHomeRegionControl": check_control}
HANDLERS = {
    "CreateHomeRegionControl": create,
    "DeleteHomeRegionControl": delete,
    "DescribeHomeRegionControls": describe,
    "GetHomeRegion": get,
}
