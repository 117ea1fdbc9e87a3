"""What tests here stand on."""

import pytest

from tests.gitmaker import Made
from tests.stage import make_stage


@pytest.fixture
def made(tmp_path):
    return Made(tmp_path / "repo")


@pytest.fixture
def stage(world, made, tmp_path):
    world.clock.forward(days=30)
    return make_stage(world, made, tmp_path)
