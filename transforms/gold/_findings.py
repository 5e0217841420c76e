"""What laboratory and vital signs share: SDTM LB and VS, and ADaM's ADLB and ADVS made from them."""

from collections.abc import Mapping

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from transforms.gold import _study as s
from transforms.gold import _terms as t

READS = ("observation", "encounter")
READS_GOLD = ("dm",)
_FINAL = ("final", "amended", "corrected", "preliminary", "unknown")
_CATEGORY = {
    "LB": ("laboratory", "lab", "labs", "lb", "laboratory tests", "laboratory test results", "实验室检查", "检验"),
    "VS": ("vital-signs", "vital signs", "vitals", "vs", "生命体征"),
}
# The others of FHIR's observation-category: what is in one of them is no laboratory result, whatever its test.
_NEITHER = ("social-history", "imaging", "procedure", "survey", "exam", "therapy", "activity")
_UNPLANNED = r"(?i)unsched|unplanned|计划外"


def findings(silver: Mapping[str, DataFrame], domain: str) -> DataFrame:
    """One row per result of the domain: an Observation's value, or that of one of its components.

    The category decides (laboratory, vital-signs, in FHIR's words or common ones); without one, or with a local one, the test:
    vital signs by LOINC or a VSTESTCD as code, laboratory likewise, or where there is a specimen or a reference range.
    --TESTCD: CDISC's name of the LOINC code, a code that has the shape of one, else L and the digits of the LOINC code, else X
    and a hash of code and name. Results are in the unit that was reported; nothing is converted. VISIT is the type of the
    encounter in words, VISITNUM counts the encounters of a subject by their start, unplanned ones in hundredths after the last
    planned one.
    """
    rows = _results(silver["observation"], domain)
    rows = s.of_study(rows, silver["dm"], key="record_key", text="dtc", named=None)
    rows = rows.join(_visits(silver["encounter"], silver["dm"]), on=[*s.SUBJECT, "encounter_key"], how="left")
    rows = s.numbered(rows, "seq", "dtc", "at", "testcd", "record_key", "component_index")
    name = {"DOMAIN": F.lit(domain)} | {f"{domain}{suffix}": column for suffix, column in _variables().items()}
    names = ("STUDYID", "USUBJID", "VISIT", "VISITNUM")
    return rows.select(*s.WHO, "record_key", "component_index", *names, *(c.alias(n) for n, c in name.items()))


def _variables() -> dict[str, Column]:
    number = F.col("number")
    low, high = F.col("reference_low"), F.col("reference_high")
    indicator = F.when(number < low, "LOW").when(number > high, "HIGH")
    indicator = indicator.when(number.isNotNull() & (low.isNotNull() | high.isNotNull()), "NORMAL")
    flags = {"l": "LOW", "ll": "LOW", "h": "HIGH", "hh": "HIGH", "n": "NORMAL", "a": "ABNORMAL", "aa": "ABNORMAL"}
    shown = F.regexp_replace(F.format_string("%.10f", number), r"\.?0+$", "")
    orres = F.coalesce(F.concat(F.coalesce("value_comparator", F.lit("")), shown), F.col("words"))
    unit = F.coalesce("unit_ucum", "unit")
    return {
        "SEQ": F.col("seq"),
        "TESTCD": F.col("testcd"),
        "TEST": F.col("test"),
        "ORRES": orres,
        "ORRESU": F.coalesce("unit", "unit_ucum"),
        "STRESC": orres,
        "STRESN": F.when(F.col("value_comparator").isNull(), number),
        "STRESU": unit,
        "STAT": F.when(orres.isNull(), "NOT DONE"),
        "REASND": F.when(orres.isNull(), F.col("data_absent_reason_code")),
        "STNRLO": low,
        "STNRHI": high,
        "NRIND": F.coalesce(indicator, t.lookup(F.col("interpretation_code"), flags)),
        "LOINC": F.when(F.col("code_system") == "http://loinc.org", F.col("code")),
        "DTC": F.col("dtc"),
        "DY": s.study_day(s.exact(F.col("dtc")), s.exact(F.col("RFSTDTC"))),
    }


