from deid.text.recognizers.base import NO_WORD_AFTER, Recognizer, pattern

_IS = r"\s?(?:号码?|账号|昵称|ID|id|群)?[\s:]{0,3}(?:是|为|叫)?\s?"


class Messenger(Recognizer):
    """Accounts of WeChat, QQ and the like, which have no shape of their own: the label tells."""

    ENTITY = "ACCOUNT"
    NEEDS = r"(?i)[微威薇v]信|wechat|weixin|(?<![a-z])[wv]x(?![a-z])|账号|qq|微博|抖音|支付宝|钉钉|whatsapp|telegram|facebook|twitter|instagram|skype"
    RULES = (
        pattern("wechat", rf"(?:[微威薇vV]信|(?i:wechat|weixin|(?<![A-Za-z])[wv]x(?![A-Za-z]))){_IS}(?P<value>[A-Za-z0-9_][-A-Za-z0-9_]{{4,19}}){NO_WORD_AFTER}"),
        pattern("qq", rf"(?i:qq)(?:邮箱)?{_IS}(?P<value>[1-9]\d{{4,11}}){NO_WORD_AFTER}"),
        pattern("account", rf"账号\s?(?:[:]|为|是)\s?(?P<value>[A-Za-z][-A-Za-z0-9_.]{{4,30}}){NO_WORD_AFTER}"),
        pattern("other", rf"(?:微博|抖音|支付宝|钉钉|(?i:whatsapp|telegram|facebook|twitter|instagram|skype)){_IS}(?P<value>@?[A-Za-z0-9_.][-A-Za-z0-9_.]{{4,30}}){NO_WORD_AFTER}"),
    )  # fmt: skip
