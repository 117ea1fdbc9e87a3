"""Hostile text in every field that is shown: no dialog, no outside request, no script of anyone but us."""

from typing import TYPE_CHECKING

import pytest

from specs.access import SERVER, Role
from specs.errors import HoldfastError
from tests.factories import commit

if TYPE_CHECKING:
    from tests.app.web.conftest import Site

OUT = "http://outside.invalid"
NOBODYS = "00000000-0000-7000-8000-00000000dead"
IMAGE = f"{'5d' * 16}.png"
PROBES = (
    "<script>alert(1)</script>",
    "<ScRiPt src=http://outside.invalid/x.js></sCrIpT>",
    "<img src=x onerror=alert(1)>",
    f"<img src={OUT}/a.png>",
    f"![pixel]({OUT}/b.png)",
    f"![pixel][far]\n\n[far]: {OUT}/c.png",
    "<svg/onload=alert(1)>",
    "<svg><script>alert&#40;1&#41;</script></svg>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    f"<iframe src={OUT}></iframe>",
    "<body onload=alert(1)>",
    f"<link rel=stylesheet href={OUT}/x.css>",
    f"<style>@import '{OUT}/y.css';</style>",
    "<div style=\"background:url('http://outside.invalid/z.png')\">x</div>",
    "<base href=http://outside.invalid/>",
    '<meta http-equiv=refresh content="0;url=http://outside.invalid">',
    f"<form action={OUT}><button autofocus onfocus=alert(1)>go</button></form>",
    "<details open ontoggle=alert(1)>x</details>",
    "<input autofocus onfocus=alert(1)>",
    "<video><source onerror=alert(1)></video>",
    "<math><mtext><img src onerror=alert(1)></mtext></math>",
    "<a href=javascript:alert(1)>x</a>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[x](vbscript:msgbox(1))",
    "[x](file:///etc/passwd)",
    "[x](//outside.invalid/p)",
    "<javascript:alert(1)>",
    '[x](http://ok.example "onmouseover=alert(1)")',
    '[x](http://ok.example"onmouseover="alert(1))',
    "`<img src=x onerror=alert(1)>`",
    "```html\n<script>alert(1)</script>\n```",
    '```"><script>alert(1)</script>\nx\n```',
    "<!-- --><script>alert(1)</script>",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?php alert(1) ?><img src=x onerror=alert(1)>",
    "| a |\n| - |\n| <img src=x onerror=alert(1)> |",
    "{{ 7*7 }}{% raw %}<script>alert(1)</script>",
    "${alert(1)} {{constructor.constructor('alert(1)')()}}",
    "<div hx-get=http://outside.invalid hx-trigger=load>x</div>",
    "<div data-copy='#x' data-filter=body data-open-keys>x</div>",
    "\u202e<script>alert(1)</script>\u202c",
    "\ufeff<script>alert(1)</script>",
    '<h1 id=live>x</h1><form id=keys><input name="text"></form>',
    "<plaintext>",
    "</textarea><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "--></script><script>alert(1)</script>",
    f'!["onerror=alert(1) x="](images/{IMAGE})',
    f"!['><script>alert(1)</script>](images/{IMAGE})",
    f"![<img src=x onerror=alert(1)>](images/{IMAGE} 'onerror=alert(1)')",
    f'![x](images/{IMAGE}"onerror="alert(1))',
    f"![x](<'onerror=alert(1)//images/{IMAGE}>)",
    f"![x]({OUT}/images/{IMAGE})",
    f"![x](//outside.invalid/images/{IMAGE})",
    f"![x](javascript:alert(1)//images/{IMAGE})",
    f'![x](../../../images/{IMAGE}#"><script>alert(1)</script>)',
)
ANCHORS = (
    '"><script>alert(1)</script>',
    "x onmouseover=alert(1) y",
    "javascript:alert(1)",
    "body",
    "cookie",
)
INVARIANT = """```yaml invariant
id: probe
name: '<img src=x onerror=alert(1)>'
kind: only
target: '<script>alert(1)</script>'
by: ['"><img src=x onerror=alert(1)>']
why: '<svg/onload=alert(1)>'
owner: '"><script>alert(1)</script>'
except:
  - what: '<img src=x onerror=alert(1)>'
    because: '<script>alert(1)</script>'
```
"""
NAME = '"><img src=x onerror=alert(1)><script>alert(1)</script>'
PATHS = (
    "<img src=x onerror=alert(1)>.md",
    '"><script>alert(1)<!--script>.md',
    "a/'onmouseover='alert(1)'.md",
    "javascript:alert(1).md",
    "${alert(1)}{{7*7}}.md",
)


