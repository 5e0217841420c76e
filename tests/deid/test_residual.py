"""The second look: planted leaks are found wherever and however they are written, ordinary words are not."""

import base64
import json

import pytest

from deid.residual import RARE_TOKEN, Watch, distinctive


def known(*terms):
    return json.dumps([{"text": text, "entity": entity} for entity, text in terms])


EN = known(
    ("NAME", "Quillon Varnstead"), ("NAME", "Varnstead, Quillon"), ("NAME", "Quillon"), ("NAME", "Varnstead"),
    ("PHONE", "+1 617-555-0142"), ("ID", "MRN-88812345"), ("ID", "77341299"), ("ID", "1001"), ("ID", "enc-patient-zqx-1"), ("ID", "patient-1"), ("EMAIL", "q_vst@mail.example"),
    ("URL", "https://people.example/qv"), ("ACCOUNT", "quilly_v"),
    ("EMAIL", "q.vstead@mailhost.example"), ("ADDRESS", "4417 Wexcombe Terrace"), ("ADDRESS", "Dunmorrow"), ("DATE", "1961-04-23"),
)  # fmt: skip
WHITE = known(
    ("NAME", "Robin White"), ("NAME", "Robin"), ("NAME", "White"), ("NAME", "Parkinson"), ("NAME", "Lia Day665")
)
ZH = known(
    ("NAME", "欧阳振华"), ("NAME", "欧阳"), ("NAME", "振华"), ("NAME", "建国"), ("NAME", "李伟"), ("PHONE", "13912345678"),
    ("ID", "11010519491231002X"), ("ID", "ZY20260318007"), ("ADDRESS", "北京市朝阳区望京西路甲47号院3号楼1802室"), ("DATE", "1949-12-31"),
)  # fmt: skip
OTHERS = (EN, WHITE, ZH)


@pytest.fixture(scope="module")
def watch():
    return Watch(term for person in OTHERS for term in distinctive(person))


def kinds(watch, row, own="", free_text=()):
    return {(f.path, f.kind) for f in watch.look(json.dumps(row, ensure_ascii=False), (own,), free_text)[1]}


def in_text(watch, text, own=""):
    return {kind for _, kind in kinds(watch, {"note": text}, own)}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("seen with QUILLON VARNSTEAD today", "own_name"),
        ("Varnstead,Quillon", "own_name"),
        ("Ｑｕｉｌｌｏｎ　Ｖａｒｎｓｔｅａｄ", "own_name"),
        ("Quíllon's sister", "own_name"),
        ("Quil\u200blon", "own_name"),
        ("mr varnstead", "own_name"),
        ("call (617) 555 0142", "own_phone"),
        ("call ６１７５５５０１４２", "own_phone"),
        ("MRN 888-123 45", "own_id"),
        ("no. 88812345", "own_id"),
        ("mrn 88 81 23 45", "own_id"),
        ("no. 7734-1299.", "own_id"),
        ("Q.Vstead @ MAILHOST.example", "own_email"),
        ("write to q_vst@mail.example", "own_email"),
        ("see people.example/qv", "own_email"),
        ("wechat quilly_v", "own_id"),
        ("Patient/enc-patient-zqx-1", "own_id"),
        ("patient 1 of 3", None),
        ("lives at 4417 Wexcombe Terrace", "own_address"),
        ("lives at 4417, Wexcombe Ter.", "own_address"),
        ("born April 23, 1961", "own_birth_date"),
        ("DOB: 04/23/1961", "own_birth_date"),
        ("visit of 04/23/1961", None),  # moved dates may fall on any day
        ("room 1001, in Dunmorrow", None),  # too short, and too many people's
        ("quillonesque", None),
    ],
)
def test_a_persons_own_terms(watch, text, kind):
    found = {k for k in in_text(watch, text, EN) if k.startswith("own_")}
    assert found == ({kind} if kind else set())


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("患者欧阳振华于今日入院", "own_name"),
        ("患者欧 阳 振 华", "own_name"),
        ("呼唤振华数次", "own_name"),
        ("李伟之妻", "own_name"),
        ("电话１３９１２３４５６７８", "own_phone"),
        ("身份证110105 19491231 002x", "own_id"),
        ("住院号ZY-20260318-007", "own_id"),
        ("家住望京西路甲47号院", "own_address"),
        ("出生于1949年12月31日", "own_birth_date"),
        ("建国以来", None),
        ("欧阳", None),
    ],
)
def test_a_persons_own_terms_in_chinese(watch, text, kind):
    found = {k for k in in_text(watch, text, ZH) if k.startswith("own_")}
    assert found == ({kind} if kind else set())


def test_words_that_are_names_too_are_words(watch):
    text = "White blood cells; white matter; Parkinson disease; a robin; day 3"
    assert in_text(watch, text, WHITE) == set()
    assert in_text(watch, "Robin White", WHITE) == {"own_name"}, "the whole name is nobody's word"


def test_of_other_people_only_what_is_distinctive_counts(watch):
    assert in_text(watch, "Quillon and Varnstead; white; 振华 and 李伟; 77341299") == set()
    assert in_text(watch, "varnstead, quillon") == {"other_name"}
    assert in_text(watch, "其父欧阳振华") == {"other_name"}
    assert in_text(watch, "MRN-88812345, q.vstead@mailhost.example") == {"other_id", "other_email", "email_shape"}
    assert in_text(watch, "13912345678") == {"other_phone", "phone_shape"}


def test_what_is_the_persons_own_is_said_once(watch):
    assert kinds(watch, {"a": {"b": ["Quillon Varnstead"]}}, EN) == {("a.b", "own_name")}


