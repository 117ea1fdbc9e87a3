"""The names that one line declares, in each language."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drift.mentions.linenames import LONGEST_LINE, declared


@pytest.mark.parametrize(
    ("family", "line", "names"),
    [
        ("py", "def settle_up(order, *, late=False) -> None:", {"settle_up", "order", "late"}),
        ("py", "    async def settle_up(self):", {"settle_up"}),
        ("py", "    content_type: str = None,", {"content_type"}),
        ("py", "        self.total_sum = 3", {"total_sum"}),
        ("py", '    parser.add_argument("--dry-run", help="x")', {"--dry-run"}),
        ("py", '@click.option("--retry", "-r")', {"--retry"}),
        ("py", '    option("only-name", "N", "Search")', {"--only-name", '"only-name'}),
        ("ts", "export interface PlaceOrder extends Base {", {"PlaceOrder"}),
        ("ts", "  readonly maxItems?: number;", {"maxItems"}),
        ("js", "  handleRequest (first, second) {", {"handleRequest"}),
        ("js", "Route.prototype.matchAll = function (path) {", {"matchAll"}),
        ("js", "  onTransitionError: React.PropTypes.func,", {"onTransitionError"}),
        ("js", "cli.option('--jsx <preset>', 'x')", {"--jsx"}),
        ("go", "func (s *Server) ListenAndServe(addr string) error {", {"ListenAndServe"}),
        ("go", '\tMatchType string `mapstructure:"match_type,omitempty"`', {"MatchType", '"match_type'}),
        ("go", "\tConsumeTraces(ctx context.Context, td Traces) error", {"ConsumeTraces"}),
        ("go", '\tflags.Bool("enable-dynamic", true, "x")', {"--enable-dynamic"}),
        ("go", '\tcmd.Flags().StringVarP(&name, "name", "n", "", "x")', {"--name"}),
        ("rs", "pub(crate) fn place_order(amount: u64) -> Order {", {"place_order", "amount"}),
        ("rs", "    pub max_items: usize,", {"max_items"}),
        ("rs", '    #[arg(long = "max-items")]', {"--max-items"}),
        ("java", "  public static Order placeOrder(Amount amount, int times) {", {"placeOrder", "amount", "times"}),
        ("java", "  private final Map<String, Order> ordersByName;", {"ordersByName"}),
        ("java", '  @Option(names = "--insecure")', {"--insecure"}),
        ("kt", "    fun placeOrder(amount: Long): Order {", {"placeOrder", "amount"}),
        ("cs", "    public string OrderName { get; set; }", {"OrderName"}),
        ("rb", "  def self.place_order(amount)", {"place_order", "amount"}),
        ("php", "    public function placeOrder($amount)", {"placeOrder", "$amount"}),
        ("c", "static int place_order(struct order *order);", {"place_order"}),
        ("cpp", "#define MAX_ITEMS 10", {"MAX_ITEMS"}),
        ("sh", "    --verbose)", {"--verbose"}),
        ("data", "  max-items: 3", {'"max-items'}),
        ("data", "  name: nginx-ingress-role", {'"name', '"nginx-ingress-role'}),
        ("data", '{"retryCount": 3, "dryRun": true}', {'"retryCount', '"dryRun'}),
        ("data", "[tool.shop]", {'"tool.shop'}),
        ("data", '<property name="retry.count"/>', {'"property', '"retry.count'}),
        ("manifest", '  "name": "@acme/ui",', {'"@acme/ui'}),
    ],
)
def test_a_line_declares(family: str, line: str, names: set[str]) -> None:
    assert names <= declared(line, family)


@pytest.mark.parametrize(
    ("family", "line"),
    [
        ("py", "# def settle_up(): ..."),
        ("py", "from bank import settle_up"),
        ("py", "    settle_up(order)"),
        ("py", "    return settle_up"),
        ("js", "import { settleUp } from 'bank'"),
        ("js", "const x = require('settle_up')"),
        ("js", "  } from '@acme/settle_up'"),
        ("js", "if (settle_up) {"),
        ("java", "    return settle_up(order);"),
        ("java", "    throw settle_up;"),
        ("go", "\treturn settle_up"),
        ("data", "# settle_up: 3"),
        ("manifest", '    "settle_up": "^1.0.0",'),
        ("sh", 'run "tool --settle_up now"'),
    ],
)
def test_a_line_that_only_uses_a_name_declares_it_not(family: str, line: str) -> None:
    assert not {name for name in declared(line, family) if "settle_up" in name or "settleUp" in name}


@given(st.text(max_size=300), st.sampled_from(["py", "go", "java", "ts", "data", "manifest", "sh", "make"]))
def test_any_line_is_read(line: str, family: str) -> None:
    assert all(name for name in declared(line, family))


@pytest.mark.parametrize("piece", ["a<b> ", "--a", "(", "f(a,", "a.b=", "@a(b) ", "{a:", "pub(a) ", "\t", "'a"])
def test_hostile_lines_end(piece: str) -> None:
    for family in ("java", "go", "ts", "data", "rs"):
        declared((piece * LONGEST_LINE)[:LONGEST_LINE], family)
