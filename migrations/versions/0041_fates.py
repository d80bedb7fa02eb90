"""What becomes of each row about a person when they are destroyed, read by the destroyer itself; and what lies outside the database (PRV 7.3)."""

import sqlalchemy as sa
from alembic import op
from walls import APP, PROVINCE, door, engine_function, fate, wall

revision = "0041"
down_revision = "0040"

DESTROYER = "maru_destroyer"
HEADER = "LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp"
OF_NO_CITY = "((SELECT walls.scope()) = 'job' AND (SELECT walls.tenant()) IS NULL)"
OFFICER = (
    f"({PROVINCE} AND (SELECT EXISTS (SELECT FROM role_grants AS g WHERE g.person_id = (SELECT walls.person())"
    " AND g.tenant_id IS NULL AND g.role = 'privacy_officer' AND g.ended_at IS NULL)))"
)
ERASE = "개인정보 보호법 제21조·제36조 (지체 없이)"
RECORDS_ACT = "공공기록물 관리에 관한 법률 제19조 (이름 없는 번호로)"
SAFETY = "개인정보의 안전성 확보조치 기준 제5조·제8조"
DECISIONS = "공공기록물 관리에 관한 법률 제17조 (누가 정했는지)"
DELETED = (
    *((table, "person_id") for table in (
        "records", "watchings", "residence_proofs", "share_questions", "residences", "reminders", "messages", "message_choices",
        "question_askings", "tickets", "cis", "verifications", "proof_requests", "memberships", "sessions", "representation_acts",
        "representations", "guardian_requests", "helper_invitations", "takeover_codes", "code_tries", "group_members", "likenesses",
    )),
    ("likenesses", "other_id"),
    ("helper_invitations", "child_id"),
)  # fmt: skip
KEPT = (
    (RECORDS_ACT, 3650, ("applications.person_id", "attendance.person_id", "attendance_changes.person_id",
                         "completions.person_id", "run_instructors.person_id")),
    ("공공기록물 관리에 관한 법률 제19조 (수료증 발급대장)", None, ("certificates.person_id",)),
    ("시군이 따로 처리 (그 시군에 지워 달라고 하실 수 있음)", 3650, ("questions.person_id",)),
    ("개인정보 보호법 제22조 (동의의 증명, 거둔 뒤)", 1095, ("consents.person_id",)),
    ("개인정보 보호법 시행령 제42조의6", 1095, (
        "rights_requests.person_id", "rights_steps.person_id", "rights_steps.actor_id", "person_exports.person_id")),
    ("개인정보 보호법 제21조 (파기의 증명)", None, ("tombstones.person_id", "removals.person_id")),
    ("개인정보 보호법 제34조 (알린 사실의 증명)", 1095, ("breach_people.person_id", "breach_steps.actor_id")),
    (SAFETY, 730, ("access_log.person_id", "access_log.actor_id", "inquiries.actor_id", "city_visits.actor_id")),
    (SAFETY, 1095, ("role_grants.person_id",)),
    ("개인정보 보호법 제4조 (대신 받은 분이 알 권리, 이름 없는 번호로)", 1095, (
        "representation_acts.actor_id", "representations.representative_id")),
    ("개인정보 보호법 제21조 (같은 분의 번호인지 알아야 지울 수 있음)", None, (
        "merges.kept_id", "merges.merged_id", "people.merged_into")),
    ("공공기록물 관리에 관한 법률 제17조 (일한 사람의 번호만)", None, ("*.%_by",)),
    (DECISIONS, None, ("site_drafts.changer", "site_versions.maker", "destruction_runs.confirmed_name", "approvals.subjects")),
    ("개인정보 보호법 제22조 (종이로 받은 동의의 증명)", 1095, ("group_imports.collected_by", "group_imports.collected_on")),
    ("평생교육법 제24조 (강사로 공개한 이름)", None, ("runs.instructor", "listings.instructor")),
)  # fmt: skip
PROVINCES = "경기도가 가진 것 (경기도에 지워 달라고 하실 수 있음)"
IN_CITY = {
    **dict.fromkeys(("questions", "group_members", "memberships", "messages", "reminders"), ("deleted", ERASE, None)),
    **dict.fromkeys(("applications", "attendance", "attendance_changes", "completions", "run_instructors"),
                    ("kept", "공공기록물 관리에 관한 법률 제19조", 3650)),
    "certificates": ("kept", "공공기록물 관리에 관한 법률 제19조 (수료증 발급대장)", None),
    **dict.fromkeys(("records", "residence_proofs", "verifications", "watchings"), ("kept", PROVINCES, None)),
    **dict.fromkeys(("access_log", "city_visits"), ("kept", SAFETY, 730)),
    "role_grants": ("kept", SAFETY, 1095),
    "rights_requests": ("kept", "개인정보 보호법 시행령 제42조의6", 1095),
}  # fmt: skip
"""What a city deletes that is asked to, and what law or the province keeps, of each table with its rows."""
SCHEDULED = ("sign_in_attempts.address", "invitations.name", "invitations.email")
"""Emptied by the schedule, whose kinds are called as the tables."""

