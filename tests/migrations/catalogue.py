"""What alembic's comparison does not see, as lines of text: roles, grants, policies, triggers, functions, constraints.

`catalogue.txt` beside this file is what they must be. After a wanted change of the migrations, write it anew and read
the difference as a reviewer would: `PYTHONPATH=.:platform .venv/bin/python -m tests.migrations.catalogue`
"""

import re
import tempfile
from pathlib import Path

import sqlalchemy as sa

from maru.config import Config
from maru.embedded.postgres import Postgres
from maru.migrating import migrate, owner_connection

EXPECTED = Path(__file__).with_name("catalogue.txt")
SCHEMAS = "('public', 'walls', 'engine', 'queue')"
OURS = """NOT EXISTS (SELECT FROM pg_depend e WHERE e.objid = o.oid AND e.deptype = 'e')"""
"""Leaves out what belongs to an extension; `o` is the object."""
PUBLIC_OR_NAME = "CASE WHEN a.grantee = 0 THEN 'PUBLIC' ELSE a.grantee::regrole::text END"

ROLES = """
SELECT format('role %s: %s', rolname, concat_ws(' ',
    CASE WHEN rolcanlogin THEN 'signs in' ELSE 'no sign-in' END, CASE WHEN rolsuper THEN 'SUPERUSER' END,
    CASE WHEN rolbypassrls THEN 'BYPASSRLS' END, CASE WHEN rolcreaterole THEN 'CREATEROLE' END,
    CASE WHEN rolcreatedb THEN 'CREATEDB' END, CASE WHEN rolreplication THEN 'REPLICATION' END,
    (SELECT 'member of ' || string_agg(m.roleid::regrole::text, ', ') FROM pg_auth_members m WHERE m.member = r.oid)))
FROM pg_roles r WHERE rolname IN ('maru_app', 'maru_engine', 'maru_destroyer')
"""
ROLE_SETTINGS = """
SELECT format('setting of %s: %s', setrole::regrole, unnest(setconfig)) FROM pg_db_role_setting
WHERE setrole::regrole::text IN ('maru_app', 'maru_engine', 'maru_destroyer') AND setdatabase IN
    (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
"""
DATABASE_GRANTS = f"""
SELECT format('database: %s %s', {PUBLIC_OR_NAME}, string_agg(a.privilege_type, ', ' ORDER BY a.privilege_type))
FROM pg_database o, aclexplode(coalesce(o.datacl, acldefault('d', o.datdba))) a
WHERE o.datname = current_database() AND a.grantee <> o.datdba GROUP BY a.grantee
"""
SCHEMA_GRANTS = f"""
SELECT format('schema %s: %s %s', o.nspname, {PUBLIC_OR_NAME}, string_agg(a.privilege_type, ', ' ORDER BY a.privilege_type))
FROM pg_namespace o, aclexplode(coalesce(o.nspacl, acldefault('n', o.nspowner))) a
WHERE o.nspname IN {SCHEMAS} AND a.grantee <> o.nspowner GROUP BY o.nspname, a.grantee
"""
TABLES = f"""
SELECT format('table %s: %s, row security %s', o.oid::regclass,
    CASE WHEN pg_get_userbyid(o.relowner) = current_user THEN 'of the owner' ELSE pg_get_userbyid(o.relowner) END,
    CASE WHEN o.relforcerowsecurity AND o.relrowsecurity THEN 'forced'
         WHEN o.relrowsecurity THEN 'on' ELSE 'off' END)
FROM pg_class o WHERE o.relnamespace::regnamespace::text IN {SCHEMAS} AND o.relkind IN ('r', 'p', 'v', 'm') AND {OURS}
"""
TABLE_GRANTS = f"""
SELECT format('grant on %s: %s %s', o.oid::regclass, {PUBLIC_OR_NAME}, string_agg(a.privilege_type, ', ' ORDER BY a.privilege_type))
FROM pg_class o, aclexplode(o.relacl) a
WHERE o.relnamespace::regnamespace::text IN {SCHEMAS} AND a.grantee <> o.relowner AND {OURS}
GROUP BY o.oid, a.grantee
"""
COLUMN_GRANTS = f"""
SELECT format('grant on %s: %s %s (%s)', o.oid::regclass, {PUBLIC_OR_NAME}, a.privilege_type,
              string_agg(c.attname, ', ' ORDER BY c.attnum))
FROM pg_class o JOIN pg_attribute c ON c.attrelid = o.oid, aclexplode(c.attacl) a
WHERE o.relnamespace::regnamespace::text IN {SCHEMAS} GROUP BY o.oid, a.grantee, a.privilege_type
"""
POLICIES = f"""
SELECT format('policy %s.%s: %s%s to %s%s%s', tablename, policyname, cmd,
              CASE WHEN permissive = 'PERMISSIVE' THEN '' ELSE ' RESTRICTIVE' END, array_to_string(roles, ', '),
              E'\\n    using ' || qual, E'\\n    check ' || with_check)
FROM pg_policies WHERE schemaname IN {SCHEMAS}
"""
TRIGGERS = f"""
SELECT format('trigger %s on %s: %s%s', o.tgname, o.tgrelid::regclass,
    substring(pg_get_triggerdef(o.oid) FROM '(?:BEFORE|AFTER|INSTEAD).*'),
    CASE o.tgenabled WHEN 'O' THEN '' ELSE ' DISABLED ' || o.tgenabled::text END)
FROM pg_trigger o JOIN pg_class c ON c.oid = o.tgrelid
WHERE NOT o.tgisinternal AND c.relnamespace::regnamespace::text IN {SCHEMAS}
"""
FUNCTIONS = f"""
SELECT format('function %s: of %s%s%s, executed by %s', o.oid::regprocedure,
    CASE WHEN pg_get_userbyid(o.proowner) = current_user THEN 'the owner' ELSE pg_get_userbyid(o.proowner) END,
    CASE WHEN o.prosecdef THEN ', SECURITY DEFINER' ELSE '' END, ', ' || array_to_string(o.proconfig, ', '),
    coalesce((SELECT string_agg({PUBLIC_OR_NAME}, ', ' ORDER BY a.grantee::regrole::text)
              FROM aclexplode(coalesce(o.proacl, acldefault('f', o.proowner))) a WHERE a.grantee <> o.proowner), 'nobody'))
FROM pg_proc o WHERE o.pronamespace::regnamespace::text IN {SCHEMAS} AND {OURS}
"""
CONSTRAINTS = """
SELECT format('constraint %s of %s: %s', o.conname, o.conrelid::regclass, pg_get_constraintdef(o.oid))
FROM pg_constraint o WHERE o.connamespace::regnamespace::text IN ('public')
    AND (o.contype IN ('c', 'x') OR o.conperiod) AND o.conrelid <> 0
"""
QUERIES = (
    ROLES, ROLE_SETTINGS, DATABASE_GRANTS, SCHEMA_GRANTS, TABLES, TABLE_GRANTS, COLUMN_GRANTS, POLICIES, TRIGGERS, FUNCTIONS, CONSTRAINTS,
)  # fmt: skip


def lines(connection: sa.Connection) -> list[str]:
    """The catalogue of a database, seen by its owner."""
    found = [connection.exec_driver_sql(query.replace("%", "%%")).scalars() for query in QUERIES]
    return [line for answers in found for entry in sorted(answers) for line in _tidy(entry).splitlines()]


def _tidy(entry: str) -> str:
    """PostgreSQL's own wording without its noise of aliases, casts and broken lines."""
    entry = re.sub(r"\( SELECT (walls\.\w+\(\)) AS \w+\)", r"(SELECT \1)", entry)
    return re.sub(r"\n +(?! |using|check)", " ", entry).replace("::text", "")


def main() -> None:
    """Write `catalogue.txt` from a freshly migrated database."""
    with tempfile.TemporaryDirectory() as folder, Postgres(Path(folder), durable=False).running() as server:
        owner = server.url("maru", "maru_owner")
        migrate(Config.load({"MARU_HOME": folder, "DATABASE_URL": owner}))
        with owner_connection(owner) as connection:
            EXPECTED.write_text("\n".join([*lines(connection), ""]), "utf-8")


if __name__ == "__main__":
    main()
