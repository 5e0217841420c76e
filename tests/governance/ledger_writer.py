"""A process that writes entries to a ledger and prints each one when it was told that it is on the disk."""

import sys
from datetime import UTC, datetime
from pathlib import Path

from governance.events import AccessRefused
from governance.ledger import Ledger, Record

folder, vault, name, count = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], int(sys.argv[4])
ledger = Ledger(folder, vault, segment_bytes=20_000)
for i in range(count):
    event = AccessRefused(grant=name, view="v", reason="not_granted")
    once = f"shared-{i}" if i % 10 == 0 else None
    (receipt,) = ledger.append(Record("gateway", event, datetime.now(UTC), once))
    print(receipt.seq, receipt.hash, int(receipt.is_new), flush=True)
