"""One table for each recognizer: a text, and what is found in it ("-": nothing; several: "a ; b")."""

import importlib
import pkgutil

import pytest

from deid.text import recognizers
from deid.text.fold import fold
from deid.text.recognizers import RECOGNIZERS, Recognizer

TABLES = {
    "address_en": """
        Lives at 48 Linden Street, Somerville, MA 02143 with her son     | 48 Linden Street, Somerville, MA 02143
        2210 Oak Hill Ave. Apt 5C                                        | 2210 Oak Hill Ave. Apt 5C
        P.O. Box 4471, Dover, DE 19901                                   | P.O. Box 4471, Dover, DE 19901
        seen in Boulder, CO 80302-1122 yesterday                         | Boulder, CO 80302-1122
        zip code: 94602                                                  | 94602
        Suite 200                                                        | Suite 200
        5 Way Foley catheter                                             | -
        Pain is 7 on a 10 Point scale                                    | -
        Walked 200 feet with assistance                                  | -
        MA 325 mg daily                                                  | -
    """,
    "address_zh": """
        家住北京市朝阳区望京街道花家地北里12号楼3单元502室，已婚        | 北京市朝阳区望京街道花家地北里12号楼3单元502室
        现住址：广东省广州市天河区体育西路103号之二1205房                | 广东省广州市天河区体育西路103号之二1205房
        就诊前在建国路88号院打工                                         | 建国路88号院
        生于河南省信阳市固始县张广庙镇李家村                             | 河南省信阳市固始县张广庙镇李家村
        籍贯：四川成都                                                   | 四川成都
        住址：不详                                                       | -
        沿静脉通路给药                                                   | -
        转入3号楼病房                                                    | -
        双肺呼吸音粗，右下肺区可闻及湿啰音                               | -
    """,
    "age": """
        a 92 year-old woman                  | 92
        92yo F with fever                    | 92
        Age: 101                             | 101
        ninety-two-year-old                  | ninety-two
        celebrated her 95th birthday         | 95
        nonagenarian                         | nonagenarian
        Wife died at 94; brother at 62       | 94
        she is ninety years young            | ninety
        老伴九十有二                         | 九十有二
        今年九十二，仍可自理                 | 九十二
        died at 64                           | -
        患者，女，93岁                       | 93岁
        九十三岁                             | 九十三岁
        一百零二岁                           | 一百零二岁
        年龄：９２                           | ９２
        a 61 year-old man                    | -
        SpO2 92%, HR 96                      | -
        BP 92/60                             | -
        quit 95 days ago                     | -
        六十三岁                             | -
        average 92                           | -
    """,
    "bank_card": """
        卡号6222021234567890128              | 6222021234567890128
        4111 1111 1111 1111                  | 4111 1111 1111 1111
        银行账号：1234567890                 | 1234567890
        card number 630427373398 is lost     | 630427373398
        4111 1111 1111 1112                  | -
        标本12345678                         | -
    """,
    "dates": """
        Seen 2023-03-14.                                   | 2023-03-14
        2023-03-14T10:20:30Z                               | 2023-03-14T10:20:30Z
        于2023年3月14日10时20分入院                        | 2023年3月14日10时20分
        ２０２３年３月１４日                               | ２０２３年３月１４日
        二〇二三年三月十四日                               | 二〇二三年三月十四日
        March 14, 2023 at 10:20 AM                         | March 14, 2023 at 10:20 AM
        14 Mar 2023 and 14-MAR-23                          | 14 Mar 2023 ; 14-MAR-23
        on 3/14 and 03/16                                  | 3/14 ; 03/16
        DOB 3/14/1961                                      | 3/14/1961
        since March                                        | March
        3月14日至3月16日                                   | 3月14日 ; 3月16日
        20230314                                           | 20230314
        1940年冬月初七                                     | 1940年冬月初七
        出院日期五月初二，农历三月十六                     | 五月初二 ; 农历三月十六
        民国68年2月17日生                                  | 民国68年2月17日
        Mon 11/14, 4-19-23                                 | Mon 11/14 ; 4-19-23
        delivered 4/11/23 at 0317                          | 4/11/23 at 0317
        Christmas Day 1938                                 | Christmas Day 1938
        今年6月                                            | 今年6月
        评分9-10-10分                                      | -
        术后第3天                                          | -
        POD 3, two weeks ago, on day 2                     | -
        病史3月余                                          | -
        5/5 strength, pain 7/10, BP 120/80                 | -
        ANA 1:40, INR 2.1, L4-5, T12                       | -
        三十多年                                           | -
        he may 500 mL                                      | -
    """,
    "device": """
        Pacemaker serial number PJN402917H                 | PJN402917H
        S/N: 88213-X                                       | 88213-X
        (01)00844588003288(17)141120(10)7654321D(21)10987654d345 | (01)00844588003288(17)141120(10)7654321D(21)10987654d345
        起搏器序列号：PJN402917H                           | PJN402917H
        1.2.840.99999999.1.59702016.1436219475             | 1.2.840.99999999.1.59702016.1436219475
        serial troponins 0.02                              | -
        机器费森尤斯4008S编号8VBA2231                      | 8VBA2231
        lot 4471                                           | -
    """,
    "email": """
        mail anna.kowalski@example.org today               | anna.kowalski@example.org
        邮箱gaoming79@163.com请联系                        | gaoming79@163.com
        anna (at) example (dot) org                        | anna (at) example (dot) org
        5 mg @ 10 am                                       | -
    """,
    "hospital": """
        就诊于北京安和医院行CT检查                         | 北京安和医院
        转入首都医科大学附属天坛医院                       | 首都医科大学附属天坛医院
        在成都锐创科技有限公司工作                         | 成都锐创科技有限公司
        在红星社区卫生服务站换药                           | 红星社区卫生服务站
        由海川市精神卫生中心鉴定，血液净化中心             | 海川市精神卫生中心
        transferred from Harborview General Hospital       | Harborview General Hospital
        St. Mary's Medical Center                          | St. Mary's Medical Center
        seen at the Mayo Clinic                            | Mayo Clinic
        系北京第二机床厂退休职工                           | 北京第二机床厂
        由平安养老保险理赔                                 | 平安养老保险
        Transport by MedRide LLC, unit 7                   | MedRide LLC
        Arrived by New Orleans EMS                         | New Orleans EMS
        就诊于当地医院                                     | -
        Grade Group 3, Social Services                     | -
        转至上级医院，我院急诊                             | -
        送检医院                                           | -
        Hospital Course                                    | -
        follow up in Cardiology Clinic                     | -
        the community hospital                             | -
    """,
    "hospital_number": """
        住院号：00283746                                   | 00283746
        床号15                                             | 15
        医保卡号：102938475X                               | 102938475X
        病理号：B2024-01876                                | B2024-01876
        MRN: 4471829                                       | 4471829
        Accession # RAD-20394857                           | RAD-20394857
        SSN 123-45-6789                                    | 123-45-6789
        member ID: XJQ889123401                            | XJQ889123401
        xxx-xx-6789                                        | xxx-xx-6789
        Room 214B                                          | 214B
        新生儿腕带号23010604                               | 23010604
        急救单号120-0417-22                                | 120-0417-22
        新农合卡370785-0331-0912                           | 370785-0331-0912
        保健证：保字00178                                  | 保字00178
        隔壁7床，住32+1床，床位加3                         | 7 ; 32+1 ; 加3
        NHS No 943 476 5919                                | 943 476 5919
        run no. 24-118273                                  | 24-118273
        path # S22-40918                                   | S22-40918
        group 2, case 3                                    | -
        批号20230412，型号D233                             | -
        平均2次，3床旁超声，6张床                          | -
        POD#2, stage 3, CA-125                             | -
        unit 5 mg                                          | -
        门诊2次                                            | -
        room air 98                                        | -
        Patient 45 years                                   | -
    """,
    "ip": """
        from 192.168.1.20:8080                             | 192.168.1.20
        地址2001:db8:85a3:0:0:8a2e:370:7334                | 2001:db8:85a3:0:0:8a2e:370:7334
        操作终端：10.12.3.*                                | 10.12.3.*
        version 1.2.3.400                                  | -
        10:20:30                                           | -
    """,
    "licence_plate": """
        车牌川A·8K3F2                                      | 川A·8K3F2
        京AD12345                                          | 京AD12345
        license plate: 7KLM 392                            | 7KLM 392
        plate count 12                                     | -
        新A型流感                                          | -
    """,
    "messenger": """
        微信：zjh_1962bj                                   | zjh_1962bj
        WeChat ID zhang_wei88                              | zhang_wei88
        QQ：283746510                                      | 283746510
        VX:abc12345                                        | abc12345
        登录账号：zhang.wei                                | zhang.wei
        V4导联，vx未做                                     | -
        QQ间期420                                          | -
        QTc 420                                            | -
    """,
    "name_en": """
        seen by Dr. Samuel Osei today                      | Samuel Osei
        Mr. O'Neill and Mrs. van der Berg                  | O'Neill ; van der Berg
        Patient Name: Kowalski, Anna M.                    | Kowalski, Anna M.
        Her husband Piotr was called                       | Piotr
        Thomas Bergström, M.D.                             | Thomas Bergström
        Lecia978 Sanford861                                | Lecia978 Sanford861
        DR. SMITH                                          | SMITH
        Dr. Young recommends rest                          | Young
        Dear Dr Farouk,                                    | Farouk
        Reading radiologist treated by Guillory            | Guillory
        Ngozi's husband asks                               | Ngozi
        504 555 0133 (Tre, nephew)                         | Tre
        Pt anna kowalski resting                           | anna kowalski
        COLON, HECTOR L                                    | COLON, HECTOR L
        O'Neill Day, Mary-Jane MRN 88922114                | O'Neill Day, Mary-Jane
        Mother Denies smoking                              | -
        Patient Denies pain                                | -
        Name: Aspirin 81 mg                                | -
        Thomas splint                                      | -
        the doctor will see her                            | -
    """,
    "name_list_en": """
        told Michael about it                              | Michael
        discussed with Rosalind Achterberg on rounds       | Rosalind Achterberg
        Oyinkan Balogun and Ines Caballero came            | Oyinkan Balogun ; Ines Caballero
        Grace Winters came in winter                       | Grace Winters
        Priya van der Berg                                 | Priya van der Berg
        Zhang Jianhua, CHEN Lihua and Su Zimo              | Zhang Jianhua ; CHEN Lihua ; Su Zimo
        He Can walk. Sun Tan lotion, Long Song             | -
        ID (Wu/Castellano): stop Zosyn                     | Wu ; Castellano
        Kelly clamp, Thomas splint, Harrison sulcus        | -
        Guillain Barre, Miller Fisher variant              | -
        Ted hose on, Art therapy                           | -
        Will continue; May increase; Mark the site         | -
        Norco 5/325, Paxil 20 mg                           | -
        Faith community, Christmas tree rash               | -
    """,
    "name_zh": """
        姓名：张建华  性别：男                             | 张建华
        患者李明，男                                       | 李明
        患者张伟于3天前                                    | 张伟
        其子欧阳国强陪同                                   | 欧阳国强
        主治医师：王海涛                                   | 王海涛
        赵主任查房，周敏护士长在场                         | 赵 ; 周敏
        联系人：司徒建军（女婿）                           | 司徒建军
        患者张某某                                         | 张某某
        姓名：王　芳                                       | 王　芳
        术者冉晓，一助边疆，麻醉曲直                       | 冉晓 ; 边疆 ; 曲直
        实习生于洋、阳丽，带教费老师                       | 于洋 ; 阳丽 ; 费
        同室病友老邢与小顾均已出院                         | 老邢 ; 小顾
        小洁的婆婆郭桂英                                   | 小洁 ; 郭桂英
        邻居姓涂，小名糯米                                 | 涂 ; 糯米
        姐姐格桑梅朵陪护                                   | 格桑梅朵
        Refer to Dr. 梁 for OGD                            | 梁
        陳嘉欣，女                                         | 陳嘉欣
        张建华术后第3天                                    | 张建华
        户名高明。                                         | 高明
        白女士，陆先生血压                                 | 白 ; 陆
        患者高热3天                                        | -
        黄连素，郁金，高良姜，方剂                         | -
        羊水清，杨柳絮，金水宝                             | -
        病史20余年，罗氏征，克氏征                         | -
        患者于昨日出现黄疸                                 | -
        责任护士巡视，主任医师查房                         | -
        患者家属拒绝，与医生沟通                           | -
        患者平素体健，白细胞升高                           | -
        诊断：高血压                                       | -
    """,
    "phone": """
        电话13812345678请回电                              | 13812345678
        +86 138 1234 5678                                  | +86 138 1234 5678
        科室电话010-65283645                               | 010-65283645
        (510) 555-0199 ext 12                              | (510) 555-0199 ext 12
        617.555.0142                                       | 617.555.0142
        Phone: 60-56-85-91                                 | 60-56-85-91
        尾号5678                                           | 5678
        １３８１２３４５６７８                             | １３８１２３４５６７８
        电话027-87651234转8016                             | 027-87651234转8016
        收费处分机6612                                     | 6612
        一八九七三一二二零零四                             | 一八九七三一二二零零四
        Please ring 07700 900123                           | 07700 900123
        電話9123 4567                                      | 9123 4567
        血小板138×10^9                                     | -
        Hgb 13.8, WBC 12345                                | -
        标本号11381234567812                               | -
    """,
    "resident_id": """
        身份证110105196203154519。                         | 110105196203154519
        110105 19620315 4519                               | 110105 19620315 4519
        15位110105620315451                                | 110105620315451
        110105********4519                                 | 110105********4519
        110105196213154519                                 | -
        1101051962031545190                                | -
    """,
    "travel_document": """
        护照E12345678                                      | E12345678
        港澳通行证C12345678                                | C12345678
        香港身份证A123456(3)                               | A123456(3)
        军官证：军字第1234567号                            | 军字第1234567号
        B1234567号标本                                     | -
        HK code A123456(4)                                 | -
    """,
    "url": """
        see https://www.example.org/help?id=22 for help    | https://www.example.org/help?id=22
        网址www.example.com/a，请查看                      | www.example.com/a
        example.org                                        | example.org
        No pain.No fever                                   | -
        p.o. b.i.d. q.d                                    | -
    """,
}


