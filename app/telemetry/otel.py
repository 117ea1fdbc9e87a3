"""The only door to OpenTelemetry. The library itself reads the standard variables: where to, how often, as whom.

Nothing of a request but its route, and nothing of a statement but its operation, becomes part of a span: no parameters,
addresses, texts or messages of errors.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import OTELResourceDetector, Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Span as Theirs
from opentelemetry.trace import SpanKind, StatusCode, get_current_span
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from app.telemetry.spans import SILENCE, Begin, Role, Said, Span, Tracing

NAME = "holdfast"
_CARRIER = TraceContextTextMapPropagator()
_KINDS = {Role.SERVER: SpanKind.SERVER, Role.CONSUMER: SpanKind.CONSUMER, Role.CLIENT: SpanKind.CLIENT}


class Seen(Span):
    """A span that is collected."""

    def __init__(self, theirs: Theirs) -> None:
        self._theirs = theirs
        carrier: dict[str, str] = {}
        _CARRIER.inject(carrier)
        self.traceparent = carrier.get("traceparent", "")

    def tell(self, name: str = "", said: Said = SILENCE, *, failed: bool = False) -> None:
        """Rename it, say more of it, or that it failed."""
        if name:
            self._theirs.update_name(name)
        for key, value in said.items():
            self._theirs.set_attribute(key, value)
        if failed:
            self._theirs.set_status(StatusCode.ERROR)


class OpenTelemetry(Tracing):
    """Makes spans and hands them to a processor: by default, in batches, to the collector of the environment."""

    def __init__(self, processor: SpanProcessor | None = None) -> None:
        named = Resource({"service.name": NAME}).merge(OTELResourceDetector().detect())
        # Not the process's global one: what other libraries would say of themselves is not ours to send.
        self.provider = TracerProvider(resource=named)
        self.provider.add_span_processor(processor or BatchSpanProcessor(OTLPSpanExporter()))
        self._tracer = self.provider.get_tracer(NAME)

    def span(self, name: str, role: Role, traceparent: str = "", said: Said = SILENCE) -> AbstractContextManager[Span]:
        """Begin a span that ends with the block: of the trace named, else of the one under way, else of a new one."""
        return self._span(name, role, traceparent, said)

    @contextmanager
    def _span(self, name: str, role: Role, traceparent: str, said: Said) -> Iterator[Span]:
        context = _CARRIER.extract({"traceparent": traceparent}) if traceparent else None
        with self._tracer.start_as_current_span(
            name,
            context=context,
            kind=_KINDS[role],
            attributes=dict(said),
            record_exception=False,
            set_status_on_exception=False,
        ) as theirs:
            span = Seen(theirs)
            try:
                yield span
            except BaseException as error:
                span.tell(said={"error.type": type(error).__name__}, failed=True)
                raise

    def watch(self, observe: Callable[[Begin], None]) -> None:
        """Have the spans of statements of SQL made by whoever is given to `observe`."""
        observe(self.statement)

    def statement(self, operation: str) -> Callable[[bool], None] | None:
        """Begin the span of a statement of SQL, where a trace is under way; give what ends it, told of failure."""
        if not get_current_span().is_recording():
            return None
        said = {"db.system.name": "postgresql", "db.operation.name": operation}
        theirs = self._tracer.start_span(operation, kind=SpanKind.CLIENT, attributes=said)

        def end(failed: bool) -> None:  # noqa: FBT001 (handed on by position)
            if failed:
                theirs.set_status(StatusCode.ERROR)
            theirs.end()

        return end