def hostile() -> str:
    title = NAME.replace('"', '\\"')
    sections = [f"## Heading {probe.splitlines()[0]}\n\n{probe}\n\n- item {probe}\n" for probe in PROBES]
    anchors = [f"## Anchored {{#{anchor}}}\n\n[to it](#{anchor})\n" for anchor in ANCHORS]
    front = f'---\ntitle: "{title}"\nowners: ["{title}"]\ncovers: ["{title}"]\nstatus: active\n---\n'
    return f"{front}# {NAME}\n\n{INVARIANT}\n" + "\n".join(sections + anchors)


async def test_hostile_text_stays_text_on_every_page(site: "Site") -> None:
    world = site.world
    ident = world.project.id
    link = await world.access.invite(SERVER, "mallory", NAME)
    mallory = await world.access.redeem_link(link.token, "a sentence to remember")
    await world.members.set_role(SERVER, ident, "mallory", Role.EDITOR)
    mallory = await world.access.principal_of(mallory.actor.id)
    # A member's text that turns directions is refused; git's is kept, and shown as it is.
    text = hostile().replace("\u202e", "").replace("\u202c", "")
    made = await world.library.create(mallory, ident, "probe.md", text, NAME)
    await world.library.save(
        mallory, ident, made.spec.id, base=made.revision.digest, text=text + f"\n{PROBES[2]}\n", message=NAME
    )
    await world.imports.import_revision(SERVER, ident, "git.md", hostile(), commit(2, email=NAME))
    kept = ["probe.md", "git.md"]
    for path in PATHS:
        try:
            await world.library.create(mallory, ident, path, "# A file\n", NAME)
        except HoldfastError:
            continue  # a path that is refused cannot be shown
        kept.append(path)
    await world.imports.import_revision(SERVER, ident, "probe.md", f"# From git {NAME}\n", commit(1, email=NAME))
    page = await site.log_in("ada")
    from app.web import addresses as to  # noqa: PLC0415 (the server's own modules load with the server)

    pages = [
        to.project("payments"),
        to.specs("payments"),
        "/",
        to.settings("payments"),
        to.settings("payments", "tokens"),
    ]
    for path in kept:
        pages += [to.spec("payments", path), to.history("payments", path), to.edit("payments", path)]
    history = await world.library.history(world.ada, ident, made.spec.id)
    first, last = history.items[-1].revision.digest, history.items[0].revision.digest
    pages += [to.diff("payments", "probe.md", first, last), to.diff("payments", "probe.md", last, first, "unified")]
    pages += [f"/p/payments/drift?spec={NAME}&state={NAME}&q={NAME}", f"/login?next={NAME}", f"/p/{NAME}"]
    for address in pages:
        await page.goto(address)
        if "/edit/" in address:
            await page.locator(".preview .prose > div").first.wait_for()
        handlers = await page.evaluate(
            "[...document.querySelectorAll('*')].flatMap((one) => one.getAttributeNames())"
            ".filter((name) => name.startsWith('on'))"
        )
        assert handlers == [], address
        if address == to.spec("payments", "probe.md"):
            assert await page.get_by_text("<script>alert(1)</script>").count() > len(PROBES) // 4
    await page.goto(to.specs("payments"))
    await page.keyboard.press("Control+k")
    await page.get_by_role("combobox").fill("img")
    await page.locator("[role=option]").first.wait_for()
    assert site.dialogs == []
    assert site.outside == []
    assert [one for one in site.complaints if "404" not in one and "400" not in one] == []


