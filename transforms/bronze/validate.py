"""The verdict of fhir.resources on one resource, told without any of its values."""

from typing import Any

from core import fhir

_MOST_NAMED = 5  # mistakes named in one reason; the rest is counted


def mistakes(resource: dict[str, Any]) -> str | None:
    """Why the resource is not FHIR R4B, as element paths and kinds of mistake; None when it is.

    Source of the verdict: fhir.resources (R4B). It misses what its documentation says it misses: required code bindings
    and numbers written as text are accepted.
    """
    from fhir.resources.R4B import get_fhir_model_class
    from pydantic import ValidationError

    kind = resource["resourceType"]
    try:
        get_fhir_model_class(kind).model_validate(resource)
    except ValidationError as e:
        found = [f"{_place(kind, x['loc'])}: {x['type']}" for x in e.errors(include_input=False, include_url=False)]
        more = f"; and {len(found) - _MOST_NAMED} more" if len(found) > _MOST_NAMED else ""
        return "; ".join(found[:_MOST_NAMED]) + more
    except (ValueError, TypeError, AttributeError, KeyError, OverflowError, RecursionError) as e:
        return f"{kind}: {type(e).__name__}"
    return None


def _place(kind: str, loc: tuple[int | str, ...]) -> str:
    """A mistake's path with only names that FHIR knows: an unknown element's name is text from the record."""
    path, at = kind, kind
    for step in loc:
        if isinstance(step, int):
            path += f"[{step}]"
            continue
        element = fhir.elements(at).get(step.removeprefix("_")) if fhir.is_type(at) else None
        if element is None:
            return f"{path}.(element not in FHIR)"
        path, at = f"{path}.{step}", element.type
    return path