THEIRS = "(SELECT unnest(p.id || p.aliases) FROM people p WHERE p.id = r.person_id)"
WHO = "  FOR whose IN\n"
"""Where the part about accounts begins in `engine.destroy_due`, and where it ends."""
COUNTED = "  IF accounts > 0 THEN\n"
LAST = "  IF NOT EXISTS (SELECT FROM destruction_lines l WHERE l.run_id = run) THEN\n"
KEY_COLUMNS = """
    SELECT k.conrelid::regclass::text AS table_name, a.attname::text AS column_name
    FROM pg_constraint k JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
    WHERE k.contype = 'f' AND k.confrelid = 'public.people'::regclass AND cardinality(k.conkey) = 1
"""
HINDRANCE = f"""(EXISTS (SELECT FROM role_grants g WHERE g.person_id IN {THEIRS} AND g.ended_at IS NULL)
    OR EXISTS (SELECT FROM applications a JOIN runs u ON u.tenant_id = a.tenant_id AND u.id = a.run_id
               WHERE a.person_id IN {THEIRS} AND a.state IN ('placed', 'waiting') AND u.ends_on >= walls.today())
    OR EXISTS (SELECT FROM representations s JOIN people c ON c.id = s.person_id
               WHERE s.representative_id IN {THEIRS} AND s.kind = 'guardian' AND s.ended_at IS NULL
                 AND walls.own_from(c.birth_date) > walls.today())
    OR EXISTS (SELECT FROM person_exports e WHERE e.person_id IN {THEIRS} AND e.state = 'making'
               AND e.tried_at > now() - interval '1 hour'))"""
