"""Files that change together."""

from sync.past.companions import LARGEST, companions

HERE = {"a.py", "b.py", "c.py", "docs/a.md"}


def test_what_changed_together_twice_is_told_the_most_frequent_first() -> None:
    commits = [["a.py", "b.py"], ["a.py", "b.py"], ["a.py", "b.py", "docs/a.md"], ["a.py", "docs/a.md"], ["c.py"]]
    found = companions(commits, HERE)
    assert found["a.py"] == ("b.py", "docs/a.md")
    assert found["b.py"] == ("a.py",)
    assert "c.py" not in found


def test_large_commits_and_chance_say_nothing() -> None:
    many = [f"x{number}.py" for number in range(LARGEST)]
    assert companions([["a.py", "b.py", *many]] * 5, HERE) == {}
    assert companions([["a.py", "b.py"]] * 2 + [["a.py"]] * 20, HERE)["b.py"] == ("a.py",)
    assert "a.py" not in companions([["a.py", "b.py"]] * 2 + [["a.py"]] * 20, HERE)


def test_files_that_are_gone_are_left_out() -> None:
    assert companions([["a.py", "old.py"]] * 3, HERE) == {}
