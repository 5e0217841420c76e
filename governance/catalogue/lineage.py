"""Where each column comes from, as one inline SVG: FHIR element -> silver -> curated -> published."""

from dataclasses import dataclass
from html import escape

from governance.catalogue.entry import Dataset

_LANES = (
    ("FHIR element (bronze → deid)", "FHIR 元素（bronze → deid）"),
    ("silver or curated column", "silver 层或主题视图的列"),
    ("gold column", "gold 层的列"),
    ("published column", "已发布的列"),
)
_WIDTH, _GAP, _ROW, _TOP, _TEXT = 276, 48, 26, 50, 37
_PUBLISHED = 3


@dataclass(frozen=True, slots=True)
class _Node:
    """A box: its lane, its place in the lane, what it says and what it says in full."""

    lane: int
    place: int
    text: str
    whole: str
    kind: str = ""

    @property
    def x(self) -> int:
        return self.lane * (_WIDTH + _GAP)

    @property
    def y(self) -> int:
        return _TOP + self.place * _ROW


def svg(dataset: Dataset) -> str:
    """The picture; colours are the page's. Dashed boxes are columns that are not published at this grade."""
    nodes, edges = _graph(dataset)
    width = len(_LANES) * _WIDTH + (len(_LANES) - 1) * _GAP
    height = max(n.y for n in nodes.values()) + _ROW + 6
    parts = [
        f'<svg class="lineage" viewBox="0 0 {width} {height}" role="img"'
        f' aria-label="column lineage of {escape(dataset.contract.view)}" xmlns="http://www.w3.org/2000/svg">'
    ]
    for lane, (en, zh) in enumerate(_LANES):
        x = lane * (_WIDTH + _GAP)
        parts.append(f'<text class="lane" x="{x}" y="16"><tspan class="en">{escape(en)}</tspan></text>')
        parts.append(f'<text class="lane zh" x="{x}" y="36">{escape(zh)}</text>')
    parts += [_edge(nodes[a], nodes[b]) for a, b in edges]
    parts += [_box(n) for n in nodes.values()]
    return "".join([*parts, "</svg>"])


def _graph(dataset: Dataset) -> tuple[dict[tuple[int, str], _Node], list[tuple[tuple[int, str], tuple[int, str]]]]:
    contract = dataset.contract
    nodes: dict[tuple[int, str], _Node] = {}
    edges: list[tuple[tuple[int, str], tuple[int, str]]] = []
    counts = [0] * len(_LANES)

    def node(lane: int, whole: str, text: str = "", kind: str = "") -> tuple[int, str]:
        if (lane, whole) not in nodes:
            nodes[lane, whole] = _Node(lane, counts[lane], text or whole, whole, kind)
            counts[lane] += 1
        return lane, whole

    def edge(a: tuple[int, str], b: tuple[int, str]) -> None:
        if (a, b) not in edges:
            edges.append((a, b))

    for name in contract.columns:
        is_out = name in contract.published_columns()
        own = node(2, name, kind="" if is_out else "dropped")
        for source in dataset.sources.get(name, ()):
            whole = f"{source.table}.{source.column}"
            from_ = node(1, whole, whole.removeprefix("silver/"))
            edge(from_, own)
            if source.element:
                edge(node(0, source.element), from_)
        if is_out:
            level = dataset.generalised.get(name)
            edge(
                own, node(_PUBLISHED, name, f"{name} → {level}" if level else name, "coarser" if level else "published")
            )
    return nodes, edges


def _box(n: _Node) -> str:
    text = n.text if len(n.text) <= _TEXT else f"{n.text[: _TEXT - 1]}…"
    return (
        f'<g class="{n.kind or "plain"}"><title>{escape(n.whole)}</title><rect x="{n.x}" y="{n.y}" width="{_WIDTH}" height="{_ROW - 5}"'
        f' rx="4"/><text x="{n.x + 8}" y="{n.y + 15}">{escape(text)}</text></g>'
    )


def _edge(a: _Node, b: _Node) -> str:
    x1, y1, x2, y2 = a.x + _WIDTH, a.y + 10, b.x, b.y + 10
    half = (x2 - x1) // 2
    return f'<path d="M{x1} {y1}C{x1 + half} {y1} {x2 - half} {y2} {x2} {y2}"/>'