def test_a_leak_is_found_wherever_it_stands(watch):
    note = base64.b64encode(b"seen with Quillon Varnstead").decode()
    row = {
        "code": {"coding": [{"display": "Varnstead"}]},
        "content": [{"attachment": {"data": note}}],
        "valueInteger": 77341299,
        "birthDate": "1961-04-23",
        "link": [{"other": {"reference": "Patient/MRN-88812345"}}],
    }
    assert kinds(watch, row, EN) == {
        ("code.coding.display", "own_name"),
        ("content.attachment.data", "own_name"),
        ("valueInteger", "own_id"),
        ("birthDate", "own_birth_date"),
        ("link.other.reference", "own_id"),
    }


def test_parts_of_two_strings_make_no_term(watch):
    assert kinds(watch, {"a": "8881", "b": "2345", "c": "MRN", "d": "Q", "e": "uillon"}, EN) == set()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("11010519491231002X", "resident_id_shape"),
        ("110105-19491231-002x", "resident_id_shape"),
        ("110105194912310021", None),  # wrong check character
        ("(212) 555-0187", "phone_shape"),
        ("212.555.0187", "phone_shape"),
        ("+44 20 7946 0958", "phone_shape"),
        ("１８８－１２３４－５６７８", "phone_shape"),
        ("010-62345678", "phone_shape"),
        ("a.b@c.example.org", "email_shape"),
        ("12345678901", None),
        ("2024-03-14T10:31:07+08:00", None),
        ("150-200-3000 mg; 120/80; 1.5-2.5; 2025-2026-0001", None),
        ("http://snomed.info/sct|16020531000119108", None),
        ("2.25.138912345678912345678", None),
        ("urn:uuid:5c1f8a10-1391-4123-4567-8b2c13812345", None),
    ],
)
def test_shapes(text, kind):
    assert in_text(Watch([]), text) == ({kind} if kind else set())


def test_a_long_number_may_be_a_code_but_not_a_note():
    watch = Watch([])
    assert kinds(watch, {"code": {"coding": [{"code": "13645005123"}]}, "drug_code": "13645005123"}) == set()
    assert kinds(watch, {"valueString": "13645005123"}) == {("valueString", "phone_shape")}
    watch = Watch(distinctive(known(("ID", "271649006"))))
    assert kinds(watch, {"coding": {"code": "271649006"}}) == set(), "somebody else's number is also a code"
    assert kinds(watch, {"coding": {"display": "271649006"}}) == {("coding.display", "other_id")}
    assert kinds(watch, {"coding": {"code": "271649006"}}, known(("ID", "271649006"))) == {("coding.code", "own_id")}


@pytest.mark.parametrize("text", ["AX-55621-Q", "7KQX912 and BA0510228", "880012345", "20A99-8812"])
def test_identifier_like_tokens_of_free_text(text):
    row = {"note": text, "other": text}
    assert kinds(Watch([]), row, free_text=["note"]) == {("note", RARE_TOKEN)}


@pytest.mark.parametrize(
    "text",
    [
        "HbA1c 7.2 % on 2024-03-14, 20240314",
        "120000 IU, 150/90 mmHg, 0.00125mg",
        "T12-L1, CA199, pT2N0M0, COVID-19",
        "[NAME-1]",
    ],
)
def test_clinical_tokens_are_not_identifier_like(text):
    assert kinds(Watch([]), {"note": text}, free_text=["note"]) == set()


@pytest.mark.spark
def test_tables_are_scanned_in_one_pass(spark, tmp_path):
    from deid.pseudonym import KeyRing
    from deid.residual_scan import known_fingerprint, scan

    keys = KeyRing.create(tmp_path / "keys")
    people = [("north", "1", "p1", EN), ("south", "2", "p2", WHITE), ("south", "3", "p1", ZH)]
    identity = spark.createDataFrame(people, "institution string, patient_id string, person_key string, known string")
    rows = [
        ("deid/resource", "k1", "p1", '{"note": "Quillon"}'),
        ("deid/resource", "k2", "p2", '{"note": "Quillon"}'),
        ("deid/resource", "k3", "p1", '{"note": "呼唤振华"}'),
        ("deid/resource", "k4", None, '{"name": ["Lia Day"], "n": [1, null, true, 2.5]}'),
        ("gold/notes", "k5", "p2", '{"text": "AX-55621-Q", "other": "AX-55621-Q"}'),
        ("gold/notes", "k6", "p2", '{"text": "BX-77123 and BX-77123"}'),
        ("gold/notes", "k7", "p2", '{"text": "BX-77123, BX-77123"}'),
        ("gold/notes", "k8", "p2", '{"text": "BX-77123"}'),
    ]
    table = spark.createDataFrame(rows, "table string, key string, person_key string, raw string")
    found = scan(table, identity, vault=str(tmp_path / "keys"), free_text={"gold/notes": ("text",)})
    records, notes = found["deid/resource"], found["gold/notes"]
    assert (records.rows, records.strings, notes.rows) == (4, 4, 4)
    assert {(f["key"], f["path"], f["kind"]) for f in records.findings} == {
        ("k1", "note", "own_name"),
        ("k3", "note", "own_name"),  # known to another institution of the same person
        ("k4", "name", "other_name"),
    }
    assert [(f["key"], f["kind"], f["n"]) for f in notes.findings] == [("k5", RARE_TOKEN, 1)], "thrice is not rare"
    hashes = {f["hash"] for f in records.findings}
    assert keys.fingerprint("own_name|quillon") in hashes
    assert records.kinds == {"other_name": 1, "own_name": 2}
    assert known_fingerprint(identity) != known_fingerprint(identity.where("patient_id != '3'"))
    nobody = scan(table.where("key = 'k8'"), identity, vault=str(tmp_path / "keys"))
    assert (nobody["gold/notes"].rows, nobody["gold/notes"].kinds) == (1, {})
