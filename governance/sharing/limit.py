"""How often one party may ask: a bucket that refills evenly over a minute."""

import threading
from datetime import datetime

from governance.sharing.access import Refused


class RateLimit:
    """`per_minute` requests of each party; a party that was quiet for a minute has them all at once."""

    def __init__(self, per_minute: int) -> None:
        self._most = float(per_minute)
        self._left: dict[str, tuple[float, datetime]] = {}
        self._lock = threading.Lock()

    def take(self, party: str, now: datetime, cost: float = 1) -> None:
        """Refused: too_many_requests."""
        with self._lock:
            left, since = self._left.get(party, (self._most, now))
            left = min(self._most, left + (now - since).total_seconds() * self._most / 60)
            if left < cost:
                raise Refused("too_many_requests", "too many requests in a short time. Wait a minute, then go on.")
            self._left[party] = (left - cost, now)
            # Whoever has all of it again needs no entry: the table does not grow with those who came by once.
            for other in [p for p, (n, at) in self._left.items() if (now - at).total_seconds() > 60][:100]:
                del self._left[other]