"""Somebody with a role, a place in a course that is not over, a child, or a file that is being made: first that has to end."""
ACCOUNTS = f"""  SELECT string_agg(c.table_name || '.' || c.column_name, ', ') INTO a_table FROM ({KEY_COLUMNS}) c
    WHERE c.column_name NOT LIKE '%\\_by' AND NOT EXISTS (SELECT FROM fates f WHERE f.valid @> walls.today()
      AND f.table_name = c.table_name AND f.column_name = c.column_name);
  IF a_table IS NOT NULL THEN
    RAISE integrity_constraint_violation USING MESSAGE = 'nothing says what becomes of ' || a_table;
  END IF;
{WHO}    SELECT r.id, r.person_id, ARRAY{THEIRS} AS ids FROM rights_requests r
    WHERE r.kind = 'deletion' AND r.tenant_id IS NULL AND r.state = 'done' AND r.decided_at <= now() - make_interval(days => due.days)
      AND NOT EXISTS (SELECT FROM tombstones t WHERE t.person_id = r.person_id) AND NOT {HINDRANCE}
    ORDER BY r.id
  LOOP
    erased := '{{}}';
    kept := '{{}}';
    INSERT INTO removals (run_id, person_id, kind, what)
      SELECT run, whose.person_id, 'account', p.subject FROM people p WHERE p.id = ANY (whose.ids) AND p.subject IS NOT NULL
      UNION ALL SELECT run, whose.person_id, 'file', 'rights/' || e.person_id || '/' || e.id || '.zip' FROM person_exports e
        WHERE e.person_id = ANY (whose.ids) AND e.state IN ('making', 'ready');
    UPDATE person_exports e SET state = 'removed' WHERE e.person_id = ANY (whose.ids) AND e.state IN ('making', 'ready');
    UPDATE consents c SET withdrawn_at = now(), withdrawn_channel = 'request' WHERE c.person_id = ANY (whose.ids) AND c.withdrawn_at IS NULL;
    UPDATE representations s SET ended_at = now(), ended_by = whose.person_id WHERE s.representative_id = ANY (whose.ids) AND s.ended_at IS NULL;
    UPDATE sessions s SET id_token = NULL WHERE s.person_id = ANY (whose.ids);
    FOR step IN
      WITH RECURSIVE said AS (
        SELECT f.*, to_regclass('public.' || quote_ident(f.table_name)) AS of FROM fates f WHERE f.valid @> walls.today() AND f.fate = 'deleted'),
      below AS (
        SELECT of, 0 AS depth FROM said
        UNION SELECT k.conrelid::regclass, b.depth + 1 FROM below b JOIN pg_constraint k ON k.confrelid = b.of
          WHERE k.contype = 'f' AND k.conrelid <> k.confrelid AND b.depth < 20)
      SELECT s.table_name, format('DELETE FROM %s t WHERE t.%I = ANY ($1)', s.of, s.column_name) || coalesce((
          SELECT string_agg(format(' AND NOT EXISTS (SELECT FROM %s k WHERE k.%I = t.%I)', k.conrelid::regclass, child.attname, parent.attname), '')
          FROM pg_constraint k JOIN pg_attribute child ON child.attrelid = k.conrelid AND child.attnum = k.conkey[1]
            JOIN pg_attribute parent ON parent.attrelid = k.confrelid AND parent.attnum = k.confkey[1]
          WHERE k.contype = 'f' AND k.confrelid = s.of AND cardinality(k.conkey) = 1
            AND k.conrelid NOT IN (SELECT of FROM said)), '') AS act
      FROM said s ORDER BY (SELECT max(b.depth) FROM below b WHERE b.of = s.of) DESC, s.table_name, s.column_name
    LOOP
      EXECUTE step.act USING whose.ids;
      GET DIAGNOSTICS gone = ROW_COUNT;
      IF gone > 0 THEN erased := erased || jsonb_build_object(step.table_name, gone + coalesce((erased ->> step.table_name)::integer, 0)); END IF;
    END LOOP;
    FOR step IN
      SELECT f.table_name, format('UPDATE %s t SET %s WHERE t.%I = ANY ($1)', to_regclass('public.' || quote_ident(f.table_name)), (
          SELECT string_agg(format('%I = %s', a.attname, CASE WHEN a.attnotnull THEN quote_literal('-') ELSE 'NULL' END), ', ')
          FROM pg_attribute a WHERE a.attrelid = to_regclass('public.' || quote_ident(f.table_name)) AND a.attname = ANY (f.emptied)), f.column_name) AS act
      FROM fates f WHERE f.valid @> walls.today() AND f.fate = 'emptied' ORDER BY f.table_name, f.column_name
    LOOP
      EXECUTE step.act USING whose.ids;
      GET DIAGNOSTICS gone = ROW_COUNT;
      IF gone > 0 THEN erased := erased || jsonb_build_object(step.table_name, gone); END IF;
    END LOOP;
    FOR step IN
      SELECT c.table_name, c.column_name FROM ({KEY_COLUMNS}) c
        JOIN fates f ON f.table_name = c.table_name AND f.column_name = c.column_name AND f.valid @> walls.today() AND f.fate = 'kept'
      WHERE c.table_name <> 'people' ORDER BY 1, 2
    LOOP
      EXECUTE format('SELECT count(*) FROM public.%I WHERE %I = ANY ($1)', step.table_name, step.column_name) INTO gone USING whose.ids;
      IF gone > 0 THEN kept := kept || jsonb_build_object(step.table_name, gone + coalesce((kept ->> step.table_name)::integer, 0)); END IF;
    END LOOP;
    INSERT INTO tombstones (person_id, run_id, request_id, erased, kept)
      VALUES (whose.person_id, run, whose.id, erased, kept);
    accounts := accounts + 1;
  END LOOP;
"""
"""Of a person who asked for it nothing stays but a row without a name, and what a row of `fates` keeps, says why and how long."""
OVERDUE = """  FOR due IN SELECT * FROM retention_periods p WHERE p.kind = '{kind}' AND p.valid @> walls.today() LOOP {statement};
    GET DIAGNOSTICS gone = ROW_COUNT;
    IF gone > 0 THEN
      INSERT INTO destruction_lines (run_id, kind, count, days, citation) VALUES (run, due.kind, gone, due.days, due.citation);
    END IF; END LOOP;
"""
OLD = "now() - make_interval(days => due.days)"
MORE_KINDS = {
    "group_imports": f"UPDATE group_imports g SET rows = '[]' WHERE g.rows <> '[]' AND g.imported_at < {OLD}",
    "invitations": "UPDATE invitations i SET name = '-', email = '-',"
    " withdrawn_at = CASE WHEN i.accepted_at IS NULL THEN coalesce(i.withdrawn_at, now()) ELSE i.withdrawn_at END WHERE i.email <> '-'"
    f" AND coalesce(i.accepted_at, i.withdrawn_at, i.expires_at) < {OLD}",
}
TAKE_REMOVALS = f"""
CREATE FUNCTION engine.take_removals(most integer) RETURNS TABLE (id uuid, kind text, what text, used_again boolean) {HEADER} AS $$
BEGIN
  IF walls.scope() <> 'job' OR walls.tenant() IS NOT NULL THEN
    RAISE insufficient_privilege USING MESSAGE = 'jobs of no city only';
  END IF;
  RETURN QUERY UPDATE removals m SET attempts = m.attempts + 1, tried_at = now()
    WHERE m.id IN (
      SELECT o.id FROM removals o WHERE o.removed_at IS NULL
        AND (o.tried_at IS NULL OR o.tried_at < now() - make_interval(mins => least(o.attempts * o.attempts, 1440)))
      ORDER BY o.id LIMIT most FOR UPDATE SKIP LOCKED)
    RETURNING m.id, m.kind, m.what, EXISTS (SELECT FROM people p WHERE m.kind = 'account' AND p.subject = m.what);
END $$
"""
"""What is to be removed outside of the database, and is tried now; whoever signed in again meanwhile keeps the account."""


