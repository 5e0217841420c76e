"""What the pages that people read have in common: one self-contained file, Chinese and English, the data in it.

`page.html` is the frame (style, choice of language; block `style` for a page's own), `parts.html` the small things in it.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

_HERE = Path(__file__).parent


def render(template: Path, data: Mapping[str, Any], **more: Any) -> str:
    """The page of a template that extends `page.html`, with `data` as `r`, and packed into it as JSON for other programs."""
    loader = FileSystemLoader([template.parent, _HERE])
    pages = Environment(loader=loader, autoescape=True, undefined=StrictUndefined)
    packed = json.dumps(data, ensure_ascii=False, sort_keys=True, allow_nan=False)
    for sign in "<>&":  # JSON that is also safe inside a page
        packed = packed.replace(sign, f"\\u{ord(sign):04x}")
    return pages.get_template(template.name).render(r=data, packed=packed, **more)
