"""Chinese ICD-10 codes and Chinese names for what Synthea codes in SNOMED CT and RxNorm. Only what the sample holds."""

ICD10 = "http://hl7.org/fhir/sid/icd-10"

# SNOMED CT -> ICD-10 code and its Chinese name (GB/T 14396-2016 wording).
DIAGNOSES = {
    "15777000": ("R73.0", "糖耐量异常（糖尿病前期）"),
    "44054006": ("E11.9", "2型糖尿病"),
    "59621000": ("I10", "原发性高血压"),
    "162864005": ("E66.9", "肥胖症"),
    "271737000": ("D64.9", "贫血"),
    "66383009": ("K05.1", "牙龈炎"),
    "18718003": ("K06.9", "牙龈疾病"),
    "444814009": ("J01.9", "急性病毒性鼻窦炎"),
    "195662009": ("J02.9", "急性病毒性咽炎"),
    "40055000": ("J32.9", "慢性鼻窦炎"),
    "237602007": ("E88.8", "代谢综合征"),
    "414545008": ("I25.9", "慢性缺血性心脏病"),
    "82423001": ("R52.2", "慢性疼痛"),
    "278860009": ("M54.5", "慢性腰痛"),
    "1121000119107": ("M54.2", "慢性颈痛"),
    "384709000": ("T14.3", "关节扭伤"),
    "44465007": ("S93.4", "踝关节扭伤"),
    "70704007": ("S63.5", "腕关节扭伤"),
    "91302008": ("A41.9", "脓毒症"),
    "302870006": ("E78.1", "高甘油三酯血症"),
    "55822004": ("E78.5", "高脂血症"),
    "80394007": ("R73.9", "高血糖"),
    "39898005": ("G47.9", "睡眠障碍"),
    "78275009": ("G47.3", "阻塞性睡眠呼吸暂停综合征"),
    "73430006": ("G47.3", "睡眠呼吸暂停"),
    "109570002": ("K02.9", "龋齿"),
    "10509002": ("J20.9", "急性支气管炎"),
    "185086009": ("J44.9", "慢性阻塞性支气管炎"),
    "239873007": ("M17.9", "膝关节骨关节炎"),
    "37320007": ("K08.1", "牙列缺损"),
    "427898007": ("K04.7", "牙源性感染"),
    "72892002": ("Z34.9", "正常妊娠"),
    "128613002": ("G40.9", "癫痫"),
    "83664006": ("E03.4", "特发性萎缩性甲状腺功能减退症"),
    "39848009": ("S13.4", "颈部挥鞭样损伤"),
    "80583007": ("F41.0", "惊恐障碍（重度焦虑）"),
    "197927001": ("N39.0", "复发性泌尿道感染"),
    "427419006": ("G43.3", "转化型偏头痛"),
    "110030002": ("S06.0", "脑震荡"),
    "62106007": ("S06.0", "脑震荡（无意识丧失）"),
    "401314000": ("I21.4", "急性非ST段抬高型心肌梗死"),
    "399211009": ("I25.2", "陈旧性心肌梗死"),
    "67782005": ("J80", "急性呼吸窘迫综合征"),
    "48724000": ("I34.0", "二尖瓣关闭不全"),
    "65363002": ("H66.9", "中耳炎"),
    "43878008": ("J02.0", "链球菌性咽炎"),
    "431855005": ("N18.1", "慢性肾脏病1期"),
    "431856006": ("N18.2", "慢性肾脏病2期"),
    "127013003": ("E14.2", "糖尿病肾病"),
    "90781000119102": ("E11.2", "2型糖尿病性微量白蛋白尿"),
    "73595000": ("Z73.3", "精神压力"),
    "314529007": ("Z51.8", "药物治疗复核"),
}

# Part of an RxNorm name (lower case) -> Chinese name as a doctor writes it.
DRUGS = {
    "lisinopril": "赖诺普利片 10 mg qd",
    "amlodipine": "氨氯地平片 2.5 mg qd",
    "hydrochlorothiazide": "氢氯噻嗪片 25 mg qd",
    "metformin": "二甲双胍缓释片 0.5 g bid",
    "albuterol": "沙丁胺醇气雾剂",
    "simvastatin": "辛伐他汀片 10 mg qn",
    "clopidogrel": "氯吡格雷片 75 mg qd",
    "fluticasone": "氟替卡松吸入剂",
    "nitroglycerin": "硝酸甘油喷雾",
    "metoprolol": "美托洛尔缓释片",
    "acetaminophen": "对乙酰氨基酚片",
    "ibuprofen": "布洛芬片 0.4 g",
    "naproxen": "萘普生片",
    "amoxicillin": "阿莫西林克拉维酸钾片",
    "levothyroxine": "左甲状腺素钠片",
    "aspirin": "阿司匹林肠溶片 100 mg qd",
    "insulin": "人胰岛素 30R 早12 U、晚8 U",
    "carbamazepine": "卡马西平混悬液",
    "ferrous sulfate": "硫酸亚铁片",
    "rosuvastatin": "瑞舒伐他汀钙片 10 mg qn",
}

# Part of an encounter's English type (lower case) -> Chinese.
VISITS = {
    "well child": "儿童保健",
    "general examination": "健康体检",
    "check up": "常规复查",
    "symptom": "因症状就诊",
    "problem": "因疾病就诊",
    "prenatal": "产前检查",
    "postnatal": "产后访视",
    "emergency": "急诊就诊",
    "urgent": "急诊就诊",
    "follow": "随访复诊",
    "admission": "住院",
    "consultation": "会诊咨询",
    "death": "死亡证明",
}


# Not what a doctor would write down as the diagnosis of a visit when there is another.
MINOR = frozenset({"314529007", "73595000", "162864005"})


def drug(name: str) -> str:
    """The Chinese name of a drug, or its own name: notes mix the two."""
    return next((zh for part, zh in DRUGS.items() if part in name.lower()), name)


def visit(name: str) -> str:
    return next((zh for part, zh in VISITS.items() if part in name.lower()), "门诊就诊")
