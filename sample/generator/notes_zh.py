"""Chinese clinical notes in the forms that hospitals use, naming people the way real notes do.

Dates are written in the forms found in practice (2025年3月14日, 2025-03-14, 2025.3.14, 二〇二五年三月十四日);
intervals (术后第3天), eponyms (帕金森病, 克罗恩病, Foley 导尿管, Babinski 征) and drug names must survive
de-identification.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from generator.identities import HOSPITAL, NURSES, Relative

_DIGITS = "〇一二三四五六七八九"


@dataclass(frozen=True)
class Visit:
    """What a note is written from: one encounter and the person it is about. Times are local."""

    name: str
    sex: str
    age: int
    resident_id: str | None
    mobile: str
    home: str
    card: str
    number: str
    relative: Relative
    pinyin: str
    doctor: str
    title: str
    department: str
    senior: str
    senior_title: str
    start: datetime
    diagnoses: tuple[str, ...]
    drugs: tuple[str, ...]
    pressure: str | None
    weight: str | None


# Chief complaint, history, examination, plan.
_ADULT_CASES = (
    (
        "反复头晕3月，加重2天",
        "患者3月前无明显诱因出现头晕，无视物旋转，无恶心呕吐，曾考虑梅尼埃病，外院查前庭功能未见异常。",
        "神志清，双侧瞳孔等大等圆，Romberg 征（-），Babinski 征阴性。",
        "建议完善头颅 MRI，监测血压，必要时加用 amlodipine 5 mg qd。",
    ),
    (
        "口干、多饮伴乏力半年",
        "半年来口干多饮，体重下降约3 kg，无 Graves 病及桥本甲状腺炎病史，其母亲患2型糖尿病。",
        "甲状腺未触及肿大，足背动脉搏动可，10 g 尼龙丝试验正常。",
        "查 OGTT、HbA1c，控制饮食，每周运动150分钟，3个月后复查。",
    ),
    (
        "右手静止性震颤1年",
        "1年前出现右手不自主抖动，紧张时明显，动作变慢，神经内科门诊考虑帕金森病，口服美多芭后好转。",
        "面具脸，右上肢肌张力呈齿轮样增高，Hoffmann 征阴性。",
        "继续美多芭 125 mg tid，排除 Wilson 病，查铜蓝蛋白。",
    ),
    (
        "间断腹痛、腹泻2年",
        "2年来右下腹隐痛，大便每日3-4次，肠镜示回肠末端纵行溃疡，病理支持克罗恩病，未规律用药。",
        "腹软，McBurney 点无压痛，Murphy 征阴性，肠鸣音5次/分。",
        "嘱戒烟，复查 CRP、粪钙卫蛋白，门诊随访 Crohn 病活动指数。",
    ),
    (
        "胸闷、活动后气促1周",
        "1周前爬3层楼后胸闷，休息5分钟缓解，无夜间阵发性呼吸困难，NYHA II 级。",
        "双肺呼吸音清，心率78次/分，律齐，二尖瓣区可闻及2/6级收缩期杂音，Kussmaul 征阴性。",
        "心电图未见 ST-T 改变，行 Holter 及心脏彩超检查，NT-proBNP 待回报。",
    ),
    (
        "咳嗽、咳黄痰5天",
        "5天前受凉后咳嗽，咳黄色黏痰，最高体温38.6℃，无咯血，无盗汗。",
        "咽充血，右下肺可闻及少许湿啰音，Kernig 征阴性。",
        "查血常规、胸部 CT，口服 amoxicillin 0.5 g tid，多饮水。",
    ),
    (
        "双手遇冷变白伴关节痛半年",
        "冬季双手遇冷后变白变紫，考虑雷诺现象，口腔溃疡每年发作4次，需排除贝赫切特病及 Sjögren 综合征。",
        "双手近端指间关节轻压痛，无畸形，Schirmer 试验左右均8 mm。",
        "查 ANA 谱、ESR、补体，注意保暖，避免吸烟。",
    ),
)
_CHILD_CASES = (
    (
        "发热3天，伴咳嗽",
        "3天前出现发热，最高39.2℃，无皮疹，无结膜充血，暂不支持川崎病，精神可，进食略差。",
        "咽部充血，扁桃体 I 度肿大，Koplik 斑未见，心肺听诊无异常。",
        "对症退热，布洛芬混悬液按体重给药，复查血常规，如发热超过5天复诊。",
    ),
    (
        "常规儿童保健",
        "生长发育良好，预防接种按计划进行，睡眠及饮食正常，无抽搐史，无 Tourette 综合征表现。",
        "身高体重位于同龄儿 P50，Moro 反射已消失，心肺腹无异常。",
        "指导喂养及口腔卫生，按计划接种疫苗，6个月后复查。",
    ),
)
_OPERATIONS = ("腹腔镜下阑尾切除术", "右膝关节镜清理术", "腹腔镜胆囊切除术", "Hartmann 术")


def chinese_date(day: datetime, form: int) -> str:
    """One day in the form with this number (0–3)."""
    if form == 0:
        return f"{day.year}年{day.month}月{day.day}日"
    if form == 1:
        return f"{day:%Y-%m-%d}"
    if form == 2:
        return f"{day.year}.{day.month}.{day.day}"
    year = "".join(_DIGITS[int(c)] for c in str(day.year))
    return f"{year}年{_number(day.month)}月{_number(day.day)}日"


def _number(value: int) -> str:
    tens, ones = divmod(value, 10)
    return ("" if tens == 0 else "十" if tens == 1 else _DIGITS[tens] + "十") + (_DIGITS[ones] if ones else "")


def clinic_note(v: Visit, kind: str, rng: random.Random) -> str:
    """门诊病历, or another form of visit by its name (急诊病历, 互联网门诊记录, 家庭访视记录)."""
    complaint, history, findings, plan = rng.choice(_CHILD_CASES if v.age < 14 else _ADULT_CASES)
    day = chinese_date(v.start, rng.randrange(4))
    companion = rng.choice(_COMPANIONS)(v)
    follow_up = chinese_date(v.start + timedelta(days=rng.choice((14, 30, 90))), rng.randrange(3))
    lines = [
        f"{HOSPITAL}{kind}",
        f"姓名：{v.name}　性别：{v.sex}　年龄：{v.age}岁　科室：{v.department}　门诊号：{v.number}",
        f"就诊日期：{day} {v.start:%H:%M}",
        f"主诉：{complaint}。",
        f"现病史：{history}{companion}",
        f"既往史：{_past(v)}",
        f"查体：{_measured(v)}{findings}",
        f"诊断：{_numbered(v.diagnoses)}",
        f"处理：{plan}{_treated(v)}",
        f"随访：{follow_up}复诊，如有不适联系{rng.choice((f'患者本人 {v.mobile}', f'患者家属 {v.relative.mobile}'))}。",
        f"{v.title}：{v.doctor}",
    ]
    return "\n".join(lines)


def admission_note(v: Visit, rng: random.Random) -> str:
    """入院记录."""
    complaint, history, findings, plan = rng.choice(_ADULT_CASES)
    identity = f"，身份证号{v.resident_id}" if v.resident_id else ""
    family = f"{v.relative.relation}{v.relative.name}"
    lines = [
        f"{HOSPITAL}　入院记录",
        f"患者{v.name}，{v.sex}，{v.age}岁，住院号{v.number}{identity}，医保号 {v.card}，"
        f"家住{v.home}，联系电话{v.mobile}。",
        f"入院时间：{chinese_date(v.start, 0)}{v.start.hour}时{v.start.minute}分　病史陈述者：患者及其{family}",
        f"主诉：{complaint}。",
        f"现病史：{history}由其{family}（手机{v.relative.mobile}）陪同，门诊以“{v.diagnoses[0]}”收入{v.department}。",
        f"既往史：{_past(v)}否认帕金森病、癫痫病史，否认药物过敏史。",
        f"体格检查：T 36.7℃，P 76次/分，R 18次/分，{_measured(v)}{findings}",
        f"初步诊断：{_numbered(v.diagnoses)}",
        f"诊疗计划：{plan}留置 Foley 导尿管，记24小时出入量；上级医师{v.senior}指导治疗。",
        f"记录医师：{v.doctor}　{chinese_date(v.start, 1)} {v.start:%H:%M}",
    ]
    return "\n".join(lines)


def progress_note(v: Visit, rng: random.Random) -> str:
    """病程记录 of the day of admission, the operation and the third day after it."""
    operation = rng.choice(_OPERATIONS)
    operated, later = v.start + timedelta(days=1), v.start + timedelta(days=4)
    lines = [
        f"病程记录　姓名：{v.name}　住院号：{v.number}　床号：{rng.randrange(1, 48)}床",
        f"{chinese_date(v.start, 1)} {v.start:%H:%M}　首次病程：患者{v.name}今日入院，{v.doctor}{v.title}接诊，"
        f"{v.senior}{v.senior_title}查房后同意目前诊断。",
        f"{chinese_date(operated, rng.randrange(4))}　在全麻下行{operation}，术者{v.senior}，一助{v.doctor}，"
        f"术中出血约20 ml，术前谈话由{v.relative.relation}{v.relative.name}签字。",
        f"{chinese_date(later, 0)}　术后第3天，{v.title} {v.doctor}查房：患者一般情况可，体温36.8℃，切口无渗出，"
        f"已拔除 Foley 导尿管，继续{_first(v.drugs)}治疗。",
        f"护士{rng.choice(NURSES)}宣教，{v.name[:1]}某家属{v.relative.name}表示理解。",
    ]
    return "\n".join(lines)


def discharge_note(v: Visit, rng: random.Random) -> str:
    """出院小结."""
    left = v.start + timedelta(days=6)
    lines = [
        f"{HOSPITAL}出院小结",
        f"姓名 {v.name}（{v.pinyin}）　性别 {v.sex}　年龄 {v.age}岁　住院号 {v.number}",
        f"入院日期：{chinese_date(v.start, 2)}　出院日期：{chinese_date(left, 0)}　住院6天",
        f"出院诊断：{_numbered(v.diagnoses)}",
        "诊疗经过：入院后予完善检查，治疗顺利，无 Ogilvie 综合征表现，请神经内科会诊排除帕金森病。"
        f"出院带药：{'、'.join(v.drugs[:3]) or '无'}。",
        f"出院医嘱：术后2周门诊复查，切口每3天换药；复诊前请致电 {v.mobile}，"
        f"或加患者{v.relative.relation}{v.relative.name}微信 {_wechat(v)}；出院材料寄往{v.home}。",
        f"经治医师：{v.doctor}　上级医师：{v.senior}　{chinese_date(left, 3)}",
    ]
    return "\n".join(lines)


def condition_note(v: Visit, rng: random.Random) -> str:
    """A remark on a diagnosis."""
    remarks: tuple[str, ...] = (
        f"{v.doctor}医师于{chinese_date(v.start, 0)}确诊，患者{v.name}知情。",
        f"据{v.relative.relation}{v.relative.name}反映，症状已持续约2年，{v.department}随访。",
        f"{v.name}既往在{HOSPITAL}就诊，外院考虑克罗恩病，依据不足。",
    )
    return rng.choice(remarks)


def _past(v: Visit) -> str:
    known = "、".join(v.diagnoses[1:4])
    return f"有{known}病史；否认肝炎、结核病史。" if known else "否认高血压、糖尿病病史。"


def _measured(v: Visit) -> str:
    pressure = f"BP {v.pressure} mmHg，" if v.pressure else ""
    weight = f"体重 {v.weight} kg，" if v.weight else ""
    return pressure + weight


def _treated(v: Visit) -> str:
    return f"继续服用{'、'.join(v.drugs[:3])}。" if v.drugs else ""


def _first(drugs: tuple[str, ...]) -> str:
    return drugs[0] if drugs else "补液"


def _numbered(diagnoses: tuple[str, ...]) -> str:
    return "；".join(f"{n}. {d}" for n, d in enumerate(diagnoses[:4], 1))


def _wechat(v: Visit) -> str:
    return "wx_" + v.pinyin.replace(" ", "").lower() + v.mobile[-4:]


def _known_doctor(v: Visit) -> str:
    called = v.name[:1] if len(v.name) < 5 else v.name
    return f"{called}{'女士' if v.sex == '女' else '先生'}诉近期睡眠欠佳，{v.senior}医师曾于上月为其诊治。"


_COMPANIONS: tuple[Callable[[Visit], str], ...] = (
    lambda v: f"{v.relative.relation}{v.relative.name}陪同就诊。",
    lambda v: f"由{v.relative.relation}（{v.relative.name}，电话{v.relative.mobile}）代述病史。",
    lambda v: f"患者自行前来，家住{v.home}。",
    _known_doctor,
    lambda v: "患者自行前来。",
)
