"""An invariant's rule as a sentence. Unknown shapes give nothing: the YAML below says it then. Pure."""

from collections.abc import Callable, Mapping

from markupsafe import Markup

from specs.document import InvariantBlock, Yaml


def in_words(block: InvariantBlock) -> Markup:
    """Say what must hold, with the names as code."""
    say = SENTENCES.get(block.kind)
    return say(block.options) if say else Markup()


def layers_of(block: InvariantBlock) -> tuple[str, ...]:
    """Give the layers from the top, where the kind has any."""
    return _names(block.options.get("layers")) if block.kind == "layers" else ()


def _names(value: Yaml) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    if isinstance(value, list):
        return tuple(", ".join(_names(item)) if isinstance(item, list) else str(item) for item in value)
    return ()


def _code(value: Yaml) -> Markup:
    return Markup(", ").join(Markup("<code>{}</code>").format(name) for name in _names(value))


def _reach(options: Mapping[str, Yaml]) -> str:
    return "directly" if options.get("indirect") is False else "directly or through others"


def _layers(options: Mapping[str, Yaml]) -> Markup:
    inside = Markup(" Inside each of {}.").format(_code(options["containers"])) if options.get("containers") else ""
    return Markup("No layer imports one above it, {}.{}").format(_reach(options), inside)


def _forbidden(options: Mapping[str, Yaml]) -> Markup:
    return Markup("{} must not import {}, {}.").format(
        _code(options.get("from")), _code(options.get("to")), _reach(options)
    )


def _independent(options: Mapping[str, Yaml]) -> Markup:
    return Markup("{} must not import each other, {}.").format(_code(options.get("modules")), _reach(options))


def _acyclic(options: Mapping[str, Yaml]) -> Markup:
    within = options.get("within")
    return Markup("No import cycle{}.").format(Markup(" within {}").format(_code(within)) if within else "")


def _only(options: Mapping[str, Yaml]) -> Markup:
    return Markup("{} is imported by none but {}.").format(_code(options.get("target")), _code(options.get("by")))


SENTENCES: Mapping[str, Callable[[Mapping[str, Yaml]], Markup]] = {
    "layers": _layers,
    "forbidden": _forbidden,
    "independent": _independent,
    "acyclic": _acyclic,
    "only": _only,
}
