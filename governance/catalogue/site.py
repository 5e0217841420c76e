"""The catalogue for people: a folder of pages that needs no server and loads nothing from elsewhere."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from governance.catalogue import dcat
from governance.catalogue.entry import ALL_YEARS, PRICES, PURPOSES, THEMES, Dataset, Facts, about
from governance.catalogue.lineage import svg
from governance.catalogue.samples import synthetic_rows
from governance.column import Role
from governance.contract import LICENCES
from governance.grades import Words

_TEMPLATES = Path(__file__).parent
_FILES = ("style.css", "site.js")
ROLES: Mapping[Role, Words] = {
    "direct": Words(en="direct identifier", zh="直接标识符"),
    "quasi": Words(en="quasi-identifier", zh="准标识符"),
    "sensitive": Words(en="sensitive", zh="敏感属性"),
    "key": Words(en="pseudonym", zh="假名键"),
    "none": Words(en="none", zh="无"),
}
LAYERS = {
    "bronze": Words(en="Records as delivered (bronze)", zh="交付的原始记录（bronze 层）"),
    "silver": Words(en="De-identified rows (silver)", zh="去标识化的数据行（silver 层）"),
    "gold": Words(en="Curated rows (gold)", zh="主题视图的数据行（gold 层）"),
}
RECORDS = {
    "person": Words(en="people and places", zh="人员与场所"),
    "encounter": Words(en="visits and care", zh="就诊与照护"),
    "diagnosis": Words(en="diagnoses and findings", zh="诊断与结果"),
    "medication": Words(en="medication and vaccines", zh="用药与疫苗"),
    "procedure": Words(en="procedures and devices", zh="操作与器械"),
    "document": Words(en="documents and images", zh="文书与影像"),
    "trial": Words(en="trials and consent", zh="试验与知情同意"),
    "payment": Words(en="coverage and claims", zh="保险与结算"),
    "curated": Words(en="curated views", zh="主题视图"),
    "all": Words(en="all types", zh="全部类型"),
}


def pages(facts: Facts) -> dict[str, str]:
    """file name -> content; the same for the same facts."""
    made = Environment(loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined)
    made.globals |= {"facts": facts, "themes": _themes(facts), "purposes": PURPOSES, "roles": ROLES}
    files = {
        "index.html": made.get_template("index.html").render(
            here="index", grades=sorted({d.contract.grade.value for d in facts.datasets}), texts=_texts(facts)
        ),
        "map.html": made.get_template("map.html").render(here="map", **_map(facts)),
        "catalogue.jsonld": _json(dcat.catalogue(facts)),
    }
    template = made.get_template("dataset.html")
    for dataset in facts.datasets:
        view, said = dataset.contract.view, _json(dcat.dataset(dataset, facts))
        inline = Markup(said.replace("<", "\\u003c"))  # noqa: S704 (JSON that holds no tag any more)
        files[f"{view}.jsonld"] = said
        files[f"{view}.html"] = template.render(here="dataset", dataset=dataset, jsonld=inline, **_details(dataset))
    return files


def write(folder: Path, facts: Facts) -> Path:
    """The site in a folder, which is made anew whole or not at all; its first page."""
    partial = folder.with_name(f".{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    for name, text in pages(facts).items():
        (partial / name).write_text(text, encoding="utf-8")
    for name in _FILES:
        shutil.copyfile(_TEMPLATES / name, partial / name)
    shutil.rmtree(folder, ignore_errors=True)
    partial.replace(folder)
    return folder / "index.html"


def _themes(facts: Facts) -> dict[str, Words]:
    used = {d.contract.theme for d in facts.datasets}
    return {name: words for name, words in THEMES.items() if name in used}


def _texts(facts: Facts) -> dict[str, str]:
    """What the search looks through."""
    found = {}
    for d in facts.datasets:
        c = d.contract
        columns = [x for name, k in c.columns.items() for x in (name, k.name.en, k.name.zh)]
        words = (c.view, c.title.en, c.title.zh, c.description.en, c.description.zh, c.grain.en, c.grain.zh, *columns)
        found[c.view] = " ".join(words).lower()
    return found


def _details(d: Dataset) -> dict[str, Any]:
    counts = [c.persons for c in d.coverage if c.persons]
    return {
        "licence": LICENCES[d.contract.licence],
        "price": PRICES[d.contract.price_unit],
        "rows": about(d.rows),
        "sample": synthetic_rows(d.contract),
        "lineage": Markup(svg(d)),  # noqa: S704 (every text in it is escaped)
        "cells": {(c.institution, c.year): c.persons for c in d.coverage},
        "covered": sorted({c.institution for c in d.coverage}),
        "years": sorted({c.year for c in d.coverage}, key=lambda y: (y != ALL_YEARS, y)),
        "most": max(counts, default=1),
    }


def _map(facts: Facts) -> dict[str, Any]:
    totals = {
        (d.contract.view, c.institution): c.persons for d in facts.datasets for c in d.coverage if c.year == ALL_YEARS
    }
    largest = {
        layer: max((n for of in by.values() for n in of.values() if n), default=1)
        for layer, by in facts.holdings.items()
    }
    most = max((n for n in totals.values() if n), default=1)
    return {"totals": totals, "most": most, "largest": largest, "layers": LAYERS, "records": RECORDS}


def _json(said: dict[str, Any]) -> str:
    return json.dumps(said, ensure_ascii=False, indent=1)
