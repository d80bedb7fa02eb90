"""The console with its calendar."""

from tests.tenants.editing.conftest import desk, web

__all__ = ["desk", "web"]
