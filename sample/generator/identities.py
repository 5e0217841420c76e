"""Invented Chinese people, doctors, places and numbers. Nothing here is, or can be, a real person's identifier.

Resident ids use the county code 99, which GB/T 2260 gives to no place; mobiles have 0000 as their middle block; e-mail
addresses end in example.com; the streets and housing estates do not exist.
"""

import random
from dataclasses import dataclass
from datetime import date

# GB 11643-1999: weights of the 17 digits; the check characters by remainder of 11.
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"

# Family name, given name, pinyin. Common, compound (欧阳, 上官, 司马, 诸葛, 尉迟) and rare (仇, 单, 查, 逄,
# 亓, 麴) family names; some given names are everyday words (雪, 峰, 磊, 和平), which makes them hard to find in text.
MEN = (
    ("王", "建国", "Wang Jianguo"), ("欧阳", "明远", "Ouyang Mingyuan"), ("李", "伟", "Li Wei"),
    ("高", "峰", "Gao Feng"), ("仇", "立仁", "Qiu Liren"), ("张", "志强", "Zhang Zhiqiang"),
    ("司马", "文博", "Sima Wenbo"), ("石", "磊", "Shi Lei"), ("单", "宏斌", "Shan Hongbin"),
    ("陈", "和平", "Chen Heping"), ("逄", "春生", "Pang Chunsheng"), ("刘", "洋", "Liu Yang"),
    ("诸葛", "承宇", "Zhuge Chengyu"), ("赵", "子轩", "Zhao Zixuan"), ("马", "晓东", "Ma Xiaodong"),
    ("吴", "俊杰", "Wu Junjie"), ("郑", "浩然", "Zheng Haoran"), ("麴", "思齐", "Qu Siqi"),
    ("周", "国栋", "Zhou Guodong"), ("孙", "一鸣", "Sun Yiming"), ("罗", "家辉", "Luo Jiahui"),
    ("何", "永康", "He Yongkang"),
)  # fmt: skip
WOMEN = (
    ("李", "秀英", "Li Xiuying"), ("上官", "婉清", "Shangguan Wanqing"), ("白", "雪", "Bai Xue"),
    ("王", "芳", "Wang Fang"), ("查", "雅琴", "Zha Yaqin"), ("陈", "桂兰", "Chen Guilan"),
    ("亓", "玉梅", "Qi Yumei"), ("杨", "柳", "Yang Liu"), ("尉迟", "静怡", "Yuchi Jingyi"),
    ("刘", "淑珍", "Liu Shuzhen"), ("黄", "丽华", "Huang Lihua"), ("周", "雨桐", "Zhou Yutong"),
    ("徐", "梓涵", "Xu Zihan"), ("欧阳", "慧敏", "Ouyang Huimin"), ("朱", "春花", "Zhu Chunhua"),
    ("林", "晓燕", "Lin Xiaoyan"), ("胡", "佳怡", "Hu Jiayi"), ("郭", "美玲", "Guo Meiling"),
    ("梁", "诗韵", "Liang Shiyun"), ("宋", "安然", "Song Anran"), ("唐", "若曦", "Tang Ruoxi"),
    ("许", "冬梅", "Xu Dongmei"),
)  # fmt: skip
GIVEN_OF_RELATIVES = {
    "male": ("磊", "志明", "海涛", "文军", "卫东", "晨", "立新", "宇航", "德胜", "云飞"),
    "female": ("敏", "晓红", "玉兰", "丽娟", "雪梅", "婷婷", "雅文", "月娥", "冬青", "思思"),
}
RELATIVE_FAMILIES = ("方", "钱", "沈", "韩", "冯", "董", "萧", "程", "曹", "袁")

# Name, title, department, sex. Two doctors share their names with common words (高明, 安宁).
DOCTORS = (
    ("李明华", "主治医师", "内分泌科", "male"), ("周敏", "主任医师", "内分泌科", "female"),
    ("陈志远", "副主任医师", "心血管内科", "male"), ("高明", "住院医师", "心血管内科", "male"),
    ("欧阳晴", "主治医师", "呼吸与危重症医学科", "female"), ("钱卫国", "主任医师", "呼吸与危重症医学科", "male"),
    ("沈佳音", "主治医师", "消化内科", "female"), ("方大同", "副主任医师", "消化内科", "male"),
    ("安宁", "主治医师", "神经内科", "female"), ("尉迟恭明", "主任医师", "神经内科", "male"),
    ("韩冰", "主治医师", "肾内科", "female"), ("冯建新", "副主任医师", "骨科", "male"),
    ("曹颖", "住院医师", "骨科", "female"), ("董国强", "主任医师", "普外科", "male"),
    ("萧山", "主治医师", "普外科", "male"), ("程雪", "主任医师", "妇产科", "female"),
    ("袁媛", "主治医师", "妇产科", "female"), ("许文静", "副主任医师", "全科医学科", "female"),
    ("罗平", "主治医师", "全科医学科", "male"), ("唐晓棠", "主任医师", "儿科", "female"),
    ("单雄", "主治医师", "儿科", "male"), ("黄海", "主治医师", "口腔科", "male"),
)  # fmt: skip
NURSES = ("吴春燕", "蒋丽", "仲夏")
HOSPITAL = "东海示范医院"

