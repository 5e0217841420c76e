"""Names of China in Latin letters: a family and one or two syllables ("Zhang Jianhua", "CHEN Li")."""

import re

_SYLLABLE = r"(?:(?:[bpmf]|[dtnl]|[gkh]|[zcs]h?|r|j|q|x|y|w)?(?:i?a(?:ng?|i|o)?|u?a(?:ng?|i)?|e(?:ng?|i|r)?|i(?:e|ng?|u|ong)?|o(?:ng?|u)?|u(?:o|i|n|e)?|iao|ian|iang))"
_PINYIN = re.compile(rf"{_SYLLABLE}(?:['-]?{_SYLLABLE})?")
PINYIN_FAMILIES = frozenset(
    "wang li zhang liu chen yang zhao huang zhou wu xu sun hu zhu gao lin he guo ma luo liang song zheng xie han tang feng yu dong xiao cheng cao yuan deng fu shen zeng peng lu su jiang cai jia ding wei xue ye yan pan du dai xia zhong tian ren fan fang shi yao tan liao zou xiong jin hao kong bai cui kang mao qiu qin gu hou shao meng long wan duan lei qian yin hei chang qiao lai gong wen pang ouyang situ zhuge shangguan".split()
)
# Pinyin that is English, or a unit or drug, as well.
PLAIN_PINYIN = frozenset(
    "sang tan pan fan fang gong long song ban can pin sun tong ting men hang rang wan dune mane rune die lie pie he she me we be ran dan den ten pen hen ken ma pa la da ya wu ping sing bing ding ring wing king line mine dine wine tine rice bile tile".split()
)


def is_pinyin_name(first: str, last: str) -> bool:
    """Of two words in lower case, whichever is the family."""
    family, given = (first, last) if first in PINYIN_FAMILIES else (last, first)
    return (
        family in PINYIN_FAMILIES
        and len(given) > 1
        and _PINYIN.fullmatch(given) is not None
        and given not in PLAIN_PINYIN
    )


def name_words(name: str) -> list[str]:
    return name.lower().split()
