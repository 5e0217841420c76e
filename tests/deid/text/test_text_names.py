"""Names where only what stands around them tells, and the clinical words that stand in the same places."""

import pytest
from text_subjects import subject

from deid.text.scanner import TextScanner

# A text, and the names in it ("-": none; several: "a ; b").
ENGLISH = """
    IV restarted by Qorvane from the IV team                     | Qorvane
    Zorblick understands the risks of anticoagulation            | Zorblick
    RN Thrandel notified of critical K 2.8                       | Thrandel
    Case discussed with Drs. Zorblick, Mehta and Qorvane         | Zorblick ; Mehta ; Qorvane
    @Gonzalo pls call mrs kim's daughter re DNR                  | Gonzalo ; kim
    per jamal (brother), pt stopped taking warfarin              | jamal
    pt nguyen seen in ed last night                              | nguyen
    just spoke w farida she says the MRI is broken               | farida
    lmk when Dr. T gets here                                     | T
    The plan was explained to Hyun-woo and his mother            | Hyun-woo
    Foster mom at bedside, Jehovah's Witness                     | -
    Patient with Unhealthy drinking, Fish (substance)            | -
    Kitchen practice; Victim of abuse; 28 Day Pack               | -
    Placed by Kocher maneuver; called Xarelto failure            | -
    Tegaderm, Mepilex, Aquacel Ag, Plasma-Lyte, Hespan, Prolene  | -
    RN Aware, MD Notified, PT Evaluated                          | -
"""


def rows(table: str) -> list[tuple[str, list[str]]]:
    split = [line.rsplit("|", 1) for line in table.strip().splitlines()]
    return [(text.strip(), [] if names.strip() == "-" else names.strip().split(" ; ")) for text, names in split]


@pytest.mark.parametrize(("text", "names"), rows(ENGLISH))
def test_names_by_what_stands_around_them(english: TextScanner, text: str, names: list[str]) -> None:
    hits = english.find(text, subject())
    assert [text[h.start : h.end] for h in hits] == names
