"""How the state of a hub begins, and what goes on where another state takes its place."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from pytest_mgh.access.principals import FAKE_CREDENTIALS, Principal
from pytest_mgh.state.world import World

if TYPE_CHECKING:
    from pytest_mgh.state.settings import Settings


def new_world(settings: Settings) -> World:
    """Return the state of a hub in which nothing has happened yet."""
    key, secret, token = FAKE_CREDENTIALS.values()
    principal = Principal(
        "migration-tool", settings.account_id, access_key=key, secret=secret, token=token
    )
    principal.policy = settings.policy
    world = World(settings, principal)
    note_remarks(world, principal)
    return world


def note_remarks(world: World, principal: Principal) -> None:
    """Note what is odd about the policies of a principal: a warning may not be seen."""
    with world.lock, world.journal.whole():
        for remark in principal.remarks:
            world.note_once(remark)


def move_home(world: World, settings: Settings) -> None:
    """Let the default account be at home elsewhere from the beginning, if nothing is stored.

    Args:
        world: The state of the hub.
        settings: The options, of which only the home Region is another one.
    """
    with world.lock, world.journal.whole() as journal:
        account = world.account(world.settings.account_id)
        if (
            not account.stores
            and account.home_region == world.settings.home_region
            and settings.home_region is not None
        ):
            world.set_home_region(world.settings.account_id, settings.home_region)
            journal.set(world, "settings", settings)


def hand_over(before: World, after: World, backoffs: list[float], revision: int) -> None:
    """Let another state, or the same one as it once was, go on for a hub; may be done twice.

    Args:
        before: The state that the hub has.
        after: The state that it gets.
        backoffs: The delays that the hub shows then.
        revision: The revision of the state before.
    """
    after.lock = before.lock
    after.journal.count = revision + 1
    after.test_errors = before.test_errors  # raised at the exit
    after.downloads_url = before.downloads_url
    # The list that the interception notes delays in stays the same one.
    before.backoffs[:], after.backoffs = backoffs, before.backoffs


def keep_principals(before: World, after: World) -> None:
    """Let the principals that a test holds go on deciding, as the new state has them."""
    for key, principal in after.principals.items():
        held = before.principals.get(key)
        if held is not None:
            for field in fields(principal):
                object.__setattr__(held, field.name, getattr(principal, field.name))
            after.principals[key] = held
    after.default_principal = after.principals[after.default_principal.access_key]
