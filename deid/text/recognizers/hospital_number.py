import re

from deid.text.fold import HAN
from deid.text.recognizers.base import Recognizer, Rule, pattern

_ZH = (
    r"(?:住院|出院|门诊|急诊|病案|病历|登记|就诊|就诊卡|诊疗卡|挂号|患者|病人|病员|体检|检查|检验|标本|样本|条码|条形码|影像|放射|超声|病理|内镜|心电图|申请单?|报告单?|处方|流水|发票|医保|医保卡|社保|社保卡|社会保障|新农合|合作医疗证?|保险|保单|床位?"
    r"|工号|学号|档案|案号|受试者|筛选|随机|入组|研究)"
)
_EN = (
    r"(?:MRN|MR|Med(?:ical)? ?Rec(?:ord)?|Patient ?ID|Pt ?ID|Patient|Account|Acct|Encounter|Visit|Accession|Case|Chart|File|Unit|Hospital|Member|Subscriber|Policy|Group|Claim|Order|Specimen|Invoice"
    r"|Health ?plan|Insurance|Medicare|Medicaid|Beneficiary|MBI|HICN|NPI|DEA|SSN|Social Security|SIN|NHS|Driver'?s? Licen[sc]e|Licen[sc]e|Certificate|Passport|Employee|Student|Badge|Subject|Screening|Randomi[sz]ation|Participant|Reference|Ref|Record|Requisition|Booking|Confirmation|FIN|CSN|DL|ID)"
)
_NO = r"(?:[ ]?(?:numbers?|num|nos?\.?|nr\.?|#|id|ID|identifier|code|card))*"

_EN_WORDS = " ".join(re.findall(r"[a-z]{2,}", f"{_EN} medical med patient pt health social licence license".lower()))


