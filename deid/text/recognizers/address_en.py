import re

from deid.text.fold import LOWER, UPPER
from deid.text.guard import is_english_word, is_eponym
from deid.text.lexicon.places import COUNTRIES, LARGE, STATE_CODES, TOWNS
from deid.text.recognizers.base import Recognizer, Rule, pattern

_STATE = rf"(?:{'|'.join(STATE_CODES)})"
_STATE_NAME = (
    r"(?:Alabama|Alaska|Arizona|Arkansas|California|Colorado|Connecticut|Delaware|Florida|Georgia|Hawaii|Idaho|Illinois|Indiana|Iowa|Kansas|Kentucky"
    r"|Louisiana|Maine|Maryland|Massachusetts|Michigan|Minnesota|Mississippi|Missouri|Montana|Nebraska|Nevada|New [HJMY]\w+|(?:North|South) (?:Carolina|Dakota)"
    r"|Ohio|Oklahoma|Oregon|Pennsylvania|Rhode Island|Tennessee|Texas|Utah|Vermont|(?:West )?Virginia|Washington|Wisconsin|Wyoming)"
)
_KIND = (
    r"(?:Street|St|Avenue|Ave|Av|Road|Rd|Drive|Dr|Lane|Ln|Boulevard|Blvd|Court|Ct|Place|Pl|Square|Sq|Terrace|Ter|Parkway|Pkwy|Highway|Hwy|Circle|Cir|Way|Trail|Trl"
    r"|Crossing|Row|Loop|Alley|Path|Plaza|Gardens?|Grove|Heights|Hill|Hollow|Mews|Park|Pike|Point|Ridge|Route|Run|View|Walk|Close|Crescent|Esplanade|Quay)"
)
_WORD = rf"(?:[{UPPER}][\w'.-]*|\d{{1,3}}(?:st|nd|rd|th)|de|la|del|of|the)"
_UNIT = r"(?:,?\s+(?:Apt|Apartment|Unit|Suite|Ste|Rm|Room|Floor|Fl|Bldg|Building|#)\.?\s?#?\s?[0-9A-Za-z-]{1,6})?"
_CITY = rf"(?:[\s,]+(?:[A-Z][\w'.-]+ ?){{1,3}})?(?:,?\s+(?:{_STATE}\b|{_STATE_NAME}))?(?:,?\s+\d{{5}}(?:-\d{{4}})?)?"
_LABEL = r"(?:(?i:(?:home|mailing|street|postal|current|billing|shipping)? ?address|resides? at|residing at|lives? at|living at))"


_CAP = rf"[{UPPER}][\w'-]+"
_OF = r"(?:(?:de|la|du|des|del|della|delle|dei|das|dos|do|da|el|las|los|le|l'|d')\s?)"
# Streets whose kind comes first, and those where it ends the word.
_FIRST = r"(?:Calle|Rue|Via|Rua|Avenida|Avda\.?|Av\.|Piazza|Plaza|Praça|Paseo|Carrer|Viale|Corso|Largo|Travessa|[Uu]l\.|Chemin|Allée|Strada|Jalan|Place)"
_LAST = rf"[{UPPER}][{LOWER}]+(?: [{UPPER}][{LOWER}]+)?(?:straat|strasse|straße|gasse|weg|platz|allee|gatan|vägen|vej|gade|laan|plein|tie|katu|kuja|polku|gata|gate|veien|stræde)"
_COUNTRY = f"(?:{'|'.join(COUNTRIES)})"
_TOWN = re.compile(
    rf"(?<![\w'-])(?:{'|'.join(sorted((t.title() for t in TOWNS if not is_eponym(t)), key=len, reverse=True))})(?![\w'-])"
)


# What stands before a British postcode: house, street and town.
_BEFORE_POSTCODE = re.compile(rf"(?<![\w-])(?:\d{{1,4}}[A-Za-z]? (?:{_CAP},? ){{1,5}})?(?:{_CAP},? )?$")


def _words(text: str) -> str:
    return " ".join(sorted(set(re.findall(r"[a-z]+", text.lower()))))


