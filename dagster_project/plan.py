"""Whether there is anything to do, asked of the tables themselves."""

from dagster_project.assets.deid import deid_made_from
from dagster_project.assets.gold import PUBLISHED, gold_made_from, is_due, published_name
from dagster_project.assets.gold import VIEWS as GOLD
from dagster_project.assets.published import published_made_from
from dagster_project.assets.silver import VIEWS as SILVER
from dagster_project.assets.silver import silver_made_from
from dagster_project.assets.terminology import unlisted_made_from
from dagster_project.checks import SHEETS, unjudged
from dagster_project.feasibility import outdated
from dagster_project.quality_evidence import unobserved
from dagster_project.residual import not_clean
from dagster_project.resources import Lakehouse
from transforms.bronze.completeness import completeness_made_from


def stale(lakehouse: Lakehouse) -> list[str]:
    """The tables right of bronze that are not made from what they would be made from now, e.g. "silver/patient"."""
    lake = lakehouse.lake
    wanted = {
        ("vault", "identity"): deid_made_from(lakehouse),
        ("governance", "load_completeness"): completeness_made_from(lake),
    }
    if lake.exists("deid", "resource"):
        wanted |= {
            ("silver", name): silver_made_from(lakehouse, view) for name, view in (SILVER | lakehouse.own_views).items()
        }
        wanted |= {
            ("gold", name): gold_made_from(lakehouse, view) for name, view in GOLD.items() if is_due(lakehouse, view)
        }
        wanted |= {("published", published_name(c)): published_made_from(lakehouse, c) for c in PUBLISHED}
        wanted[("governance", "unlisted_code")] = unlisted_made_from(lakehouse)
    found = []
    for (layer, name), made_from in wanted.items():
        commit = lake.commit(layer, name)
        if commit is None or {k: commit.made_from.get(k) for k in made_from} != made_from:
            found.append(f"{layer}/{name}")
    if found:
        return found
    return (
        [f"residual scan of {table}" for table in not_clean(lakehouse)]
        + [f"quality of {table}" for table in unjudged(lake, SHEETS.values())]
        + [f"profile of {table}" for table in unobserved(lake)]
        + (["reports on feasibility"] if outdated(lakehouse) else [])
    )
