"""Gold -> published: what the contract of a view lets out, and nothing else."""

import json
from pathlib import Path
from typing import Any

import dagster as dg

import governance
from dagster_project.assets._step import RETRY, step, table_metadata
from dagster_project.assets.gold import CONTRACTS
from dagster_project.assets.gold import VIEWS as GOLD
from dagster_project.fingerprint import fingerprint
from dagster_project.resources import Lakehouse
from deid import disclosure
from governance.contract import Contract
from governance.publish import publish

_CODE = (Path(governance.__file__).parent, Path(disclosure.__file__))


def published_name(contract: Contract) -> str:
    """The table below published/: "<grade>/<view>"."""
    return f"{contract.grade.value}/{contract.view}"


def published_made_from(lakehouse: Lakehouse, contract: Contract) -> dict[str, Any]:
    """What the published table would be made from now."""
    gold = lakehouse.research_lake.commit("gold", contract.view)
    return {"gold": gold.version if gold else -1, "contract": fingerprint(GOLD[contract.view].contract_file, *_CODE)}


def _asset(contract: Contract) -> dg.AssetsDefinition:
    name = published_name(contract)

    @dg.asset(
        key=["published", contract.grade.value, contract.view],
        deps=[["gold", contract.view]],
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
            if had is None or {k: had.made_from.get(k) for k in made_from} != made_from:
                out = publish(lake.read("gold", contract.view), contract, disclosure.generalise_until)
                report = out.report.to_dict()
                lake.replace("published", name, out.frame, made_from=made_from | {"report": report})
                lakehouse.tell(context, f"published/{name}: made anew")
            else:
                report = had.made_from["report"]
            metadata = table_metadata(lake, "published", name)
        return dg.MaterializeResult(metadata={**metadata, "disclosure_control": json.dumps(report)})

    return published


ASSETS = [_asset(contract) for contract in CONTRACTS.values()]
