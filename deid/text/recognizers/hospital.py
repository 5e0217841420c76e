import re

from deid.text.fold import HAN
from deid.text.recognizers.base import Recognizer, Rule, pattern

_ZH_END = (
    r"(?:医院|卫生院|卫生服务中心|卫生服务站|(?<=精神)卫生中心|透析中心|血液净化中心|体检中心|卫生所|诊所|医疗中心|医学中心|门诊部|疾控中心|疾病预防控制中心|妇幼保健院|保健院|急救中心|疗养院|养老院|敬老院|福利院|医科大学|医学院|药科大学"
    r"|有限公司|集团公司|有限责任公司|(?<=养老)保险|(?<=人寿)保险|派出所|公安局(?:[一-龥]{2,4}分局)?|法院|检察院|司法局|监狱|看守所|机床厂|造船厂|纺织厂|钢铁厂|化工厂|机械厂|电子厂|汽车厂|幼儿园|小学|中学|大学|学院|职校|技校|医疗队|村委会|居委会|街道办事处|护理院|月子中心|福利中心)"
)
# The name begins after the last of these: "就诊于北京协和医院".
_BEFORE = re.compile(
    r"(?:就诊于?|转诊至?|转入|转至|转往|转回|送至?|送往|前往|赴|入住|收住|收入|住入|来自|来|到|至|往|在|于|由|从|经|去|及|是|为|我|该|曾|后|并|因|如|被|回|与|或|据|返|我院|外院|当地|附近|求治于|求诊于|患者|家属|医生"
    r"|^和|工作单位|系|供职|任职|就职|退休于?|单位)"
)
_GENERIC_ZH = re.compile(
    r"(?:一家|某家|多家|各大|各|某|本|外|当地|上级|下级|其他|其它|社区|附近|私人|县|市|省|区|镇|乡|村|级|州|三甲|二甲|三级|二级|甲等|综合|专科|人民|中心|中医|西医|结合|妇幼|儿童|口腔|眼科|肿瘤|精神|传染病|骨科|康复|互联网"
    r"|大型|公立|私立|民营|基层|总|分|大|小|两|几|家|所|门急诊|急诊|教学|附属|送检|检|接诊|定点|协作|报告|申请|手术|住|出|转|该|此|的|等|到|前|后|内|外|位|主|诊断)*"
)
_EN_KIND = (
    r"(?:(?:General |Memorial |Regional |Community |University |Children's |County |Veterans |Baptist |Methodist |Presbyterian |Mercy )*"
    r"(?:Hospitals?|Medical Cent(?:er|re)|Health(?:care)? (?:System|Cent(?:er|re))|Clinic|Infirmary|Sanatorium|Hospice|Nursing (?:Home|Facility)|Nursing and Rehab\w*"
    r"|Rehab(?:ilitation)? Cent(?:er|re)|Surgery Cent(?:er|re)|Cancer Cent(?:er|re)|Assisted Living|Health Cent(?:er|re)|Family Practice|Family Medicine|Pharmacy|Urgent Care))"
)
_EN_WORD = r"(?:[A-Z][\w'&.-]*|St\.|of|the|and|&)"
# The last word of a name of an organisation, where other words with a capital stand before it.
_EN_COMPANY = (
    r"(?:Inc\b\.?|LLC|L\.L\.C\.|Ltd\b\.?|Corp\b\.?|Corporation|Co\.|Company|PLLC|LLP|GmbH|EMS|Ambulance(?: Service)?|Air Rescue|Fire (?:Department|Rescue)|Police(?: Department)?|Sheriff's Office|Home (?:Care|Health)(?: (?:Agency|Services))?|Hospice"
    r"|Medical (?:Supply|Group|Associates|Transport|Equipment)|Logistics(?: Park)?|Couriers?|Freight|Trucking|Transit|Airlines|Airways|Motors|Industries|Manufacturing|Construction|Plumbing|Steel|Foods|Farms?|Bakery|Roasters|Brewing|Restaurant"
    r"|Insurance(?: (?:Company|Group|Agency))?|Mutual|Assurance|Bank|Credit Union|Law (?:Firm|Offices?)|Defenders|Legal Aid|Foundation|Institute|Society|Association|Church|Chapel|Cathedral|Parish|Temple|Mosque|Synagogue|Ministries|Monastery"
    r"|Funeral Home|Mortuary|Senior Living|Retirement Community|Manor|Lodge|Commons|Skilled Nursing(?: Facility)?|Care (?:Home|Centre|Center)|Shelter|Halfway House|Group Home|Day ?care|Preschool|Kindergarten|Diagnostics?|Laborator(?:y|ies)|Radiology|Imaging|Dental|Orthopedics|Pediatrics"
    r"|Mobility|Drugs|Drugstore|Apothecary|Chemists?|Supply|Services|Solutions|Systems|Technologies|Consulting|Partners|Associates|Enterprises|Holdings|Group|Agency|Studios?|Theatre|Hotel|Supermarket|Market|Store|Prison|Jail|Correctional (?:Facility|Institution)|Union|Club)"
)
_GENERIC_EN = frozenset(
    "the a an general university community memorial regional county children's childrens veterans va outside local acute care pain cardiology oncology surgery surgical eye dental"
    " orthopedic orthopaedic psychiatric mental behavioral health emergency primary wound infusion anticoagulation diabetes heart sleep fertility travel allergy neurology urology"
    " gastroenterology dermatology rheumatology nephrology pulmonary outpatient inpatient day home family women's men's urgent specialty teaching tertiary referring our this his her"
    " their free walk-in hearing hospital clinic medical center of and & to from at in on for patient admitted seen discharged transferred skilled long-term pediatric maternity prenatal coumadin follow-up"
    " follow up vascular transplant hepatology hematology infectious disease ent gyn ob/gyn obgyn ob breast cancer foot hand spine sports medicine internal post rehabilitation rehab physical therapy social services service group support systems system laboratory laboratories lab imaging radiology dental insurance bank blood market store agency supply"
    " association society institute foundation american national international department police fire ambulance legal shelter nuclear diagnostic diagnostics pediatrics orthopedics company hotel church temple union club red cross case management"
    " hospice ems infirmary sanatorium shelter jail prison hotel bank market store manor grade consulting health's partners associates medicaid medicare private commercial primary secondary respiratory occupational speech pharmacy discharge planning palliative food nutrition housekeeping transport transit".split()
)
_LEADING_EN = frozenset("the a an of and & at to from in hx per via history".split())


