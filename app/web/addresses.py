"""Where each page lives. The only module that spells page addresses; templates and handlers ask it. Pure."""

from urllib.parse import quote, urlencode

SAFE = "/-._~"


def project(slug: str) -> str:
    """Give the overview of a project."""
    return f"/p/{quote(slug, safe='')}"


def start(slug: str, step: str = "") -> str:
    """Give the first steps of a project, or one of them."""
    return f"{project(slug)}/start{'/' + quote(step, safe='') if step else ''}"


def begin(slug: str, act: str) -> str:
    """Give where a form of the first steps sends what it asks."""
    return f"{project(slug)}/begin/{quote(act, safe='')}"


def inbox(slug: str, query: str = "") -> str:
    """Give what waits for the reader; `query` is an encoded query string."""
    return f"{project(slug)}/inbox{'?' + query if query else ''}"


def specs(slug: str) -> str:
    """Give the list of specs."""
    return f"{project(slug)}/specs"


def unread(slug: str) -> str:
    """Give the list of specs that changed since the reader read them."""
    return f"{specs(slug)}?changed=unread"


def spec(slug: str, path: str, anchor: str = "", revision: str = "", merged: str = "") -> str:
    """Give the reading page of a spec, perhaps at a section or an earlier revision, or just `merged` with a side."""
    pairs = (("revision", revision), ("merged", merged))
    asked = "&".join(f"{name}={quote(value, safe='')}" for name, value in pairs if value)
    query = f"?{asked}" if asked else ""
    fragment = f"#{quote(anchor, safe=SAFE)}" if anchor else ""
    return f"{specs(slug)}/{quote(path, safe=SAFE)}{query}{fragment}"


def edit(slug: str, path: str, text: str = "", on: str = "") -> str:
    """Give the editor of a spec; `text` names an earlier revision to begin with, `on` a waiting one to go on from."""
    query = f"?text={quote(text, safe='')}" if text else f"?on={quote(on, safe='')}" if on else ""
    return f"{project(slug)}/edit/{quote(path, safe=SAFE)}{query}"


def new_spec(slug: str) -> str:
    """Give the editor with an empty spec."""
    return f"{project(slug)}/new"


def images(slug: str) -> str:
    """Give the address below which a project's images are."""
    return f"{project(slug)}/images"


def preview(slug: str) -> str:
    """Give the address that renders a text as readers would see it."""
    return f"{project(slug)}/preview"


def complete(slug: str) -> str:
    """Give the address that completes names and links."""
    return f"{project(slug)}/complete"


def kinds(slug: str) -> str:
    """Give the address that lists the kinds of invariant."""
    return f"{project(slug)}/kinds"


def try_out(slug: str) -> str:
    """Give the address that holds a typed text against the code."""
    return f"{project(slug)}/try"


def here(slug: str, path: str) -> str:
    """Give the address at which an editor of a spec says that it is open."""
    return f"{project(slug)}/here/{quote(path, safe=SAFE)}"


def head(slug: str, path: str, base: str) -> str:
    """Give the address that tells the head of a spec to an editor that began at `base`."""
    return f"{project(slug)}/head/{quote(path, safe=SAFE)}?base={quote(base, safe='')}"


def history(slug: str, path: str) -> str:
    """Give the revisions of a spec."""
    return f"{project(slug)}/history/{quote(path, safe=SAFE)}"


def authors(slug: str, path: str, revision: str = "") -> str:
    """Give who wrote each word of a spec, at its head or a revision."""
    query = f"?revision={quote(revision, safe='')}" if revision else ""
    return f"{project(slug)}/authors/{quote(path, safe=SAFE)}{query}"


def restore(slug: str, path: str) -> str:
    """Give where a form sends the revision whose text is brought back."""
    return f"{project(slug)}/restore/{quote(path, safe=SAFE)}"


def read(slug: str, path: str = "") -> str:
    """Give where a form says that a spec was read, or all that changed."""
    return f"{project(slug)}/read{'/' + quote(path, safe=SAFE) if path else ''}"


def diff(slug: str, path: str, before: str, after: str, layout: str = "") -> str:
    """Give the difference of two revisions."""
    tail = f"&layout={quote(layout, safe='')}" if layout else ""
    return f"{project(slug)}/diff/{quote(path, safe=SAFE)}?before={quote(before)}&after={quote(after)}{tail}"


def conflict(slug: str, ident: object) -> str:
    """Give the page of a conflict."""
    return f"{project(slug)}/conflicts/{quote(str(ident), safe='')}"


def confirm(slug: str, path: str) -> str:
    """Give where a person confirms statements of a spec."""
    return f"{project(slug)}/confirm/{quote(path, safe=SAFE)}"


def search(slug: str, query: str = "") -> str:
    """Give the search over the text of specs; `query` is an encoded query string."""
    return f"{project(slug)}/search{'?' + query if query else ''}"


def tags(slug: str) -> str:
    """Give the list of tags."""
    return f"{project(slug)}/tags"


def tag(slug: str, name: str, to: str = "") -> str:
    """Give what specs said at a tag, held against today or the tag `to`."""
    return f"{tags(slug)}/{quote(name, safe='')}{'?to=' + quote(to, safe='') if to else ''}"


def compare(slug: str, path: str) -> str:
    """Give where the form of the history sends the two revisions to compare."""
    return f"{project(slug)}/diff/{quote(path, safe=SAFE)}"


