import re
from collections.abc import Callable
from typing import Any

from presidio_analyzer import RecognizerResult

from deid.text.fold import LOWER, UPPER
from deid.text.guard import is_english_word, is_eponym, is_eponym_name
from deid.text.lexicon.clinical import EPONYM_HEADS
from deid.text.lexicon.family_names import FAMILY_NAMES
from deid.text.lexicon.given_names import GIVEN_NAMES
from deid.text.lexicon.people import WORD_NAMES, WORDS_GIVEN
from deid.text.lexicon.places import LARGE
from deid.text.recognizers.base import Recognizer, Rule, pattern

_CAP = rf"[{UPPER}][{LOWER}]+(?:['-][{UPPER}][{LOWER}]+|(?<=Mc)[A-Z][a-z]+|(?<=Mac)[A-Z][a-z]+|(?<=De)[A-Z][a-z]+)*\d{{0,3}}"
# A title begins the next name, it ends none.
_O = rf"(?!(?:Drs?|Mr|Mrs|Ms|Mx|Profs?|Rev|Messrs)\b)(?:[OD]'{_CAP}|{_CAP})"
_UPPER = rf"[{UPPER}]{{2,}}(?:['-][{UPPER}]{{2,}})*"
_PARTICLE = r"(?:(?:van|von|de|der|den|da|di|la|le|del|dos|bin|al|el|St\.)[ ]){0,2}"
_INITIAL = r"[A-Z]\.?"
_NAME = rf"(?:(?:{_INITIAL}[ ]?){{0,2}}{_PARTICLE}{_O}(?:[ ](?:{_INITIAL}[ ])?{_PARTICLE}{_O}){{0,3}}|{_UPPER}(?:,?[ ]{_UPPER}){{0,2}})"
_FULL = rf"{_O}(?:[ ]{_INITIAL})?(?:[ ]{_PARTICLE}{_O}){{1,2}}"
_LAST_FIRST = rf"(?:{_O}|{_UPPER}),[ ]?(?:{_O}|{_UPPER})(?:[ ](?:{_INITIAL}(?![a-z])|{_O}))?"
_TITLE = r"(?:(?i:drs?|mr|mrs|ms|miss|mx|profs?|professors?|doctors?|messrs|rev|fr|sr|capt|sgt|hon)\b\.?|(?:Nurse|Sister|Father|Rabbi|Pastor|Uncle|Aunt|Judge|Imam|Chaplain|Coach))"
_LABEL = (
    r"(?i:(?:patient|pt|full|legal|maiden|first|last|family|given|preferred|mother|father|spouse|guardian|physician|provider|doctor|contact|nurse|caregiver|customer|client|member|subscriber|insured|employee|user)?"
    r"(?:'s)?[ ]?names?|patient|pt|attending|attending physician|physician|provider|pcp|primary care (?:physician|provider)|referring (?:physician|provider|doctor)|surgeon|assistant"
    r"|anesthesiologist|radiologist|pathologist|cardiologist|consultant|resident|fellow|nurse|therapist|technologist|pharmacist|dictated by|transcribed by|signed by|electronically signed by|e-?signed(?: by)?"
    r"|authenticated by|verified by|reviewed by|reported by|performed by|ordered by|interpreted by|prepared by|author|seen by|emergency contact|next of kin|nok|guardian|caregiver|contact|contact person|informant|interpreter|witness(?:ed by)?|cc|re|attn|from|to|dear|known as|a\.?k\.?a\.?|ordering(?: provider| physician)?|collected by|collector|verified|attg|chaperone|first assist|scrub|scrub nurse|circulator|circulating nurse|sonographer|perfusionist|an(?:ae|e)sthetist|surgeon\(s\)|copies to|copy to|staff|dtr|midwife|doula|sponsor|mentor|donor|evaluator|examiner|proceduralist|endoscopist|operator|interpreter id|ref|translator|carer|caretaker)"
)
_KINDS = (
    r"wife|husband|spouse|partner|son|daughter|mother|father|brother|sister|mom|dad|grandmother|grandfather|grandson|granddaughter|aunt|uncle|niece|nephew|cousin|friend|neighbou?r|girlfriend|boyfriend"
    r"|fianc[eé]e?|caregiver|roommate|sibling|dtr|gf|bf|mum|nan|gran|grandma|grandpa|stepmom|stepdad|stepson|stepdaughter|half-brother|half-sister|godfather|godmother|godson|carer|caretaker|babysitter|nanny|sponsor|mentor|stepmother|stepfather|son-in-law|daughter-in-law|lawyer|employer|boss|teacher|landlord"
)
_KIN = rf"(?:(?i:his|her|their|the|patient's|pt's)[ ])?(?i:{_KINDS})"
_DEGREE = r"(?:M\.?D\.?|D\.?O\.?|R\.?N\.?|N\.?P\.?|P\.?A\.?(?:-C)?|Ph\.?D\.?|LCSW|LPN|CRNA|APRN|FNP(?:-BC)?|DPM|DDS|DMD|PharmD|MBBS|FACC|FACS|RPh|PT|DPT|OTR|MSW|CNM|CNA|RD|Esq)(?![A-Za-z])"
_ROLES = (
    "coordinator|manager|case worker|caseworker|social worker|chaplain|aide|technician|nurse practitioner|nurse|midwife|dietitian|dietician|pharmacist|interpreter|attorney|officer|detective|pastor|coach|therapist"
    "|scribe|preceptor|perfusionist|sonographer|radiographer|phlebotomist|anesthetist|anaesthetist|registrar|houseman|doula|chaperone|examiner|counselor|physician assistant|resident|intern|fellow|surgeon|anesthesiologist|cardiologist|oncologist|pediatrician|psychiatrist|psychologist|roommate|caregiver|supervisor|teacher"
)