def rows(name: str) -> list[tuple[str, str]]:
    return [tuple(cell.strip() for cell in line.split("|")) for line in TABLES[name].strip().splitlines()]  # type: ignore[misc]


def by_module() -> dict[str, type[Recognizer]]:
    return {r.__module__.rpartition(".")[2]: r for r in RECOGNIZERS}


def found(recognizer: Recognizer, text: str) -> list[str]:
    """The longest of what overlaps, in order."""
    folded = fold(text)
    spans: list[tuple[int, int]] = []
    results = recognizer.analyze(folded, []) if recognizer.is_possible(folded) else []
    for start, end in sorted(((r.start, r.end) for r in results), key=lambda s: s[0] - s[1]):
        if all(end <= a or b <= start for a, b in spans):
            spans.append((start, end))
    return [text[start:end] for start, end in sorted(spans)]


@pytest.mark.parametrize("name", sorted(TABLES))
def test_recognizer_finds_what_its_table_says(name: str) -> None:
    recognizer = by_module()[name]()
    wrong = [
        (text, expected, seen)
        for text, expected in rows(name)
        if (seen := " ; ".join(found(recognizer, text)) or "-") != expected
    ]
    assert wrong == []


def test_every_recognizer_is_registered_and_has_a_table_with_finds_and_hard_negatives() -> None:
    files = {m.name for m in pkgutil.iter_modules(recognizers.__path__)} - {"base"}
    assert files == set(by_module()) == set(TABLES)
    for name in files:
        importlib.import_module(f"deid.text.recognizers.{name}")
        assert {expected == "-" for _, expected in rows(name)} == {True, False}, name