GRANTED = """
  SELECT r.person_id, ARRAY(SELECT unnest(p.id || p.aliases) FROM people p WHERE p.id = r.person_id) AS ids INTO whose
    FROM rights_requests r WHERE r.id = request AND r.kind = 'deletion' AND r.tenant_id = walls.tenant()
      AND walls.scope() = 'staff' AND {state};
  IF whose.person_id IS NULL THEN RAISE insufficient_privilege USING MESSAGE = '{refused}'; END IF;
"""
EACH = """
  FOR step IN SELECT * FROM fates f WHERE f.valid @> walls.today() AND f.in_city IS NOT NULL
    ORDER BY f.in_city, f.table_name, f.column_name
  LOOP
    {act}
    IF gone > 0 THEN
      table_name := step.table_name; becomes := step.in_city; rows := gone; days := step.city_days; citation := step.city_citation;
      RETURN NEXT;
    END IF;
  END LOOP;
"""
UNSENT = "CASE step.table_name WHEN 'messages' THEN ' AND t.state NOT IN (''waiting'', ''handing'')' ELSE '' END"
"""A letter on its way goes out: it is what tells the person."""
COUNT = f"""EXECUTE format('SELECT count(*) FROM public.%I t WHERE t.%I = ANY ($1) AND t.tenant_id = $2', step.table_name, step.column_name)
      || {UNSENT} INTO gone USING whose.ids, walls.tenant();"""
ERASE_ROWS = f"""IF step.in_city = 'deleted' THEN
      EXECUTE format('DELETE FROM public.%I t WHERE t.%I = ANY ($1) AND t.tenant_id = $2', step.table_name, step.column_name)
        || {UNSENT} USING whose.ids, walls.tenant();
      GET DIAGNOSTICS gone = ROW_COUNT;
    ELSE
      {COUNT}
    END IF;"""
