"""define.xml: what the datasets of an export hold, from their contracts. Source: CDISC Define-XML 2.1.

The elements that a reader of the datasets needs; not code lists, methods and documents of a submission.
"""

import xml.etree.ElementTree as ET
from collections.abc import Iterable
from datetime import datetime

from governance.column import Texts
from governance.study.dataset import Dataset, longest

_ODM, _DEF = "http://www.cdisc.org/ns/odm/v1.3", "http://www.cdisc.org/ns/def/v2.1"
_XLINK, _XML = "http://www.w3.org/1999/xlink", "http://www.w3.org/XML/1998/namespace"
_TYPE = {"string": "text", "date": "date", "int": "integer", "bigint": "integer", "double": "float", "boolean": "text"}
_STANDARD = {"SDTM": ("SDTMIG", "3.4"), "ADaM": ("ADaMIG", "1.3")}
_OCCURRENCE = ("adae", "adcm", "admh")
_SDTM_CLASS = {
    "dm": "SPECIAL PURPOSE", "ds": "EVENTS", "ae": "EVENTS", "mh": "EVENTS", "ex": "INTERVENTIONS", "cm": "INTERVENTIONS",
    "lb": "FINDINGS", "vs": "FINDINGS",
}  # fmt: skip


def define_xml(datasets: Iterable[Dataset], suffix: str, made: datetime) -> bytes:
    """The file for these datasets of one study; descriptions in English and Chinese."""
    for prefix, uri in (("", _ODM), ("def", _DEF), ("xlink", _XLINK)):
        ET.register_namespace(prefix, uri)
    every = list(datasets)
    study = every[0].study
    at = made.isoformat(timespec="seconds")
    root = ET.Element(
        _odm("ODM"), FileType="Snapshot", FileOID=f"lakehouse.{study}.define", ODMVersion="1.3.2", CreationDateTime=at,
        attrib={f"{{{_DEF}}}Context": "Other"},
    )  # fmt: skip
    top = ET.SubElement(root, _odm("Study"), OID=study)
    said = ET.SubElement(top, _odm("GlobalVariables"))
    for tag in ("StudyName", "StudyDescription", "ProtocolName"):
        ET.SubElement(said, _odm(tag)).text = study
    version = ET.SubElement(
        top, _odm("MetaDataVersion"), OID=f"MDV.{study}", Name=f"{study}: exported datasets",
        attrib={f"{{{_DEF}}}DefineVersion": "2.1.0"},
    )  # fmt: skip
    _standards(version, every)
    for each in every:
        _group(version, each, suffix)
    for each in every:
        _items(version, each)
    ET.indent(root)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))


def _odm(tag: str) -> str:
    return f"{{{_ODM}}}{tag}"


def _def(tag: str) -> str:
    return f"{{{_DEF}}}{tag}"


def _standards(version: ET.Element, datasets: list[Dataset]) -> None:
    listed = ET.SubElement(version, _def("Standards"))
    for name in sorted({d.contract.standard for d in datasets if d.contract.standard}):
        guide, number = _STANDARD[name]
        ET.SubElement(
            listed, _def("Standard"), OID=f"STD.{name}", Name=guide, Type="IG", Version=number, Status="Final"
        )


def _class(view: str) -> str:
    if view in _SDTM_CLASS:
        return _SDTM_CLASS[view]
    if view == "adsl":
        return "SUBJECT LEVEL ANALYSIS DATASET"
    return "OCCURRENCE DATA STRUCTURE" if view in _OCCURRENCE else "BASIC DATA STRUCTURE"


def _group(version: ET.Element, d: Dataset, suffix: str) -> None:
    purpose = "Analysis" if d.contract.standard == "ADaM" else "Tabulation"
    group = ET.SubElement(
        version, _odm("ItemGroupDef"), OID=f"IG.{d.name}", Name=d.name, SASDatasetName=d.name, Purpose=purpose,
        Repeating="No" if d.contract.view in ("dm", "adsl") else "Yes", IsReferenceData="No",
        attrib={
            _def("Structure"): d.contract.grain.en,
            _def("ArchiveLocationID"): f"LF.{d.name}",
            _def("StandardOID"): f"STD.{d.contract.standard}",
        },
    )  # fmt: skip
    _description(group, d.contract.title)
    keys = {name: i for i, name in enumerate(d.keys, 1)}
    for order, name in enumerate(d.variables, 1):
        more = {"KeySequence": str(keys[name])} if name in keys else {}
        needed = "Yes" if name in keys else "No"
        ET.SubElement(
            group, _odm("ItemRef"), ItemOID=f"IT.{d.name}.{name}", OrderNumber=str(order), Mandatory=needed, attrib=more
        )
    ET.SubElement(group, _def("Class"), Name=_class(d.contract.view))
    file = f"{d.contract.view}.{suffix}"
    leaf = ET.SubElement(group, _def("leaf"), ID=f"LF.{d.name}", attrib={f"{{{_XLINK}}}href": file})
    ET.SubElement(leaf, _def("title")).text = file


def _items(version: ET.Element, d: Dataset) -> None:
    for name, variable in d.variables.items():
        is_timing = name.endswith("DTC")
        kind = "partialDate" if is_timing else _TYPE[variable.type]
        size = {"Length": str(max(longest(d.rows, name), 1))} if kind == "text" else {}
        if kind == "integer":
            size = {"Length": "8"}
        item = ET.SubElement(
            version,
            _odm("ItemDef"),
            OID=f"IT.{d.name}.{name}",
            Name=name,
            SASFieldName=name,
            DataType=kind,
            attrib=size,
        )
        _description(item, Texts(en=variable.label or name, zh=variable.description.zh))
        origin = ET.SubElement(
            item, _def("Origin"), Type="Derived" if d.contract.standard == "ADaM" else "Collected", Source="Sponsor"
        )
        _description(origin, variable.description)


def _description(parent: ET.Element, texts: Texts) -> None:
    described = ET.SubElement(parent, _odm("Description"))
    for language, text in (("en", texts.en), ("zh", texts.zh)):
        ET.SubElement(described, _odm("TranslatedText"), attrib={f"{{{_XML}}}lang": language}).text = text
