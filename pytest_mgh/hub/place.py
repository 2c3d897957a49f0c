"""The Region and account of a call, if they are not the hub's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_mgh.cloudtrail.records import CallRecord
    from pytest_mgh.state.world import World


def place_of(world: World, call: CallRecord) -> str:
    """Return the Region and the account of a call, as far as they are not home's; or nothing.

    Home is the default account, in its home Region.
    """
    account = world.settings.account_id
    region = call.region if call.region != world.home_region(account) else ""
    other = call.principal.account_id if call.principal.account_id != account else ""
    place = f" in {region}" if region else ""
    return f"{place} of account {other}" if other else place
