from specs.access import SERVER, Role

SPEC = "# Payments\n\n- **FR-001**: A refund SHALL be paid.\n"
CASE = '<testcase name="t"><properties><property name="holdfast" value="payments#FR-001"/></properties></testcase>'


async def test_how_requirements_stand_is_read_by_all_and_told_by_editors(ask, town):
    made = await town.world.library.create(SERVER, town.project.id, "payments.md", SPEC)
    body = {"reports": [f"<testsuite>{CASE}</testsuite>"], "repository": "shop", "commit": "a" * 40}
    assert (await ask("POST", "/signals/tests", Role.READER, json=body)).status_code == 403
    told = await ask("POST", "/signals/tests", Role.EDITOR, json=body)
    assert (told.status_code, told.json()["passed"], "unknown" in told.json()) == (200, 1, False)
    whole = (await ask("GET", f"/traceability?spec={made.spec.id}", Role.READER)).json()
    [row] = whole["items"]
    assert (row["address"], row["specified"], row["implemented"], row["tested"]) == (
        "payments.md#FR-001",
        "active",
        "none",
        "passed",
    )
    assert (await ask("GET", f"/traceability?spec={town.project.id}", Role.READER)).status_code == 404
    bomb = {"reports": ['<!DOCTYPE l [<!ENTITY a "ha">]><testsuites>&a;</testsuites>']}
    refused = await ask("POST", "/signals/tests", Role.EDITOR, json=bomb)
    assert (refused.status_code, bool(refused.json()["hint"])) == (400, True)
