"""Kaplan-Meier curves of ADTTE by treatment, as tables and pictures; what stands on too few persons is not shown."""

import io
from collections.abc import Iterator
from dataclasses import dataclass

import matplotlib as mpl
import pandas as pd  # type: ignore[import-untyped]
from lifelines import KaplanMeierFitter  # type: ignore[import-untyped]
from matplotlib.figure import Figure

from governance.grades import Words
from governance.study.summary import HIDDEN, Study, Table

_ALPHA = 0.05
_LANDMARKS = 5
# Ids in the picture are hashes of its content with this, so that the same data gives the same file.
_SALT = "lakehouse"


@dataclass(frozen=True, slots=True)
class Curve:
    """One arm: its name, the persons in it, and survival with its 95 % band at each time where enough are at risk."""

    arm: str
    persons: int
    steps: pd.DataFrame  # index time (days); survival, low, high, at_risk, events


def curves(study: Study, parameter: str) -> list[Curve]:
    """A curve for each arm of at least `min_cell` persons, up to where fewer than that are at risk."""
    rows = study.adtte[(study.adtte["PARAMCD"] == parameter) & study.adtte["TRTA"].notna()]
    found = []
    for arm, of_arm in sorted(rows.groupby("TRTA")):
        if len(of_arm) >= study.min_cell:
            found.append(Curve(str(arm), len(of_arm), _steps(of_arm, study.min_cell)))
    return found


def _steps(rows: pd.DataFrame, min_cell: int) -> pd.DataFrame:
    fit = KaplanMeierFitter(alpha=_ALPHA).fit(rows["AVAL"].astype(float), rows["CNSR"] == 0)
    band = fit.confidence_interval_survival_function_
    steps = pd.DataFrame(
        {
            "survival": fit.survival_function_.iloc[:, 0],
            "low": band.iloc[:, 0],
            "high": band.iloc[:, 1],
            "at_risk": fit.event_table["at_risk"],
            "events": fit.event_table["observed"],
        }
    )
    return steps[steps["at_risk"] >= min_cell]


def table(study: Study, parameter: str) -> Table:
    """Survival and its band at a few days, with how many were at risk."""
    found = curves(study, parameter)
    name = _name(study, parameter)
    made = Table(
        Words(en=name, zh=f"{name}（Kaplan-Meier 估计）"),
        Words(
            en="share without the event, 95 % confidence interval (log-log), persons at risk",
            zh="未发生事件的比例、95% 置信区间（log-log）、处于风险中的人数",
        ),
        tuple(c.arm for c in found),
    )
    days = _landmarks(found)
    for day in days:
        made.rows.append((0, f"Day {day}", tuple(_at(c, day) for c in found)))
    return made


def _name(study: Study, parameter: str) -> str:
    return str(study.adtte.loc[study.adtte["PARAMCD"] == parameter, "PARAM"].iloc[0])


def _landmarks(found: list[Curve]) -> list[int]:
    last = max((int(c.steps.index.max()) for c in found if len(c.steps)), default=0)
    return sorted({max(1, round(last * i / _LANDMARKS)) for i in range(1, _LANDMARKS + 1)}) if last else []


def _at(curve: Curve, day: int) -> str:
    if not len(curve.steps) or day > curve.steps.index.max():
        return HIDDEN
    known = curve.steps[curve.steps.index <= day].iloc[-1]
    later = curve.steps[curve.steps.index >= day]
    return f"{known['survival']:.3f} ({known['low']:.3f}, {known['high']:.3f}); {int(later.iloc[0]['at_risk'])}"


def picture(study: Study, parameter: str) -> str | None:
    """The curves as SVG; None where no arm has enough persons."""
    found = [c for c in curves(study, parameter) if len(c.steps)]
    if not found:
        return None
    with mpl.rc_context({"svg.hashsalt": _SALT, "svg.fonttype": "path"}):
        figure = Figure(figsize=(7, 4.2))
        axes = figure.subplots()
        for curve in found:
            line = axes.step(
                curve.steps.index, curve.steps["survival"], where="post", label=f"{curve.arm} (n={curve.persons})"
            )
            axes.fill_between(
                curve.steps.index,
                curve.steps["low"],
                curve.steps["high"],
                step="post",
                alpha=0.2,
                color=line[0].get_color(),
            )
        axes.set(
            xlabel="days since the first dose",
            ylabel="share without the event",
            ylim=(0, 1.02),
            title=_name(study, parameter),
        )
        axes.legend(loc="lower left", frameon=False)
        figure.tight_layout()
        out = io.StringIO()
        figure.savefig(out, format="svg", metadata={"Date": None})
    return out.getvalue()


def parameters(study: Study) -> Iterator[str]:
    yield from sorted(study.adtte["PARAMCD"].unique())
