"""Code sets against the codings of records: in one join for many sets, and what no list knows, counted."""

from collections.abc import Iterable, Mapping
from functools import reduce

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

from transforms.terminology.codes import CodeSet
from transforms.terminology.load import Terminology

# Silver tables with their columns of codes and of code systems, side by side.
CODED: Mapping[str, tuple[tuple[str, str], ...]] = {
    "adverse_event": (("event_code_all", "event_system_all"),),
    "allergy_intolerance": (("code_all", "system_all"),),
    "condition": (("code_all", "system_all"),),
    "immunization": (("vaccine_code_all", "vaccine_system_all"),),
    "medication_administration": (("medication_code_all", "medication_system_all"),),
    "medication_request": (("medication_code_all", "medication_system_all"),),
    "observation": (("code_all", "system_all"),),
    "procedure": (("code_all", "system_all"),),
}
UNLISTED = (
    "layer string, table string, column string, institution string, system string, code string, records bigint,"
    " codes bigint"
)
OTHER, NONE = "another system", "no system"
# A code of a standard system has one of these forms; what has not may be anything, also a name.
_STANDARD: Mapping[str, str] = {
    "http://snomed.info/sct": r"[1-9]\d{5,17}",
    "http://loinc.org": r"(LP|LA)?\d{1,6}-\d",
    "http://www.nlm.nih.gov/research/umls/rxnorm": r"\d{1,8}",
    "http://www.whocc.no/atc": r"[A-Z](\d\d([A-Z]([A-Z](\d\d)?)?)?)?",
    "http://hl7.org/fhir/sid/icd-10": r"[A-Z]\d[0-9A-Z](\.[0-9A-Zx]{1,4})?",
    "http://hl7.org/fhir/sid/icd-10-cm": r"[A-Z]\d[0-9A-Z](\.[0-9A-Zx]{1,4})?",
    "urn:oid:2.16.156.10011.2.3.3.11": r"[A-Z]\d[0-9A-Z](\.[0-9A-Zx]{1,4})?",
    "http://hl7.org/fhir/sid/cvx": r"\d{2,3}",
}


def with_sets(records: DataFrame, codings: str, sets: Mapping[int, CodeSet]) -> DataFrame:
    """Each record with the number of each set that one of its codings is in; twice where two of them are.

    `codings` is an array of struct(code, system). Returns the columns of `records` and `number`. One broadcast join on
    whole codes and on their beginnings, however many codes the sets hold.
    """
    found = records.withColumn("_coding", F.explode(codings))
    found = found.withColumn("_place", F.explode(_places(F.col("_coding"), sets.values())))
    keys = _keys(records.sparkSession, sets).withColumnRenamed("key", "_place")
    found = found.join(F.broadcast(keys), on="_place", how="inner")
    excluded = [
        (F.col("number") == number) & in_set(F.col("_coding"), one.without)
        for number, one in sets.items()
        if one.without
    ]
    if excluded:
        found = found.where(~F.coalesce(reduce(lambda a, b: a | b, excluded), F.lit(False)))
    return found.select(*records.columns, "number")


def in_set(coding: Column, asked: CodeSet) -> Column:
    """Whether one coding, struct(code, system), is in a set; of many sets see `with_sets`."""
    listed = {
        system: sorted(c for s, c in asked.codes if s == system) for system in sorted({s for s, _ in asked.codes})
    }
    tests = [(coding["system"] == s) & coding["code"].isin(codes) for s, codes in listed.items()]
    tests += [(coding["system"] == s) & F.startswith(coding["code"], F.lit(p)) for s, p in sorted(asked.prefixes)]
    found = F.coalesce(reduce(lambda a, b: a | b, tests, F.lit(False)), F.lit(False))
    return found & ~in_set(coding, asked.without) if asked.without else found


