from hypothesis import given
from hypothesis import strategies as st

from specs.parser import parse
from specs.reach import is_meant, reach_of, seen_from, unknown_names

TEXT = """---
repositories: [web]
---
# One

```yaml invariant
id: one
kind: absent
file: a.py
```

```yaml invariant
id: two
kind: absent
file: b.py
repositories: [api, "github.com/acme/till"]
```
"""
NAMES = st.sampled_from(["web", "api", "till", "github.com/acme/till"])


def test_a_spec_is_seen_from_each_repository_as_it_is_meant_there():
    document = parse(TEXT)
    assert not [one for one in document.problems if one.severity == "error"]
    assert reach_of(document).invariants == {"api", "github.com/acme/till"}
    from_web = seen_from(document, {"web"})
    assert (from_web.away, from_web.guest, len(from_web.elsewhere)) == (False, False, 1)
    from_api = seen_from(document, {"api"}, home=False)
    assert (from_api.away, from_api.guest) == (True, True)
    assert from_api.elsewhere == {document.invariants[0].line}
    assert seen_from(document, ()) is document


def test_case_and_stars_of_names():
    assert is_meant(["Web"], ["web"])
    assert is_meant(["*"], ["anything"])
    assert not is_meant([], ["web"])


@given(st.sets(NAMES, min_size=1), st.booleans())
def test_each_invariant_is_about_a_repository_exactly_where_its_own_or_its_specs_names_say_so(names, home):
    document = parse(TEXT)
    seen = seen_from(document, names, home=home)
    one, two = document.invariants
    assert (one.line in seen.elsewhere) == ("web" not in names)
    assert (two.line in seen.elsewhere) == (not names & {"api", "github.com/acme/till"})
    assert reach_of(document).governs(names, home=home) == (len(seen.elsewhere) < 2)


def test_names_of_nothing_are_problems_and_wrong_ones_are_too():
    document = parse(TEXT)
    assert [one.message for one in unknown_names(document, {"web", "till", "github.com/acme/till"})] == [
        "The project has no repository api."
    ]
    for wrong in ("repositories: 3", "repositories: []", "repositories: [1]", "extends: [a]"):
        broken = parse(TEXT.replace('repositories: [api, "github.com/acme/till"]', wrong))
        assert [one.code for one in broken.problems][:1] in (["bad-repositories"], ["bad-extends"]), wrong
