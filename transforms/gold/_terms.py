"""What sources write, as CDISC's controlled terminology says it: plain tables, and expressions that look up in them.

Source: CDISC SDTM Terminology (NCI EVS): C66731 SEX, C74457 RACE, C66790 ETHNIC, C66769 AESEV, C66768 OUT, C66727
NCOMPLT; value sets of FHIR R4 AdverseEvent; MedDRA's 27 system organ classes; LOINC. What no table knows stays as it was
written, in capitals: a sponsor's own scale (NONE, REMOTE, …) is right, and a guess would be wrong.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from itertools import chain
from pathlib import Path

import yaml
from pyspark.sql import Column
from pyspark.sql import functions as F

SEX = {"male": "M", "female": "F", "other": "UNDIFFERENTIATED", "unknown": "U"}
RACE = {
    "1002-5": "AMERICAN INDIAN OR ALASKA NATIVE",
    "2028-9": "ASIAN",
    "2054-5": "BLACK OR AFRICAN AMERICAN",
    "2076-8": "NATIVE HAWAIIAN OR OTHER PACIFIC ISLANDER",
    "2106-3": "WHITE",
    "2131-1": "OTHER",
    "unk": "UNKNOWN",
    "asku": "UNKNOWN",
}
ETHNIC = {"2135-2": "HISPANIC OR LATINO", "2186-5": "NOT HISPANIC OR LATINO", "unk": "UNKNOWN", "asku": "UNKNOWN"}
SEVERITY = {
    "mild": "MILD", "255604002": "MILD", "c41338": "MILD", "轻度": "MILD",
    "moderate": "MODERATE", "6736007": "MODERATE", "c41339": "MODERATE", "中度": "MODERATE",
    "severe": "SEVERE", "24484000": "SEVERE", "c41340": "SEVERE", "重度": "SEVERE",
}  # fmt: skip
# HL7's adverse-event-seriousness (R4 and R5), and how a case report form answers.
SERIOUS = {
    "serious": "Y", "y": "Y", "yes": "Y", "true": "Y", "是": "Y", "严重": "Y",
    "seriousresultsindeath": "Y", "seriousislifethreatening": "Y", "seriousresultsinhospitalization": "Y",
    "seriousresultsindisability": "Y", "seriousisbirthdefect": "Y", "seriousresultsinbirthdefect": "Y",
    "seriousrequirespreventimpairment": "Y",
    "non-serious": "N", "nonserious": "N", "not serious": "N", "n": "N", "no": "N", "false": "N", "否": "N", "非严重": "N",
}  # fmt: skip
DEADLY = ("seriousresultsindeath", "results in death")
CAUSALITY = {
    "certain": "CERTAIN", "probably-likely": "PROBABLE", "probable": "PROBABLE", "possible": "POSSIBLE",
    "unlikely": "UNLIKELY", "conditional-classified": "CONDITIONAL", "unassessable-unclassifiable": "UNASSESSABLE",
    "y": "RELATED", "n": "NOT RELATED",
}  # fmt: skip
# From the least to the most: of several suspected causes the strongest counts.
CAUSALITY_RANK = (
    "NONE", "NOT RELATED", "UNRELATED", "UNLIKELY RELATED", "UNLIKELY", "REMOTE", "UNASSESSABLE", "CONDITIONAL",
    "POSSIBLY RELATED", "POSSIBLE", "PROBABLY RELATED", "PROBABLE", "RELATED", "CERTAIN", "DEFINITE",
)  # fmt: skip
RELATED = CAUSALITY_RANK[CAUSALITY_RANK.index("POSSIBLY RELATED") :]
UNRELATED = CAUSALITY_RANK[: CAUSALITY_RANK.index("UNASSESSABLE")]
OUTCOME = {
    "resolved": "RECOVERED/RESOLVED", "recovered": "RECOVERED/RESOLVED", "recovered/resolved": "RECOVERED/RESOLVED",
    "recovering": "RECOVERING/RESOLVING", "resolving": "RECOVERING/RESOLVING",
    "ongoing": "NOT RECOVERED/NOT RESOLVED", "not recovered": "NOT RECOVERED/NOT RESOLVED",
    "resolvedwithsequelae": "RECOVERED/RESOLVED WITH SEQUELAE", "fatal": "FATAL", "unknown": "UNKNOWN",
}  # fmt: skip
# A part of what was written -> the term; the first that fits counts.
DISPOSITION = (
    ("screen fail", "SCREEN FAILURE"), ("ineligib", "SCREEN FAILURE"), ("inclusion", "SCREEN FAILURE"), ("筛选失败", "SCREEN FAILURE"),
    ("adverse event", "ADVERSE EVENT"), ("不良事件", "ADVERSE EVENT"), ("death", "DEATH"), ("died", "DEATH"), ("死亡", "DEATH"),
    ("complet", "COMPLETED"), ("完成", "COMPLETED"), ("lost to", "LOST TO FOLLOW-UP"), ("失访", "LOST TO FOLLOW-UP"),
    ("efficacy", "LACK OF EFFICACY"), ("protocol viol", "PROTOCOL VIOLATION"), ("protocol dev", "PROTOCOL DEVIATION"),
    ("physician", "PHYSICIAN DECISION"), ("investigator", "PHYSICIAN DECISION"), ("sponsor", "STUDY TERMINATED BY SPONSOR"),
    ("pregnan", "PREGNANCY"), ("progressive disease", "PROGRESSIVE DISEASE"), ("withdr", "WITHDRAWAL BY SUBJECT"),
    ("subject", "WITHDRAWAL BY SUBJECT"), ("consent", "WITHDRAWAL BY SUBJECT"), ("撤回", "WITHDRAWAL BY SUBJECT"),
)  # fmt: skip
SOC = {
    "10005329": "Blood and lymphatic system disorders", "10007541": "Cardiac disorders",
    "10010331": "Congenital, familial and genetic disorders", "10013993": "Ear and labyrinth disorders",
    "10014698": "Endocrine disorders", "10015919": "Eye disorders", "10017947": "Gastrointestinal disorders",
    "10018065": "General disorders and administration site conditions", "10019805": "Hepatobiliary disorders",
    "10021428": "Immune system disorders", "10021881": "Infections and infestations",
    "10022117": "Injury, poisoning and procedural complications", "10022891": "Investigations",
    "10027433": "Metabolism and nutrition disorders", "10028395": "Musculoskeletal and connective tissue disorders",
    "10029104": "Neoplasms benign, malignant and unspecified (incl cysts and polyps)",
    "10029205": "Nervous system disorders", "10036585": "Pregnancy, puerperium and perinatal conditions",
    "10037175": "Psychiatric disorders", "10038359": "Renal and urinary disorders",
    "10038604": "Reproductive system and breast disorders", "10038738": "Respiratory, thoracic and mediastinal disorders",
    "10040785": "Skin and subcutaneous tissue disorders", "10041244": "Social circumstances",
    "10042613": "Surgical and medical procedures", "10047065": "Vascular disorders", "10077536": "Product issues",
}  # fmt: skip
MEDDRA = r"(?i)meddra|mdrae|2\.16\.840\.1\.113883\.6\.163"
UNASSIGNED = (
    r"(?i)^\s*(screen(ing)?[ -]?fail(ure|ed)?|not[ -]?(yet )?(assigned|treated|randomi[sz]ed|applicable)|unplanned treatment"
    r"|none|n/?a|scrnfail|notassgn|筛选失败|未分组|未随机)\s*$"
)
PLACEBO = r"(?i)placebo|安慰剂"
SCREEN_FAILED = r"(?i)screen(ing)?[ -]?fail|scrnfail|筛选失败"


def said(column: Column) -> Column:
    """Text as the tables above have it: small letters, no space at the ends; null for a blank."""
    return F.nullif(F.lower(F.trim(column)), F.lit(""))


def lookup(column: Column, table: Mapping[str, str]) -> Column:
    """The term of a code or word; null where the table has none."""
    terms = F.create_map(*[F.lit(x) for x in chain.from_iterable(table.items())])
    return F.try_element_at(terms, said(column))


def term(table: Mapping[str, str], *columns: Column) -> Column:
    """The term of the first column that the table knows, else what the last that says anything says, in capitals."""
    known = [lookup(c, table) for c in columns]
    return F.coalesce(*known, *(F.upper(said(c)) for c in reversed(columns)))


def disposition(column: Column) -> Column:
    """The term of C66727 for why a participation ended; what it does not have, in capitals."""
    found = F.when(F.lit(False), F.lit(None).cast("string"))
    for part, meant in DISPOSITION:
        found = found.when(F.contains(said(column), F.lit(part)), meant)
    return found.otherwise(F.upper(said(column)))


def one_of(column: Column, words: Iterable[str]) -> Column:
    return F.coalesce(column.isin(*words), F.lit(False))


@cache
def tests(domain: str) -> tuple[tuple[str, str, str], ...]:
    """(code, short name, name) of the tests that have a name in CDISC's terminology, from `_tests.yaml`."""
    listed = yaml.safe_load(Path(__file__).with_name("_tests.yaml").read_text(encoding="utf-8"))
    return tuple((code, *names) for code, names in listed[domain].items())
