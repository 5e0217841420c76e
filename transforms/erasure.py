"""Taking one patient out of bronze, and what was there before out of a table's files and log.

A record that is erased counts from then on as rejected, with the reason `erased_subject` and neither text nor id, so that
read = accepted + rejected + duplicates holds, and holds again should the batch be delivered once more. Others' records
that name the patient (a cohort's list) stay, and name `Patient/erased` instead.
"""

import re
from functools import reduce

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from core.erased import Erased
from transforms.bronze import amend, tables
from transforms.bronze.known import Known
from transforms.bronze.reader import ERASED, REASONS
from transforms.bronze.tables import PLACE, REJECTED, Operation
from transforms.lake import Lake

_KEY = ("institution", "resource_type", "resource_id")


def erase_from_bronze(lake: Lake, institution: str, patient_id: str, erased: Erased) -> dict[str, int]:
    """Rows changed by table. Can be repeated: what a cut-off erasure left is finished, what is done is not done again."""
    token = erased.token(institution, patient_id)
    operation = Operation("erase", institution, "(erasure)", token[:16])
    begun = tables.unfinished(lake)
    made_from = {"operation": operation.name}
    here, resource = F.col("institution") == institution, lake.read("bronze", "resource")
    is_patient = (F.col("resource_type") == "Patient") & (F.col("resource_id") == patient_id)
    mine = resource.where(here & (is_patient | (F.col("subject_id") == patient_id)))
    keys = mine.select(*_KEY).distinct().collect()
    gone = lake.spark.createDataFrame(keys, ", ".join(f"{k} string" for k in _KEY))
    found = [("resource", mine)]
    if lake.exists("bronze", "duplicate"):
        found.append(("duplicate", lake.read("bronze", "duplicate").join(gone, list(_KEY), "left_semi")))
    counts = {f"bronze/{name}": rows.count() for name, rows in found}
    if keys:
        rejects = reduce(DataFrame.unionByName, (_as_rejects(rows, erased) for _, rows in found))
        # Named by what it is about as well as by whom, since more of the same person may be found another time.
        version = lake.commit("bronze", "resource")
        once = f"{operation.name}|{version.version if version else 0}"
        lake.append("bronze", "rejected", rejects, once=once, made_from=made_from)
        for name, _ in reversed(found):
            lake.remove("bronze", name, gone, on=_KEY, made_from=made_from)
    counts["bronze/rejected"] = _clear_rejects(lake, here, patient_id, erased, made_from)
    mentions = here & F.col("raw").rlike(_mention(patient_id))
    counts["bronze/mentions"] = lake.read("bronze", "resource").where(mentions).count()
    if counts["bronze/mentions"]:
        new = F.regexp_replace("raw", _mention(patient_id), "$1erased")
        lake.update("bronze", "resource", mentions, {"raw": new}, made_from=made_from)
    is_begun = begun is not None and begun.kind == "erase"
    if keys or counts["bronze/mentions"] or is_begun:
        amend.count_institution_again(lake, operation)
        Known.of(lake).start()  # holds hashes of ids; made anew when it is needed
    return counts


def _mention(patient_id: str) -> str:
    return rf"(Patient/){re.escape(patient_id)}(?![0-9A-Za-z.\-])"


def _as_rejects(rows: DataFrame, erased: Erased) -> DataFrame:
    files = [r.source_file for r in rows.select("source_file").distinct().collect()]
    name = F.create_map(*(F.lit(x) for f in files for x in (f, erased.file_token(f)))) if files else None
    said: dict[str, Column] = {
        "resource_id": F.lit(None).cast("string"),
        "source_file": F.lit("") if name is None else name[F.col("source_file")],
        "reason_code": F.lit(ERASED),
        "reason": F.lit(REASONS[ERASED]),
        "raw": F.lit(None).cast("string"),
    }
    return rows.withColumns(said).select(tables.names(REJECTED))


def _clear_rejects(lake: Lake, here: Column, patient_id: str, erased: Erased, made_from: dict[str, str]) -> int:
    """Rejects whose text or id is the patient's lose both; that they were rejected, and why, stays counted."""
    if not lake.exists("bronze", "rejected"):
        return 0
    is_patient = (F.col("resource_type") == "Patient") & (F.col("resource_id") == patient_id)
    own = rf'"resourceType"\s*:\s*"Patient"\s*,\s*"id"\s*:\s*"{re.escape(patient_id)}"'
    is_theirs = here & (
        is_patient | F.coalesce(F.col("raw").rlike(_mention(patient_id)) | F.col("raw").rlike(own), F.lit(False))
    )
    found = lake.read("bronze", "rejected").where(is_theirs)
    rows = found.select(*PLACE).collect()
    if rows:
        empty = F.lit(None).cast("string")
        lake.update("bronze", "rejected", is_theirs, {"resource_id": empty, "raw": empty}, made_from=made_from)
    return len(rows)
