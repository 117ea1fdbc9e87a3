"""Facts of one Python file: imports, definitions and calls, read from its syntax tree. Knows no other file."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, NamedTuple

from drift.facts import Call, Definition, EdgeAttribute, FileFacts, RawImport
from drift.languages.support import trees
from drift.languages.support.bodies import Bodies
from drift.languages.support.python_blocks import catches_missing, suppresses_missing, type_flag
from drift.languages.support.python_scan import scan
from drift.languages.support.python_signatures import (
    assigned,
    bases_of,
    decorator_name,
    is_documented,
    is_public,
    listed_names,
    parameters_of,
    signature_of,
)
from drift.languages.support.text import utf8
from specs.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tree_sitter import Node

_BRANCHES = {
    "if_statement",
    "elif_clause",
    "for_statement",
    "while_statement",
    "except_clause",
    "case_clause",
    "conditional_expression",
    "boolean_operator",
    "for_in_clause",
    "if_clause",
}
_WANTED = (
    "import_statement",
    "import_from_statement",
    "future_import_statement",
    "function_definition",
    "class_definition",
    "lambda",
    "if_statement",
    "elif_clause",
    "try_statement",
    "match_statement",
    "with_statement",
    "call",
    "assignment",
    "augmented_assignment",
    "type_alias_statement",
    "decorator",
    *sorted(_BRANCHES - {"if_statement", "elif_clause"}),
)
_SCOPES = {
    "function_definition",
    "class_definition",
    "lambda",
    "if_statement",
    "elif_clause",
    "try_statement",
    "match_statement",
    "with_statement",
}
_CALLEE_LIMIT = 200
_RUNTIME = frozenset({EdgeAttribute.RUNTIME})
_NOTHING: frozenset[EdgeAttribute] = frozenset()


class _Scope(NamedTuple):
    """What surrounds a node: the definition it belongs to, whether that runs later, and how its imports count."""

    end: int  # the byte where it ends
    owner: str
    inside: str  # module, class or function
    attributes: frozenset[EdgeAttribute]
    types: tuple[int, int]  # the bytes that only a type checker runs


def read(source: bytes) -> FileFacts:
    """Read one Python file. Never raises on content.

    Imports that can be told without the tree are told so, and then syntax errors are not what hampers them.
    """
    source = utf8(source, cookie=True)
    lines = trees.count_lines(source)
    known = trees.grammar("tree_sitter_python")
    root = trees.parse(known, source)
    reader = _Reader(source, trees.kinds(known, ("comment",)))
    for _depth, kind, node in trees.walk(root, trees.kinds(known, _WANTED)):
        reader.take(kind, node)
    problems = _problems(source, root) if root.has_error else ()
    imports = scan(source) if root.has_error else None
    return FileFacts(
        "python",
        lines,
        tuple(reader.imports) if imports is None else imports,
        tuple(reader.public_definitions()),
        tuple(reader.calls),
        problems if imports is None else (),
        reader.bodies.finished(),
        syntax=() if imports is None else problems,
    )


def _problems(source: bytes, root: Node) -> tuple[Problem, ...]:
    """Tell the first syntax error. Python itself is asked too: its grammar knows forms that tree-sitter does not."""
    error = trees.first_error(root)
    line, column, detail = error.start_point.row + 1, trees.column(source, error), ""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            # Only ever parsed, never run; the text stays in this process.
            compile(source, "source", "exec", flags=_ONLY_AST, dont_inherit=True)
    except SyntaxError as problem:
        line, column = problem.lineno or line, max(problem.offset or 1, 1)
        detail = f": {problem.msg}"
    except (ValueError, RecursionError, MemoryError):
        pass  # too deep or binary for Python: the tree's own error stands
    else:
        return ()
    hint = "Mend the syntax; what could be read of the file still counts."
    return (Problem("syntax-error", f"This is not valid Python{detail}", line, column, hint),)


_ONLY_AST = 0x400  # ast.PyCF_ONLY_AST, without importing ast for it


class _Reader:
    """Gathers facts while the tree is walked in document order."""

    def __init__(self, source: bytes, comments: Mapping[int, str]) -> None:
        self.source = source
        self.comments = comments
        self.imports: list[RawImport] = []
        self.calls: list[Call] = []
        self.bodies = Bodies()
        self._definitions: list[Definition] = []
        self._decorators: list[str] = []
        self._listed: set[str] | None = None
        self._variables: set[str] = set()
        self._scopes = [_Scope(len(source) + 1, "", "module", _NOTHING, (0, 0))]
        self._importers = {"__import__", "importlib.import_module"}

    def take(self, kind: str, node: Node) -> None:
        """Take the next node; scopes that ended before it are left."""
        scopes = self._scopes
        start = node.start_byte
        while scopes[-1].end <= start:
            scopes.pop()
        if kind in _BRANCHES and not (kind == "case_clause" and _takes_all(self.source, node)):
            self.bodies.branch(start)
        if kind == "call":
            self._call(node, scopes[-1])
        elif kind == "decorator":
            self._decorators.append(decorator_name(self.source, node))
        elif kind in {"assignment", "augmented_assignment", "type_alias_statement"}:
            if scopes[-1].inside != "function":
                self._assignment(kind, node, scopes[-1])
        elif kind.startswith("import_") or kind == "future_import_statement":
            self._import(kind, node, scopes[-1])
        elif kind in _SCOPES:
            scopes.append(self._scope(kind, node, scopes[-1]))

    def public_definitions(self) -> Iterator[Definition]:
        """Give the definitions, with what is public: `__all__` decides where it is a plain list."""
        for definition in self._definitions:
            yield definition._replace(public=is_public(definition.name, self._listed))

    def _scope(self, kind: str, node: Node, outer: _Scope) -> _Scope:
        if kind in {"function_definition", "class_definition"}:
            return self._definition(kind, node, outer)
        attributes, types = outer.attributes, outer.types
        if kind == "lambda":
            return outer._replace(end=node.end_byte, inside="function", attributes=attributes | {EdgeAttribute.LAZY})
        if kind in {"if_statement", "elif_clause"}:
            checked = self._type_checked(node)
            if checked is None:
                attributes |= {EdgeAttribute.CONDITIONAL}
            elif types == (0, 0):
                types = checked
        elif kind == "match_statement" or self._optional(kind, node):
            attributes |= {EdgeAttribute.CONDITIONAL}
        return _Scope(node.end_byte, outer.owner, outer.inside, attributes, types)

    def _definition(self, kind: str, node: Node, outer: _Scope) -> _Scope:
        name_node = node.child_by_field_name("name")
        name = trees.text(self.source, name_node) if name_node else ""
        is_class = kind == "class_definition"
        owner = outer.owner
        decorators, self._decorators = tuple(self._decorators), []
        if outer.inside != "function" and name:
            sort = "class" if is_class else "method" if outer.inside == "class" else "function"
            owner = f"{owner}.{name}" if owner else name
            self._define(owner, sort, signature_of(self.source, node, self.comments), node)
            self._describe(node, decorators)
        if is_class and outer.inside != "function":
            return outer._replace(end=node.end_byte, owner=owner, inside="class")
        lazy = outer.attributes | {EdgeAttribute.LAZY}
        return outer._replace(end=node.end_byte, owner=owner, inside="function", attributes=lazy)

    def _define(self, name: str, kind: str, signature: str, node: Node) -> None:
        lines = node.start_point.row + 1, node.end_point.row + 1
        self._definitions.append(Definition(name, kind, signature, *lines, public=True))

    def _describe(self, node: Node, decorators: tuple[str, ...]) -> None:
        """Add to the last definition what only classes and functions have."""
        made = self._definitions[-1]
        bases: tuple[str, ...] = ()
        count, typed = 0, False
        if made.kind == "class":
            bases = bases_of(self.source, node)
        else:
            bound = made.kind == "method" and "staticmethod" not in decorators
            count, typed = parameters_of(self.source, node, bound=bound)
            typed = typed and (node.child_by_field_name("return_type") is not None or made.name.endswith(".__init__"))
            self.bodies.function(made.name, made.line, node.start_byte, node.end_byte)
        documented = is_documented(self.source, node)
        self._definitions[-1] = Definition(*made[:6], bases, decorators, documented, count, typed)

    def _assignment(self, kind: str, node: Node, scope: _Scope) -> None:
        left = node.child_by_field_name("left")
        if left is None:
            return
        if scope.inside == "module" and trees.text(self.source, left) == "__all__":
            names = listed_names(self.source, node)
            if names is not None:
                self._listed = (self._listed or set()) | names
            return
        if kind == "augmented_assignment":
            return
        typed = node.child_by_field_name("type") is not None
        for name, sort, signature in assigned(self.source, kind, node, left, self.comments):
            full = f"{scope.owner}.{name}" if scope.owner else name
            if full not in self._variables:
                self._variables.add(full)
                self._define(full, sort, signature, node)
                if typed:
                    self._definitions[-1] = self._definitions[-1]._replace(typed=True)

    def _type_checked(self, node: Node) -> tuple[int, int] | None:
        """Give the bytes of an `if` that only a type checker runs; None when it asks something else."""
        condition = node.child_by_field_name("condition")
        if condition is None or condition.end_byte - condition.start_byte > _CALLEE_LIMIT:
            return None
        positive = type_flag(trees.text(self.source, condition))
        if positive is None:
            return None
        branch = node.child_by_field_name("consequence" if positive else "alternative")
        return (branch.start_byte, branch.end_byte) if branch else (0, 0)

    def _optional(self, kind: str, node: Node) -> bool:
        """Tell whether a missing module is expected here: `except ImportError`, `suppress(ImportError)`."""
        if kind == "with_statement":
            body = node.child_by_field_name("body")
            head = self.source[node.start_byte : body.start_byte if body else node.end_byte]
            return suppresses_missing(head)
        for clause in node.children:
            if clause.type.startswith("except"):
                end = min(clause.end_byte, clause.start_byte + _CALLEE_LIMIT)
                if catches_missing(self.source[clause.start_byte : end]):
                    return True
        return False

    def _import(self, kind: str, node: Node, scope: _Scope) -> None:
        attributes = self._attributes(node, scope)
        line, column = node.start_point.row + 1, trees.column(self.source, node)
        names = []
        for child in node.children_by_field_name("name"):
            named = child.child_by_field_name("name") if child.type == "aliased_import" else child
            name = _dotted(trees.text(self.source, named)) if named else ""
            if name:
                names.append(name)
                self._learn(kind, node, child, name)
        if kind == "import_statement":
            self.imports += [RawImport(name, (), line, column, attributes) for name in names]
            return
        target = "__future__"
        if kind == "import_from_statement":
            module = node.child_by_field_name("module_name")
            target = _dotted(trees.text(self.source, module)) if module else ""
            if not names and any(child.type == "wildcard_import" for child in node.children):
                names = ["*"]
        if target:
            self.imports.append(RawImport(target, tuple(names), line, column, attributes))

    def _learn(self, kind: str, node: Node, child: Node, name: str) -> None:
        """Remember under which names this file knows `importlib.import_module`."""
        if not name.startswith("import"):
            return
        alias = child.child_by_field_name("alias") if child.type == "aliased_import" else None
        local = trees.text(self.source, alias) if alias else name
        if kind == "import_statement" and name == "importlib":
            self._importers.add(f"{local}.import_module")
        elif kind == "import_from_statement" and name == "import_module":
            module = node.child_by_field_name("module_name")
            if module is not None and trees.text(self.source, module) == "importlib":
                self._importers.add(local)

    def _attributes(self, node: Node, scope: _Scope) -> frozenset[EdgeAttribute]:
        start, end = scope.types
        if start <= node.start_byte < end:
            return scope.attributes | {EdgeAttribute.TYPE_ONLY}
        return scope.attributes | _RUNTIME if scope.attributes else _RUNTIME

    def _call(self, node: Node, scope: _Scope) -> None:
        function = node.child_by_field_name("function")
        if function is None:
            return
        callee = self._callee(function)
        if not callee:
            return
        line = node.start_point.row + 1
        self.calls.append(Call(callee, scope.owner, line))
        if callee in self._importers and (target := self._dynamic_target(node)):
            attributes = self._attributes(node, scope) | {EdgeAttribute.DYNAMIC}
            self.imports.append(RawImport(target, (), line, trees.column(self.source, node), attributes))

    def _callee(self, function: Node) -> str:
        """Give the dotted text of what is called; `.name` where it hangs on an expression, "" when it has no name."""
        kind = function.type
        if kind == "identifier":
            return trees.text(self.source, function)
        if kind != "attribute":
            return ""
        if function.end_byte - function.start_byte <= _CALLEE_LIMIT:
            whole = trees.text(self.source, function)
            if whole.replace(".", "").isidentifier():
                return whole
        last = function.child_by_field_name("attribute")
        return f".{trees.text(self.source, last)}" if last else ""

    def _dynamic_target(self, node: Node) -> str:
        """Give the module a dynamic import names in plain text; "" when it is computed."""
        arguments = node.child_by_field_name("arguments")
        values = arguments.named_children if arguments and arguments.type == "argument_list" else []
        positional = [value for value in values if value.type not in {"keyword_argument", "comment"}]
        if not positional:
            return ""
        target = self._literal(positional[0])
        if not target.startswith("."):
            return target
        package = positional[1] if len(positional) > 1 else None
        for value in values:
            if value.type == "keyword_argument" and self.source[value.start_byte :].startswith(b"package"):
                package = value.child_by_field_name("value")
        if package is None:
            return ""
        if trees.text(self.source, package) in {"__name__", "__package__"}:
            return target
        base = self._literal(package).split(".")
        level = len(target) - len(target.lstrip(".")) - 1
        kept = base[: len(base) - level] if level < len(base) else []
        return ".".join([*kept, target.lstrip(".")]) if kept and kept[0] else ""

    def _literal(self, node: Node) -> str:
        if node.type != "string" or node.end_byte - node.start_byte > _CALLEE_LIMIT:
            return ""
        parts = [child for child in node.children if child.type not in {"string_start", "string_end"}]
        if len(parts) != 1 or parts[0].type != "string_content":
            return ""
        content = trees.text(self.source, parts[0])
        return content if content.replace(".", "").isidentifier() else ""


def _takes_all(source: bytes, node: Node) -> bool:
    """Tell whether a case matches whatever comes: that is no way of its own."""
    if node.child_by_field_name("guard") is not None:
        return False
    return trees.text(source, node.named_children[0]) == "_" if node.named_children else True


def _dotted(name: str) -> str:
    """Take out what may stand between the dots of a name: blanks and line continuations."""
    return name if name.isidentifier() else "".join(name.replace("\\", " ").split())
