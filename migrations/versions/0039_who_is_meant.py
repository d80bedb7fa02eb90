"""Who is meant: a proof of another human is refused, one human's other IDs go along, and a group's list asks about nobody (PRV-02, 7.2)."""

from alembic import op
from walls import OFFICE, PROVINCE, amend, door, engine_function

revision = "0039"
down_revision = "0038"

HEADER = "LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp"
STANDS = """
    r.ended_at IS NULL AND (r.ends_on IS NULL OR r.ends_on > walls.today())
    AND (r.kind = 'helper' OR EXISTS (
      SELECT FROM people child WHERE child.id = r.person_id AND walls.own_from(child.birth_date) > walls.today()))
"""
"""That a row of `representations r` holds today: a guardian's until the child's 14th birthday."""

ANOTHER_HUMAN = """\
  IF EXISTS (SELECT FROM people p WHERE p.id = {0} AND p.verified_at IS NOT NULL AND p.birth_date <> born
      AND walls.plain_name(p.name) <> walls.plain_name(a_name)) THEN {1} END IF;
"""
"""Nobody whose identity was proven becomes somebody of another name and another birth date."""

OTHER_HUMAN = (
    "  IF EXISTS (SELECT FROM cis c WHERE c.person_id = ANY (mine) AND c.ci_hash <> hash)"
    " THEN outcome := 'other-human'; RETURN; END IF;\n"
)
AGENCY_SAID = (
    "  IF EXISTS (SELECT FROM cis c WHERE c.person_id = ANY (engine.ids_of(whom))) THEN RETURN 'agency-said'; END IF;\n"
)
PROVEN = "  UPDATE people p SET name = a_name, birth_date = born, verified_at = now() WHERE p.id = whom;\n"
TOLD = """\
  INSERT INTO messages (tenant_id, person_id, about, kind)
    SELECT city, whom, v.id, 'verification.at-the-desk' FROM verifications v WHERE v.person_id = whom ORDER BY v.id DESC LIMIT 1
    ON CONFLICT DO NOTHING;
"""

NEW_MEMBERS = "  INSERT INTO memberships (tenant_id, person_id, number) SELECT city, f.id, f.number FROM fresh f;\n"
OTHERS = """\
  others := ARRAY(SELECT m.number FROM memberships m JOIN people p ON p.id = m.person_id
    JOIN jsonb_to_recordset(asked) AS g (number text, name text, birth_date date) ON g.number = m.number
    WHERE m.tenant_id = city AND m.number = ANY (already) AND p.birth_date <> g.birth_date
      AND walls.plain_name(p.name) <> walls.plain_name(g.name));
"""

IS_GUARDED = f"""
CREATE FUNCTION engine.is_guarded(asked guardian_requests) RETURNS boolean {HEADER} AS $$
BEGIN
  PERFORM FROM people p WHERE p.id = asked.person_id FOR NO KEY UPDATE;
  RETURN EXISTS (SELECT FROM representations r JOIN people c ON c.id = r.person_id
    WHERE r.representative_id = ANY (engine.ids_of(asked.person_id)) AND r.kind = 'guardian' AND c.name = asked.child_name
      AND c.birth_date = asked.birth_date AND {STANDS});
END $$
"""
"""Whether the guardian has this child already, by another request that was proven first."""
ALREADY = "  IF refusal IS NULL AND engine.is_guarded(held) THEN refusal := 'already'; END IF;\n"
CONFIRMED = "  IF refusal = 'wrong' THEN UPDATE guardian_requests q SET tries"
RECORDED = (
    "  IF refusal IS NULL THEN child := engine.make_child(held, held.method, walls.person(), walls.tenant()); END IF;\n"
)