def _keys(spark: SparkSession, sets: Mapping[int, CodeSet]) -> DataFrame:
    """One row per set and code or beginning: number, key as `_places` writes it."""
    rows = [(number, f"{s}|{c}") for number, one in sets.items() for s, c in sorted(one.codes)]
    rows += [(number, f"{s}|{p}|*") for number, one in sets.items() for s, p in sorted(one.prefixes)]
    return spark.createDataFrame(rows, "number int, key string")


def _places(coding: Column, sets: Iterable[CodeSet]) -> Column:
    """The keys under which a coding may stand in a set: its whole code, and in systems with beginnings each of them."""
    begun = sorted({s for one in sets for s, _ in one.prefixes})
    system, code = F.coalesce(coding["system"], F.lit("")), F.coalesce(coding["code"], F.lit(""))
    whole = F.array(F.concat_ws("|", system, code))
    lengths = F.sequence(F.lit(0), F.length(code))
    parts = F.transform(lengths, lambda n: F.concat_ws("|", system, F.substring(code, F.lit(1), n), F.lit("*")))
    return F.when(system.isin(begun), F.concat(whole, parts)).otherwise(whole)


def unlisted_code(silver: Mapping[str, DataFrame], terminology: Terminology) -> DataFrame:
    """One row per coded column of a silver table, institution, code system and code that no list holds.

    Reads `institution` and the columns in CODED of the tables that are there. Returns UNLISTED: code null, with the
    number of different codes in `codes`, where the system is not a standard one or the code has not its form, since it
    may then be anything that somebody typed; system OTHER for what is no standard system, NONE where a coding has none.
    records: codings. A code below a listed ICD-10 or ATC code counts as listed.
    """
    parts = [_codings(silver[t], t, c, s) for t, pairs in CODED.items() if t in silver for c, s in pairs]
    codings = reduce(DataFrame.unionByName, parts)
    one = reduce(CodeSet.__or__, (terminology.all_of(system) for system in sorted(terminology.systems)))
    cells = ("layer", "table", "column", "institution", "system", "code")
    counted = codings.groupBy(*cells).agg(F.count("*").alias("records"))
    placed = counted.withColumn("key", F.explode(_places(F.struct("system", "code"), [one])))
    judged = placed.join(F.broadcast(_keys(codings.sparkSession, {0: one})), on="key", how="left")
    rest = judged.groupBy(*cells, "records").agg(F.max("number").alias("number")).where(F.col("number").isNull())
    system, shown = _shown(terminology)
    told = rest.select(*cells[:4], system.alias("system"), shown.alias("code"), F.col("code").alias("own"), "records")
    counts = (F.sum("records").alias("records"), F.countDistinct("own").alias("codes"))
    return told.groupBy(*cells).agg(*counts)


def _shown(terminology: Terminology) -> tuple[Column, Column]:
    """The system and the code of a row, as far as they cannot be something that somebody typed."""
    forms = {uri: form for system, form in _STANDARD.items() for uri in terminology.uris(system)}
    form = F.try_element_at(F.create_map(*(F.lit(x) for pair in forms.items() for x in pair)), F.col("system"))
    is_code = F.regexp_like("code", F.concat(F.lit("^("), form, F.lit(")$")))
    system = F.when(form.isNotNull(), F.col("system")).when(F.col("system") == "", NONE).otherwise(OTHER)
    return system, F.when(is_code, F.col("code"))


def _codings(frame: DataFrame, table: str, codes: str, systems: str) -> DataFrame:
    pair = F.explode(F.arrays_zip(F.col(codes).alias("code"), F.col(systems).alias("system")))
    return frame.select(
        F.lit("silver").alias("layer"),
        F.lit(table).alias("table"),
        F.lit(codes).alias("column"),
        "institution",
        pair.alias("pair"),
    ).select(
        "layer",
        "table",
        "column",
        "institution",
        F.coalesce("pair.system", F.lit("")).alias("system"),
        F.coalesce("pair.code", F.lit("")).alias("code"),
    )
