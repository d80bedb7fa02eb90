"""Keycloak's administration: the realm as code. Signing in and reading tokens is `auth.oidc`, which the web alone needs."""