_TITLE_WORDS = "dr drs mr mrs ms miss mx prof profs professor professors doctor doctors messrs rev fr sr capt sgt hon nurse sister father rabbi pastor uncle aunt judge imam chaplain coach"
_KIN_WORDS = " ".join(re.findall(r"[a-z]{3,}", _KINDS))
_ROLE_WORDS = " ".join(re.findall(r"[a-z]{3,}", _ROLES))


# Names in lower case are looked for only where a given name that is nothing else stands in the line.
_SURE_GIVEN = " ".join(sorted(n for n in GIVEN_NAMES if len(n) > 2 and n.isascii() and n.isalpha() and n not in WORD_NAMES and not is_english_word(n) and not is_eponym(n)))  # fmt: skip
_SURE_FAMILY = frozenset(n for n in FAMILY_NAMES if n.isascii() and n.isalpha() and n not in WORD_NAMES and not is_english_word(n) and not is_eponym(n))  # fmt: skip
_SURE_GIVEN_SET = frozenset(_SURE_GIVEN.split())
_LOWER_PAIR = r"(?<![\w@./'-])(?P<value>[a-z]{3,}(?: [a-z]\.?)? [a-z]{3,})(?![\w@/'-])"


_OF_MANY = re.compile(r"(?<![A-Za-z])(?i:drs|profs|professors|doctors|messrs)\.? $")
_AND_MORE = re.compile(rf"(?:, (?:and |& )?| and | & )(?P<value>{_O}(?:[ ]{_O})?)(?![A-Za-z])")
_ONE_OF_MANY = 0.8