class EnglishAddress(Recognizer):
    """Streets with a house number, post boxes, ZIP codes beside a state, and what follows "address:"."""

    ENTITY = "ADDRESS"
    NEEDS = rf"\d|[{UPPER}]"
    RULES = (
        pattern("street", rf"(?<![\w/.-])\d{{1,6}}[A-Za-z]?(?:-\d{{1,4}})?\s+(?:[NSEW]\.?\s+|(?:North|South|East|West)\s+)?(?:{_WORD}\s+){{1,4}}{_KIND}\b\.?(?:\s+[NSEW]{{1,2}}\b)?{_UNIT}{_CITY}"),
        pattern("apartment", rf"(?<![\w/.-])\d{{1,6}}\s+(?:{_WORD}\s+){{1,4}}\d{{0,4}}\s?,?\s?(?:Apt|Apartment|Suite|Ste|Unit)\.?\s?#?\s?\w{{1,6}}{_CITY}"),
        pattern("post box", rf"(?<!\w)P\.?\s?O\.?\s?Box\s+\d{{1,7}}{_CITY}", words="box"),
        pattern("state and zip", rf"(?<![\w'.-])(?P<value>(?:[A-Z][A-Za-z'.-]+ ?){{0,3}},?\s*\b(?:{_STATE}|{_STATE_NAME})\s+\d{{5}}(?:-\d{{4}})?)(?![\d-])", words=f"{' '.join(STATE_CODES).lower()} alabama alaska arizona arkansas california colorado connecticut delaware florida georgia hawaii idaho illinois indiana iowa kansas kentucky louisiana maine maryland massachusetts michigan minnesota mississippi missouri montana nebraska nevada new north south ohio oklahoma oregon pennsylvania rhode tennessee texas utah vermont virginia west washington wisconsin wyoming"),
        pattern("unit", r"(?<![\w.-])(?:Apt|Apartment|Suite|Ste|Unit)\.?\s#?(?:\d{1,5}[A-Z]?|[A-Z]\d{0,4})(?!\w|\s?(?:mg|mL|ml))", words="apt apartment suite ste unit"),
        pattern("military", r"(?<!\w)(?:PSC|Unit|CMR)\s\d{1,5},?\s+Box\s\d{1,5}(?:\s+[AFD]PO\s+A[AEP]\s+\d{5})?", words="box"),
        pattern("zip", r"(?i:zip(?: ?code)?|postal code|postcode)(?: is)?[\s:#]{0,3}(?P<value>\d{4,6}(?:-\d{4})?|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2})(?!\d)", words="zip zipcode postal postcode"),
        pattern("kind first", rf"(?<![\w.'-])(?P<value>(?:\d{{1,6}}[A-Za-z]?,? )?{_FIRST} {_OF}{{0,3}}{_CAP}(?: {_OF}{{0,2}}{_CAP}){{0,3}}(?:,? \d{{1,5}}[A-Za-z]?)?(?:, {_CAP})?)"),
        pattern("kind last", rf"(?<![\w'-])(?P<value>(?:\d{{1,6}} )?{_LAST} \d{{1,5}}[A-Za-z]?)(?![\w-])"),
        pattern("street, no number", rf"(?<=[ (])(?:(?<=on )|(?<=at )|(?<=along )|(?<=near )|(?<=off )|(?<=of )|(?<=and ))(?P<value>(?:{_CAP} ){{1,3}}(?:Street|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Highway|Hwy|Parkway|Pkwy)\b\.?(?: [NSEW]{{1,2}}\b)?)", words="street avenue ave road rd boulevard blvd lane highway hwy parkway pkwy"),
        pattern("british postcode", r"(?<![\w-])(?P<value>[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2})(?![\w-])"),
        pattern("country and code", rf"(?<![\w-])(?P<value>{_COUNTRY},? \d{{4,6}}(?:-\d{{3,4}})?)(?![\w-])", words=_words(" ".join(COUNTRIES))),
        pattern("fleet", r"(?<!\w)(?P<value>(?:US(?:NS|NV|S|CGC) [A-Z][a-z]+,?\s+)?[AFD]PO,? A[AEP],? \d{5})(?!\d)", words="apo fpo dpo"),
        pattern("lives in", rf"(?i:lives?|lived|living|resid(?:es?|ing)|born|raised|grew up|moved(?: here)?|based|visit(?:ing|ed)|flew|flying|drove|travel(?:l?ed|l?ing)?|returned|house|home|family|trip|immigrated|relocated|stays?|staying) (?:in|to|from|at|near) (?P<value>{_CAP}(?: {_CAP}){{0,2}})(?![\w'-])", 0.6, words="live lives lived living reside resides resided residing born raised up moved here based visit visiting visited flew flying drove travel travels traveled travelled traveling travelling returned house home family trip immigrated relocated stay stays staying"),
        pattern("town", _TOWN.pattern, 0.6, words=_words(" ".join(TOWNS))),
        pattern("labelled", rf"{_LABEL}\s?(?:is)?[:\s]\s?(?P<value>\d{{1,6}}[A-Za-z]?\s+[A-Z0-9][^\n;:|]{{3,70}}?)(?=\s{{2,}}|[.;]\s|[.;]?$|\n|\s+(?:and|with|since|phone|tel)\b)", words="address reside resides residing live lives living"),
    )  # fmt: skip

    def narrow(self, match: re.Match[str], rule: Rule) -> tuple[int, int]:
        start, end = super().narrow(match, rule)
        if rule.name == "british postcode" and (
            before := _BEFORE_POSTCODE.search(match.string, max(0, start - 80), start)
        ):
            return before.start(), end
        return start, end

    def judge(self, match: re.Match[str], rule: Rule) -> float:
        if rule.name == "town":
            return 0 if _SCALE.match(match.string, match.end()) else float(rule.score)
        if rule.name == "lives in":
            words = match["value"].split()
            is_place = (
                words[0] not in _NO_PLACE and match["value"].lower() not in LARGE and words[0].lower() not in LARGE
            )
            return float(rule.score) if is_place and not any(is_english_word(w) or is_eponym(w) for w in words) else 0
        # "5 Point scale", "2 Way Foley", "1 Place": a number before a capitalised thing.
        if re.search(
            r"(?i)\b(?:mg|ml|mcg|scale|tablets?|catheter|foley|units?|lumen|score|point|grade|french)\b",
            match[0].split(",")[0],
        ):
            return 0
        return float(rule.score)


# "Los Angeles grade B", "Edinburgh Postnatal Depression Scale"
_SCALE = re.compile(
    r" (?:(?:[A-Z][a-z]+ ){0,3}(?:Scale|Score|Assessment|Criteria|Classification|Inventory|Questionnaire|Index|Test)|grades?|guidelines?|classification|criteria|scores?|scale|consensus|protocol|stag(?:e|ing)|virus|fever|agar|system|[IVX]+\b|[A-D]\d?\b)"
)
_NO_PLACE = frozenset("Dr Mr Mrs Ms Miss Prof The Her His Our My".split())
