"""What `make up` brings along: a PostgreSQL, an S3 store and a Keycloak of its own, each started, watched and stopped.

Every part listens on loopback only, keeps its data below MARU_HOME and can be replaced by a real one through the
environment. Production uses none of this.
"""