def _results(observation: DataFrame, domain: str) -> DataFrame:
    known = {code: (testcd, test) for code, testcd, test in t.tests(domain)}
    by_code = {code.lower(): testcd for code, (testcd, _) in known.items()}
    vitals = sorted({code for code, _, _ in t.tests("VS")} | {testcd for _, testcd, _ in t.tests("VS")})
    labs = sorted({code for code, _, _ in t.tests("LB")} | {testcd for _, testcd, _ in t.tests("LB")})
    names = dict(known.values())
    number = F.coalesce("value", F.col("value_integer").cast("double"))
    words = F.coalesce("value_display", "value_string", "value_code", F.upper(F.col("value_boolean").cast("string")))
    is_empty = number.isNull() & words.isNull()
    has_range = (
        F.col("specimen_key").isNotNull() | F.col("reference_low").isNotNull() | F.col("reference_high").isNotNull()
    )
    is_vital = F.col("code").isin(*vitals)
    by_test = (
        is_vital if domain == "VS" else ~is_vital & (has_range | F.coalesce(F.col("code").isin(*labs), F.lit(False)))
    )
    said = t.said(F.coalesce("category_code", "category_display"))
    is_local = ~F.coalesce(
        said.isin(*_NEITHER, *(word for words in _CATEGORY.values() for word in words)), F.lit(False)
    )
    is_domain = F.coalesce(said.isin(*_CATEGORY[domain]), F.lit(False)) | (is_local & by_test)
    # The head of a panel (blood pressure) has components in place of a value.
    rows = observation.where(F.coalesce(is_domain, F.lit(False)) & F.col("status").isin(*_FINAL))
    rows = rows.where(~(is_empty & F.col("data_absent_reason_code").isNull()))
    code, text = F.col("code"), F.coalesce("code_text", "code_display", "code")
    is_loinc = F.col("code_system") == "http://loinc.org"
    digits = F.concat(F.lit("L"), F.regexp_replace(code, "[^0-9]", ""))
    hashed = F.concat(F.lit("X"), F.upper(F.substring(F.md5(F.concat_ws("|", "code", text)), 1, 7)))
    testcd = F.coalesce(
        F.when(F.coalesce(is_loinc, F.lit(True)), t.lookup(code, by_code)),
        F.when(F.rlike(code, F.lit("^[A-Z][A-Z0-9]{1,7}$")), code),
        F.when(is_loinc & (F.length(digits) <= 8), digits),
        hashed,
    )
    return rows.select(
        "institution", "subject_key", "encounter_key", "component_index", "unit", "unit_ucum", "value_comparator",
        "reference_low", "reference_high", "interpretation_code", "data_absent_reason_code", "code", "code_system",
        F.col("observation_key").alias("record_key"),
        F.col("effective_ts").alias("at"),
        s.dtc("effective").alias("dtc"),
        number.alias("number"), words.alias("words"), testcd.alias("testcd"),
        F.coalesce(t.lookup(testcd, {k.lower(): v for k, v in names.items()}), text).alias("test"),
    )  # fmt: skip


def _visits(encounter: DataFrame, dm: DataFrame) -> DataFrame:
    """One row per encounter of a subject: VISIT and VISITNUM."""
    rows = encounter.where("status NOT IN ('cancelled', 'entered-in-error') OR status IS NULL")
    rows = rows.join(dm.select(*s.SUBJECT), on=["institution", "subject_key"], how="inner")
    name = F.coalesce("type_text", "type_display", "type_code")
    is_planned = ~F.coalesce(F.rlike(name, F.lit(_UNPLANNED)), F.lit(False))
    order = Window.partitionBy(*s.SUBJECT).orderBy(F.col("start_date").asc_nulls_last(), "start_ts", "encounter_key")
    planned = F.sum(is_planned.cast("int")).over(order)
    rows = rows.select(*s.SUBJECT, "encounter_key", name.alias("VISIT"), planned.alias("n"), is_planned.alias("is_planned"),
                       "start_date", "start_ts")  # fmt: skip
    after = Window.partitionBy(*s.SUBJECT, "n").orderBy(
        F.col("start_date").asc_nulls_last(), "start_ts", "encounter_key"
    )
    extra = F.sum((~F.col("is_planned")).cast("int")).over(after)
    number = F.when(F.col("is_planned"), F.col("n")).otherwise(F.col("n") + extra / 100).cast("double")
    return rows.select(*s.SUBJECT, "encounter_key", "VISIT", number.alias("VISITNUM"))


