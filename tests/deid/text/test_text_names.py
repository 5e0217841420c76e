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
    The patient, Zorblick, was intubated; Qorvane's pacemaker    | Zorblick ; Qorvane
    PMD Zorblick aware; Renal: Qorvane                           | Zorblick ; Qorvane
    S.T. is a 16 y.o. with asthma                                | S.T.
    Ivor Lewis, Marcus Gunn, Mallory-Denk and Schiller-Duval     | -
    Started Lumigan, Xalatan, Cosopt; Call Your Doctor If Worse  | -
    Foster mom at bedside, Jehovah's Witness                     | -
    Patient with Unhealthy drinking, Fish (substance)            | -
    Kitchen practice; Victim of abuse; 28 Day Pack               | -
    Placed by Kocher maneuver; called Xarelto failure            | -
    Tegaderm, Mepilex, Aquacel Ag, Plasma-Lyte, Hespan, Prolene  | -
    RN Aware, MD Notified, PT Evaluated                          | -
    Jane Zorblick says "call me Dot"; fyi mr okereke refused     | Jane Zorblick ; Dot ; okereke
    tomasz is covering nights, report to S Dube on ward 4        | tomasz ; S Dube
    Bed 3 Hutchins s/p lap chole; The Vasquez-Ortega baby        | Hutchins ; Vasquez-Ortega
    Collected by: LTORRES; Technologist MJS                      | LTORRES ; MJS
    Attending addendum - Calloway: I saw the patient             | Calloway
    McElhaney wheezing; DAUGHTER SOULA AT BEDSIDE                | McElhaney ; SOULA
    Appreciate Liebowitz recs                                    | Liebowitz
    Nguyễn Thị Hồng seen by H. de Boer                           | Nguyễn Thị Hồng ; H. de Boer
    Lennox-Gastaut, Cormack-Lehane 1, Ann Arbor IIB              | -
    Tommy John surgery, Ryan White program, John Doe, Dear John  | -
    Dressing change Mon/Thu; Dr. Scholl's inserts; CAP           | -
"""
CHINESE = """
    责任护士：庹晓丽    记录时间：08:30                     | 庹晓丽
    手术者：成功  第一助手：丛林  麻醉医师：毛细妹          | 成功 ; 丛林 ; 毛细妹
    术者房玄，助手时敏、计春华，全麻                        | 房玄 ; 时敏 ; 计春华
    申请医生战立军  检查技师鹿小鸣                          | 战立军 ; 鹿小鸣
    家长安宁来电，询问疫苗接种                              | 安宁
    来访者禤国维情绪低落，导诊单丹                          | 禤国维 ; 单丹
    参加人员：柏青、幸福、敬一丹、操志强                    | 柏青 ; 幸福 ; 敬一丹 ; 操志强
    中文名马丽娅，曾用名建军，现名冀军                      | 马丽娅 ; 建军 ; 冀军
    高贵芳高热退，黄立新黄疸减轻                            | 高贵芳 ; 黄立新
    李阿姨说昨晚老张又咳血了                                | 李 ; 老张
    供史者：过江（父子关系），可靠                          | 过江
    常青常规复查。委托祖大寿办理出院                        | 常青 ; 祖大寿
    阿木古郎，蒙古族，包虫病；佐藤惠子女士，产后            | 阿木古郎 ; 佐藤惠子
    二妞妈妈来电，患者自述网名“海阔天空”                    | 二妞 ; 海阔天空
    方案调整为双药联合。高流量吸氧后好转。常规消毒铺巾      | -
    查房后抽查技师操作，检查技师在场                        | -
    江苏、山西、广西、黑龙江；越南籍，双胍类                | -
    季德胜蛇药片，马应龙痔疮膏，王氏保赤丸                  | -
    诊断：高热惊厥。记录：平卧位。检查：水肿                | -
    家长签字同意，助手协助，技师操作，导诊分诊              | -
    小宇哭闹，阿明酒后呕血；轩轩，6月龄                      | 小宇 ; 阿明 ; 轩轩
    @小雯 请发化验单，丽丽姐说明天来                        | 小雯 ; 丽丽
    15床支玉香跌倒，被害人花想容之父来院                    | 支玉香 ; 花想容
    已报告计医生，谢谢佟主任                                | 计 ; 佟
    谈话医师康健告知手术风险，助产士明月接生                | 康健 ; 明月
    娜塔莉女士皮疹；李Alex，男，8岁                         | 娜塔莉 ; 李Alex
    父高满堂已故，水根（子）签                              | 高满堂 ; 水根
    依力哈木诉头晕，今日随访谭玉珍                          | 依力哈木 ; 谭玉珍
    口服拜新同，改用欧唐静，外用皮炎平，皮下注射长秀霖      | -
    额叶区、颞区、会阴区、疫区；合谷、阳陵泉、公孙          | -
    患者安静，家庭医生，援藏医生，肇事司机，家属明白        | -
"""


def rows(table: str) -> list[tuple[str, list[str]]]:
    split = [line.rsplit("|", 1) for line in table.strip().splitlines()]
    return [(text.strip(), [] if names.strip() == "-" else names.strip().split(" ; ")) for text, names in split]


@pytest.mark.parametrize(("text", "names"), rows(ENGLISH))
def test_names_by_what_stands_around_them(english: TextScanner, text: str, names: list[str]) -> None:
    hits = english.find(text, subject())
    assert [text[h.start : h.end] for h in hits if h.entity == "NAME"] == names


@pytest.mark.parametrize(("text", "names"), rows(CHINESE))
def test_chinese_names_by_what_stands_around_them(chinese: TextScanner, text: str, names: list[str]) -> None:
    hits = chinese.find(text, subject())
    assert [text[h.start : h.end] for h in hits if h.entity == "NAME"] == names
