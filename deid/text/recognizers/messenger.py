from deid.text.recognizers.base import NO_WORD_AFTER, Recognizer, pattern

_IS = r"\s?(?:号码?|账号|昵称|ID|id|群)?[\s:]{0,3}(?:是|为|叫)?\s?"


class Messenger(Recognizer):
    """Accounts of WeChat, QQ and the like, which have no shape of their own: the label tells."""

    ENTITY = "ACCOUNT"
    NEEDS = r"(?i)微信|wechat|weixin|\bwx\b|qq|微博|抖音|支付宝|钉钉|whatsapp|telegram|facebook|twitter|instagram|skype"
    RULES = (
        pattern("wechat", rf"(?:微信|(?i:wechat|weixin|\bwx\b)){_IS}(?P<value>[A-Za-z0-9_][-A-Za-z0-9_]{{4,19}}){NO_WORD_AFTER}"),
        pattern("qq", rf"(?i:qq)(?:邮箱)?{_IS}(?P<value>[1-9]\d{{4,11}}){NO_WORD_AFTER}"),
        pattern("other", rf"(?:微博|抖音|支付宝|钉钉|(?i:whatsapp|telegram|facebook|twitter|instagram|skype)){_IS}(?P<value>@?[A-Za-z0-9_.][-A-Za-z0-9_.]{{4,30}}){NO_WORD_AFTER}"),
    )  # fmt: skip
