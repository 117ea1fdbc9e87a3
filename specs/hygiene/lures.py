"""What in a text speaks to a machine that reads it, or dresses up as something else: named, never taken out.

A spec may speak of such things for good reasons, so a lure is only told beside the text it stands in. Every form is
matched in linear time.
"""

import re
import unicodedata

from specs.lines import split_lines

MOST_READ = 200_000
_WHOM = r"(?:previous|prior|above|earlier|preceding|all|any|your|these|those|the)"
_WHAT = (
    r"(?:instructions?|rules?|prompts?|guidelines?|directions?|constraints?|specs?|messages?|context|polic(?:y|ies))"
)
_DATA_ADDRESS = r"https?://[^\s)\"'<>]{0,500}(?:[?&][\w.-]{1,40}=|\{\{|\$\{|%7[Bb])"


def _any(*forms: str) -> re.Pattern[str]:
    return re.compile("|".join(forms))


FORMS: dict[str, re.Pattern[str]] = {
    "orders to its reader": _any(
        rf"(?i:\b(?:ignore|disregard|forget|override|bypass)\b[^.\n]{{0,30}}\b{_WHOM}\b[^.\n]{{0,30}}\b{_WHAT}\b)",
        r"(?i:\byou are now\b|\bnew (?:system )?instructions?\s*:|\bfrom now on,? you\b|\bjailbreak)|\bDAN mode\b",
        r"(?i:\b(?:print|reveal|show|repeat|output|leak|send)\b[^.\n]{0,20}\byour (?:system |developer )?prompt\b)",
        r"(?i:\bdo (?:not|n't) (?:tell|inform|ask|mention|reveal)\b[^.\n]{0,20}\b(?:user|human|anyone|operator)\b)",
        r"(?i:\b(?:as an|dear|attention,?) (?:ai|llm|assistant|agent|language model)\b)",
        r"(?i:\bignor(?:iere?n?|ez|e[nz]?|a[rd]?)\b[^.\n]{0,40}\b(?:anweisung|instruc|indicaci|istruz))",
        r"忽略.{0,10}(?:指令|指示|说明|規則|规则)|(?:指示|命令|ルール).{0,6}無視|이전.{0,10}(?:지시|명령).{0,6}무시",
        r"(?i:(?:игнорируй|забудь)[^.\n]{0,40}(?:инструкци|указани))",
    ),
    "role marks": _any(
        r"<\|[\w ]{1,40}\|>|\[/?INST\]|<</?SYS>>|<(?:start|end)_of_turn>",
        r"(?im:^[ \t>*#-]{0,8}(?:system|assistant|human|developer|tool)(?: message| prompt)?\**\s*:)",
        r"(?i:</?(?:system|assistant|developer|instructions?)(?:[-_](?:reminder|prompt|message))?\s*>)",
        r"\"role\"\s*:\s*\"(?:system|assistant|developer|tool|user)\"",
        r"(?im:^#{1,6}\s*(?:instruction|response|system)s?:?\s*$)",
    ),
    "tool calls": _any(
        r"(?i:</?(?:[a-z]{1,12}:)?(?:function_(?:calls?|results?)|invoke|tool_(?:calls?|use|results?|response))\b)",
        r"\"(?:tool_calls?|function_call|tool_use_id)\"\s*:",
        r"\"name\"\s*:\s*\"[\w.-]{1,60}\"\s*,\s*\"(?:arguments|input|parameters)\"\s*:",
        r"\bto=(?:functions|python|bash)\b|(?:curl|wget)\b[^\n|]{0,300}\|\s*(?:ba|z)?sh\b",
    ),
    "addresses that carry data or code": _any(
        r"!\[[^\]\n]{0,300}\]\(\s*<?https?:",
        rf"\]\(\s*<?(?:{_DATA_ADDRESS}|javascript:|data:|vbscript:)",
        rf"\]:\s*<?(?:{_DATA_ADDRESS}|javascript:|data:)",
        r"(?i:<(?:img|a|iframe|form|link|object|embed)\b[^>\n]{0,300}(?:src|href|action|data)\s*=)",
    ),
    "imitated marks": _any(
        r"(?im:^[ \t>]{0,8}\\?[\[\u3010\uff3b(<{]\s*/?[0-9a-f]{8,64}\b)",
        r"(?i:\bholdfast spec context\b|\bexplicit by (?:human|agent|system)\b)",
        r"(?im:^[ \t>]{0,8}left out for the budget)|(?i:\bprovenance\s{0,3}:\s{0,3}(?:explicit|confirmed)\b)",
        r"(?i:\brevision [0-9a-f]{8,64}\b[^\n]{0,40}\b(?:explicit|inferred|confirmed)\b)",
        r"(?im:^[ \t>=*#-]{0,12}(?:begin|end)(?: of)? (?:spec|context|quot|holdfast|untrusted|document|data)\w*)",
    ),
    "encoded text": _any(
        r"(?<![\w+])(?=[A-Za-z0-9+]{0,60}[A-Z])(?=[a-zA-Z0-9+]{0,60}[g-wyz])(?=[A-Za-z0-9+]{0,60}\d)"
        r"[A-Za-z0-9+]{32,}={0,2}(?![\w+])",
        r"(?<![\w+/-])[A-Za-z0-9+/]{18,}={1,2}(?![\w+/=-])",
        r"(?:%[0-9A-Fa-f]{2}){8,}|(?:\\x[0-9A-Fa-f]{2}){6,}|(?:\\u[0-9A-Fa-f]{4}){6,}|(?:&#x?[0-9A-Fa-f]{2,6};){6,}",
        r"\\(?:x1b|033|e|u001b)\[|(?:\b[01]{8}\s){5,}|(?:\b[0-9A-Fa-f]{2}\s){12,}",
    ),
    "front matter": _any(r"(?m:^---[ \t]*\n(?:[\w-]{1,40}:[^\n]{0,300}\n){1,30}---[ \t]*$)"),
}
_ESCAPED = re.compile(r"""\\(?:["\\/]|[nrt])|(?m:^[ \t-]{0,8}[\w-]{1,40}:[ \t]{1,4}["']?)|":[ ]?["']""")
_WORD = re.compile(r"[^\W\d_]{3,60}")
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})(.*)$")
_ALONE = frozenset({"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE"})
_STYLED = re.compile("[\U0001d400-\U0001d7ff\uff21-\uff3a\uff41-\uff5a\u24b6-\u24e9\U0001f130-\U0001f189]{3}")