TOLD = "RETURNS TABLE (table_name text, becomes text, rows integer, days integer, citation text)"
DECLARED = "DECLARE whose record; step fates; gone integer;"
HELD_IN_CITY = f"""
CREATE FUNCTION engine.held_in_city(request uuid) {TOLD} {HEADER} AS $$
#variable_conflict use_column
{DECLARED}
BEGIN
  {GRANTED.format(state="true", refused="only for a deletion that this city is asked for")}
  {EACH.format(act=COUNT)}
END $$
"""
"""What a city holds about who asks it to delete, and what becomes of it: for the page on which that is decided."""
ERASE_IN_CITY = f"""
CREATE FUNCTION engine.erase_in_city(request uuid) {TOLD} {HEADER} AS $$
#variable_conflict use_column
{DECLARED}
BEGIN
  {
    GRANTED.format(
        state="r.state = 'done' AND r.decided_by = walls.person() AND r.decided_at > now() - interval '5 minutes'",
        refused="only for a deletion that was just granted",
    )
}
  {EACH.format(act=ERASE_ROWS)}
END $$
"""
"""Deletes it, in the transaction in which the request is granted; gives what is gone and what stays, as `held_in_city` said."""


CORRECTED = """
  SELECT r.person_id, engine.ids_of(r.person_id) AS ids INTO whose FROM rights_requests r
    WHERE r.id = request AND r.kind = 'correction' AND r.tenant_id = walls.tenant() AND walls.scope() = 'staff' AND {state};
  IF whose.person_id IS NULL THEN RAISE insufficient_privilege USING MESSAGE = '{refused}'; END IF;
"""
CORRECTABLE = f"""
CREATE FUNCTION engine.correctable(request uuid) RETURNS TABLE (part text, id uuid, field text, value text) {HEADER} AS $$
#variable_conflict use_column
DECLARE whose record;
BEGIN
  {CORRECTED.format(state="true", refused="only for a correction that this city is asked for")}
  RETURN QUERY
    SELECT 'list', g.id, f.key, f.value FROM group_members g, jsonb_each_text(jsonb_build_object('name', g.name, 'birth_date', g.birth_date,
        'phone', g.phone, 'email', g.email, 'guardian', g.guardian, 'guardian_phone', g.guardian_phone)) f
      WHERE g.tenant_id = walls.tenant() AND g.person_id = ANY (whose.ids)
    UNION ALL
    SELECT 'person', p.id, f.key, coalesce(f.value, '') FROM people p, jsonb_each_text(jsonb_build_object('name', p.name,
        'birth_date', p.birth_date, 'phone', p.phone, 'email', p.email)) f
      WHERE p.id = ANY (whose.ids) AND p.subject IS NULL AND p.verified_at IS NULL
        AND EXISTS (SELECT FROM group_members g WHERE g.tenant_id = walls.tenant() AND g.person_id = p.id AND g.made_here);
END $$
"""
"""What a city itself has written about who asks it to correct: lines of groups' lists, and who came in by them and has no account."""
CORRECT = f"""
CREATE FUNCTION engine.correct_in_city(request uuid, a_part text, row_id uuid, field text, value text) RETURNS void {
    HEADER
} AS $$
DECLARE whose record; changed integer := 0;
BEGIN
  {
    CORRECTED.format(
        state="r.state = 'done' AND r.decided_by = walls.person() AND r.decided_at > now() - interval '5 minutes'",
        refused="only for a correction that was just granted",
    )
}
  IF a_part = 'list' AND field IN ('name', 'birth_date', 'phone', 'email', 'guardian', 'guardian_phone') THEN
    UPDATE group_members g SET name = CASE field WHEN 'name' THEN value ELSE g.name END,
        birth_date = CASE field WHEN 'birth_date' THEN value::date ELSE g.birth_date END,
        phone = CASE field WHEN 'phone' THEN value ELSE g.phone END, email = CASE field WHEN 'email' THEN value ELSE g.email END,
        guardian = CASE field WHEN 'guardian' THEN value ELSE g.guardian END,
        guardian_phone = CASE field WHEN 'guardian_phone' THEN value ELSE g.guardian_phone END
      WHERE g.tenant_id = walls.tenant() AND g.id = row_id AND g.person_id = ANY (whose.ids);
    GET DIAGNOSTICS changed = ROW_COUNT;
  ELSIF a_part = 'person' AND field IN ('name', 'birth_date', 'phone', 'email') THEN
    UPDATE people p SET name = CASE field WHEN 'name' THEN value ELSE p.name END,
        birth_date = CASE field WHEN 'birth_date' THEN value::date ELSE p.birth_date END,
        phone = CASE field WHEN 'phone' THEN nullif(value, '') ELSE p.phone END,
        email = CASE field WHEN 'email' THEN nullif(value, '') ELSE p.email END
      WHERE p.id = row_id AND p.id = ANY (whose.ids) AND p.subject IS NULL AND p.verified_at IS NULL
        AND EXISTS (SELECT FROM group_members g WHERE g.tenant_id = walls.tenant() AND g.person_id = p.id AND g.made_here);
    GET DIAGNOSTICS changed = ROW_COUNT;
  END IF;
  IF changed <> 1 THEN RAISE no_data_found USING MESSAGE = 'this city does not correct that'; END IF;
END $$
"""
"""Corrects one of these, in the transaction in which the request is granted."""

