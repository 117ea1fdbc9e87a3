"""The known forms of secrets, one rule each. To know another, add one line to `RULES`."""

import re
from collections.abc import Mapping

from specs.values import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """A form that secrets of one maker have. `mark` is a text without which it never matches.

    Where `form` has a group, the secret is that group. A match with fewer than `least_varied` different characters, or
    less than `least_bits` of entropy in a character, is no secret.
    """

    name: str
    mark: str
    form: re.Pattern[str]
    least_bits: float = 2.8
    least_varied: int = 8


def _rule(name: str, mark: str, form: str, least_bits: float = 2.8) -> Rule:
    return Rule(name, mark, re.compile(form), least_bits)


RULES: tuple[Rule, ...] = (
    _rule("aws-access-key", "AKIA", r"(?<![A-Za-z0-9])AKIA[A-Z2-7]{16}(?![A-Za-z0-9])"),
    _rule("aws-access-key", "ASIA", r"(?<![A-Za-z0-9])ASIA[A-Z2-7]{16}(?![A-Za-z0-9])"),
    _rule(
        "aws-secret-key",
        "ecret",
        r"(?i)aws.{0,20}secret.{0,20}?[\s\"'=:`|]{1,6}([A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])",
        3.8,
    ),
    _rule("github-token", "gh", r"(?<![A-Za-z0-9_])gh[pousr]_[A-Za-z0-9]{36,255}(?![A-Za-z0-9_])"),
    _rule(
        "github-token", "github_pat_", r"(?<![A-Za-z0-9_])github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}(?![A-Za-z0-9_])"
    ),
    _rule(
        "gitlab-token", "gl", r"(?<![A-Za-z0-9_])gl(?:pat|dt|rt|ptt|ft|imt|agent|soat|cbt|oas)-[A-Za-z0-9_.-]{20,300}"
    ),
    _rule("slack-token", "xox", r"(?<![A-Za-z0-9])xox[abeoprs]-(?:\d-)?[A-Za-z0-9-]{20,250}"),
    _rule("slack-token", "xapp-", r"(?<![A-Za-z0-9])xapp-\d-[A-Z0-9]{8,}-\d{8,}-[a-f0-9]{32,}"),
    _rule(
        "slack-webhook",
        "hooks.slack.com",
        r"hooks\.slack\.com/(?:services|workflows|triggers)/[A-Za-z0-9]{8,}/[A-Za-z0-9]{8,}/([A-Za-z0-9]{18,})",
    ),
    _rule("discord-webhook", "/api/webhooks/", r"discord(?:app)?\.com/api/webhooks/\d{16,20}/([\w-]{60,})"),
    _rule("stripe-key", "k_", r"(?<![A-Za-z0-9_])(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{20,250}"),
    _rule("stripe-key", "whsec_", r"(?<![A-Za-z0-9_])whsec_[A-Za-z0-9+/]{32,}"),
    _rule("google-key", "AIza", r"(?<![A-Za-z0-9_-])AIza[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])"),
    _rule("google-key", "GOCSPX-", r"(?<![A-Za-z0-9_-])GOCSPX-[A-Za-z0-9_-]{28}(?![A-Za-z0-9_-])"),
    _rule("google-key", "ya29.", r"(?<![A-Za-z0-9_-])ya29\.[A-Za-z0-9_-]{60,}"),
    _rule(
        "private-key",
        "PRIVATE KEY",
        r"-----BEGIN (?:[A-Z0-9]{2,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----"
        r"([A-Za-z0-9+/=:.(),\s\\\"'>*|]{60,20000}?)(?=-----END|\Z|```)",
        3.5,
    ),
    _rule("jwt", "eyJ", r"(?<![A-Za-z0-9_.-])eyJ[A-Za-z0-9_-]{14,}\.eyJ[A-Za-z0-9_-]{14,}\.[A-Za-z0-9_-]{20,}"),
    _rule("npm-token", "npm_", r"(?<![A-Za-z0-9_])npm_[A-Za-z0-9]{36}(?![A-Za-z0-9_])"),
    _rule("pypi-token", "pypi-", r"(?<![A-Za-z0-9_-])pypi-AgE[A-Za-z0-9_-]{50,}"),
    _rule("anthropic-key", "sk-ant-", r"(?<![A-Za-z0-9_-])sk-ant-[A-Za-z0-9]{2,10}-[A-Za-z0-9_-]{32,}"),
    _rule(
        "openai-key",
        "sk-",
        r"(?<![A-Za-z0-9_-])sk-(?!ant-)(?:(?:proj|svcacct|admin|None|or-v1|lf)-)?[A-Za-z0-9_-]{32,250}",
        3.8,
    ),
    _rule("holdfast-token", "hf_", r"(?<![A-Za-z0-9_])hf_[a-z2-7]{8}_[a-z2-7]{48}(?![A-Za-z0-9])"),
    _rule("huggingface-token", "hf_", r"(?<![A-Za-z0-9_])hf_[A-Za-z]{34}(?![A-Za-z0-9_])", 3.5),
    _rule("groq-key", "gsk_", r"(?<![A-Za-z0-9_])gsk_[A-Za-z0-9]{48,}"),
    _rule("sendgrid-key", "SG.", r"(?<![A-Za-z0-9_.])SG\.[\w-]{20,24}\.[\w-]{39,50}"),
    _rule("twilio-key", "SK", r"(?<![A-Za-z0-9_])SK[0-9a-f]{32}(?![A-Za-z0-9_])"),
    _rule("digitalocean-token", "_v1_", r"(?<![A-Za-z0-9_])do[opr]_v1_[a-f0-9]{64}"),
    _rule("shopify-token", "shp", r"(?<![A-Za-z0-9_])shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}"),
    _rule("linear-key", "lin_api_", r"lin_api_[A-Za-z0-9]{32,}"),
    _rule("vault-token", "hvs.", r"(?<![A-Za-z0-9_.])hvs\.[\w-]{24,}"),
    _rule("databricks-token", "dapi", r"(?<![A-Za-z0-9_])dapi[a-f0-9]{32}(?![A-Za-z0-9_])"),
    _rule("docker-token", "dckr_", r"(?<![A-Za-z0-9_])dckr_[op]at_[A-Za-z0-9_-]{27,}"),
    _rule("age-key", "AGE-SECRET-KEY-", r"AGE-SECRET-KEY-1[0-9A-Z]{58}"),
    _rule("azure-key", "AccountKey=", r"AccountKey=([A-Za-z0-9+/]{86}==)"),
    _rule("telegram-token", ":AA", r"(?<!\d)\d{8,10}:AA[A-Za-z0-9_-]{33}(?![A-Za-z0-9_-])"),
)
# Digits of a digest are told from those of a key by the name alone: these names stand before keys.
NAMED_KEY = re.compile(
    r"(?i)(?<![A-Za-z0-9?&])(?:[A-Za-z0-9]{1,30}[_.-]){0,6}(?:api[_-]?key|auth[_-]?token|access[_-]?token|client[_-]?secret|app[_-]?secret)"
    r"[\"'`\]*]{0,3}[ \t]*(?::=|=>|=|:|\|)[ \t]*[*`\"']{0,3}([0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64})(?![A-Za-z0-9])"
)
RULES_BY_MARK: Mapping[str, tuple[Rule, ...]] = {
    mark: tuple(rule for rule in RULES if rule.mark == mark) for mark in dict.fromkeys(rule.mark for rule in RULES)
}