def lures(text: str) -> tuple[str, ...]:
    """Give the sorts of lures a text holds, in a fixed order; what no person would miss is not among them."""
    read = text[:MOST_READ]
    # A string of YAML or JSON says the same behind its key, and with escapes.
    meant = f"{read}\n{_ESCAPED.sub(_meant, read)}" if _ESCAPED.search(read) else read
    found = [name for name, form in FORMS.items() if form.search(meant)]
    if _mixed(read):
        found.append("letters that look like others")
    if _left_open(read):
        found.append("a code block that does not end")
    return tuple(found)


def _meant(escape: re.Match[str]) -> str:
    if not escape[0].startswith("\\"):
        return f"{escape[0]}\n"
    return {"n": "\n", "r": "\n", "t": "\t"}.get(escape[0][1], escape[0][1])


def _mixed(text: str) -> bool:
    """Say whether a word mixes scripts whose letters look alike, or is set in letters that are signs."""
    if text.isascii():
        return False
    return bool(_STYLED.search(text)) or any(
        len({_script(char) for char in word[0]} & _ALONE) > 1 for word in _WORD.finditer(text) if not word[0].isascii()
    )


def _script(char: str) -> str:
    return "LATIN" if char.isascii() else unicodedata.name(char, "").partition(" ")[0]


def _left_open(text: str) -> bool:
    """Say whether a fenced block is still open at the end."""
    opened = ""
    for line in split_lines(text):
        fence = _FENCE.match(line.rstrip("\r\n"))
        if fence is None:
            continue
        if not opened:
            opened = fence[1]
        elif fence[1].startswith(opened) and not fence[2].strip():
            opened = ""
    return bool(opened)
