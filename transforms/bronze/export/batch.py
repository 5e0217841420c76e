"""The last step of an export: a folder of checked files becomes one batch of the landing folder, whole or not at all."""

import json
import os
from pathlib import Path
from typing import Any

from transforms.bronze.export.manifest import Manifest


def batch_name(landing: Path, manifest: Manifest) -> tuple[str, bool]:
    """What an export's batch is called in an institution's landing folder, and whether it is yet to be landed.

    It is not when this very export is there, or when there is one of the same second and this one holds no data. Two
    exports of one second may also differ in what they asked for (a full one after one of changes): then both are landed.
    """
    name, number = manifest.batch, 1
    while (landing / name).exists():
        if not manifest.holds_data or _is_same(landing / name, manifest):
            return name, False
        number += 1
        name = f"{manifest.batch}-{number}"
    return name, True


def land(files: Path, target: Path, manifest: Manifest) -> None:
    """Rename the folder of an export's files to its batch, with the manifest beside them and nothing else in it."""
    names = {f.name for f in manifest.files}
    for stray in (f for f in files.iterdir() if f.name not in names):
        stray.unlink()
    text = json.dumps(manifest.as_landed(), indent=1, ensure_ascii=False)
    _write(files / "_manifest.json", text.encode())
    _write(files / "_SUCCESS", b"")
    _sync_folder(files)
    files.rename(target)
    _sync_folder(target.parent)


def _is_same(landed: Path, manifest: Manifest) -> bool:
    try:
        had: dict[str, Any] = json.loads((landed / "_manifest.json").read_bytes())
    except (OSError, ValueError):
        return False
    return had == manifest.as_landed()


def _write(file: Path, content: bytes) -> None:
    with file.open("wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
