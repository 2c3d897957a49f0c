"""Waiting for an account to catch up with what was written: its lists may lag behind."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

Value = TypeVar("Value")

MAX_WAIT = 300.0
"""Seconds: the documents advise to go on asking from 2 seconds up to 5 minutes."""

_FIRST = 2.0
_GREATEST = 60.0


@dataclass(frozen=True)
class Patience:
    """How long to go on asking.

    Attributes:
        seconds: How long in all; 0 asks once.
        sleep: What waits.
    """

    seconds: float = MAX_WAIT
    sleep: Callable[[float], None] = field(default=time.sleep)

    def until(self, done: Callable[[Value], bool], ask: Callable[[], Value]) -> Value:
        """Ask until the answer will do, or the time is over; return the last answer.

        Each pause is twice as long as the one before.
        """
        answer, waited, pause = ask(), 0.0, _FIRST
        while not done(answer) and waited < self.seconds:
            pause = min(pause, _GREATEST, self.seconds - waited)
            self.sleep(pause)
            waited += pause
            pause *= 2
            answer = ask()
        return answer
