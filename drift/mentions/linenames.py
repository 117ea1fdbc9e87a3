"""The names that a single line of code declares, in any language: by patterns on the line alone.

That a line is enough is what makes history cheap: of a commit only the lines that it took away or brought are read.
A name in quotes is kept apart, with a `"` in front: keys of configuration, routes and options are declared by it.
Pure; knows no files. The patterns take time in proportion to the line, whatever stands there.
"""

import re
from collections.abc import Iterator

LONGEST_LINE = 2000
NAME = r"[A-Za-z_$][\w$]*+"
DEFINER = (
    r"class|interface|struct|enum|trait|type|def|fn|func|function\*?|fun|const|let|var|val|module|namespace|object"
    r"|record|union|protocol|mod|static|macro_rules!|\#\s*define|typedef|@interface|message|service|rpc|input"
)
MODIFIER = (
    r"export|default|public|private|protected|internal|static|final|abstract|readonly|override|async|get|set|pub"
    r"|pub\([^)]*\)|const|declare|lazy|open|mutable|volatile|virtual|inline|extern|unsafe|local|global|val|var|let"
)
KEYWORD = re.compile(
    rf"(?:^|[\s;{{(])(?:{DEFINER})\s++(?:\([^)]*\)\s*+)?(?:mut\s++|self\.|class\s++|function\s++)?({NAME})"
)
PARAMETERS = re.compile(r"(?:^|[\s;{(])(?:def|fn|func|function|fun|constructor)\b(?:\s*+\([^)]*\))?[^(]*+\((.*)")
PARAMETER = re.compile(
    rf"(?:^|[(,{{])\s*+(?:\.\.\.|\*{{1,2}}|mut\s++|&\s*+|this\.)?({NAME})\s*+\??\s*+(?=[:=,)}}A-Za-z*\[]|$)"
)
MEMBER = re.compile(rf"^\s*+(?:(?:{MODIFIER})\s++)*[\"']?({NAME})[\"']?[?!]?\s*+(?::(?![:=])|=(?![=>])|:=|\+=|\?=)")
METHOD = re.compile(
    rf"^\s*+(?:(?:{MODIFIER})\s++)*\*?({NAME})\s*+(?:<[^>]*>)?\([^()]*+(?:\([^()]*+\)[^()]*+)*+\)\s*+(?::[^{{]+)?\{{\s*+$"
)
TYPED = re.compile(
    rf"^\s*+(?:(?:@\w++(?:\([^)]*\))?|\[\[[^\]]*+\]\])\s++)*"
    rf"((?>[\w$.:]++(?:<[^;(){{}}]*>)?(?:\[\])*[*&]*\s++)+[*&]*)(?:\w++::)*+({NAME})"
    r"\s*+(\(|;|=(?!=)|,\s*+$|\{|$)"
)
TYPED_PARAMETER = re.compile(rf"[\w>\]&*]\s++[*&]*({NAME})\s*+(?=[,)=]|$)")
# What C and C++ put between: macros, attributes; pointers to functions; the name behind the braces of a typedef.
MARKED = re.compile(
    rf"\b(?:class|struct|union|enum)\s++(?:class\s++)?"
    rf"(?:[A-Z][A-Z0-9_]*+(?:\([^)]*+\))?|\[\[[^\]]*+\]\]|(?:__\w++|alignas)\([^)]*+\))\s++({NAME})"
)
POINTER = re.compile(rf"\(\s*+\*\s*+({NAME})\s*+\)\s*+\(")
CLOSING = re.compile(rf"\}}\s*+({NAME})\s*+(?:,\s*+\*\s*+{NAME}\s*+)?;")
ALIAS = re.compile(rf"^\s*+using\s++({NAME})\s*+=")
SCOPED = re.compile(rf"^[A-Za-z_][^(;=]*?\b({NAME})::~?{NAME}\s*+\(")
KOTLIN = re.compile(rf"(?:^|\s)(?:fun|val|var)\s++(?:<[^>]*+>\s*+)?(?:[\w<>?*, ]++\.)*+({NAME})")
RUBY = re.compile(
    r"^\s*+(attr_\w++|[cm]attr_\w++|define_method|alias_method|scope|has_many|has_one|belongs_to|delegate|task|enum"
    r"|store_accessor|class_attribute|attribute|helper_method)\b(.*)"
)
RUBY_NAME = re.compile(r":(\w++)")
GO_FIELD = re.compile(rf"^\s++({NAME})\s++(?:\*|\[\]|map\[|func\(|chan |[A-Za-z_][\w.]*+\s*+(?:`|//|$))")
GO_METHOD = re.compile(rf"^\t({NAME})\([^()]*+(?:\([^()]*+\)[^()]*+)*+\)\s*+(?:\([^()]*\)|[\w.*\[\]]+)?\s*+$")
OWN = re.compile(rf"(?:\bself|\bthis|\bexports|\bprototype|\b[A-Z]\w*+)\.({NAME})\s*+=(?!=)")
KEY = re.compile(rf"[{{,(]\s*+({NAME})\??\s*+:(?!:)")
DATA_KEY = re.compile(r"^\s*+(?:-\s++)?[\"']?([\w./@-]++)[\"']?\s*+(?::(?:\s|$)|=)|[{,]\s*+[\"']([\w./@-]++)[\"']\s*+:")
DATA_NAME = re.compile(r"^\s*+(?:-\s++)?[\"']?(?:name|id|key|command|alias)[\"']?\s*+[:=]\s*+[\"']?([\w./@-]++)")
TABLE = re.compile(r"^\s*+\[+([\w.\"-]++)\]+")
XML_NAME = re.compile(r"<([\w.-]++)[\s>/]|\b(?:name|id|key)=\"([\w.-]++)\"")
OWN_NAME = re.compile(r"^\s*+[\"']?name[\"']?\s*+[:=]\s*+[\"']([\w./@-]++)")
QUOTED = re.compile(r"\"([^\"\\\s]{2,80})\"|'([^'\\\s]{2,80})'|`([^`\\\s]{2,80})`")
TAG = re.compile(r"\b[a-z]\w*+:\"([\w.-]++)")
LITERAL = re.compile(r"/?[\w@$-][\w.$/:@-]*")
FLAG = re.compile(r"(?<![\w-])--[A-Za-z][\w.-]*\w")
# A literal that begins with a dash, or a branch of a shell's `case`; in other text a flag may be some other program's.
GIVEN = re.compile(r"(?<=[\"'`])--?[A-Za-z][^\"'`]*(?=[\"'`])|(?<![\w-])--[a-z][\w-]++(?:=\*)?(?=\s*[|)])")
OPTION = re.compile(
    r"\b(?:\w*[oO]ption|\w*[fF]lag|\w*[aA]rgument|[aA]rg|with_name|long|switch|(?:Bool|String|Int|Int64|Uint|Duration"
    r"|Float64|StringSlice|StringArray|Count|Text|Func)(?:Var)?P?|VarP?)\(\s*(?:&?[\w.]+,\s*)?[\"']([A-Za-z][\w.-]+)[\"']"
    r"|\blong\s*=\s*\"([\w-]+)\""
)
IMPORT = re.compile(
    r"^\s*(?:import\b|from\s+[\w.]+\s+import|export\s.*\sfrom\s|use\s|using\s(?!\s*\w+\s*=)|#\s*include|extern\s+crate|\}\s*from\s"
    r"|.*\brequire\()"
)
COMMENT = re.compile(r"^\s*(?://|/\*|\*(?!\w)|#(?!\s*define|\[|!\[)|--\s|<!--|;|\"\"\"|%)")
NOT_NAMES = frozenset(
    {
        *("if", "for", "while", "switch", "catch", "return", "new", "throw", "else", "await", "case", "import", "from"),
        *("package", "with", "in", "of", "is", "and", "or", "not", "do", "try", "finally", "default", "yield", "use"),
        *("del", "raise", "assert", "elif", "except", "lambda", "pass", "break", "continue", "goto", "defer", "go"),
        *("select", "range", "func", "function", "def", "class", "typeof", "delete", "void", "using", "extends"),
        *("implements", "super", "this", "self", "true", "false", "null", "None", "True", "False", "nil", "as"),
        *("require", "echo", "then", "fi", "done", "esac", "loop", "match", "mut", "ref", "out", "include", "where"),
    }
)
# Words between which a type and the name of what has it never stand.
NO_TYPE = frozenset(
    {"extends", "implements", "class", "interface", "record", "return", "throws", "new", "typedef", "using"}
)
C_FAMILY = frozenset({"c", "h", "cc", "cpp", "cxx", "hpp", "hh", "hxx", "m", "mm"})
TYPES_FIRST = frozenset(
    {
        *("java", "kt", "kts", "scala", "groovy", "cs", "c", "h", "cc", "cpp", "cxx", "hpp", "hh", "hxx", "m", "mm"),
        *("swift", "php", "dart", "proto", "graphql", "thrift", "ts", "tsx", "mts", "cts"),
    }
)
BRACED = frozenset({"js", "jsx", "mjs", "cjs", "ts", "tsx", "mts", "cts", "vue", "svelte", "groovy", "gradle", "dart"})


