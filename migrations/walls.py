"""The walls between tenants and between persons, as building blocks of migrations (design.md, section 3).

Migrations already released keep their meaning: never change what a function here emits, add another one.
"""

from collections.abc import Iterable

import sqlalchemy as sa
from alembic import op

APP, ENGINE = "maru_app", "maru_engine"
MINE = "person_id = (SELECT walls.person()) AND (SELECT walls.scope()) = 'person'"
"""A signed-in person's own rows, in every tenant."""
OFFICE = "tenant_id = (SELECT walls.tenant()) AND (SELECT walls.scope()) IN ('staff', 'job')"
"""The rows of the tenant in whose console a member of staff, or for which a job, is working."""
PROVINCE = "(SELECT walls.scope()) = 'province'"
"""Provincial staff with a purpose in the access log."""
EVERYONE = "true"


def wall(table: str, *, to_app: str = "", to_engine: str = "SELECT, INSERT, UPDATE, DELETE") -> None:
    """Force row-level security on a table; grant `to_app` and `to_engine` (privileges); the engine passes every row."""
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY")
    if to_app:
        op.execute(f"GRANT {to_app} ON {table} TO {APP}")
    if to_engine:
        op.execute(f"GRANT {to_engine} ON {table} TO {ENGINE}")
        op.execute(f"CREATE POLICY engine ON {table} TO {ENGINE} USING (true) WITH CHECK (true)")


def door(table: str, name: str, command: str, using: str, check: str | None = None) -> None:
    """One policy for the application: which rows `command` (SELECT, INSERT, UPDATE, DELETE, ALL) reaches."""
    clauses = []
    if command != "INSERT":
        clauses.append(f"USING ({using})")
    if command not in ("SELECT", "DELETE"):
        clauses.append(f"WITH CHECK ({check or using})")
    op.execute(f"CREATE POLICY {name} ON {table} FOR {command} TO {APP} {' '.join(clauses)}")


def office_table(table: str, *, rights: str = "SELECT, INSERT, UPDATE, DELETE", to_engine: str = "") -> None:
    """A table of one city's own rows: its staff and its jobs, nobody else."""
    wall(table, to_app=rights, to_engine=to_engine)
    door(table, "office", "ALL", OFFICE)


def append_only(table: str) -> None:
    """Refuse UPDATE, DELETE and TRUNCATE for everybody, the owner included."""
    op.execute(
        f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION walls.refuse_change()"
    )


def set_once(table: str, *columns: str) -> None:
    """Columns that are written together, once: as soon as the first of them is not null, none of them changes again."""
    before, after = (", ".join(f"{row}.{column}" for column in columns) for row in ("OLD", "NEW"))
    op.execute(
        f"CREATE TRIGGER {columns[0]}_once BEFORE UPDATE ON {table} FOR EACH ROW "
        f"WHEN (OLD.{columns[0]} IS NOT NULL AND ROW({after}) IS DISTINCT FROM ROW({before})) "
        f"EXECUTE FUNCTION walls.refuse_change('{columns[0]} is set once')"
    )


def checked_at_birth(table: str, facts: str, message: str) -> None:
    """Refuse a new row (`NEW`) for which `facts`, a query that the writer may run, finds nothing; after its policies."""
    function = f"walls.check_{table}()"
    op.execute(
        f"CREATE FUNCTION {function} RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$ BEGIN "
        f"IF NOT EXISTS ({facts}) THEN RAISE integrity_constraint_violation USING MESSAGE = '{message}'; END IF; "
        "RETURN NULL; END $$"
    )
    op.execute(f"REVOKE ALL ON FUNCTION {function} FROM PUBLIC")
    op.execute(f"CREATE TRIGGER checked_at_birth AFTER INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION {function}")


def engine_function(source: str, *, signature: str, callers: Iterable[str] = (APP,)) -> None:
    """Create a SECURITY DEFINER function owned by the engine and callable by nobody but `callers`."""
    op.execute(f"SET LOCAL ROLE {ENGINE}")
    op.execute(source)
    op.execute(f"REVOKE ALL ON FUNCTION {signature} FROM PUBLIC")
    for caller in callers:
        op.execute(f"GRANT EXECUTE ON FUNCTION {signature} TO {caller}")
    op.execute("RESET ROLE")


PROVINCE_WORK = f"({PROVINCE} OR ((SELECT walls.scope()) = 'job' AND (SELECT walls.tenant()) IS NULL))"
"""What belongs to no city: provincial staff in their console, and the jobs that they queue."""


def province_table(table: str, *, rights: str = "SELECT, INSERT, UPDATE, DELETE", to_engine: str = "") -> None:
    """A table of the province's own rows: its staff and its jobs, nobody else."""
    wall(table, to_app=rights, to_engine=to_engine)
    door(table, "province", "ALL", PROVINCE_WORK)


OWN = "person_id = ANY ((SELECT walls.people())::uuid[]) AND (SELECT walls.scope()) = 'person'"
"""A signed-in person's rows, also those that stand under another ID of the same human (0033)."""


def amend(signature: str, before: str, after: str, places: int = 1, owner: str = ENGINE) -> None:
    """Change a function where it stands, so that whatever else changed it stays.

    Raises LookupError where what is to be changed does not stand in it as often as `places` says.
    """
    asked = sa.text("SELECT pg_get_functiondef(CAST(:signature AS regprocedure))")
    source = str(op.get_bind().execute(asked, {"signature": signature}).scalar_one())
    if source.count(before) != places:
        raise LookupError(f"{signature} has {source.count(before)} places that read {before!r}")
    op.execute(f"SET LOCAL ROLE {owner}")
    op.get_bind().exec_driver_sql(source.replace(before, after), execution_options={"no_parameters": True})
    op.execute("RESET ROLE")


def fate(
    table: str,
    column: str,
    becomes: str,
    citation: str,
    *,
    emptied: Iterable[str] = (),
    days: int | None = None,
) -> None:
    """Say what becomes of the rows in which a column names a person who is destroyed (0041), and let the destroyer do it.

    `becomes` is deleted, emptied (the columns `emptied`: to null, or to '-' where they must be something), kept (`days`, none
    as long as what `citation` names lasts) or scheduled (by a row of `retention_periods` called as the table).
    """
    said = sa.text(
        "INSERT INTO fates (table_name, column_name, valid, fate, emptied, days, citation)"
        " VALUES (:table, :column, '[2026-01-01,)', :fate, :emptied, :days, :citation)"
    ).bindparams(table=table, column=column, fate=becomes, emptied=list(emptied), days=days, citation=citation)
    op.execute(said)
    if table == "*":
        return
    rights = {"deleted": "SELECT, DELETE", "emptied": f"SELECT, UPDATE ({', '.join(emptied)})"}.get(becomes, "SELECT")
    op.execute(f"GRANT {rights} ON {table} TO maru_destroyer")
    op.execute(f"""
        DO $$ BEGIN
          CREATE POLICY destroyer ON {table} TO maru_destroyer USING (true) WITH CHECK (true);
        EXCEPTION WHEN duplicate_object THEN NULL;
        END $$
    """)


def fate_too(table: str, column: str, emptied: str) -> None:
    """Say of one more column that it is emptied where `fate` empties others of that row, and let the destroyer do it."""
    said = sa.text(
        "UPDATE fates SET emptied = emptied || :emptied WHERE (table_name, column_name, fate) = (:table, :column, 'emptied')"
    ).bindparams(table=table, column=column, emptied=emptied)
    op.execute(said)
    op.execute(f"GRANT UPDATE ({emptied}) ON {table} TO maru_destroyer")