_NAME = (
    r"(?:pass(?:word|wd|phrase)?|pwd|secret|token|api[_-]?key|apikey|credentials?"
    r"|(?:access|private|secret|auth|account|encryption|signing|client)[_-]?(?:key|secret|token))"
)
NAMES = re.compile(rf"(?i){_NAME}[\w\"'`\]*]{{0,20}}\s*(?:=|:|\|)")
NAMED = re.compile(
    rf"(?i)(?<![A-Za-z0-9?&])(?:[A-Za-z0-9]{{1,30}}[_.-]){{0,6}}{_NAME}"
    r"(?:[_-][A-Za-z0-9]{1,20})?[\"'`\]*]{0,3}[ \t]*(?::=|=>|=|:|\|)[ \t]*[*`\"']{0,3}"
    r"([^\s\"'`<>(){}\[\],;|]{8,256})"
)
NAMED_COLUMN = re.compile(rf"(?i)[\w .`*-]{{0,60}}?(?<![A-Za-z0-9]){_NAME}s?[`*]{{0,3}}")
BEARER = re.compile(r"(?i)\bbearer[ \t]+[\"'`]?([A-Za-z0-9._~+/=-]{20,512})")
ADDRESS = re.compile(r"(?i)(?<![a-z0-9+.-])[a-z][a-z0-9+.-]{1,20}://[^\s:/@\"'`<>]{1,80}:([^\s/@\"'`<>{}$]{8,200})@")
EXAMPLE = re.compile(
    r"(?i)example|x{4}|\*{3}|\.{3}|…|redacted|removed|your[-_]|abcdef|12345|xMjM0NTY3ODkw|0{6}|1{6}|<[a-z]|\$\{|\{\{"
)
"""What no secret of a known form has in it."""
KNOWN = re.compile(
    r"(?i)example|sample|dummy|placeholder|changeme|change[-_]me|your[-_]?|xxx|\*\*\*|\.\.\.|…|redacted|removed|fake|test(?:key|token|ing|only)"
    r"|foobar|abcdef|123456|deadbeef|secret|password|insert|replace|todo|process\.env|os\.environ|getenv|\$\{|\{\{|%\(|<[a-z]|://|^[./~$@%#&]|^[a-f0-9]{8}-[a-f0-9]{4}-|^sha\d*[-:]"
    r"|0{6}|1{6}|a{6}|lorem|mock|demo"
    # Values that RFC 6749, 6750 and 7617 print, and every description of a protocol after them.
    r"|mF_9\.B5f|2YotnFZFEjr1|tGzv3JOkF0XG|SplxlOBeZQQY|7Fjfp0ZBr1Kt|QWxhZGRpbjpvcGVu|czZCaGRSa3F0"
)
"""What no secret has in it that is found by its name."""