COUNT_CI_KEYS = f"""
CREATE FUNCTION engine.count_ci_keys() RETURNS TABLE (key_id text, rows bigint, found_by_old bigint) {HEADER} AS $$
BEGIN
  IF walls.scope() <> 'job' OR walls.tenant() IS NOT NULL THEN
    RAISE insufficient_privilege USING MESSAGE = 'jobs of no city only';
  END IF;
  RETURN QUERY SELECT c.key_id, count(*), count(c.old_hash) FROM cis c GROUP BY c.key_id ORDER BY c.key_id;
END $$
"""
"""Under which keys CIs stand, and how many of them are also found by the key before; for `maru doctor`."""
FOUND = "(c.ci_hash = ANY (old_hashes || hash) OR c.old_hash = ANY (old_hashes || hash))"
"""The row of a CI, whichever key it stands under and whichever keys the caller knows."""

KEEP_CI = f"""  UPDATE cis c SET agency = by_agency, received_at = now(),
      ci_hash = CASE WHEN c.ci_hash = ANY (old_hashes || hash) THEN hash ELSE c.ci_hash END,
      ci_sealed = CASE WHEN c.ci_hash = ANY (old_hashes || hash) THEN sealed ELSE c.ci_sealed END,
      key_id = CASE WHEN c.ci_hash = ANY (old_hashes || hash) THEN key ELSE c.key_id END,
      old_hash = CASE WHEN c.ci_hash = ANY (old_hashes) THEN c.ci_hash
                      WHEN c.ci_hash = hash THEN coalesce(old_hashes[cardinality(old_hashes)], c.old_hash) ELSE c.old_hash END
    WHERE {FOUND};
  IF NOT FOUND THEN
    INSERT INTO cis (person_id, ci_hash, old_hash, ci_sealed, key_id, agency)
      VALUES (who, hash, old_hashes[cardinality(old_hashes)], sealed, key, by_agency);
  END IF;
"""
"""A row under a key that the caller does not know, which has been rotated on, stays as it is: a process with the old key alone.
What is new is found by the last of the old keys too, for the same processes.
"""
PROVE_BY_ALL_KEYS = {
    "born date, a_phone text,": "born date, a_phone text, old_hashes bytea[] DEFAULT '{}'::bytea[],",
    "PERFORM pg_advisory_xact_lock(hashtextextended(encode(hash, 'hex'), 0));":
        "PERFORM pg_advisory_xact_lock(hashtextextended(encode(h, 'hex'), 0)) FROM (SELECT unnest(old_hashes || hash) AS h ORDER BY 1) o;",
    "c.person_id = ANY (mine) AND c.ci_hash <> hash": f"c.person_id = ANY (mine) AND NOT coalesce({FOUND}, false)",
    "WHERE c.ci_hash = hash AND c.person_id <> ALL (mine)": f"WHERE {FOUND} AND c.person_id <> ALL (mine)",
}  # fmt: skip


def upgrade() -> None:
    fates()
    removals()
    the_destroyer()
    cities()
    identity_keys()


