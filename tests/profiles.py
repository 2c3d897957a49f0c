"""How much a run tries: `make test` few examples, `make check` more, `make thorough` most."""

from __future__ import annotations

from hypothesis import settings

EXAMPLES = settings.default.max_examples
MORE = EXAMPLES >= 50
MOST = EXAMPLES > 1000