END_RECORDED = f"""
CREATE FUNCTION engine.end_recorded_helper(helped uuid, asked uuid) RETURNS boolean {HEADER} AS $$
BEGIN
  IF walls.scope() <> 'staff' THEN RAISE insufficient_privilege USING MESSAGE = 'staff only'; END IF;
  UPDATE representations r SET ended_at = now(), ended_by = walls.person()
    WHERE r.id = asked AND r.person_id = helped AND r.only_in = walls.tenant() AND r.kind = 'helper' AND r.ended_at IS NULL;
  RETURN FOUND;
END $$
"""
"""Ends what this city's desk recorded for the person before it, and for nobody else."""

ENROL_MEMBER = f"""
CREATE FUNCTION engine.enrol_member(list uuid, a_name text, born date, a_phone text, an_email text, a_guardian text,
    a_guardian_phone text, OUT outcome text, OUT refusal text, OUT waiting_position integer)
{HEADER} AS $$
#variable_conflict use_column
DECLARE city uuid := walls.tenant(); held group_imports; member group_members; who uuid; alike uuid[]; place record;
BEGIN
  IF walls.scope() <> 'job' THEN RAISE insufficient_privilege USING MESSAGE = 'jobs only'; END IF;
  SELECT g.* INTO held FROM group_imports g WHERE g.tenant_id = city AND g.id = list;
  IF held.id IS NULL THEN RAISE insufficient_privilege USING MESSAGE = 'no such list in this city'; END IF;
  IF walls.own_from(born) > walls.today() AND (a_guardian = '' OR a_guardian_phone = '') THEN
    refusal := 'guardian-missing'; RETURN;
  END IF;
  SELECT m.* INTO member FROM group_members m WHERE m.tenant_id = city AND m.institution = held.institution
    AND m.name = a_name AND m.birth_date = born AND m.phone = a_phone AND m.email = an_email;
  SELECT coalesce(p.merged_into, p.id) INTO who FROM people p WHERE p.id = member.person_id;
  IF who IS NULL THEN
    SELECT array_agg(DISTINCT coalesce(p.merged_into, p.id)) INTO alike FROM people p
      WHERE p.name = a_name AND p.birth_date = born AND (
        lower(p.email) = nullif(lower(an_email), '') OR regexp_replace(p.phone, '[^0-9]', '', 'g') = nullif(a_phone, '')
        OR EXISTS (SELECT FROM representations r JOIN people f ON f.id = r.representative_id WHERE r.person_id = p.id
          AND r.kind = 'guardian' AND {STANDS} AND regexp_replace(f.phone, '[^0-9]', '', 'g') = nullif(a_guardian_phone, '')));
    IF cardinality(alike) > 1 THEN refusal := 'several'; RETURN; END IF;
    who := alike[1];
  END IF;
  BEGIN
    IF who IS NULL THEN
      INSERT INTO people (name, birth_date, phone, email) VALUES (a_name, born, nullif(a_phone, ''), nullif(an_email, ''))
        RETURNING people.id INTO who;
      outcome := 'new';
    ELSE outcome := 'known'; END IF;
    SELECT * INTO place FROM engine.place(city, who, held.run_id, NULL, held.imported_by);
    IF place.refusal IS NOT NULL THEN RAISE EXCEPTION USING ERRCODE = 'MR001'; END IF;
    IF member.id IS NULL THEN
      INSERT INTO group_members (tenant_id, import_id, person_id, institution, name, birth_date, phone, email, guardian,
          guardian_phone, made_here)
        VALUES (city, held.id, who, held.institution, a_name, born, a_phone, an_email, a_guardian, a_guardian_phone,
                outcome = 'new');
      IF outcome = 'known' AND held.imported_by IS NOT NULL THEN
        INSERT INTO access_log (actor_id, person_id, tenant_id, task, purpose, fields)
          VALUES (held.imported_by, who, city, '단체 명단으로 신청', '', ARRAY['이름', '생년월일']);
      END IF;
    END IF;
    waiting_position := place.waiting_position;
  EXCEPTION WHEN SQLSTATE 'MR001' THEN refusal := place.refusal;
  END;
END $$
"""
"""One line of an institution's list, by the rules of `engine.place`, whole or not at all. A person is made for it, or is the
one of an earlier line of the same institution, or who has the same name, birth date and phone or e-mail: nobody is shown who
else is there.
"""