def fates() -> None:
    op.execute("""
        CREATE TABLE fates (
            table_name text NOT NULL, column_name text NOT NULL, valid daterange NOT NULL,
            fate text NOT NULL CHECK (fate IN ('deleted', 'emptied', 'kept', 'scheduled')),
            emptied text[] NOT NULL DEFAULT '{}', days integer CHECK (days > 0), citation text NOT NULL CHECK (citation <> ''),
            in_city text CHECK (in_city IN ('deleted', 'kept')), city_days integer CHECK (city_days > 0), city_citation text,
            CONSTRAINT fates_pkey PRIMARY KEY (table_name, column_name, valid WITHOUT OVERLAPS),
            CHECK ((fate = 'emptied') = (emptied <> '{}')), CHECK (fate = 'kept' OR days IS NULL),
            CHECK ((in_city IS NULL) = (city_citation IS NULL)))
    """)
    op.execute(f"GRANT SELECT ON fates TO {APP}, {DESTROYER}")
    op.execute("ALTER TABLE invitations DROP CONSTRAINT invitations_email_check")
    op.execute("ALTER TABLE invitations ADD CHECK (email = '-' OR (email = lower(email) AND email LIKE '_%@_%'))")
    op.execute("""
        INSERT INTO retention_periods (kind, valid, days, citation) VALUES
            ('group_imports', '[2026-01-01,)', 365, '내부 관리계획 (올린 파일의 처리 결과)'),
            ('invitations', '[2026-01-01,)', 365, '내부 관리계획 (초대한 기록)')
    """)


def removals() -> None:
    """What belongs to somebody destroyed and lies outside the database: the account at Keycloak, files of the object store."""
    op.execute("""
        CREATE TABLE removals (
            id uuid PRIMARY KEY DEFAULT uuidv7(), run_id uuid NOT NULL REFERENCES destruction_runs (id),
            person_id uuid NOT NULL REFERENCES people (id), kind text NOT NULL CHECK (kind IN ('account', 'file')),
            what text, attempts integer NOT NULL DEFAULT 0, tried_at timestamptz, removed_at timestamptz,
            problem text NOT NULL DEFAULT '', CHECK ((removed_at IS NULL) = (what IS NOT NULL)))
    """)
    op.execute("CREATE INDEX removals_run ON removals (run_id)")
    op.execute("CREATE INDEX removals_person ON removals (person_id)")
    op.execute("CREATE INDEX removals_open ON removals (id) WHERE removed_at IS NULL")
    wall("removals", to_app="SELECT", to_engine="SELECT, UPDATE")
    op.execute(f"GRANT UPDATE (what, removed_at, problem) ON removals TO {APP}")
    door("removals", "officer", "SELECT", OFFICER)
    door("removals", "worker", "SELECT", OF_NO_CITY)
    door("removals", "worker_settles", "UPDATE", OF_NO_CITY)
    engine_function(TAKE_REMOVALS, signature="engine.take_removals(integer)")