def analysis(silver: Mapping[str, DataFrame], domain: str) -> DataFrame:
    """One row per result, with its baseline: ADaM's Basic Data Structure. Source: ADaMIG 1.3, 3.3.

    Baseline (ABLFL) is a subject's last value of a parameter on or before the day of the first dose; of several that day
    the last. A parameter is a test in one unit, so that AVAL of a PARAM can be compared; CHG only after the baseline.
    """
    rows = silver[domain.lower()].select(
        "*", *(F.col(f"{domain}{n}").alias(n) for n in ("TESTCD", "TEST", "DTC", "SEQ"))
    )
    rows = rows.join(silver["adsl"].select(*s.SUBJECT, *ADSL), on=list(s.SUBJECT), how="inner")
    day, imputed = s.imputed_start(F.col("DTC"), F.lit(None).cast("date"))
    unit = F.col(f"{domain}STRESU")
    rows = rows.select(
        *s.WHO, "record_key", "component_index", "STUDYID", "USUBJID", *ADSL, F.col("SEQ").alias(f"{domain}SEQ"),
        F.col("TRT01P").alias("TRTP"), F.col("TRT01A").alias("TRTA"), F.col("TESTCD").alias("PARAMCD"),
        F.concat(F.col("TEST"), F.coalesce(F.concat(F.lit(" ("), unit, F.lit(")")), F.lit(""))).alias("PARAM"),
        F.col(f"{domain}STRESN").alias("AVAL"), F.col(f"{domain}STRESC").alias("AVALC"), unit.alias("AVALU"),
        day.alias("ADT"), imputed.alias("ADTF"), "VISIT", "VISITNUM", F.col(f"{domain}STNRLO").alias("ANRLO"),
        F.col(f"{domain}STNRHI").alias("ANRHI"), F.col(f"{domain}NRIND").alias("ANRIND"),
    )  # fmt: skip
    return _with_baseline(rows, f"{domain}SEQ")


ADSL = ("SITEID", "TRT01P", "TRT01A", "TRTSDT", "TRTEDT", "SAFFL", "AGE", "AGEGR1", "SEX", "RACE")


def _with_baseline(rows: DataFrame, seq: str) -> DataFrame:
    parameter = Window.partitionBy(*s.SUBJECT, "PARAMCD", "PARAM")
    may_be = F.col("AVAL").isNotNull() & (F.col("ADT") <= F.col("TRTSDT")) & F.col("ADTF").isNull()
    place = F.when(may_be, F.struct("ADT", F.col(seq).alias("seq")))
    last = F.max(place).over(parameter)
    is_baseline = F.coalesce(may_be & (F.col(seq) == last["seq"]), F.lit(False))
    rows = rows.withColumn("ABLFL", F.when(is_baseline, "Y"))
    for name, value in (("BASE", "AVAL"), ("BNRIND", "ANRIND")):
        rows = rows.withColumn(name, F.max(F.when(F.col("ABLFL") == "Y", F.col(value))).over(parameter))
    is_after = F.col("ADT") > last["ADT"]
    change = F.when(is_after, F.col("AVAL") - F.col("BASE"))
    is_planned = ~F.coalesce(F.rlike("VISIT", F.lit(_UNPLANNED)), F.lit(False))
    ended = F.coalesce(F.col("ADT") <= F.col("TRTEDT"), F.lit(True))
    return rows.select(
        *(c for c in rows.columns if c not in ("ABLFL", "BASE", "BNRIND")),
        s.study_day(F.col("ADT"), F.col("TRTSDT")).alias("ADY"),
        F.when(is_baseline, "Baseline").when(is_planned, F.col("VISIT")).alias("AVISIT"),
        F.when(is_baseline, 0.0).when(is_planned, F.col("VISITNUM")).alias("AVISITN"),
        "ABLFL", "BASE", "BNRIND", change.alias("CHG"),
        F.when(F.col("BASE") != 0, 100 * change / F.col("BASE")).alias("PCHG"),
        F.when((F.col("ADT") > F.col("TRTSDT")) & ended, "Y").alias("ONTRTFL"),
    )  # fmt: skip
