"""SDTM AE: adverse events that happened, in the terms of MedDRA as far as the records have them."""

from collections.abc import Mapping
from datetime import date

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from transforms.gold import _study as s
from transforms.gold import _terms as t

READS = ("adverse_event", "condition")
READS_GOLD = ("dm",)


def ae(silver: Mapping[str, DataFrame], *, as_of: date) -> DataFrame:
    """One row per AdverseEvent of a subject that took place (actuality "actual").

    Returns AETERM (as written), AEDECOD and AEPTCD (the MedDRA term that is no system organ class, else the first coding),
    AEBODSYS (the system organ class, wherever among the codings or categories it stands), AESEV, AETOXGR (a grade of 1 to
    5 in place of a severity), AESER, AESDTH, AEREL (of several causes the strongest), AEOUT; AESTDTC: the period in the
    extension of R5, else `date`, else the onset of a condition that it led to; AEENDTC: that period, else when the last
    such condition abated; AESTDY, AEENDY. When it was noticed or recorded is not when it began.
    """
    event = silver["adverse_event"].where("actuality = 'actual'")
    event = event.withColumn("codings", F.arrays_zip("event_code_all", "event_system_all", "event_display_all"))
    event = _with_conditions(event, silver["condition"])
    rows = event.select(
        "institution",
        "subject_key",
        F.col("adverse_event_key").alias("record_key"),
        "study_key_all",
        *_words(),
        *_judgements(),
        F.coalesce(s.dtc("occurrence_start"), s.dtc("event"), "onset").alias("AESTDTC"),
        F.coalesce(s.dtc("occurrence_end"), "abatement").alias("AEENDTC"),
        F.coalesce(s.dtc("event"), s.dtc("detected"), s.dtc("recorded")).alias("near"),
    )
    rows = rows.withColumn("near", F.coalesce("AESTDTC", "near"))
    rows = s.of_study(rows, silver["dm"], key="record_key", text="near", named="study_key_all")
    rows = s.numbered(rows, "AESEQ", "AESTDTC", "record_key")
    first = s.exact(F.col("RFSTDTC"))
    return rows.select(
        *s.WHO, "record_key", "STUDYID", F.lit("AE").alias("DOMAIN"), "USUBJID", "AESEQ", "AETERM", "AEDECOD", "AEPTCD",
        "AEBODSYS", "AESEV", "AETOXGR", "AESER", "AESDTH", "AEREL", "AEOUT", "AESTDTC", "AEENDTC",
        s.study_day(s.exact(F.col("AESTDTC")), first).alias("AESTDY"),
        s.study_day(s.exact(F.col("AEENDTC")), first).alias("AEENDY"),
    )  # fmt: skip


def _with_conditions(event: DataFrame, condition: DataFrame) -> DataFrame:
    """With the first onset and the last abatement of the conditions that an event led to."""
    led = event.select("institution", "adverse_event_key", F.explode("resulting_condition_keys").alias("condition_key"))
    days = condition.select(
        "institution", "condition_key", s.dtc("onset").alias("onset"), s.dtc("abatement").alias("abatement")
    )
    is_over = F.count("abatement") == F.count("*")
    joined = led.join(days, on=["institution", "condition_key"], how="inner")
    found = joined.groupBy("institution", "adverse_event_key").agg(
        F.min("onset").alias("onset"), F.when(is_over, F.max("abatement")).alias("abatement")
    )
    return event.join(found, on=["institution", "adverse_event_key"], how="left")


def _words() -> list[Column]:
    names = [name.lower() for name in t.SOC.values()]
    by_code = F.create_map(*[F.lit(x) for pair in t.SOC.items() for x in pair])

    def is_soc(x: Column) -> Column:
        return F.lower(x["event_display_all"]).isin(*names) | x["event_code_all"].isin(*t.SOC)

    def first(found: Column) -> Column:
        return F.try_element_at(found, F.lit(1))

    soc = first(F.filter("codings", is_soc))
    others = F.filter("codings", lambda x: ~is_soc(x))
    meddra = F.filter(others, lambda x: F.rlike(x["event_system_all"], F.lit(t.MEDDRA)))
    preferred = F.coalesce(first(meddra), first(others))
    blank = F.lit("")
    alone = F.when(~F.lower("event_display").isin(*names), F.col("event_display"))
    term = F.coalesce(F.nullif(preferred["event_display_all"], blank), alone)
    category = first(F.filter("category_display_all", lambda x: F.lower(x).isin(*names)))
    system = F.coalesce(F.nullif(soc["event_display_all"], blank), F.try_element_at(by_code, soc["event_code_all"]))
    only = F.when(F.lower("event_display").isin(*names), F.col("event_display"))
    return [
        F.coalesce("event_text", term, preferred["event_code_all"]).alias("AETERM"),
        term.alias("AEDECOD"),
        preferred["event_code_all"].alias("AEPTCD"),
        F.coalesce(system, category, only).alias("AEBODSYS"),
    ]


def _judgements() -> list[Column]:
    severity = F.coalesce(t.lookup(F.col("severity_code"), t.SEVERITY), t.lookup(F.col("severity_text"), t.SEVERITY))
    written = F.coalesce(F.col("severity_text"), F.col("severity_code"))
    grade = F.nullif(F.regexp_extract(written, r"(?i)^\s*(?:ctc(?:ae)?\s*)?(?:grade\s*)?([1-5])\s*$", 1), F.lit(""))
    causes = F.concat(
        F.transform("causality_code_all", lambda x: t.term(t.CAUSALITY, x)),
        F.transform("causality_text_all", lambda x: t.term(t.CAUSALITY, x)),
    )
    ranks = F.array(*[F.lit(word) for word in t.CAUSALITY_RANK])
    ranked = F.array_max(
        F.transform(
            F.filter(causes, lambda x: x.isNotNull()),
            lambda x: F.struct(F.array_position(ranks, x).alias("rank"), x.alias("word")),
        )
    )
    serious = t.term(t.SERIOUS, F.col("seriousness_code"), F.col("seriousness_text"))
    said = F.lower(F.concat_ws(" ", "seriousness_code", "seriousness_text"))
    outcome = t.term(t.OUTCOME, F.col("outcome_code"), F.col("outcome_text"))
    is_deadly = F.rlike(said, F.lit("|".join(t.DEADLY))) | (outcome == "FATAL")
    return [
        F.coalesce(severity, F.when(grade.isNull(), F.upper(t.said(written)))).alias("AESEV"),
        grade.alias("AETOXGR"),
        F.when(serious.isin("Y", "N"), serious).alias("AESER"),
        F.when(F.coalesce(is_deadly, F.lit(False)), "Y").alias("AESDTH"),
        ranked["word"].alias("AEREL"),
        outcome.alias("AEOUT"),
    ]