def declared(line: str, family: str) -> frozenset[str]:
    """Give the names a line declares: identifiers as they are, words in quotes with a `"` before, flags with `--`."""
    if len(line) > LONGEST_LINE or not line.strip():
        return frozenset()
    if family == "manifest":
        own = OWN_NAME.match(line)
        return frozenset([f'"{own[1]}']) if own else frozenset()
    if is_comment(line) or IMPORT.match(line):
        return frozenset()
    found = set(_data(line) if family == "data" else _code(line, family))
    found.update(_quoted(line))
    return frozenset(found - NOT_NAMES)


def is_comment(line: str) -> bool:
    """Say whether a line is wholly comment, as far as a line can tell."""
    return COMMENT.match(line) is not None


def _quoted(line: str) -> Iterator[str]:
    for match in QUOTED.finditer(line):
        text = (match[1] or match[2] or match[3]).partition(",")[0].partition("=")[0]
        if LITERAL.fullmatch(text):
            yield f'"{text}'
    for match in TAG.finditer(line):
        yield f'"{match[1]}'
    for match in OPTION.finditer(line):
        yield f"--{match[1] or match[2]}"
    for match in GIVEN.finditer(line):
        yield from FLAG.findall(match[0])


def _data(line: str) -> Iterator[str]:
    for pattern in (DATA_KEY, XML_NAME):
        for match in pattern.finditer(line):
            yield f'"{match[1] or match[2]}'
    for pattern in (DATA_NAME, TABLE):
        if at_start := pattern.match(line):
            yield '"' + at_start[1].strip('"')


