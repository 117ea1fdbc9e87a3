"""Use cases of the code side: how things stand, what was found, what a check came to."""

from drift.service.drift import Drift

__all__ = ["Drift"]
