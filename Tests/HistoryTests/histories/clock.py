"""What the harness knows of the server's clock: bounds, from every time that it was read or moved."""

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
MICROSECOND = timedelta(microseconds=1)


def microseconds(text: str) -> int:
    """Of an instant as the server writes it: `2026-11-21T10:00:00.1234567Z`, with any number of decimals."""
    whole, _, fraction = text.removesuffix("Z").partition(".")
    start = (datetime.fromisoformat(whole).replace(tzinfo=timezone.utc) - EPOCH) // MICROSECOND
    return start + int((fraction + "000000")[:6])


def instant(at: int) -> str:
    return (EPOCH + at * MICROSECOND).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@dataclass(frozen=True)
class Sighting:
    """The clock was read or moved between two monotonic instants (nanoseconds), and said `now` (microseconds); None where
    the answer was lost, and then `furthest` is where it may have been moved to."""

    invoked: int
    returned: int
    now: int | None
    furthest: int = 0


class ServerClock:
    """The clock never runs backwards, and runs like ours except where it is moved: so each sighting bounds all of it.
    Sightings don't overlap: one thread makes them all."""

    def __init__(self) -> None:
        self.sightings: list[Sighting] = []

    def saw(self, sighting: Sighting) -> None:
        self.sightings.append(sighting)

    def earliest(self, at: int) -> int:
        """At a monotonic instant, the clock said this or more."""
        seen = [s.now + (at - s.returned) // 1000 for s in self.sightings if s.now is not None and s.returned <= at]
        return max(seen, default=0)

    def latest(self, at: int) -> int:
        """At a monotonic instant, the clock said this or less."""
        bound = 1 << 62
        for sighting in self.sightings:
            if sighting.invoked > at:
                break
            passed = (at - sighting.invoked) // 1000
            if sighting.now is not None:
                bound = sighting.now + passed
            else:
                bound = max(bound, sighting.furthest + passed)
        return bound
