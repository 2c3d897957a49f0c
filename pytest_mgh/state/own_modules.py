"""Late imports: modules of the copy of the package that asks, and of no other.

The package may be dropped and imported anew (pytester does that) while the copy that was there
before still answers calls. What that one imports late has to share its records and its tables.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

from pytest_mgh.state.process import PROCESS

_NAME = __name__.partition(".")[0]
_PACKAGE = sys.modules[_NAME]


@contextmanager
def own_modules() -> Iterator[None]:
    """Let what is imported in the block be of this copy of the package."""
    if sys.modules.get(_NAME) is _PACKAGE:
        yield
        return
    with PROCESS.lock:
        others = {name: sys.modules.pop(name) for name in [*sys.modules] if _is_ours(name)}
        sys.modules.update(_loaded(_PACKAGE))
        try:
            yield
        finally:
            for name in [*sys.modules]:
                if _is_ours(name):
                    del sys.modules[name]
            sys.modules.update(others)


def _is_ours(name: str) -> bool:
    return name == _NAME or name.startswith(f"{_NAME}.")


def _loaded(package: ModuleType) -> dict[str, ModuleType]:
    """Return a package and its modules, as far as they are loaded, by their names."""
    loaded = {package.__name__: package}
    for name, value in vars(package).items():
        if isinstance(value, ModuleType) and value.__name__ == f"{package.__name__}.{name}":
            loaded |= _loaded(value)
    return loaded
