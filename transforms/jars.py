"""The two Delta jars that Spark needs, resolved once at set-up and then put on the class path: nothing is fetched at run time.

Only these two of the 33 that Delta's own resolution brings are needed for tables by path, MERGE, deletion vectors and the
change data feed. Their checksums are pinned here.
"""

import hashlib
import shutil
import sys
from pathlib import Path

from core.errors import ConfigError

DELTA_PACKAGE = "io.delta:delta-spark_4.2_2.13:4.4.0"
JARS = {
    "delta-spark_4.2_2.13-4.4.0.jar": "27d4fd8b1f879535c573ed1c718177d6a27f24d3e626ba02e216369725721ead",
    "delta-storage-4.4.0.jar": "c46735481fa8e326b0957be02b4420cbcab4b325bb08009b7f2045a95133f1cc",
}


def folder() -> Path:
    """Where the jars lie: inside the virtual environment, so that one set-up serves every lake."""
    return Path(sys.prefix) / "share" / "clinical-cohort-lakehouse" / "jars"


def class_path() -> str:
    """The class path of the pinned jars. ConfigError when the set-up was not run."""
    missing = [name for name in JARS if not (folder() / name).is_file()]
    if missing:
        raise ConfigError(
            f"Delta's jars are not set up ({', '.join(missing)}). Run `make setup` (python -m transforms.jars)."
        )
    return ":".join(str(folder() / name) for name in JARS)


def _sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def install() -> None:
    """Resolve the package with Spark's own Ivy and copy the two jars that are needed; refuse a wrong checksum.

    The one step that needs a network, at set-up.
    """
    if all((folder() / name).is_file() and _sha256(folder() / name) == sha for name, sha in JARS.items()):
        return
    from pyspark import SparkConf

    from transforms.session import start

    conf = SparkConf().setMaster("local[1]").set("spark.ui.enabled", "false")
    spark = start(conf.set("spark.jars.packages", DELTA_PACKAGE))
    try:
        resolved = [
            Path(p.removeprefix("file:")) for p in spark.sparkContext.getConf().get("spark.jars", "").split(",")
        ]
    finally:
        spark.stop()
    folder().mkdir(parents=True, exist_ok=True)
    for name, sha in JARS.items():
        source = next((p for p in resolved if p.name.endswith(name)), None)
        if source is None:
            raise ConfigError(f"{DELTA_PACKAGE}: {name} was not resolved. Check that Maven Central can be reached.")
        if _sha256(source) != sha:
            raise ConfigError(f"{name}: its checksum is not the pinned one. Delete the Ivy cache and set up again.")
        partial = folder() / f".{name}"
        shutil.copyfile(source, partial)
        partial.rename(folder() / name)


if __name__ == "__main__":
    install()