class EnglishName(Recognizer):
    """English names by what stands around them: a title, a label, a kinship, a degree. The words of notes are none."""

    ENTITY = "NAME"
    NEEDS = r"[A-Za-z]{2}"
    RULES = (
        pattern("title", rf"(?<![A-Za-z]){_TITLE}(?:[ ]|(?<=\.))(?P<value>{_NAME})", words=_TITLE_WORDS),
        pattern("label", rf"(?<![A-Za-z]){_LABEL}[ ]?[:=]\s*(?:{_TITLE}\s)?(?P<value>{_LAST_FIRST}|{_NAME})", chars=":="),
        pattern("kin", rf"(?<![A-Za-z]){_KIN}(?:,|[ ]is|[ ]named|[ ]called|[ ]\(|[ ]-)?[ ]?(?<=[ (])(?P<value>{_O}(?:[ ]{_O}){{0,2}})(?![a-z])", words=_KIN_WORDS),
        pattern("kin follows", rf"(?<![A-Za-z.] )(?P<value>{_O}(?:[ ]{_O}){{0,2}})(?=,? \(?(?:his|her|their|the patient's|pt's|the) (?:{_KINDS})\b)", 0.7, words=_KIN_WORDS),
        pattern("degree", rf"(?<![A-Za-z])(?P<value>{_FULL}|{_INITIAL}[ ]{_O}|{_UPPER}[ ](?:[A-Z]\.?[ ])?{_UPPER}|{_LAST_FIRST})(?=,?[ ]{_DEGREE})", words="md do rn np pa m d o r n p a ph phd lcsw lpn crna aprn fnp dpm dds dmd pharmd mbbs facc facs rph pt dpt otr msw cnm cna rd esq"),
        pattern("is called", rf"(?<![A-Za-z])(?i:my name is|name is|named|called|goes by|known as|this is|i am|i'm|regards,|sincerely,|thanks,|spoke (?:with|to)|discussed with|seen by|signed by|dictated by|per)\s(?P<value>{_O}(?:[ ](?:{_INITIAL}[ ])?{_PARTICLE}{_O}){{0,2}})(?![A-Za-z])", 0.7, words="name named called goes known this am m regards sincerely thanks spoke discussed seen signed dictated per"),
        pattern("possessive", rf"(?<![A-Za-z'-])(?P<value>{_O}(?:[ ]{_O})?)(?='s (?:{_KINDS}|family|parents|home|phone|number|employer|request|PCP|care)\b)", words=_KIN_WORDS + " family parents home phone number employer request pcp care"),
        pattern("kin in brackets", rf"(?<![A-Za-z'-])(?P<value>{_O}(?:[ ]{_O}){{0,2}})(?=,? \(?(?:his |her |their |pt's |patient's |the )?(?:{_KINDS}|HCP|POA|proxy)\)?(?:[,.;)]|$))", words=_KIN_WORDS + " hcp poa proxy"),
        pattern("after a verb", rf"(?<![A-Za-z])(?:treated|evaluated|examined|referred|performed|typed|dictated|reviewed|interpreted|accompanied|interviewed|assisted|seen|placed|cosigned|signed|driven|brought in|called|cared for|followed|operated on|taken over)[ ]by[ ](?:{_TITLE}\s)?(?P<value>{_O}(?:[ ]{_O}){{0,2}})(?![A-Za-z])", 0.7, words="by"),
        pattern("lower case", r"(?<![A-Za-z])(?i:pt|patient|name is|named|call(?:ed)?)[ ](?P<value>[a-z]{2,}[ ](?:[a-z]\.?[ ])?[a-z]{2,})(?![a-z])", 0.7, words="pt patient name named call called"),
        pattern("lower-case title", r"(?<![A-Za-z])(?:mr|mrs|ms|dr|miss|prof)\.? (?P<value>[a-z]{3,}(?:[ -][a-z]{3,})?)(?![A-Za-z])", 0.7, words="mr mrs ms dr miss prof"),
        pattern("lower-case slot", r"(?<![A-Za-z])(?:per|pt|spoke (?:with|to|w/?)|d/w|told|asked|tell|paged|texted|msg'?d|ask|cc|seeing|saw|thx|thanks|hey|hi|f/u with) (?P<value>[a-z]{3,})(?![\w-]|'[a-rt-z])", 0.7, words="per pt spoke d told asked tell paged texted msg ask cc seeing saw thx thanks hey hi f"),
        pattern("mention", rf"(?<![\w.])@(?P<value>{_O}(?:[ ]{_O})?|[a-z]{{3,}})(?![\w.@])", 0.7, chars="@"),
        pattern("title, a letter", r"(?<![A-Za-z])(?i:dr|mr|mrs|ms|miss)\.? (?P<value>[A-Z])(?![\w-]|[./]\w)", 0.7, words="dr mr mrs ms miss"),
        pattern("hyphen, given", r"(?<![\w-])(?P<value>[A-Z][a-z]{1,6}-[a-z]{2,6})(?![\w-])", 0.7, chars="-"),
        pattern("lower-case kin", rf"(?<![A-Za-z])(?:{_KINDS}),? (?P<value>[a-z]{{3,}})(?![A-Za-z])", 0.7, words=_KIN_WORDS),
        pattern("lower-case pair", _LOWER_PAIR, 0.7, words=_SURE_GIVEN),
        pattern("loud, role", rf"(?<![A-Za-z])(?:PT|PATIENT|MR|MRS|MS|DR|NURSE|{_KINDS.upper()})\.? (?P<value>{_UPPER})(?![A-Za-z])", 0.7, words="pt patient mr mrs ms dr nurse " + _KIN_WORDS),
        pattern("message", r"(?<![A-Za-z])(?:(?i:left (?:a )?(?:message|msg|vm|voicemail) (?:for|with)|lvm (?:for|with)|tc (?:to|from)|calls? (?:to|from)|(?:report|handoff|sign-?out) (?:given )?(?:to|from)|signed out to|handed off to|d/w|discussed w/?|met w(?:ith|/)|relieved by|crew))[ ](?P<value>" + _O + r"(?:[ ]" + _O + r")?)(?![A-Za-z])", 0.7, words="left lvm tc call calls report handoff signout sign signed handed d discussed met relieved crew"),
        pattern("word after kin", rf"(?<![A-Za-z])(?:{_KINDS})[ ](?P<value>[A-Z][a-z]+)(?= (?:is|was|has|had|will|who|and|states?|says|said|reports?|called|came|went|denies|at|attended|present|here|in|with)\b|[,.;)])", 0.65, words=_KIN_WORDS),
        pattern("bed", r"(?<![A-Za-z])(?:Bed|Rm|Room|Bay)\s?#?\w{1,4}[: -]{1,3}(?P<value>" + _O + r"(?:[ ]" + _O + r")?)(?= ?[-–(,:]| [a-z\d]| [A-Z]{2,5}\b)", 0.7, words="bed rm room bay"),
        pattern("numbered", rf"(?:^|(?<=\n)|(?<=[;,] )|(?<=  ))\d{{1,2}}[.)] ?(?P<value>{_O}(?:, {_O})?)(?= [-–])", 0.7, chars="-–"),
        pattern("initials, who is", r"(?:^|(?<=[.!?\n] )|(?<=\n))(?P<value>[A-Z]\.[ ]?[A-Z]\.(?:[ ]?[A-Z]\.)?|[A-Z]{2,3})(?= is an? \d|, G\d|, \d{1,3}[ ,-]?(?:y|F\b|M\b)| is a (?:very )?(?:pleasant|delightful|young|elderly)| (?:verbalized|ambulated|denies|states that|reports that|was accompanied))", 0.7, chars="."),
        pattern("initials", r"(?<![A-Za-z])(?i:initials?|reviewed|checked|check|checked by|scribe|transcribed(?: by)?|typed by|read by|entered by|transcriptionist)[:=]\s*(?P<value>[A-Z]{2,3}|[a-z]{2,3})(?![\w'-])", 0.7, words="initials initial transcribed typed read entered transcriptionist reviewed checked check scribe"),
        pattern("a letter, how old", r"(?:^|(?<=[.!?\n] ))(?P<value>[A-Z]\.?)(?= is an? \d{1,3}[ -]?(?:y|m|w|d))", 0.7, words="is"),
        pattern("initials signed", r"(?:^|\n)\s{0,3}(?://|--|~)\s?(?P<value>[A-Z]{2,4})(?=\s*$|\s+\d)", 0.7, chars="/-~"),
        pattern("initials, a trade", r"(?<![A-Za-z])(?:[Tt]echnologist|[Ss]onographer|[Ss]cribe|[Tt]ranscriptionist|[Tt]ech) (?P<value>[A-Z]{3})(?![A-Za-z])", 0.7, words="technologist sonographer scribe transcriptionist tech"),
        pattern("a letter and a name", rf"(?<=[a-z] )(?<=to |by |th |er )(?P<value>(?:[A-Z] ){{1,2}}{_O})(?![a-z-])", 0.7),
        pattern("called whatever", r"(?i:call me|preferred name|nickname|nicknamed|likes to be called|prefers to be called|prefers|goes by(?: the name)?|a\.?k\.?a\.?)(?: is|:)? [\"']?(?P<value>[A-Z][a-z]+(?: [A-Z][a-z]+)?)(?=[\"',.;)]|$)", 0.7, words="call preferred nickname nicknamed called goes prefers aka a"),
        pattern("family", rf"(?<=[Tt]he )(?P<value>{_O})(?=s(?: family| of | declined| are | were | have | agree| wish|,|\.|$))", 0.7),
        pattern("lower-case acts", r"(?:^|(?<=\n)|(?<=[.;] ))(?P<value>[a-z]{4,})(?= (?:is|was|will|has|had|says|said|called|wants|refused|needs|asked|denies|states|can|came)\b)", 0.7, words=_SURE_GIVEN),
        pattern("initials after by", r"(?<![A-Za-z])(?:typed|transcribed|dictated|entered|co-?signed|initialed)[^;\n]{0,25}? by (?P<value>[A-Z]{2,3})(?![A-Za-z])", 0.7, words="typed transcribed dictated entered cosigned signed initialed"),
        pattern("account", r"(?<![A-Za-z])(?i:charted|collected|drawn|resulted|verified|printed|entered|documented|scanned|updated|created|edited|recorded|filed|logged|user)(?: by)?:\s?(?P<value>[A-Za-z]{4,}\d{0,3})(?![\w.])", 0.7, words="collected drawn resulted verified charted printed entered documented scanned updated created edited recorded filed logged user"),
        pattern("letters apart", r"(?<![A-Za-z])(?P<value>[A-Z](?: [A-Za-z]){2,14})(?![A-Za-z])", 0.7),
        pattern("name before role", r"(?<![A-Za-z.-])(?P<value>[A-Z][a-z]+)(?=,? \(?(?:MSW|LCSW|RN|LPN|CNA|RT|RD|PharmD|NP|MD|OT|SLP|CRNA)\)?(?![A-Za-z]))", 0.65, words="msw lcsw rn lpn cna rt rd pharmd np md ot slp crna"),
        pattern("hyphen", r"(?<![A-Za-z-])(?P<value>[A-Z][a-z]{1,6}-[a-z]{2,6} [A-Z][a-z]+)(?![A-Za-z-])", 0.7, chars="-"),
        pattern("loud", rf"(?<![A-Za-z.'-])(?P<value>{_UPPER}(?:[ ]{_UPPER})?,[ ]?{_UPPER}(?:[ ](?:[A-Z]\.?(?![A-Za-z])|{_UPPER}))?)(?![A-Za-z'-])", 0.7, chars=","),
        pattern("initials after", rf"(?<![A-Za-z])(?:RN|Nurse|SLP|PT|OT|HHA|MA|LPN|CNA|by|per)[ ](?P<value>{_O}[ ][A-Z]\.?)(?![A-Za-z])", 0.7, words="rn nurse slp pt ot hha ma lpn cna by per"),
        pattern("speaks", rf"(?:(?<=^)|(?<=[.!?;:\"] )|(?<=\n))(?P<value>{_O})(?=: \"|,? (?:said|says|told me|asks|asked|replied|shouted|stated|jokes|spent a year)\b)", 0.6, words="said says told asks asked replied shouted stated jokes spent", chars='"'),
        pattern("patient name", rf"(?<![A-Za-z])(?:Patient|Pt\.?)[ ](?P<value>{_FULL})(?=[ ](?:is|was|has|presents|presented|reports|denies|complains|states|came|arrived|underwent)|,)", words="patient pt"),
        pattern("initial", rf"(?:^|(?<=\n)|(?<=by )|(?<=with )|(?<=per )|(?<=and )|(?<=from )|(?<=: )|(?<=, ))(?!M\.D|P\.A|R\.N|D\.O|N\.P)(?P<value>(?:[A-Z]\.[ ]?){{1,2}}{_PARTICLE}{_O})(?![a-z-])", 0.7, chars="."),
        pattern("role", rf"(?<![A-Za-z])(?i:{_ROLES})[ ](?P<value>{_O}(?:[ ]{_O}){{0,2}})(?![A-Za-z])", 0.7, words=_ROLE_WORDS),
        pattern("greeting", rf"(?<![A-Za-z])(?:Hi|Hello|Dear|Hey|Thanks|Thank you|Sincerely|Regards|Signed),?\s+(?P<value>{_O}(?:[ ](?:{_INITIAL}[ ])?{_O}){{0,2}})(?=[,.!]|\s*$)", 0.7, words="hi hello dear hey thanks thank sincerely regards signed"),
        pattern("generated", r"(?<![A-Za-z0-9])(?P<value>[A-Z][a-z'-]{2,}\d{1,3}(?:\s[A-Z][a-z'-]{2,}\d{1,3}){1,3})(?![A-Za-z0-9])", chars="0123456789"),
        pattern("last first born", rf"(?<![A-Za-z])(?P<value>{_LAST_FIRST}|{_O}[ ]{_LAST_FIRST})(?=\s?(?:\(|,|;)?\s?(?:DOB|MRN|\d{{1,3}}[ -]?(?:yo|y/o|F\b|M\b)))", chars=","),
    )  # fmt: skip

    def analyze(
        self, text: str, entities: list[str], nlp_artifacts: Any = None, regex_flags: int | None = None
    ) -> list[RecognizerResult]:
        found = super().analyze(text, entities, nlp_artifacts, regex_flags)
        # "Drs. Osei, Mehta and Lindqvist": a title of many is that of each.
        for hit in found:
            more = _AND_MORE.match(text, hit.end)
            if more and (_OF_MANY.search(text, 0, hit.start) or hit.score == _ONE_OF_MANY):
                found.append(self._result(*more.span("value"), _ONE_OF_MANY))
        return found

    def judge(self, match: re.Match[str], rule: Rule) -> float:
        if rule.name == "initials, who is":
            return 0 if match["value"] in _DEGREES else float(rule.score)
        if rule.name in ("title, a letter", "a letter, how old", "initials signed", "initials, a trade"):
            return 0 if match["value"] in _DEGREES else float(rule.score)
        if is_eponym_name(match["value"]):
            return 0
        words = re.findall(r"[^\W\d_]+", match["value"])
        following = re.match(r"(?:'s)?[ -]([A-Za-z]+)", match.string[match.end() :])
        if rule.name == "title" and following and following[1].lower() in ("inserts", "shoes", "pads"):
            # "Dr. Scholl's inserts"
            return 0
        if rule.name in ("title", "label", "role", "degree") and any(
            low in _THINGS for low in (w.lower() for w in words)
        ):
            return 0
        if (
            rule.name == "title"
            and match[0].startswith("Sister ")
            and following
            and following[1].lower() in EPONYM_HEADS
        ):
            return 0
        if rule.name == "after a verb" and (
            is_eponym(words[-1]) or (following and following[1].lower() in EPONYM_HEADS)
        ):
            return 0
        if rule.name == "degree" and any(re.fullmatch(_DEGREE, w) for w in words):
            # "RN Aware, MD Notified, PT"
            return 0
        low = [w.lower() for w in words]
        if rule.name in _BY_LIST:
            return float(rule.score) if _BY_LIST[rule.name](low) else 0
        if rule.name == "letters apart":
            joined = "".join(low)
            return float(rule.score) if joined in GIVEN_NAMES or joined in FAMILY_NAMES else 0
        if rule.name in ("initials", "initials after by"):
            return (
                0
                if low[0] in _NEVER or match["value"] in ("MD", "RN", "NP", "PA", "DO", "me", "the", "his", "her")
                else float(rule.score)
            )
        if rule.name in ("bed", "numbered"):
            return 0 if not _is_listed(low[0]) or (is_eponym(words[0]) and following) else float(rule.score)
        if rule.name == "lower case":
            return float(rule.score) if words[0] in GIVEN_NAMES and words[-1] in FAMILY_NAMES else 0
        if rule.name == "loud":
            return float(rule.score) if any(w.lower() in GIVEN_NAMES or w.lower() in FAMILY_NAMES for w in words) else 0
        real = [w for w in words if len(w) > 1 and not is_english_word(w)]
        by_title = rule.name == "title"
        # After a title a name may be a word ("Dr. Young"); elsewhere it may not.
        if not real:
            return float(rule.score) if by_title and len(words) == 1 and words[0].lower() not in _NEVER else 0
        return float(rule.score)

    def narrow(self, match: re.Match[str], rule: Rule) -> tuple[int, int]:
        start, end = match.span("value")
        if rule.name == "lower-case title":
            first, *more = re.split("[ -]", match["value"])
            return start, end if more and _is_listed(more[0]) else start + len(first)
        if rule.name in _WHOLE:
            return start, end
        pieces = list(re.finditer(r"[^\W_][\w'-]*\.?", match.string[start:end]))
        by_title = rule.name == "title"
        # Words of notes after the name are no part of it: "Dr. Smith Cardiology".
        while (
            len(pieces) > 1
            and is_english_word(pieces[-1][0].rstrip("."))
            and (not by_title or len(pieces) > 2 or len(pieces[0][0]) > 2)
        ):
            pieces.pop()
        # "Ms. Tull Braden 14"
        while len(pieces) > 1 and is_eponym(pieces[-1][0]) and re.match(r"\s?\d", match.string[end:]):
            pieces.pop()
        while len(pieces) > 1 and not by_title and is_english_word(pieces[0][0]):
            pieces.pop(0)
        last = start + pieces[-1].end() - (pieces[-1][0].endswith(".") and len(pieces[-1][0]) > 2)
        return start + pieces[0].start(), last


