from drift.mentions.successors import moved_to, renamed_to, skeletons


def named(name: str, gone: list[str], came: list[str], family: str = "py") -> str:
    return renamed_to(name, [(line, family) for line in gone], skeletons((line, family) for line in came))


def test_a_line_that_is_equal_but_for_the_name_is_a_rename() -> None:
    gone, came = ["def settle(order: Order, late: bool = False):"], ["def clear(order: Order, late: bool = False):"]
    assert named("settle", gone, came) == "clear"


def test_where_little_stands_on_the_line_the_names_must_be_related() -> None:
    assert named("maxItems", ["  maxItems: 3,"], ["  maxEntries: 3,"], "js") == "maxEntries"
    assert named("maxItems", ["  maxItems: 3,"], ["  colour: 3,"], "js") == ""
    assert named("getItems", ["  getItems: x,"], ["  getColour: x,"], "js") == ""


def test_other_lines_tell_nothing() -> None:
    assert named("settle", ["settle(order)"], ["clear(order)"]) == ""
    assert named("settle", ["def settle(order):"], []) == ""


def test_flags_and_keys() -> None:
    assert named("only-name", ['option("only-name", "N", "Search only")'], ['option("just-name", "N", "Search only")'])


def test_files_and_folders_that_moved() -> None:
    moves = {"src/a/x.py": "src/b/x.py", "src/a/y.py": "src/b/y.py", "old.py": "new.py"}
    assert moved_to("src/a", ["src/a/x.py", "src/a/y.py"], moves) == "src/b"
    assert moved_to("old.py", ["old.py"], moves) == "new.py"
    assert moved_to("a/x.py", ["src/a/x.py"], moves) == "src/b/x.py"
    assert moved_to("gone.py", ["gone.py"], moves) == ""