def findings(slug: str, query: str = "") -> str:
    """Give the list of findings; `query` is an encoded query string."""
    return f"{project(slug)}/drift{'?' + query if query else ''}"


def chosen(slug: str, **choices: object) -> str:
    """Give the list of findings with these choices."""
    return findings(slug, urlencode({name: str(value) for name, value in choices.items() if value}))


def finding(slug: str, fingerprint: str, repository: str = "") -> str:
    """Give one finding, in the repository it was found in where several could hold it."""
    query = f"?repository={quote(repository, safe='')}" if repository else ""
    return f"{project(slug)}/drift/{quote(fingerprint, safe='')}{query}"


def graph(slug: str, *, at: str = "", rule: str = "", repository: str = "") -> str:
    """Give the graph of modules, at a package."""
    return asking(f"{project(slug)}/graph", at=at, rule=rule, repository=repository)


def arrow(slug: str, importer: str, imported: str, *, at: str = "", repository: str = "") -> str:
    """Give the imports behind an arrow of the graph."""
    return asking(f"{project(slug)}/graph/imports", importer=importer, imported=imported, at=at, repository=repository)


def names(slug: str) -> str:
    """Give where the box above the graph asks for modules."""
    return f"{project(slug)}/graph/names.json"


def coverage(slug: str, *, at: str = "", repository: str = "") -> str:
    """Give the map of what specs govern, at a folder."""
    return asking(f"{project(slug)}/coverage", at=at, repository=repository)


def invariant(slug: str, ident: str, query: str = "") -> str:
    """Give an invariant over the commits; `query` is an encoded query string."""
    return f"{project(slug)}/invariants/{quote(ident, safe='')}{'?' + query if query else ''}"


def asking(address: str, **choices: str) -> str:
    """Add to an address what is chosen."""
    query = urlencode({name: value for name, value in choices.items() if value})
    return f"{address}?{query}" if query else address


def gates(slug: str, query: str = "") -> str:
    """Give the list of what was decided on commits; `query` is an encoded query string."""
    return f"{project(slug)}/gates{'?' + query if query else ''}"


def gate(slug: str, ident: str, act: str = "") -> str:
    """Give one gate, or where the form of its page sends what it asks."""
    return f"{project(slug)}/gates/{quote(ident, safe='')}{'/' + act if act else ''}"


def tasks(slug: str, query: str = "") -> str:
    """Give the list of tasks; `query` is an encoded query string."""
    return f"{project(slug)}/tasks{'?' + query if query else ''}"


def board(slug: str, query: str = "") -> str:
    """Give the board of tasks by phase; `query` is an encoded query string."""
    return f"{project(slug)}/tasks/board{'?' + query if query else ''}"


def task(slug: str, ident: str, act: str = "") -> str:
    """Give one task, or where the form of its page sends what it asks."""
    return f"{project(slug)}/tasks/{quote(ident, safe='')}{'/' + act if act else ''}"


def related(slug: str, path: str, anchor: str = "") -> str:
    """Give the page of the code that a section may speak about."""
    query = f"?section={quote(anchor, safe='')}" if anchor else ""
    return f"{project(slug)}/related/{quote(path, safe=SAFE)}{query}"


def claims(slug: str) -> str:
    """Give the list of claims in locks."""
    return f"{project(slug)}/claims"


def proposals(slug: str, query: str = "") -> str:
    """Give the list of proposals; `query` is an encoded query string."""
    return f"{project(slug)}/proposals{'?' + query if query else ''}"


def proposal(slug: str, ident: str, act: str = "") -> str:
    """Give one proposal, or where a form of its page sends what it asks."""
    return f"{project(slug)}/proposals/{quote(ident, safe='')}{'/' + act if act else ''}"


def context(slug: str, query: str = "") -> str:
    """Give the view of what agents are told; `query` is an encoded query string."""
    return f"{project(slug)}/context{'?' + query if query else ''}"


def reports(slug: str) -> str:
    """Give the list of weekly reports."""
    return f"{project(slug)}/reports"


def report(slug: str, ident: str) -> str:
    """Give one weekly report."""
    return f"{reports(slug)}/{quote(ident, safe='')}"


def report_file(slug: str, ident: str, form: str) -> str:
    """Give one weekly report in another form, such as pdf or json."""
    return f"{report(slug, ident)}/{quote(form, safe='')}"


def report_findings(slug: str, query: str = "") -> str:
    """Give the findings behind a number of a weekly report; `query` is an encoded query string."""
    return f"{reports(slug)}/findings{'?' + query if query else ''}"


def settings(slug: str, part: str = "members", query: str = "") -> str:
    """Give a page of the project's administration; `query` is an encoded query string."""
    return f"{project(slug)}/settings/{quote(part, safe='')}{'?' + query if query else ''}"


def repository(slug: str, name: str, act: str = "") -> str:
    """Give the page of one repository, or where a form of it sends what it asks."""
    return f"{settings(slug, 'repositories')}/{quote(name, safe='')}{'/' + act if act else ''}"


def account(act: str = "") -> str:
    """Give the reader's own page, or where a form of it sends what it asks."""
    return f"/account{'/' + act if act else ''}"


def installation(act: str = "") -> str:
    """Give the page of the whole installation, or where a form of it sends what it asks."""
    return f"/installation{'/' + act if act else ''}"


def places(slug: str = "") -> str:
    """Give what the quick switcher can go to, as JSON: from a project, or from outside all of them."""
    return f"{project(slug)}/places.json" if slug else "/places.json"