SEEN = "(SELECT walls.scope()) = 'staff'"


def upgrade() -> None:
    proof()
    at_the_desk()
    lists()
    families()
    papers()
    facts()


def proof() -> None:
    """What an agency has said counts more than what a desk has read, and neither makes a proven person another one."""
    own = "engine.merge_own(uuid)"
    amend(own, "phone = o.phone, verified_at", "phone = coalesce(o.phone, k.phone), verified_at")
    amend(own, "o.id = other AND k.verified_at IS NULL AND o.verified_at", "o.id = other AND o.verified_at")
    amend("engine.prove(bytea, bytea, text, text, text, date, text)", OTHER_HUMAN,
          OTHER_HUMAN + ANOTHER_HUMAN.format("who", "outcome := 'not-alike'; RETURN;"))  # fmt: skip
    desk = "engine.prove_at_desk(uuid, text, text, date)"
    amend(desk, AGENCY_SAID, AGENCY_SAID + ANOTHER_HUMAN.format("whom", "RETURN 'not-alike';"))
    amend(desk, PROVEN, PROVEN + TOLD)


def at_the_desk() -> None:
    meet = "engine.meet(text, date, text, text, text[], inet, text)"
    amend(meet, "array_agg(p.id) INTO matching", "array_agg(DISTINCT coalesce(p.merged_into, p.id)) INTO matching")
    amend("engine.known_at_desk(uuid, text)", "a.person_id = who AND", "a.person_id = ANY (engine.ids_of(who)) AND")


def lists() -> None:
    """A line about somebody else under a known number changes nobody; an institution's list tells nothing of strangers."""
    members = "engine.take_members(jsonb)"
    amend(members, "changed text[];", "changed text[]; others text[];")
    amend(members, NEW_MEMBERS, NEW_MEMBERS + OTHERS)
    amend(members, "WHERE g.number = ANY (already)),", "WHERE g.number = ANY (already) AND g.number <> ALL (others)),")
    updated = "      WHEN g.number = ANY (changed) THEN 'updated'\n"
    amend(members, updated, "      WHEN g.number = ANY (others) THEN 'somebody-else'\n" + updated)
    op.execute("DROP FUNCTION engine.enrol_member(uuid, text, date, text, text, text, text, text)")
    engine_function(ENROL_MEMBER, signature="engine.enrol_member(uuid, text, date, text, text, text, text)")


def families() -> None:
    engine_function(IS_GUARDED, signature="engine.is_guarded(guardian_requests)", callers=())
    amend("engine.confirm_guardianship(uuid, bytea)", CONFIRMED, ALREADY + CONFIRMED)
    amend("engine.record_guardianship(uuid, boolean)", RECORDED, ALREADY + RECORDED)
    helper = "engine.record_helper(uuid, text, boolean, date, text)"
    found = "  SELECT count(*), (array_agg(p.id))[1] INTO found, helper"
    amend(helper, found, "  PERFORM FROM people p WHERE p.id = helped FOR NO KEY UPDATE;\n" + found)
    asked = "    FROM people p WHERE p.id = helped ON CONFLICT DO NOTHING;"
    amend(helper, asked, """\
    FROM people p WHERE p.id = helped
    UNION ALL
    SELECT walls.tenant(), helped, record_helper.id, 'families.helper-recorded', jsonb_build_object('helper', p.name)
    FROM people p WHERE p.id = helper ON CONFLICT DO NOTHING;""")  # fmt: skip
    op.execute("DROP FUNCTION engine.end_recorded_helper(uuid)")
    engine_function(END_RECORDED, signature="engine.end_recorded_helper(uuid, uuid)")
    amend("engine.make_takeover_code(uuid, bytea)", "r.representative_id = walls.person() AND",
          "r.representative_id = ANY (walls.people()) AND")  # fmt: skip
    take = "engine.take_messages(integer, integer)"
    amend(take, "THEN p.phone ELSE g.phone END", "THEN coalesce(p.phone, listed.guardian_phone) ELSE g.phone END")
    amend(take, "LEFT JOIN people p ON p.id = t.person_id\n",
          "LEFT JOIN people o ON o.id = t.person_id LEFT JOIN people p ON p.id = coalesce(o.merged_into, o.id)\n")  # fmt: skip
    amend(take, "WHERE r.person_id = p.id AND r.kind", "WHERE r.person_id = ANY (p.id || p.aliases) AND r.kind")
    amend(take, "LIMIT 1) g ON p.subject IS NULL\n", """\
LIMIT 1) g
        ON p.subject IS NULL
      LEFT JOIN LATERAL (
        SELECT m.guardian_phone FROM group_members m WHERE m.person_id = p.id AND m.guardian_phone <> '' LIMIT 1) listed
        ON p.subject IS NULL AND p.email IS NULL AND walls.own_from(p.birth_date) > walls.today()
""")  # fmt: skip


