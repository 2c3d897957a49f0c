"""The home-Region API: the 4 operations of `migrationhub-config`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pytest_mgh.services.operation import Access, HomeRegion, operation
from pytest_mgh.services.paging import paged
from pytest_mgh.services.service import MIGRATION_HUB_CONFIG
from pytest_mgh.state.accounts import SUPPORTED_REGIONS, HomeRegionControl

if TYPE_CHECKING:
    from pytest_mgh.services.operation import Call, Result
    from pytest_mgh.state.store import Store


def _supported_region(call: Call) -> None:
    """Refuse a home Region in which Migration Hub is not offered (H10)."""
    region = call.request["HomeRegion"]
    if region not in SUPPORTED_REGIONS:
        MIGRATION_HUB_CONFIG.refuse_input(
            f"Home region '{region}' is not supported. Supported: {', '.join(SUPPORTED_REGIONS)}."
        )


def _own_account(call: Call) -> None:
    """Refuse a target that is not the caller's account (H14)."""
    target = call.request["Target"].get("Id", call.account.account_id)
    if target != call.account.account_id:
        MIGRATION_HUB_CONFIG.refuse_input(
            f"Target '{target}' is not the calling account '{call.account.account_id}'."
        )


@operation(
    MIGRATION_HUB_CONFIG,
    Access.WRITE,
    home_region=HomeRegion.UNNEEDED,
    input_rules=(_supported_region, _own_account),
)
def create_home_region_control(call: Call, _: Store) -> Result:
    """Set the home Region of an account that has none (H1)."""
    if call.account.control is not None:
        MIGRATION_HUB_CONFIG.refuse_input(
            f"The home region of account '{call.account.account_id}' is already set to "
            f"'{call.account.control.home_region}'."
        )
    control = call.hub.set_home_region(call.account.account_id, call.request["HomeRegion"])
    return {"HomeRegionControl": _described(control)}


@operation(MIGRATION_HUB_CONFIG, Access.WRITE, home_region=HomeRegion.UNNEEDED)
def delete_home_region_control(call: Call, _: Store) -> Result:
    """Unset the home Region; what is stored in it stays (H12)."""
    control, control_id = call.account.control, call.request["ControlId"]
    if control is None or control.control_id != control_id:
        MIGRATION_HUB_CONFIG.refuse_input(f"Home region control '{control_id}' does not exist.")
    call.hub.unset_home_region(call.account.account_id)
    return {}


@operation(MIGRATION_HUB_CONFIG, Access.LIST, home_region=HomeRegion.UNNEEDED)
def describe_home_region_controls(call: Call, _: Store) -> Result:
    """List the account's controls that match every filter given (H16)."""
    control = call.account.control
    found = [control] if control and _matches(control, call.request) else []  # one page at most
    return paged(call, "HomeRegionControls", lambda _: iter(found), _described)


@operation(MIGRATION_HUB_CONFIG, Access.READ, home_region=HomeRegion.UNNEEDED)
def get_home_region(call: Call, _: Store) -> Result:
    """Tell the home Region; without one HomeRegion is absent (H8)."""
    region = call.account.home_region
    return {} if region is None else {"HomeRegion": region}


def _described(control: HomeRegionControl) -> dict[str, Any]:
    return {
        "ControlId": control.control_id,
        "HomeRegion": control.home_region,
        "Target": {"Type": "ACCOUNT", "Id": control.target_id},
        "RequestedTime": control.requested_time,
    }


def _matches(control: HomeRegionControl, asked: Mapping[str, Any]) -> bool:
    return bool(
        asked.get("ControlId", control.control_id) == control.control_id
        and asked.get("HomeRegion", control.home_region) == control.home_region
        and asked.get("Target", {}).get("Id", control.target_id) == control.target_id
    )
