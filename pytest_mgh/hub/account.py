"""Another account of a hub, or another Region, in a test's hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_mgh.hub.account_seeds import AccountSeeds

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_mgh.state.world import World


class HubAccount(AccountSeeds):
    """The views and seeds of an account, in its home Region or another one.

    `MigrationHub.account` gives it. It has the members of `MigrationHub` that show and add:
    `home_region`, `streams`, `tasks`, `servers`, `add_stream`, `add_task`, `add_server`, `load`
    and their like.
    """

    def __init__(self, world: Callable[[], World], account_id: str, region: str | None) -> None:
        """Look at an account.

        Args:
            world: Returns the state of the hub.
            account_id: The account.
            region: The Region; `None` is the account's home Region, us-west-2 while none is set.
        """
        self._get_world = world
        self._account_id = account_id
        self._region = region

    def __repr__(self) -> str:
        return f"<HubAccount {self._account_id} in {self._place[1]}>"

    @property
    def _world(self) -> World:  # type: ignore[override]  # of the hub, which may get another one
        return self._get_world()

    @property
    def _place(self) -> tuple[str, str]:
        return self._account_id, self._region or self._world.home_region(self._account_id)

    @property
    def account_id(self) -> str:
        """The id of the account."""
        return self._account_id
