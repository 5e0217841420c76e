"""How many resources a core validates in a second: fhir.resources itself, and `wrong`, which gives the same verdict.

    python -m benchmarks.validate FOLDER [--release R4] [--peer 500]

FOLDER holds NDJSON files of FHIR resources; every line is validated by `wrong`, the first --peer of each type by
fhir.resources too, once from the text (model_validate_json) and once from what msgspec reads (model_validate). Resources a
second of CPU time, after one resource of each type; what is overall weighs types by their number in FOLDER. "slowly" is
the share that fhir.resources had to judge.
"""

import argparse
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec

from core import fhir
from transforms.bronze.validate import surely_right, wrong

_AT_ONCE = 5000


class _Head(msgspec.Struct):
    resourceType: str  # noqa: N815  the name is FHIR's


@dataclass
class Timed:
    """CPU seconds and number of the resources of one type, and the same of the peers on some of them."""

    n: int = 0
    bytes: int = 0
    seconds: float = 0.0
    slowly: int = 0
    some: list[bytes] = field(default_factory=list)
    json: float = 0.0
    read: float = 0.0


def model_class(kind: str, release: fhir.Release) -> Any:
    if release == "R5":
        from fhir.resources import get_fhir_model_class
    else:
        from fhir.resources.R4B import get_fhir_model_class
    return get_fhir_model_class(kind)


def seconds(of: Callable[[bytes], object], lines: list[bytes]) -> float:
    began = time.process_time()
    for line in lines:
        of(line)
    return time.process_time() - began


def chunks(folder: Path) -> Iterator[tuple[str, list[bytes]]]:
    head = msgspec.json.Decoder(_Head).decode
    for file in sorted(folder.glob("*.ndjson")):
        with file.open("rb") as lines:
            while chunk := [line.strip() for line in islice(lines, _AT_ONCE) if line.strip()]:
                kinds = defaultdict(list)
                for line in chunk:
                    kinds[head(line).resourceType].append(line)
                yield from kinds.items()


def measure(folder: Path, release: fhir.Release, peer: int) -> dict[str, Timed]:
    found: dict[str, Timed] = defaultdict(Timed)
    for kind, lines in chunks(folder):
        timed = found[kind]
        if not timed.n:
            wrong(lines[0], kind, release)
            model_class(kind, release).model_validate_json(lines[0])
        timed.n += len(lines)
        timed.bytes += sum(map(len, lines))
        timed.seconds += seconds(lambda line, kind=kind: wrong(line, kind, release), lines)
        timed.slowly += sum(surely_right(line, kind, release) is None for line in lines)
        timed.some += lines[: peer - len(timed.some)]
    for kind, timed in found.items():
        model = model_class(kind, release)
        timed.json = seconds(model.model_validate_json, timed.some) / len(timed.some)
        timed.read = seconds(lambda line, m=model: m.model_validate(msgspec.json.decode(line)), timed.some) / len(
            timed.some
        )
    return found


def report(found: dict[str, Timed]) -> None:
    print(f"{'':26}{'n':>9}{'bytes':>8}{'from text':>11}{'from dict':>11}{'wrong':>10}{'slowly':>9}")
    for kind, t in sorted(found.items()):
        rates = f"{1 / t.json:11,.0f}{1 / t.read:11,.0f}{t.n / t.seconds:10,.0f}"
        print(f"{kind:26}{t.n:9,}{t.bytes / t.n:8,.0f}{rates}{t.slowly / t.n:9.3%}")
    n, size = sum(t.n for t in found.values()), sum(t.bytes for t in found.values())
    spent = sum(t.seconds for t in found.values())
    rates = "".join(f"{n / sum(getattr(t, peer) * t.n for t in found.values()):11,.0f}" for peer in ("json", "read"))
    print(
        f"{'overall':26}{n:9,}{size / n:8,.0f}{rates}{n / spent:10,.0f}{sum(t.slowly for t in found.values()) / n:9.3%}"
    )
    print(f"{size / spent / 1e6:.0f} MB a second")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--release", choices=("R4", "R4B", "R5"), default="R4")
    parser.add_argument("--peer", type=int, default=500)
    arguments = parser.parse_args()
    report(measure(arguments.folder, arguments.release, arguments.peer))


if __name__ == "__main__":
    main()