def the_destroyer() -> None:
    for table, column in DELETED:
        fate(table, column, "deleted", ERASE)
    fate("people", "id", "emptied", ERASE,
         emptied=("name", "birth_date", "email", "phone", "subject", "username", "verified_at"))  # fmt: skip
    fate("invitations", "accepted_by", "emptied", ERASE, emptied=("name", "email"))
    for citation, days, columns in KEPT:
        for one in columns:
            fate(*one.split("."), "kept", citation, days=days)
    op.execute(f"GRANT UPDATE (withdrawn_at) ON invitations TO {DESTROYER}")
    for one in SCHEDULED:
        fate(*one.split("."), "scheduled", "보유 기간 (retention_periods)")
    op.execute(f"GRANT SELECT, INSERT ON removals TO {DESTROYER}")
    op.execute(f"GRANT UPDATE (withdrawn_at, withdrawn_channel) ON consents TO {DESTROYER}")
    op.execute(f"GRANT UPDATE (ended_at, ended_by) ON representations TO {DESTROYER}")
    op.execute(f"GRANT UPDATE (id_token) ON sessions TO {DESTROYER}")
    op.execute(f"GRANT UPDATE (state) ON person_exports TO {DESTROYER}")
    op.execute(f"GRANT SELECT, UPDATE (rows) ON group_imports TO {DESTROYER}")
    op.execute(f"GRANT EXECUTE ON FUNCTION walls.own_from(date) TO {DESTROYER}")
    op.execute(f"GRANT SELECT ON limits TO {DESTROYER}")
    asked = sa.text("SELECT pg_get_functiondef('engine.destroy_due()'::regprocedure)")
    source = str(op.get_bind().execute(asked).scalar_one())
    before, _, rest = source.partition(WHO)
    _, counted, after = rest.partition(COUNTED)
    begun, last, end = after.partition(LAST)
    if not (counted and last):
        raise LookupError("engine.destroy_due() is not the one that this migration knows")
    more = "".join(OVERDUE.format(kind=kind, statement=statement) for kind, statement in MORE_KINDS.items())
    source = (
        before.replace("a_table text;", "a_table text; step record;") + ACCOUNTS + counted + begun + more + last + end
    )
    op.execute(f"SET LOCAL ROLE {DESTROYER}")
    op.get_bind().exec_driver_sql(source, execution_options={"no_parameters": True})
    op.execute("RESET ROLE")


def cities() -> None:
    """What a city does that is asked to delete."""
    for table, (becomes, citation, days) in IN_CITY.items():
        for column in ("person_id", "actor_id"):
            op.execute(
                sa.text(
                    "UPDATE fates SET in_city = :becomes, city_citation = :citation, city_days = :days"
                    " WHERE table_name = :table AND column_name = :column"
                ).bindparams(becomes=becomes, citation=citation, days=days, table=table, column=column)
            )
    op.execute(
        "GRANT UPDATE (name, birth_date, phone, email, guardian, guardian_phone) ON group_members TO maru_engine"
    )
    engine_function(CORRECTABLE, signature="engine.correctable(uuid)")
    engine_function(CORRECT, signature="engine.correct_in_city(uuid, text, uuid, text, text)")
    op.execute(f"GRANT DELETE ON questions TO {DESTROYER}")
    op.execute(f"GRANT EXECUTE ON FUNCTION walls.tenant(), walls.person() TO {DESTROYER}")
    op.execute(f"SET LOCAL ROLE {DESTROYER}")
    for source, name in ((HELD_IN_CITY, "held_in_city"), (ERASE_IN_CITY, "erase_in_city")):
        op.get_bind().exec_driver_sql(source, execution_options={"no_parameters": True})
        op.execute(f"REVOKE ALL ON FUNCTION engine.{name}(uuid) FROM PUBLIC")
        op.execute(f"GRANT EXECUTE ON FUNCTION engine.{name}(uuid) TO {APP}")
    op.execute("RESET ROLE")


def identity_keys() -> None:
    """A CI is found by the key in use and by the ones before it, so that one human is one person while keys are rotated."""
    op.execute("ALTER TABLE cis ADD old_hash bytea UNIQUE, ADD CHECK (old_hash <> ci_hash)")
    asked = "engine.prove(bytea, bytea, text, text, text, date, text)"
    source = str(op.get_bind().execute(sa.text(f"SELECT pg_get_functiondef('{asked}'::regprocedure)")).scalar_one())
    first, last = source.index("  INSERT INTO cis "), source.index("  UPDATE people p SET name")
    source = source[:first] + KEEP_CI + source[last:]
    for before, after in PROVE_BY_ALL_KEYS.items():
        if source.count(before) != 1:
            raise LookupError(f"engine.prove() has {source.count(before)} places that read {before!r}")
        source = source.replace(before, after)
    op.execute(f"DROP FUNCTION {asked}")
    op.execute("SET LOCAL ROLE maru_engine")
    op.get_bind().exec_driver_sql(source, execution_options={"no_parameters": True})
    signature = "engine.prove(bytea, bytea, text, text, text, date, text, bytea[])"
    op.execute(f"REVOKE ALL ON FUNCTION {signature} FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION {signature} TO {APP}")
    op.execute("RESET ROLE")
    engine_function(COUNT_CI_KEYS, signature="engine.count_ci_keys()")
