"""Exports over HTTP."""

import base64
import io
import zipfile
from typing import Any

from specs.access import Role
from tests.specs.test_images import png


async def test_json_zip_and_pdf_of_now_and_of_a_tag(ask: Any) -> None:
    made = (await ask("POST", "/specs", Role.EDITOR, json={"path": "pay/a.md", "text": "# A\n"})).json()
    await ask("POST", "/specs", Role.EDITOR, json={"path": "b.md", "text": "# B\n"})
    await ask("POST", "/tags", Role.EDITOR, json={"name": "v1"})
    match = {"if-match": f'"{made["head"]}"'}
    await ask("PUT", f"/specs/{made['id']}", Role.EDITOR, json={"text": "# A2\n"}, headers=match)
    now = (await ask("GET", "/export", Role.READER)).json()
    assert [(spec["path"], spec["text"]) for spec in now["specs"]] == [("b.md", "# B\n"), ("pay/a.md", "# A2\n")]
    then = await ask("GET", "/export?tag=v1&prefix=pay", Role.READER, headers={"accept": "application/zip"})
    assert then.headers["content-disposition"] == 'attachment; filename="payments-v1.zip"'
    with zipfile.ZipFile(io.BytesIO(then.content)) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == {"pay/a.md": b"# A\n"}
    pdf = await ask("GET", "/export", Role.READER, headers={"accept": "application/pdf"})
    assert (pdf.headers["content-type"], pdf.content[:4]) == ("application/pdf", b"%PDF")


async def test_what_is_not_there_is_404_and_what_is_not_offered_406(ask: Any) -> None:
    assert (await ask("GET", "/export?tag=none")).status_code == 404
    assert (await ask("GET", "/export", None)).status_code == 404
    assert (await ask("GET", "/export", headers={"accept": "text/html"})).status_code == 406


async def test_images_go_along_into_files_and_the_pdf(ask: Any) -> None:
    body = {"data": base64.b64encode(png(40, 30)).decode()}
    kept = (await ask("POST", "/images", Role.EDITOR, json=body)).json()
    assert (kept["type"], kept["width"], kept["height"], kept["stripped"]) == ("image/png", 40, 30, False)
    plain = await ask("GET", "/export", headers={"accept": "application/pdf"})
    text = f"# A\n\n![a square]({kept['reference']}) ![gone](images/{'0' * 32}.png)\n"
    await ask("POST", "/specs", Role.EDITOR, json={"path": "pay/a.md", "text": text})
    files = await ask("GET", "/export", Role.READER, headers={"accept": "application/zip"})
    with zipfile.ZipFile(io.BytesIO(files.content)) as archive:
        assert archive.namelist() == ["pay/a.md", f"pay/{kept['reference']}"]
        assert archive.read(f"pay/{kept['reference']}") == png(40, 30)
    pdf = await ask("GET", "/export", headers={"accept": "application/pdf"})
    assert b"/Subtype/Image" in pdf.content
    assert b"/Subtype/Image" not in plain.content
    shown = await ask("GET", f"/images/{kept['name']}", Role.READER)
    assert (shown.content, shown.headers["content-type"]) == (png(40, 30), "image/png")
    assert "sandbox" in shown.headers["content-security-policy"]
    assert shown.headers["x-content-type-options"] == "nosniff"
    assert (await ask("POST", "/images", Role.EDITOR, json={"data": "no base64!"})).status_code == 400
    svg = base64.b64encode(b"<svg onload='alert(1)'/>").decode()
    assert "SVG" in (await ask("POST", "/images", Role.EDITOR, json={"data": svg})).json()["detail"]
