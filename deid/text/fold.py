"""Text made comparable without moving an offset: full-width forms, odd spaces, dashes, digits and traditional characters become plain ones."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f〇"
# Capital and small Latin letters with and without accents, for character classes.
_ACCENTS = [chr(code) for code in (*range(0xC0, 0x180), 0x1A0, 0x1A1, 0x1AF, 0x1B0, *range(0x1E00, 0x1F00))]
UPPER = "A-Z" + "".join(c for c in _ACCENTS if c.isupper())
LOWER = "a-z" + "".join(c for c in _ACCENTS if c.islower())
_IS_HAN = re.compile(f"[{HAN}]")
# Traditional characters to simplified ones, those of names, addresses, labels and titles: one rule reads both.
_TRADITIONAL = (
    "張陳劉黃吳趙楊鄭許鄧馮韓蕭蔣葉呂盧蘇羅馬孫謝鍾鐘龍龔嚴錢賴賀齊譚陸範萬關歐陽鄒閻湯溫莊顧賈鄔閔寧喬項倫鮑駱單麥塗饒連紀簡車龐鄺儲談應諸聞東軒轅獨憲國華偉強麗慶榮貴發興業義禮寶瓊鳳蘭蓮靜潔瑩穎嬌艷豔婭媽爺嬸兒親妝誌輝勝傑憶"
    "悅愛鵬飛鴻鶴順須頌豐賢學書畫詩詠語誠謙讓譯護證診醫師藥療癥號碼電話機聯絡繫係網頁郵編門樓層棟戶區縣鄉鎮衛環園廣場橋灣島嶺溝壩臺灘觀創農歷曆節歲時點間個週過後從來於與對為無見現覺檢驗報錄結論斷術傷腫轉變腦腸臟膽膚髖頸頭臉齒"
    "氣壓熱痙攣嘔瀉嚥飲營養請說訴講讀給寫簽領員職務廠銀帳賬費貨險總經長處會團軍課級專屬繼續紅綠藍鳥魚貓豬種樹實藝體積稱復複雙邊側狀態動脈滿潰瘍膿瘡縫補輸鹽鈉鉀鈣鎂鐵鋅銅開閉進遠邇運達遷選還邏鄰釋鑑鑒錯鍵鏡隨際難雞離雲霧韋響頻"
    "顏願類顯風飯館駕驚骯髮鬧齡產嬰歿殘聽聲腎脫膠臨舉舊艙莖薑薦蟲裝製襲規視計訂記討訓託設訪評該詳認調諾謂識議負財責貢貧購賓賽贊輕載輔輪辦辭"
)
_SIMPLIFIED = (
    "张陈刘黄吴赵杨郑许邓冯韩萧蒋叶吕卢苏罗马孙谢钟钟龙龚严钱赖贺齐谭陆范万关欧阳邹阎汤温庄顾贾邬闵宁乔项伦鲍骆单麦涂饶连纪简车庞邝储谈应诸闻东轩辕独宪国华伟强丽庆荣贵发兴业义礼宝琼凤兰莲静洁莹颖娇艳艳娅妈爷婶儿亲妆志辉胜杰忆"
    "悦爱鹏飞鸿鹤顺须颂丰贤学书画诗咏语诚谦让译护证诊医师药疗症号码电话机联络系系网页邮编门楼层栋户区县乡镇卫环园广场桥湾岛岭沟坝台滩观创农历历节岁时点间个周过后从来于与对为无见现觉检验报录结论断术伤肿转变脑肠脏胆肤髋颈头脸齿"
    "气压热痉挛呕泻咽饮营养请说诉讲读给写签领员职务厂银帐账费货险总经长处会团军课级专属继续红绿蓝鸟鱼猫猪种树实艺体积称复复双边侧状态动脉满溃疡脓疮缝补输盐钠钾钙镁铁锌铜开闭进远迩运达迁选还逻邻释鉴鉴错键镜随际难鸡离云雾韦响频"
    "颜愿类显风饭馆驾惊肮发闹龄产婴殁残听声肾脱胶临举旧舱茎姜荐虫装制袭规视计订记讨训托设访评该详认调诺谓识议负财责贡贫购宾赛赞轻载辅轮办辞"
)
_PLAIN = {
    **{ord(old): new for old, new in zip(_TRADITIONAL, _SIMPLIFIED, strict=True)},
    **{code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)},
    **dict.fromkeys([0x3000, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F], " "),
    **dict.fromkeys([*range(0x2010, 0x2016), 0x2212, 0xFE58, 0xFE63], "-"),
    **dict.fromkeys([0x2018, 0x2019, 0x201B, 0x2BC, 0x2032], "'"),
    **dict.fromkeys([0x201C, 0x201D], '"'),
    **dict.fromkeys([0x2022, 0x2027, 0x30FB, 0xFF65, 0x2219, 0x22C5], "·"),
    **dict.fromkeys([0x2028, 0x2029, 0x85], "\n"),
    0x2236: ":",
    0x2215: "/",
}


class _Fold(dict[int, str]):
    """Other digits of the world (Arabic, mathematical) to ASCII ones, looked up once each; all else stays."""

    def __missing__(self, code: int) -> str:
        digit = unicodedata.decimal(chr(code), None) if code > 127 else None
        self[code] = chr(code) if digit is None else str(digit)
        return self[code]


class _Bare(dict[int, str]):
    """Lower case without accents, one character for one; lower-casing a whole string may change its length."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        base = unicodedata.normalize("NFD", char)[0] if char.isalpha() and not is_han(char) else char
        low = base.lower()
        self[code] = low if len(low) == 1 else base
        return self[code]


_FOLD, _BARE = _Fold(_PLAIN), _Bare()
# Letters that are no ASCII and no Han: lower-casing them may change the length, or leave an accent.
_ACCENTED = re.compile(
    r"[\u00aa-\u02ff\u0370-\u1fff\u2100-\u218f\u2c00-\u2dff\ua640-\uabff\ufb00-\uffdc\U00010400-\U0001ffff]"
)


def is_han(char: str) -> bool:
    return _IS_HAN.match(char) is not None


def fold(text: str) -> str:
    """As long as `text`, character for character."""
    return text if text.isascii() else text.translate(_FOLD)


def bare(folded: str) -> str:
    """Folded text in lower case without accents; as long as it was."""
    return folded.lower() if not _ACCENTED.search(folded) else folded.translate(_BARE)


class Squeezed:
    """Text without some of its parts, and the way back from an offset in it to the offset in the whole."""

    def __init__(self, text: str, gaps: Iterable[tuple[int, int]]) -> None:
        pieces, self._at, self._lost = [], [0], [0]
        done = kept = lost = 0
        for start, end in gaps:
            pieces.append(text[done:start])
            kept, lost, done = kept + start - done, lost + end - start, end
            self._at.append(kept)
            self._lost.append(lost)
        pieces.append(text[done:])
        self.text = "".join(pieces)

    def origin(self, offset: int) -> int:
        """Where the character at `offset` stands in the whole text."""
        return offset + self._lost[bisect_right(self._at, offset) - 1]

    def span(self, start: int, end: int) -> tuple[int, int]:
        return self.origin(start), self.origin(end - 1) + 1
