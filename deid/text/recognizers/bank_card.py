import re

from deid.text.recognizers.base import CHECKED, NO_WORD_AFTER, NO_WORD_BEFORE, Recognizer, Rule, pattern


class BankCard(Recognizer):
    """Bank cards of 13 to 19 digits with a right check digit (Luhn, ISO/IEC 7812); labelled accounts without one."""

    ENTITY = "ACCOUNT"
    NEEDS = r"(?:\d[ -]?){12}|账[号户]|卡号|[行蓄用记资]卡|(?i:card|acc|iban)"
    RULES = (
        pattern("card", rf"{NO_WORD_BEFORE}[3-69]\d{{3}}(?:[ -]?\d{{4}}){{2,3}}[ -]?\d{{1,4}}{NO_WORD_AFTER}"),
        pattern("in one", rf"{NO_WORD_BEFORE}[3-69]\d{{12,18}}{NO_WORD_AFTER}"),
        pattern("labelled en", r"(?i:card|account|acct|debit|credit|visa|mastercard|amex|iban)(?:[ ](?:card|number|no\.?|#|ending in))*[ :#]{1,3}(?:is[ ])?(?P<value>\d(?:[ -]?\d){7,18})(?!\d)"),
        pattern("card's end", r"(?:银行卡|储蓄卡|信用卡|借记卡|工资卡)(?:尾号)?[:\s为是]{0,3}(?P<value>\d(?:[ -]?\d){3,19})(?!\d)", chars="卡"),
        pattern("labelled", r"(?:银行卡|储蓄卡|信用卡|工资卡|存折|银行|收款)?(?:账号|账户|帐号|卡号)[:\s为是]{0,3}(?P<value>\d[\d -]{6,24}\d)(?!\d)"),
    )  # fmt: skip

    def judge(self, match: re.Match[str], rule: Rule) -> float:
        if "value" in match.re.groupindex:
            return float(rule.score)
        digits = re.sub(r"\D", "", match[0])
        return CHECKED if 13 <= len(digits) <= 19 and _luhn(digits) else 0


def _luhn(digits: str) -> bool:
    doubled = [int(d) * (1 + i % 2) for i, d in enumerate(reversed(digits))]
    return sum(d - 9 * (d > 9) for d in doubled) % 10 == 0
