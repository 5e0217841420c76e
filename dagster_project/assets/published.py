"""Gold -> published: what the contract of a view lets out, and nothing else."""

import json
from pathlib import Path
from typing import Any

import dagster as dg

from dagster_project.assets._step import RETRY, step, table_metadata
from dagster_project.assets.gold import CONTRACTS, PUBLISHED, published_name
from dagster_project.assets.gold import VIEWS as GOLD
from dagster_project.fingerprint import fingerprint
from dagster_project.ledger import register_version
from dagster_project.lineage import check_sources
from dagster_project.releases import RELEASE, earlier_of, remember
from dagster_project.resources import Lakehouse
from dagster_project.verdicts import check_clean
from deid import disclosure, risk
from governance import column, grades, releases, suppression
from governance import contract as contracts
from governance import publish as publishing
from governance.contract import Contract
from governance.promise import check_population
from governance.publish import publish

# What decides on what is published; how access to it is governed does not.
_CODE = tuple(
    Path(str(m.__file__)) for m in (column, contracts, grades, publishing, releases, suppression, disclosure, risk)
)
for _contract in CONTRACTS.values():
    check_population(_contract, CONTRACTS.get(_contract.population or ""))
    check_sources(_contract, GOLD[_contract.view])


def published_made_from(lakehouse: Lakehouse, contract: Contract) -> dict[str, Any]:
    """What the published table would be made from now."""
    gold = lakehouse.research_lake.commit("gold", contract.view)
    made_from = {
        "gold": gold.version if gold else -1,
        "contract": fingerprint(GOLD[contract.view].contract_file, *_CODE),
    }
    if contract.population:
        people = lakehouse.research_lake.commit("gold", contract.population)
        made_from["population"] = people.version if people else -1
    return made_from


def _asset(contract: Contract) -> dg.AssetsDefinition:
    name = published_name(contract)

    @dg.asset(
        key=["published", contract.grade.value, contract.view],
        deps=[["gold", view] for view in (contract.view, contract.population) if view],
        group_name="published",
        kinds={"spark", "deltalake"},
        retry_policy=RETRY,
        description=f"{contract.title.en}, as grade {contract.grade.value} allows it.",
    )
    def published(context: dg.AssetExecutionContext, lakehouse: dg.ResourceParam[Lakehouse]):
        with step(lakehouse, f"published/{name}"):
            lake = lakehouse.research_lake
            made_from = published_made_from(lakehouse, contract)
            had = lake.commit("published", name)
            check_clean(lake, f"gold/{contract.view}", made_from["gold"])
            if had is None or {k: had.made_from.get(k) for k in made_from} != made_from:
                people = lake.read_small("gold", contract.population) if contract.population else None
                earlier = earlier_of(lake, contract, had)
                gold = lake.read_small("gold", contract.view)
                out = publish(gold, contract, disclosure.generalise_until, people, earlier)
                report = out.report.to_dict()
                register_version(lakehouse, name, had)  # a run that was cut off after the commit did not
                replace = lake.replace_small if lake.are_small(("gold", contract.view)) else lake.replace
                remember(lake, contract, earlier, out.told)
                said = {"report": report, RELEASE: earlier.release if earlier else 1}
                new = replace("published", name, out.frame, made_from=made_from | said)
                register_version(lakehouse, name, new)
                lakehouse.tell(context, f"published/{name}: made anew")
            else:
                report = had.made_from["report"]
            metadata = table_metadata(lake, "published", name)
        return dg.MaterializeResult(metadata={**metadata, "disclosure_control": json.dumps(report)})

    return published


ASSETS = [_asset(contract) for contract in PUBLISHED]