_WHOLE = frozenset(
    (
        "loud",
        "lower-case pair",
        "letters apart",
        "initials",
        "initials, who is",
        "initials after by",
        "account",
        "hyphen",
        "hyphen, given",
        "lower-case slot",
        "mention",
        "title, a letter",
        "word after kin",
        "a letter, how old",
        "initials signed",
        "initials, a trade",
        "called whatever",
        "family",
        "lower-case acts",
    )
)
_DEGREES = frozenset("MD RN NP PA DO PT OT CNA LPN ED OR ICU RT SLP MA CT MRI US ECG EKG NA END".split())
_NEVER = frozenset(
    "patient the and who was is has will recommended advised notes office visit on in at to for note consult".split()
)


def _is_listed(word: str) -> bool:
    return word in GIVEN_NAMES or word in FAMILY_NAMES


def _is_sure(word: str) -> bool:
    return _is_listed(word) and not (is_english_word(word) or word in WORD_NAMES or is_eponym(word) or word in LARGE)


# What an @ stands before that is no person.
_MENTIONED = frozenset(
    "all everyone here channel team home rest bedside time discharge admission baseline least night this that risk times".split()
)
# What is preferred and is no name.
_NOT_PREFERRED = frozenset(
    "english spanish french mandarin cantonese oral home tylenol ibuprofen none unknown female male water coffee tea not".split()
)
# Rules whose words are judged by the lists of names, not by their being no words of notes.
_BY_LIST: dict[str, Callable[[list[str]], bool]] = {
    "lower-case title": lambda low: _is_listed(low[0]) and not is_english_word(low[0]),
    "lower-case kin": lambda low: low[0] in _SURE_GIVEN_SET,
    "lower-case pair": lambda low: low[0] in _SURE_GIVEN_SET and _is_listed(low[-1]) and not is_english_word(low[-1]),
    "lower-case slot": lambda low: low[0] in _SURE_GIVEN_SET or (low[0] in _SURE_FAMILY and len(low[0]) > 4),
    "mention": lambda low: not is_english_word(low[0]) and low[0] not in _MENTIONED,
    "hyphen, given": lambda low: "-".join(low) in GIVEN_NAMES,
    "loud, role": lambda low: any(map(_is_sure, low)),
    "a letter and a name": lambda low: _is_listed(low[-1]) and not is_english_word(low[-1]),
    "called whatever": lambda low: low[0] not in _NEVER and not any(w in _NOT_PREFERRED for w in low),
    "family": lambda low: _is_sure(low[-1]),
    "lower-case acts": lambda low: low[0] in _SURE_GIVEN_SET,
    "word after kin": lambda low: low[0] in GIVEN_NAMES or low[0] in WORDS_GIVEN,
    "name before role": lambda low: low[0] in GIVEN_NAMES or _is_sure(low[0]),
    "hyphen": lambda low: low[-1] in FAMILY_NAMES and not is_english_word(low[0]),
}
# What a title or label stands before that is no person.
_THINGS = frozenset("consultant rheumatologist department service clinic hospital team unit center".split())