class HospitalNumber(Recognizer):
    """Numbers that are only known by their label: record, admission, bed, insurance, account, study subject."""

    ENTITY = "ID"
    NEEDS = r"\d"
    RULES = (
        pattern("zh", rf"{_ZH}(?:号码?|ID|编号|代码|码|证号)\s?[:#]?\s?(?:为|是)?\s?(?P<value>(?=[-A-Za-z]{{0,6}}\d)[A-Za-z0-9](?:[-/_A-Za-z0-9]{{0,24}}[A-Za-z0-9])?)(?!\s?[:.年月]\d)", chars="号码编证D"),
        pattern("zh any", rf"(?<!批)(?<!型)(?<!准字)(?<!信)(?<!代)(?:[{HAN}]{{2,10}}?)(?:号码?|编号|单号|卡号|卡|证|号牌|校验码|验证码|条码|腕带|手环)\s?[:]?\s?(?:为|是)?\s?(?P<value>(?=[-A-Z0-9()]{{0,12}}\d{{3}}|[A-Z0-9]*\d[A-Z0-9]*[A-Z])[A-Z0-9][-_/A-Z0-9]{{2,28}}[A-Z0-9])(?![\d%]|\s?[:.年月]\d|\s?(?:mg|ml|mL|U\b|万|元|例|次|人|天|年|岁|床))", 0.7, chars="号码单卡证牌带环"),
        pattern("zh written", rf"(?:证号?|案卷号|文号|编号|卡号|[证卡]\s?[:])\s?[:]?\s?(?P<value>[{HAN}]{{1,6}}(?:[(〔\[]\d{{4}}[)〕\]])?[{HAN}]{{0,2}}第?\d{{4,12}}号?)", chars="证卷文编卡"),
        pattern("zh number and blank", r"(?:标本|样本|条码|流水|申请单?|报告)(?:号码?|编号)\s?[:]?\s?(?P<value>\d{6} \d{3,6})(?!\d)", chars="号"),
        pattern("zh staff", r"(?:工号|学号|警号|胸牌号?|执业证号?)\s?[:]?\s?(?:为|是)?\s?(?P<value>[A-Z]{0,4}-?\d{3,15})(?![\d.])", chars="号牌"),
        pattern("zh id", r"ID\s?[:：]\s?(?P<value>(?=[-A-Za-z]{0,6}\d)[A-Za-z0-9][-_A-Za-z0-9]{2,24})", chars="I"),
        pattern("zh bed", r"(?<![\dA-Za-z第])(?P<value>[加A-Z]?\d{1,3}(?:\+\d)?)(?=\s?床(?![旁边上日头数以单张板架垫档]|位数|次))", 0.7, chars="床"),
        pattern("zh bed after", r"(?:床位?号?|机位|监护床|抢救床|病床|留观床?|[住转到]|隔壁)\s?[:]?\s?(?P<value>(?:加\s?\d{1,2}|[A-Z]-?\d{1,3}|\d{1,3}\+\d|(?<=床)\d{1,3}|(?<=床[ :])\d{1,3}|(?<=床: )\d{1,3}|(?<=位)\d{1,3}))(?![\d.%A-Za-z:]|\s?(?:张|度|年|月|周|天|余|cm|岁|位|次|分))", 0.7, chars="床位房住转到壁"),
        pattern("en", rf"(?<![A-Za-z])(?i:{_EN}{_NO})\s?(?:[:#=]|is\b|\s)\s?#?\s?(?P<value>(?=[-A-Z]{{0,5}}\d)[A-Z0-9](?:[-_/A-Z0-9]{{2,24}})?[A-Z0-9])(?![A-Za-z0-9]|[.:/]\d|\s?(?:mg|mL|ml|%|years?|yo|days?|weeks?|months?|hours?|mm|cm|patients|minutes))", words=_EN_WORDS),
        pattern("en any", r"(?<![A-Za-z])[A-Za-z][A-Za-z-]{1,18}\.?\s(?i:no\.?|number|num\.?|nr\.?|#|code|band|plate|tag|badge|invoice|auth(?:orization)?|confirmation|case|claim|ref|account|acct|chart|ticket)\s?[:#.]{0,2}\s?(?:is\s)?#?(?P<value>(?=[-A-Z0-9]*\d{3})[A-Z0-9][-/A-Z0-9]{2,22}[A-Z0-9]#?)(?![A-Za-z0-9]|[.:/]\d|\s?(?:mg|mL|ml|%|years?|yo|days?|weeks?|mm|cm))", 0.7, words="no number num nr code band plate tag badge invoice auth authorization confirmation case claim ref account acct chart ticket", chars="#"),
        pattern("en last", r"(?<![A-Za-z])(?i:plate|badge|invoice|claim|case|ticket|tag|code|confirmation|auth(?:orization)?|acct|account|chart|mrn|policy|member|license|licence|certificate|medicaid|medicare|passport|visa|visit|run|A-number|path|accession|specimen|subject)\s?(?:no\.?|number|#|id|ID)?\s?[:#]{0,2}\s?(?P<value>(?=[-A-Z0-9 ]*\d{3})(?:[A-Z]{1,3}[ -]){0,2}[A-Z]{0,3}\d[-A-Z0-9]{2,20})(?![A-Za-z0-9]|[.:/]\d|\s?(?:mg|mL|ml|%|years?|yo|days?|weeks?|months|mm|cm|mcg|patients|times|minutes))", 0.7, words="plate badge invoice claim case ticket tag code confirmation auth authorization acct account chart mrn policy member license licence certificate medicaid medicare passport visa visit run a path accession specimen subject"),
        pattern("code", r"(?<![A-Za-z0-9/._-])(?=(?:[A-Z-]*\d){5})(?=[A-Z0-9-]*\d{3})(?P<value>[A-Z]{1,4}-\d{2,}(?:-[A-Z0-9]{1,8}){0,3})(?![A-Za-z0-9/-]|\.\d)", 0.6, chars="-"),
        pattern("hash", r"(?<![\w#])#\s?(?P<value>(?=[-A-Z0-9]*\d{4})[A-Z0-9][-A-Z0-9]{3,20})(?![\w.])", 0.6, chars="#"),
        pattern("nhs", r"(?i:nhs\s?(?:no\.?|number|#)?)\s?[:]?\s?(?P<value>\d{3}[ -]?\d{3}[ -]?\d{4})(?!\d)", words="nhs"),
        pattern("after a sign", r"(?<=[A-Za-z] )#\s?(?P<value>\d[-\d]{3,20})(?!\d|\.\d|%)", chars="#"),
        pattern("en bed", r"(?<![A-Za-z])(?i:room|bed|rm|bay)\.?\s?#?:?\s?(?P<value>[A-Z]?\d{1,4}-?[A-Z]?)(?![\d.%])(?!\s?(?:air|mg|degrees|inch|feet|x|days|hours|h\b|min))", 0.7, words="room bed rm bay"),
        pattern("ssn", r"(?<![\d-])(?P<value>\d{3}-\d{2}-\d{4})(?![\d-])", chars="-"),
        pattern("masked ssn", r"(?<!\w)(?P<value>(?:[xX*]{3}-?[xX*]{2}-?)\d{4})(?!\d)", chars="xX*"),
        pattern("labelled short", r"(?<![A-Za-z])(?:MRN|mrn|SSN|ssn)(?:[ ]?(?:number|no\.?|#))?[:#\s]{0,4}(?:is )?(?P<value>[A-Z]{0,3}\d[-\d ]{2,14}\d)(?!\d)", words="mrn ssn"),
    )  # fmt: skip

    def judge(self, match: re.Match[str], rule: Rule) -> float:
        value = match["value"]
        # A year, a date, a grade or a count is no number of that kind.
        label = match[0][: match.start("value") - match.start()].lower()
        if re.fullmatch(r"(?:19|20)\d\d", value) and not re.search(r"mrn|number|no\.?|#|号", label):
            return 0
        if re.fullmatch(r"\d{1,2}[-/]\d{1,2}(?:[-/]\d{2,4})?|\d{4}-\d\d-\d\d", value):
            return 0
        if re.match(
            r"(?:group|case|unit|order|ref|patient|subject|visit|file|record|chart|hospital|id|mr|medicare|license|certificate|group)\s*$",
            label,
        ) and (len(value) < 4 or not re.search(r"\d{3}", value)):
            return 0
        return float(rule.score)
