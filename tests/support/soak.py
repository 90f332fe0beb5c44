"""How long tests go on that try again and again with other dice: shortly in `make test`, for long in `make soak`."""

from __future__ import annotations

import itertools
import os
import random
import time
from collections.abc import Iterator

#: For how long each of these tests goes on; 0 for the short form.
SECONDS = float(os.environ.get("SOAK_SECONDS", "0"))
#: The first seed. Another one leads to other ground.
SEED = int(os.environ.get("SOAK_SEED", "0"))
#: About how long the short form of a property takes.
SHORT_SECONDS = 4


def rounds(short: int) -> Iterator[random.Random]:
    """Yield dice for a round each: `short` times, and in the long form until time is over.

    A failure shows the seed of its round, which SOAK_SEED repeats first.
    """
    until = time.monotonic() + SECONDS
    for number in itertools.count():
        if number >= short and time.monotonic() >= until:
            return
        print(f"SOAK_SEED={SEED + number}")
        yield random.Random(SEED + number)


def examples(short: int) -> int:
    """Return how many examples of a property to try, given as many as take some seconds."""
    return int(short * max(1.0, SECONDS / SHORT_SECONDS))
