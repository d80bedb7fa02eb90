"""The console with its places."""

from tests.tenants.editing.conftest import desk, web

__all__ = ["desk", "web"]
