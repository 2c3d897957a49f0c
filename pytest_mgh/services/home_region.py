"""The home-Region API: the 4 operations of `migrationhub-config`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pytest_mgh.services.paging import Page
from pytest_mgh.services.service import Access, HomeRegion, Service
from pytest_mgh.state.accounts import SUPPORTED_REGIONS, HomeRegionControl

if TYPE_CHECKING:
    from pytest_mgh.services.call import Call
    from pytest_mgh.state.store import Store

MIGRATION_HUB_CONFIG = Service(
    name="migrationhub-config",
    target_prefix="AWSMigrationHubMultiAccountService",
    signing_name="mgh",
    event_source="migrationhubconfig.amazonaws.com",
    iam_prefix="mgh",
    invalid="InvalidInputException",
    denied="AccessDeniedException",
    denied_dry_run="AccessDeniedException",  # its model has no UnauthorizedOperation
    home_region_not_set="",
)


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


@MIGRATION_HUB_CONFIG.operation(
    Access.WRITE,
    home_region=HomeRegion.UNNEEDED,
    dry_run=True,
    input_rules=(_supported_region, _own_account),
)
def create_home_region_control(call: Call, _: Store) -> dict[str, Any]:
    """Set the home Region of an account that has none (H1)."""
    if call.account.control is not None:
        MIGRATION_HUB_CONFIG.refuse_input(
            f"The home region of account '{call.account.account_id}' is already set to "
            f"'{call.account.control.home_region}'."
        )
    control = call.world.set_home_region(call.account.account_id, call.request["HomeRegion"])
    return {"HomeRegionControl": _described(control)}


@MIGRATION_HUB_CONFIG.operation(Access.WRITE, home_region=HomeRegion.UNNEEDED)
def delete_home_region_control(call: Call, _: Store) -> dict[str, Any]:
    """Unset the home Region; what is stored in it stays (H12)."""
    control, control_id = call.account.control, call.request["ControlId"]
    if control is None or control.control_id != control_id:
        MIGRATION_HUB_CONFIG.refuse_input(f"Home region control '{control_id}' does not exist.")
    call.account.control = None
    return {}


@MIGRATION_HUB_CONFIG.operation(Access.LIST, home_region=HomeRegion.UNNEEDED)
def describe_home_region_controls(call: Call, _: Store) -> dict[str, Any]:
    """List the account's controls that match every filter given (H16)."""
    page: Page[str] = Page(call, most=100)
    control = call.account.control
    found = [control] if control and _matches(control, call.request) else []  # one page at most
    return page.answer("HomeRegionControls", [_described(one) for one in found])


@MIGRATION_HUB_CONFIG.operation(Access.READ, home_region=HomeRegion.UNNEEDED)
def get_home_region(call: Call, _: Store) -> dict[str, Any]:
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