def _code(line: str, family: str) -> Iterator[str]:
    for pattern in (KEYWORD, OWN, KEY):
        for match in pattern.finditer(line):
            yield match[1]
    if given := PARAMETERS.search(line):
        for one in PARAMETER.finditer("(" + given[1]):
            yield one[1]
    lines = [MEMBER]
    if family in BRACED:
        lines.append(METHOD)
    if family == "go":
        lines += [GO_FIELD, GO_METHOD]
    for pattern in lines:
        if at_start := pattern.match(line):
            yield at_start[1]
    if family in TYPES_FIRST:
        yield from _typed(line)
    yield from _special(line, family)


def _special(line: str, family: str) -> Iterator[str]:
    """Read what C and C++, Kotlin or Ruby alone write."""
    if family in C_FAMILY:
        for pattern in (MARKED, POINTER, CLOSING, ALIAS, SCOPED):
            for match in pattern.finditer(line):
                yield match[1]
    if family in {"kt", "kts"} and (found := KOTLIN.search(line)):
        yield found[1]
    if family in {"rb", "rake"} and (found := RUBY.match(line)):
        named = RUBY_NAME.findall(found[2])
        yield from named if "attr" in found[1] else named[:1]


def _typed(line: str) -> Iterator[str]:
    """Read `type name` as Java, C and their kin write it."""
    match = TYPED.match(line)
    if match is None or match[1].split()[0] in NOT_NAMES or not NO_TYPE.isdisjoint(match[1].split()):
        return
    yield match[2]
    if match[3] == "(":
        for one in TYPED_PARAMETER.finditer(line[match.end() :]):
            yield one[1]
