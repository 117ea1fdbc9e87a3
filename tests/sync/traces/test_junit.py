from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specs.errors import UserError
from sync.traces import junit
from sync.traces.junit import Result, read_junit

REPORT = b"""<?xml version="1.0"?>
<testsuites><testsuite name="pay" file="tests/test_pay.py">
 <testcase classname="tests.test_pay" name="test_a" time="1,000.5"/>
 <testcase name="test_b"><failure message="no">trace</failure></testcase>
 <testcase name="test_c"><error>it
 broke</error></testcase>
 <testcase name="test_d" file="other\\x.py"><skipped/></testcase>
 <testcase name="test_e"><properties><property name="requirement" value="pay#a, pay#b"/></properties></testcase>
</testsuite></testsuites>"""


def test_cases_are_read_with_how_they_ended():
    a, b, c, d, e = read_junit(REPORT)
    assert (a.result, a.classname, a.file, a.seconds) == (Result.PASSED, "tests.test_pay", "tests/test_pay.py", 1000.5)
    assert (b.result, b.message) == (Result.FAILED, "no")
    assert (c.result, c.message.split()) == (Result.FAILED, ["it", "broke"])
    assert (d.result, d.file) == (Result.SKIPPED, "other/x.py")
    assert e.targets == ["pay#a", "pay#b"]


LAUGHS = b'<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><testsuites>&b;</testsuites>'
OUTSIDE = b'<!DOCTYPE l SYSTEM "file:///etc/passwd"><testsuites/>'
BAD = {
    "broken": (b"<testsuites><testsuite>", "not well-formed"),
    "empty": (b"", "not well-formed"),
    "no XML": (b"PASS", "not well-formed"),
    "entities": (LAUGHS, "declares a document type"),
    "outside": (OUTSIDE, "declares a document type"),
    "of something else": (b"<html/>", "no JUnit report"),
    "deep": (b"<testsuites>" + b"<testsuite>" * 40 + b"</testsuite>" * 40 + b"</testsuites>", "nested deeper"),
    "of an unknown encoding": (b'<?xml version="1.0" encoding="nope"?><testsuite/>', "not well-formed"),
}


@pytest.mark.parametrize(("data", "said"), BAD.values(), ids=BAD)
def test_bad_reports_are_refused_with_a_hint(data, said):
    with pytest.raises(UserError) as caught:
        read_junit(data, "x.xml")
    assert said in caught.value.message
    assert caught.value.hint


def test_reports_have_bounds(monkeypatch):
    monkeypatch.setattr(junit, "MAX_CASES", 3)
    with pytest.raises(UserError, match="more than 3 cases"):
        read_junit(REPORT)
    monkeypatch.setattr(junit, "MAX_BYTES", 10)
    with pytest.raises(UserError, match="larger"):
        read_junit(REPORT)


@given(st.binary(max_size=200) | st.text(alphabet='<>/testsuiecaknm="&; ', max_size=200).map(str.encode))
def test_no_bytes_do_anything_but_be_refused_or_read(data):
    with suppress(UserError):
        read_junit(b"<testsuite>" + data + b"</testsuite>")
