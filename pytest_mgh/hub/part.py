"""What every part of the hub works on."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from pytest_mgh.errors import check_attribute, nearest
from pytest_mgh.services.background_work import do_due
from pytest_mgh.state.accounts import DEFAULT_REGION
from pytest_mgh.state.settings import check_home_region

if TYPE_CHECKING:
    from pytest_mgh.state.accounts import Account
    from pytest_mgh.state.store import Store
    from pytest_mgh.state.world import World

P = ParamSpec("P")
T = TypeVar("T")


class HubPart:
    """A part of the hub: what a test can do or see, on the hub's world."""

    _world: World

    def __setattr__(self, name: str, value: object) -> None:
        __tracebackhide__ = True
        if name != "_world":
            check_attribute(self, name, ("home_region", "policy"))
        object.__setattr__(self, name, value)

    @property
    def account_id(self) -> str:
        """The id of the default account."""
        return self._world.settings.account_id

    @property
    def home_region(self) -> str | None:
        """The default account's home Region; setting it replaces the control, `None` removes it.

        What the hub shows and seeds is the home Region's: after a change it is the new one's.

        Raises:
            ValueError: A Region in which Migration Hub is not offered.
        """
        return self._account.home_region

    @home_region.setter
    def home_region(self, region: str | None) -> None:
        with self._changing():
            if region is None:
                self._account.control = None
                return
            check_home_region(region)
            self._world.set_home_region(self._account.account_id, region)

    @property
    def revision(self) -> int:
        """A number that grows with every change of the hub, whoever makes it.

        It also grows with calls that are refused, and with background work that falls due.
        """
        with self._world.lock:
            do_due(self._world)
            callers = self._world.principals.values()
            return self._world.revision + sum(caller.revision for caller in callers)

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """Hold the lock, and count what is done meanwhile as a change."""
        with self._world.lock:
            self._world.revision += 1
            yield

    @property
    def _account(self) -> Account:
        return self._world.account(self._world.settings.account_id)

    @property
    def _store(self) -> Store:
        do_due(self._world)
        return self._account.store(self.home_region or DEFAULT_REGION)


def checks_arguments(method: Callable[P, T]) -> Callable[P, T]:
    """Let a method refuse an unknown argument in the plugin's words, with the nearest name."""
    names = inspect.signature(method).parameters.keys() - {"self"}

    @functools.wraps(method)
    def checked(*args: P.args, **kwargs: P.kwargs) -> T:
        __tracebackhide__ = True
        for name in kwargs:
            if name not in names:
                told = f"{method.__name__}() has no argument {name!r}"
                raise TypeError(f"{told}; {nearest(name, names)}")
        return method(*args, **kwargs)

    return checked
