"""The sample project loads, again and again, and leaves one token that works."""

from dataclasses import replace

import pytest

from app import sample
from app.db.database import Database
from app.main import make_parts
from app.settings import Settings
from app.unit import Services
from specs.access import SERVER, Role
from specs.errors import DeniedError, HoldfastError, UserError
from tests.gitmaker import Made


@pytest.fixture
def services(database: Database, url: str, tmp_path) -> Services:
    settings = replace(Settings(database_url=url, data_dir=tmp_path / "data"), repository_roots=(tmp_path,))
    return Services(database, make_parts(database, settings))


@pytest.fixture
def clone(tmp_path):
    made = Made(tmp_path / "clone")
    made.commit("begin", {"docs/specs/a.md": "# A\n"})
    return made.root


async def load(services: Services, clone) -> sample.Sample:
    top = sample.top_of(clone)
    return await sample.load(top, services.projects, services.members, services.tokens, services.repositories)


async def test_the_token_reads_and_fetches_context_and_no_more(services, clone):
    made = await load(services, clone)
    principal = await services.access.authenticate_token(made.token)
    assert principal.role_in(made.project.id) is Role.READER
    await services.contexts.serve(principal, made.project.id, "read the commits")
    with pytest.raises(DeniedError):
        await services.library.create(principal, made.project.id, "b.md", "# B\n")


async def test_loading_again_keeps_the_project_and_replaces_the_token(services, clone):
    first, second = await load(services, clone), await load(services, clone)
    assert first.project == second.project
    assert len(await services.repositories.list(SERVER, first.project.id)) == 1
    with pytest.raises(HoldfastError):
        await services.access.authenticate_token(first.token)
    assert await services.access.authenticate_token(second.token)


async def test_the_first_administrator_is_let_in(services, clone):
    await services.access.first_admin()
    made = await load(services, clone)
    [admin] = [row for row in await services.members.list(SERVER, made.project.id) if row.role is Role.ADMIN]
    assert admin.login == "admin"


def test_a_folder_without_a_repository_is_refused_with_a_hint(tmp_path):
    with pytest.raises(UserError) as refused:
        sample.top_of(tmp_path)
    assert refused.value.hint


async def test_the_curl_line_names_project_and_token(services, clone):
    made = await load(services, clone)
    line = sample.curl("http://127.0.0.1:8000", made)
    assert "http://127.0.0.1:8000/api/v1/projects/holdfast/context" in line
    assert made.token in line