# Province, city, district, first six digits of a resident id (county 99 is not assigned), postal code.
PLACES = (
    ("上海市", "上海市", "浦东新区", "310199", "200120"), ("上海市", "上海市", "徐汇区", "310199", "200030"),
    ("北京市", "北京市", "朝阳区", "110199", "100020"), ("江苏省", "苏州市", "姑苏区", "320599", "215000"),
    ("浙江省", "杭州市", "西湖区", "330199", "310012"), ("广东省", "广州市", "天河区", "440199", "510630"),
    ("四川省", "成都市", "武侯区", "510199", "610041"), ("湖北省", "武汉市", "洪山区", "420199", "430070"),
    ("内蒙古自治区", "呼和浩特市", "新城区", "150199", "010050"), ("山东省", "青岛市", "市南区", "370299", "266071"),
)  # fmt: skip
_STREETS = ("云栖南路", "望月街", "青禾大道", "听松巷", "白鹭东路", "梧桐里弄", "星河中路", "桂子街")
_ESTATES = ("锦绣江南苑", "和风家园", "碧水云天", "丹枫雅居", "长宁新村示例小区", "九里晴川")
_MOBILE_PREFIXES = ("138", "139", "150", "159", "177", "186", "199")


@dataclass(frozen=True)
class Place:
    """A home: the parts of an address from the province down to the door."""

    province: str
    city: str
    district: str
    line: str
    postal_code: str

    @property
    def text(self) -> str:
        city = "" if self.city == self.province else self.city
        return f"{self.province}{city}{self.district}{self.line}"


@dataclass(frozen=True)
class Relative:
    """Who comes along: relation as the patient's record says it (儿子), name, sex and mobile."""

    relation: str
    name: str
    gender: str
    mobile: str


def resident_id(area: str, born: date, gender: str, sequence: int) -> str:
    """18 characters: area, birth date, a sequence that is odd for men and even for women, the check character."""
    number = 2 * (sequence % 499) + (1 if gender == "male" else 2)
    body = f"{area}{born:%Y%m%d}{number:03d}"
    return body + _CHECK[sum(int(c) * w for c, w in zip(body, _WEIGHTS, strict=True)) % 11]


def mobile(rng: random.Random) -> str:
    """11 digits of the Chinese form; the middle block 0000 marks it as invented."""
    return f"{rng.choice(_MOBILE_PREFIXES)}0000{rng.randrange(10_000):04d}"


def home(rng: random.Random) -> tuple[Place, str]:
    """An address to the door, and the area code that a resident id of this place starts with."""
    province, city, district, area, postal_code = rng.choice(PLACES)
    line = (
        f"{rng.choice(_STREETS)}{rng.randrange(1, 900)}号{rng.choice(_ESTATES)}{rng.randrange(1, 30)}号楼"
        f"{rng.randrange(1, 5)}单元{rng.randrange(1, 19)}0{rng.randrange(1, 5)}室"
    )
    return Place(province, city, district, line, postal_code), area


def relative(rng: random.Random, *, family: str, gender: str, age: int) -> Relative:
    """Somebody who would come along: a parent of a child, a child of an old patient, else the partner."""
    if age < 18:
        relation, sex = rng.choice((("父亲", "male"), ("母亲", "female")))
    elif age >= 60:
        relation, sex = rng.choice((("儿子", "male"), ("女儿", "female")))
    else:
        relation, sex = ("妻子", "female") if gender == "male" else ("丈夫", "male")
    shares_family = relation in ("父亲", "儿子", "女儿")
    name = (family if shares_family else rng.choice(RELATIVE_FAMILIES)) + rng.choice(GIVEN_OF_RELATIVES[sex])
    return Relative(relation, name, sex, mobile(rng))
