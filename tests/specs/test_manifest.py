"""A list is named by its content alone."""

from specs.manifest import EMPTY, Entry, manifest_digest


def test_order_does_not_matter_and_everything_listed_does() -> None:
    one, two = Entry("1", "a.md", "h1", "t1"), Entry("2", "b.md", "h2", "t2")
    assert manifest_digest([]) == EMPTY
    assert manifest_digest([one, two]) == manifest_digest([two, one])
    others = [Entry("3", "a.md", "h1", "t1"), Entry("1", "c.md", "h1", "t1"), Entry("1", "a.md", "h3", "t1")]
    assert len({manifest_digest([each, two]) for each in (one, *others)}) == 4
