"""Roles, the settings that say who asks, and the job queue.

`maru_app` is what web and worker connect as: it owns nothing and no policy passes it by.
`maru_engine` owns the SECURITY DEFINER functions; nobody signs in as it, and the application cannot become it.
"""

from importlib.resources import files

from alembic import op

revision = "0001"
down_revision = None

MAKE_ROLE = """
DO $$ BEGIN
  CREATE ROLE {role} NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOINHERIT;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$
"""

LIMITS = ("statement_timeout = '60s'", "idle_in_transaction_session_timeout = '120s'")
"""Nothing hangs for ever. The longest that were measured, on two busy cores: 4.4 s for one statement, which publishes
20,000 runs, and 32 s in which a transaction only waited while a standard file of 20 MB with as many lines was read.
"""

NO_TEMPORARY_TABLES = """
DO $$ BEGIN
  EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database());
END $$
"""
"""They would stand in the way of other tables of the same name wherever a search path does not forbid it."""

PIN_SEARCH_PATHS = """
DO $$ DECLARE called regprocedure; BEGIN
  FOR called IN SELECT oid::regprocedure FROM pg_proc WHERE pronamespace = 'queue'::regnamespace LOOP
    EXECUTE 'ALTER FUNCTION ' || called || ' SET search_path = queue, pg_temp';
  END LOOP;
END $$
"""


def upgrade() -> None:
    for role in ("maru_app", "maru_engine"):
        op.execute(MAKE_ROLE.format(role=role))
    op.execute("GRANT maru_app, maru_engine TO CURRENT_USER WITH INHERIT FALSE, SET TRUE")
    op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    op.execute(NO_TEMPORARY_TABLES)
    for limit in LIMITS:
        op.execute(f"ALTER ROLE maru_app SET {limit}")
    op.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
    op.execute("GRANT USAGE ON SCHEMA public TO maru_app, maru_engine")
    who_asks()
    queue()


def who_asks() -> None:
    """Functions that read `maru.tenant`, `maru.person` and `maru.scope`; absent and empty are NULL and `public`."""
    op.execute("CREATE SCHEMA walls")
    op.execute("CREATE SCHEMA engine")
    op.execute("GRANT USAGE, CREATE ON SCHEMA engine TO maru_engine")
    op.execute("GRANT USAGE ON SCHEMA walls TO maru_app, maru_engine")
    op.execute("GRANT USAGE ON SCHEMA engine TO maru_app")
    for name in ("tenant", "person"):
        op.execute(
            f"CREATE FUNCTION walls.{name}() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE "
            f"RETURN nullif(current_setting('maru.{name}', true), '')::uuid"
        )
    op.execute(
        "CREATE FUNCTION walls.scope() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE "
        "RETURN coalesce(nullif(current_setting('maru.scope', true), ''), 'public')"
    )
    op.execute(
        "CREATE FUNCTION walls.today() RETURNS date LANGUAGE sql STABLE PARALLEL SAFE "
        "RETURN (now() AT TIME ZONE 'Asia/Seoul')::date"
    )
    op.execute(
        "CREATE FUNCTION walls.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE restrict_violation USING MESSAGE = concat_ws(' ', TG_TABLE_NAME, coalesce(TG_ARGV[0], 'is append-only')); "
        "END $$"
    )
    op.execute("REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA walls FROM PUBLIC")
    op.execute(
        "GRANT EXECUTE ON FUNCTION walls.tenant(), walls.person(), walls.scope(), walls.today() TO maru_app, maru_engine"
    )


def queue() -> None:
    """The tables of procrastinate, in a schema of their own; rows hold ids of tenants and persons, never their data."""
    op.execute("CREATE SCHEMA queue")
    op.execute("SET LOCAL search_path = queue")
    schema = files("procrastinate").joinpath("sql/schema.sql").read_text("utf-8")
    op.get_bind().exec_driver_sql(schema, execution_options={"no_parameters": True})
    op.execute("SET LOCAL search_path = public")
    op.execute(PIN_SEARCH_PATHS)
    op.execute("GRANT USAGE ON SCHEMA queue TO maru_app")
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA queue TO maru_app")
    op.execute("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA queue TO maru_app")
    op.execute("REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA queue FROM PUBLIC")
    op.execute("GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA queue TO maru_app")