@pytest.mark.parametrize(
    "wanted",
    ["//outside.invalid", "https://outside.invalid", "/\\outside.invalid", "javascript:alert(1)", "/login?next=/login"],
)
async def test_a_log_in_sends_nobody_elsewhere(server: str, wanted: str) -> None:
    from httpx import AsyncClient  # noqa: PLC0415 (most tests need no client)

    from tests.factories import PASSWORD  # noqa: PLC0415 (most tests need no password)

    async with AsyncClient(base_url=server) as client:
        form = {"login": "ada", "password": PASSWORD, "next": wanted}
        answer = await client.post("/login", data=form)
        assert (answer.status_code, answer.headers["location"]) == (303, "/")
        assert "httponly" in answer.headers["set-cookie"].lower()
        assert "samesite=lax" in answer.headers["set-cookie"].lower()


async def test_a_form_of_another_site_or_an_old_page_is_refused(server: str) -> None:
    from httpx import AsyncClient  # noqa: PLC0415 (most tests need no client)

    from tests.factories import PASSWORD  # noqa: PLC0415 (most tests need no password)

    async with AsyncClient(base_url=server) as client:
        await client.post("/login", data={"login": "ada", "password": PASSWORD})
        form = {"path": "a.md", "text": "# A\n", "csrf": "guessed"}
        assert (await client.post("/p/payments/new", data=form)).status_code == 403
        foreign = {"origin": "http://outside.invalid", "sec-fetch-site": "cross-site"}
        assert (await client.post("/p/payments/new", data=form, headers=foreign)).status_code == 403
        assert (await client.get("/p/payments/specs/a.md")).status_code == 404


async def test_a_stranger_cannot_tell_a_project_from_none(server: str, world: object) -> None:
    from httpx import AsyncClient  # noqa: PLC0415 (most tests need no client)

    from tests.factories import PASSWORD  # noqa: PLC0415 (most tests need no password)

    await world.person("stranger")  # type: ignore[attr-defined]
    async with AsyncClient(base_url=server) as client:
        await client.post("/login", data={"login": "stranger", "password": PASSWORD})
        there = await client.get("/p/payments/specs")
        nowhere = await client.get("/p/nowhere/specs")
        assert there.status_code == nowhere.status_code == 404
        assert there.text.split("Request")[0].replace("payments", "") == nowhere.text.split("Request")[0].replace(
            "nowhere", ""
        )


async def test_pages_forbid_what_they_do_not_need(server: str) -> None:
    from httpx import AsyncClient  # noqa: PLC0415 (most tests need no client)

    async with AsyncClient(base_url=server) as client:
        first, second = await client.get("/login"), await client.get("/login")
        policy = first.headers["content-security-policy"]
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        nonce = policy.split("'nonce-")[1].split("'")[0]
        assert f'nonce="{nonce}"' in first.text
        assert nonce not in second.text
        assert "style=" not in first.text


async def test_a_reader_is_told_before_typing(server: str) -> None:
    from httpx import AsyncClient  # noqa: PLC0415 (most tests need no client)

    from tests.factories import PASSWORD  # noqa: PLC0415 (most tests need no password)

    async with AsyncClient(base_url=server) as client:
        await client.post("/login", data={"login": "rob", "password": PASSWORD})
        answer = await client.get("/p/payments/new")
        assert answer.status_code == 403
        assert "role editor" in answer.text
        assert "New spec" not in (await client.get("/p/payments/specs")).text
        assert (await client.get("/p/payments/settings/tokens")).status_code == 403


@pytest.mark.parametrize(
    ("sent", "above"),
    [
        ("/p/payments/settings/members/invite", "/p/payments/settings/members"),
        ("/p/payments/begin/agent", "/p/payments"),
        ("/p/payments/reports/schedule", "/p/payments/reports"),
        (f"/p/payments/proposals/{NOBODYS}/step", f"/p/payments/proposals/{NOBODYS}"),
        ("/p/payments/settings", "/p/payments/settings/members"),
        ("/account/tokens", "/account"),
        ("/projects", "/"),
        ("/read/\\evil.invalid/projects", ""),
    ],
)
async def test_whoever_loads_where_a_form_was_sent_comes_to_its_page(server: str, sent: str, above: str) -> None:
    from httpx import AsyncClient  # noqa: PLC0415 (most tests need no client)

    from tests.factories import PASSWORD  # noqa: PLC0415 (most tests need no password)

    async with AsyncClient(base_url=server) as client:
        await client.post("/login", data={"login": "ada", "password": PASSWORD})
        answer = await client.get(sent)
        assert (answer.status_code, answer.headers.get("location", "")) == ((303, above) if above else (404, ""))
