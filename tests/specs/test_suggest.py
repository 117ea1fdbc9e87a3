from specs.suggest import close_names, did_you_mean, either, listed


def test_close_names() -> None:
    assert close_names("shop.domian", ["shop.domain", "shop.api"]) == ("shop.domain",)
    assert did_you_mean("indirekt", ["indirect", "imports"]) == "Did you mean `indirect`?"
    assert did_you_mean("zzz", ["indirect"]) == ""


def test_lists_in_words() -> None:
    assert either(["a", "b", "c"]) == "`a`, `b` or `c`"
    assert either([]) == ""
    assert listed(["a"]) == "a"
    assert listed(["a", "b", "c", "d"]) == "a, b, c and d"
    assert listed(["a", "b", "c", "d", "e"]) == "a, b, c and 2 more"
    assert listed([]) == ""


def test_many_candidates_stay_cheap_and_the_best_is_still_found() -> None:
    names = [f"shop.part{n}.module{n}" for n in range(20_000)]
    assert close_names("shop.part777.modul777", names)[0] == "shop.part777.module777"
    assert close_names("x" * 10_000, names) == ()


def test_order_of_candidates_changes_nothing() -> None:
    names = [f"shop.a{n}" for n in range(1000)]
    assert close_names("shop.a", names) == close_names("shop.a", list(reversed(names)))