def papers() -> None:
    """Nobody decides on their own request, and a desk hands over the copy that somebody has asked for on paper."""
    op.execute("ALTER TABLE rights_steps DROP CONSTRAINT rights_steps_kind_check")
    op.execute("""
        ALTER TABLE rights_steps ADD CONSTRAINT rights_steps_kind_check CHECK (kind IN
            ('received', 'extended', 'done', 'refused', 'withdrawn', 'file', 'taken', 'handed', 'removed'))
    """)
    others = "person_id IS DISTINCT FROM (SELECT walls.person())"
    officer = (
        f"({PROVINCE} AND (SELECT EXISTS (SELECT FROM role_grants AS g WHERE g.person_id = (SELECT walls.person())"
        " AND g.tenant_id IS NULL AND g.role = 'privacy_officer' AND g.ended_at IS NULL)))"
    )
    of_no_city = "((SELECT walls.scope()) = 'job' AND (SELECT walls.tenant()) IS NULL)"
    for name, whose in (
        ("office_changes", OFFICE),
        ("province_changes", f"tenant_id IS NULL AND ({officer} OR {of_no_city})"),
    ):
        rule = f"{whose} AND {others}"
        op.execute(f"ALTER POLICY {name} ON rights_requests USING ({rule}) WITH CHECK ({rule})")
    door(
        "rights_requests", "desk_hands", "SELECT",
        f"{SEEN} AND channel <> 'web' AND kind IN ('access', 'transfer') AND EXISTS (SELECT FROM applications AS a"
        " WHERE a.person_id = rights_requests.person_id AND a.tenant_id = (SELECT walls.tenant()))",
    )  # fmt: skip
    at_a_desk = (
        f"{SEEN} AND EXISTS (SELECT FROM rights_requests AS r"
        " WHERE r.id = person_exports.request_id AND r.channel <> 'web')"
    )
    door("person_exports", "desk_reads", "SELECT", at_a_desk)
    door("person_exports", "desk_hands", "UPDATE", at_a_desk)


def facts() -> None:
    """No breach is noticed before there was a platform; rows that say so are dated when their file was opened."""
    noticed = "noticed_at >= timestamptz '2026-01-01 00:00+09' AND noticed_at <= opened_at + interval '1 minute'"
    op.execute("ALTER TABLE breaches NO FORCE ROW LEVEL SECURITY")
    op.execute(f"UPDATE breaches SET noticed_at = opened_at WHERE NOT ({noticed})")
    op.execute("ALTER TABLE breaches FORCE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE breaches ADD CONSTRAINT noticed_on_the_platform CHECK ({noticed})")
    op.execute("ALTER TABLE guardian_requests NO FORCE ROW LEVEL SECURITY")
    op.execute("UPDATE guardian_requests SET address = left(address, 254) WHERE length(address) > 254")
    op.execute("ALTER TABLE guardian_requests FORCE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE guardian_requests ADD CHECK (length(address) <= 254)")