class Hospital(Recognizer):
    """Named hospitals and the like, Chinese and English; "外院", "the pain clinic" name none."""

    ENTITY = "ORGANISATION"
    NEEDS = (
        _ZH_END[:-1]
        + r"|Hospital|LLC|Inc\b|Ltd|Corp|Co\b|EMS|Home|Air |Police|Mutual|Bank|Church|Temple|Mosque|Parish|Logistics|Courier|Freight|Services|Supply|Insurance|Steel|Group|Agency|Mobility|Defenders|Institute|Foundation|Foods|Roasters|Motors|Manor|Commons|Lodge|Medical |Clinic|Infirmary|Health|Hospice|Nursing|Rehab|Center|Centre|Assisted|Family|Pharmacy|Urgent|College|University|Academy|School|Drugs|Drugstore|Apothecary|Chemist|(?i:work|employ|driver|clerk|manager|funeral|facility|agency|company)|北医|协和|华西|湘雅|瑞金)"
    )
    RULES = (
        pattern("zh", rf"(?P<value>[{HAN}A-Za-z0-9()]{{2,24}}?{_ZH_END}(?:附属[{HAN}]{{1,12}}?医院)?(?:[{HAN}]{{1,4}}院区)?)", chars="院所站心部司险局狱厂园学校队会处"),
        pattern("zh short", r"(?P<value>北医[一二三六]院|北大(?:一|人民|第一)?医?院|协和(?!医院)|华西(?!医院)|湘雅[一二三]?(?!医院)院?|瑞金(?!医院)|(?<![\w一-龥])301医院)", chars="北协华湘瑞3"),
        pattern("en", rf"(?<![\w'])(?P<value>(?:{_EN_WORD} ){{1,5}}?{_EN_KIND}(?: (?:of|at|in) (?:[A-Z][\w'-]+ ?){{1,4}}\b)?)(?![\w])"),
        pattern("company", rf"(?<![\w'.])(?P<value>(?:{_EN_WORD} ){{1,4}}?{_EN_COMPANY})(?![\w'-])"),
        pattern("school", rf"(?<![\w'])(?P<value>(?:{_EN_WORD} ){{1,4}}?(?:College|University|Academy|(?:High|Middle|Elementary|Primary|Grammar|Preparatory|Nursery) School))(?![\w])"),
        pattern("employer", r"(?i:works|worked|working|employed|employee|driver|clerk|manager)(?: as an? [a-z ]{3,25})? (?:for|at|by|of) (?:the )?(?P<value>(?:[A-Z][\w'&-]+(?: |$|(?=[.,;]))(?:(?:&|and|of) )?){1,4}(?<! ))", 0.7),
        pattern("label", r"(?<![A-Za-z])(?:[Ee]mployer|[Ff]uneral home|[Pp]harmacy|[Ff]acility|[Aa]gency|[Ss]chool|[Cc]ompany|[Ww]orkplace)\s?:\s?(?P<value>[A-Z][\w'&.-]*(?: (?:&|and|of|the|[A-Z][\w'&-]*)){0,4})"),
        pattern("en after", r"(?<![\w'])(?P<value>(?:Hospital|Medical Center|University|College|Clinic) (?:of|at) (?:the )?(?:[A-Z][\w'-]+ ?){1,4})\b"),
    )  # fmt: skip

    def narrow(self, match: re.Match[str], rule: Rule) -> tuple[int, int]:
        start, end = match.span("value")
        name = match["value"]
        if re.search(rf"[{HAN}]", name):
            return _narrow_zh(name, start, end)
        words = name.split(" ")
        while words and words[0].lower() in _LEADING_EN:
            start += len(words.pop(0)) + 1
        if all(w.lower() in _GENERIC_EN or w.lower().rstrip("s") in _GENERIC_EN for w in words):
            return 0, 0
        return start, end


def _narrow_zh(name: str, start: int, end: int) -> tuple[int, int]:
    ends = list(re.finditer(_ZH_END, name))
    stem = name[: ends[-1].start()] if ends else ""
    if not ends:
        return start, end
    if _GENERIC_ZH.fullmatch(stem):
        return 0, 0
    cut = max((m.end() for m in _BEFORE.finditer(stem)), default=0)
    stem = stem[cut:].lstrip("()0123456789")
    if _GENERIC_ZH.fullmatch(stem):
        return 0, 0
    return start + ends[-1].start() - len(stem), end
