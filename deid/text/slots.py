"""Where only a person can stand in an English text: after what is done to people, before what only people do."""

import re

# What only people do, so that even a word before it is a name: "Hope is doing well", "Bill verbalized understanding".
ACTS = re.compile(
    r"(?:,? (?:verbali[sz]ed|verbali[sz]es|reports|reported|states|stated|denies|denied|says|said|complains|complained|agrees|agreed|disagrees|disagreed|refuses|refused|requests|requested|attended|no-showed|ambulated|lives|works|likes|prefers"
    r"|called|calls|asked|asks|told|expressed|presented|arrived|tolerated|is doing|was seen|was up|was admitted|was discharged|will drive|will call|will bring|will pick up|and (?:his|her)|is an? \d\d|drew|to chase|no longer lives|has not been taking|stopped taking|back\b, advised"
    r"|understands|understood|wishes|wants|wanted|insists|insisted|believes|thinks|mentioned|mentions|remembers|recalls|explained|visited|visits|accompanied|endorses|endorsed|admits to|walked in|doesn't|didn't|don't|isn't|wasn't|hasn't|won't|wouldn't|couldn't|can't|lost (?:his|her)|is (?:tearful|anxious|sad|happy|worried|concerned|aware)"
    r"|who (?:is|was|has|had|lives|works))\b|'s (?:wife|husband|mother|father|mom|dad|son|daughter|family|parents|mood|sister|brother|niece|nephew|aunt|uncle|partner|girlfriend|boyfriend|fianc[eé]e?|room|chart|bedside)\b| (?:family|twins|household|couple)\b)"
)
SPOKEN_TO = re.compile(
    r"\b(?:spoke with|spoke to|discussion with|conversation with|talked (?:with|to)|meeting with|lives with|here with|along with|accompanied by|f/u with|follow[- ]up with|discussed with|met with|told|called|asked|notified|paged|informed|texted|emailed|thanked|faxed to|phoned to|called to|sent to|given to|handed to|handed over to|covering for|on[- ]call|night float|referred to Dr|dtr|feels|swap:) $",
    re.IGNORECASE,
)
# Who does something is named after these: a trade's letters, or an act that somebody did.
_TRADES = r"RN|LPN|HHA|PCA|HCA|ODP|SHO|FY[12]|CNS|CNM|PTA|COTA|[Cc]haperone|[Ss]onographer|[Tt]echnologist|[Pp]erfusionist|CNA|NP|CRNA|EMT(?:-[A-Z])?|RRT|SLP|MD|SW|PMD|PCP|GP|[Pp]t|[Ss]crub|[Nn]urse|[Rr]esident|[Ii]ntern|[Ff]ellow|[Aa]ttending|[Ss]itter|[Aa]ide|[Ss]ponsor|Drs?\.?|cc:?"
_TEAMS = "GI|ID|ENT|Endo|Neph(?:ro)?|Cards?|Onc|Heme|Pulm|Neuro|Ortho|Rheum|Uro|Derm|Psych|Renal|Cardiology|Nephrology|Neurology|Oncology|Surgery|Anesthesia|Endocrine|Palliative|Pharmacy"
_ROLE = re.compile(
    rf"(?:(?<![A-Za-z])(?:{_TRADES}|(?:{_TEAMS})(?::| -| \()?|w/|Twin [A-D]|Baby(?: [Bb]oy| [Gg]irl)?) ?(?<=[ (])"
    r"|\b(?:seen|done|given|taken|drawn|written|read|held|made aware|\w+ed)(?: (?!by)[\w-]+){0,3} by )$"
)
# "the patient, Ndidi, was intubated"
_APPOSED = re.compile(
    r"\b(?:patient|pt|client|mother|father|mom|dad|wife|husband|partner|spouse|son|daughter|dtr|brother|sister|aunt|uncle|niece|nephew|friend|caregiver|nurse|roommate), $",
    re.IGNORECASE,
)
_OWNS = re.compile(r"'s (?!\d)[A-Za-z]")
_THINGS_BY = re.compile(
    r"\b(?:manufactured|supplied|covered|followed|confirmed|measured|calculated|complicated|caused|replaced|powered|evidenced) [^.;]{0,20}by $"
)


def is_persons(text: str, start: int, end: int) -> bool:
    """Whether a word that no vocabulary knows can only be a person where it stands."""
    before = text[max(0, start - 40) : start]
    if ACTS.match(text, end) or SPOKEN_TO.search(before) or _OWNS.match(text, end):
        return True
    if text.startswith(",", end) and _APPOSED.search(before):
        return True
    return _ROLE.search(before) is not None and not _THINGS_BY.search(before)
