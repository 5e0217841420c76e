"""What a finding says, in English and in Chinese."""

from governance.grades import Words
from governance.monitor.rules import Finding

# English -> Chinese, of the words that the page shows.
WORDS = {
    "volume": "数据量异常", "night": "非工作时间", "refusals": "多次拒绝", "bad_tokens": "无效令牌", "near_identical": "近似查询",
    "expiring": "即将到期", "verification": "校验失败", "log_damaged": "日志损坏", "void_entries": "无效条目", "alarm": "警报",
    "notice": "提示", "active": "有效", "expired": "已到期", "revoked": "已撤销", "not_started": "未开始", "not_cleared": "未获放行",
}  # fmt: skip


def told(f: Finding) -> Words:
    """One sentence; numbers and names only."""
    n, limit = f"{f.n:,.0f}", f"{f.limit:,.0f}"
    match f.kind:
        case "volume":
            en, zh = (
                f"{n} rows left in a day; usual for this grant is {limit} at most",
                f"当日流出 {n} 行；该授权通常不超过 {limit} 行",
            )
        case "night":
            en = f"{n} uses in a day outside 7:00 to 21:00 everywhere in {f.detail}"
            zh = f"当日有 {n} 次使用处于 {f.detail} 各时区 7:00–21:00 之外"
        case "refusals" | "bad_tokens":
            en, zh = (
                f"{n} refusals within an hour ({f.detail.replace('_', ' ')})",
                f"一小时内被拒绝 {n} 次（{f.detail}）",
            )
        case "near_identical":
            en = f"{n} questions in a day that differ in one filter ({f.detail}): perhaps a try to tell people apart by difference"
            zh = f"当日有 {n} 个仅差一个条件的查询（{f.detail}）：可能是差分攻击"
        case "expiring":
            en, zh = f"ends in {n} days ({f.day})", f"{n} 天后到期（{f.day}）"
        case "verification":
            en, zh = (
                f"cannot be verified: {f.detail} ({n}); `lakehouse verify` says more",
                f"校验未通过：{f.detail}（{n}）；详见 `lakehouse verify`",
            )
        case "log_damaged":
            en, zh = f"{n} lines of the access log cannot be read", f"访问日志中有 {n} 行无法读取"
        case "void_entries":
            en, zh = (
                f"{n} entries count for nothing: not signed by their actor, or not allowed",
                f"{n} 个条目无效：未经本人签名或不被允许",
            )
    return Words(en=en, zh=zh)
