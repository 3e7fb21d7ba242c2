"""What the page says besides the texts that it shares with the terminal."""

from __future__ import annotations

from suyuan_verifier.render.words import Pair, pick

_WORDS: dict[str, Pair] = {
    "title": ("Suyuan verification report", "溯源验证报告"),
    "worst": ("over all files; the worst decides", "全部文件的结论，以最差者为准"),
    "why": ("Why", "原因"),
    "claims": (
        "Not proven: what follows is what the file claims.",
        "未获证明：以下为文件自称的内容。",
    ),
    "nothing": (
        "Nothing of the content is shown: format, records or signatures do not hold.",
        "格式、记录或签名未通过，故不显示任何内容。",
    ),
    "tree": ("From the figure down to its sources", "从数值追溯到来源"),
    "items": ("Line items", "清单"),
    "signers": ("Who signed", "签名者"),
    "steps": ("Verification steps", "验证步骤"),
    "status": ("Does it still stand?", "是否仍然有效"),
    "trust": ("What this verification relies on", "本次验证的依据"),
    "step": ("step", "步骤"),
    "outcome": ("outcome", "结论"),
    "details": ("details", "说明"),
    "signature": ("record", "记录"),
    "key": ("key", "密钥"),
    "file": ("file", "文件"),
    "sha256": ("SHA-256 of the file", "文件 SHA-256"),
    "now": ("verified as of", "验证时间"),
    "policy": ("trust policy", "信任策略"),
    "log": ("log", "日志"),
    "required": ("required steps", "要求的步骤"),
    "verifier": ("verifier", "验证程序"),
    "listed": ("status list of", "状态列表时间"),
    "age": ("its age", "距验证时"),
    "unlisted": (
        "No status list confirms that this still stands.",
        "没有状态列表证实其仍然有效。",
    ),
}
_AGE: Pair = ("{days} d {hours} h {minutes} min", "{days} 天 {hours} 小时 {minutes} 分")


def say(key: str, lang: str) -> str:
    """Say a heading or the label of a line."""
    return pick(_WORDS[key], lang)


def age(seconds: int, lang: str) -> str:
    """Write a span of time; one that is negative, because a clock is wrong, keeps its sign."""
    minutes = abs(seconds) // 60
    sign = "-" if seconds < 0 else ""
    said = pick(_AGE, lang).format(
        days=minutes // 1440, hours=minutes // 60 % 24, minutes=minutes % 60
    )
    return sign + said
