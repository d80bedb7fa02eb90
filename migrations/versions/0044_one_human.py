"""One human, whichever ID is asked by; who a person is, with what was said of them before, and two people who correct it
(PRV-02, PRV-06, PRV 7.3, 7.4).
"""

import sqlalchemy as sa
from alembic import op
from walls import ENGINE, OFFICE, OWN, PROVINCE, amend, door, engine_function, fate, wall

revision = "0044"
down_revision = "0043"

HEADER = "LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp"
DESTROYER = "maru_destroyer"
OF_NO_CITY = "((SELECT walls.scope()) = 'job' AND (SELECT walls.tenant()) IS NULL)"
OFFICER = (
    f"({PROVINCE} AND (SELECT EXISTS (SELECT FROM role_grants AS g WHERE g.person_id = (SELECT walls.person())"
    " AND g.tenant_id IS NULL AND g.role = 'privacy_officer' AND g.ended_at IS NULL)))"
)
STAFF_OR_JOB = "(SELECT walls.scope()) IN ('staff', 'job')"
ERASE = "개인정보 보호법 제21조·제36조 (지체 없이)"
PROVINCES = "경기도가 가진 것 (경기도에 지워 달라고 하실 수 있음)"

TOP_OF = """
CREATE FUNCTION engine.top_of(person uuid) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT coalesce((SELECT coalesce(p.merged_into, p.id) FROM people p WHERE p.id = person), person)
$$
"""
"""The ID in use of a human, by whichever of their IDs is asked."""
ITS_OWN_AND_MERGED = "(SELECT p.id || p.aliases FROM people p WHERE p.id = person)"
ALL_OF_THE_HUMAN = (
    "(SELECT t.id || t.aliases FROM people p JOIN people t ON t.id = coalesce(p.merged_into, p.id) WHERE p.id = person)"
)
THEIRS = "(SELECT unnest(p.id || p.aliases) FROM people p WHERE p.id = r.person_id)"
"""As 0037 and 0041 wrote down all IDs of who asks."""
EVERY_ONE_OF_THEIRS = (
    "(SELECT unnest(t.id || t.aliases) FROM people p JOIN people t ON t.id = coalesce(p.merged_into, p.id)"
    " WHERE p.id = r.person_id)"
)

KEEP_FORMER_NAME = """
CREATE FUNCTION walls.keep_former_name() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO former_names (person_id, name, birth_date, proven_at, until, changed_by, tenant_id)
    VALUES (OLD.id, OLD.name, OLD.birth_date, OLD.verified_at, clock_timestamp(), walls.person(), walls.tenant());
  RETURN NULL;
END $$
"""
IS_ANOTHER = f"""
CREATE FUNCTION engine.is_another(whom uuid, a_name text, born date) RETURNS boolean STABLE {HEADER} AS $$
DECLARE ids uuid[] := engine.ids_of(whom); proven record;
BEGIN
  SELECT v.name, v.birth_date INTO proven FROM (
      SELECT f.name, f.birth_date, f.until, false AS merged, f.proven_at FROM former_names f
        WHERE f.person_id = ANY (ids) AND NOT f.corrected AND f.until > coalesce(
          (SELECT max(c.until) FROM former_names c WHERE c.person_id = ANY (ids) AND c.corrected), '-infinity')
      UNION ALL
      SELECT p.name, p.birth_date, 'infinity', p.id <> ids[1], p.verified_at FROM people p
        WHERE p.id = ANY (ids) AND p.verified_at IS NOT NULL) v
    ORDER BY v.until, v.merged, v.proven_at LIMIT 1;
  RETURN coalesce(proven.birth_date <> born AND walls.plain_name(proven.name) <> walls.plain_name(a_name), false);
END $$
"""
"""Whether a name and a birth date both differ from what was first proven of somebody, or last corrected by two members of
staff: whatever was changed since, in however many steps, nobody becomes another human.
"""
ANOTHER_OF = """\
IF EXISTS (SELECT FROM people p WHERE p.id = {0} AND p.verified_at IS NOT NULL AND p.birth_date <> born
      AND walls.plain_name(p.name) <> walls.plain_name(a_name)) THEN"""

ASK_CORRECTION = f"""
CREATE FUNCTION engine.ask_correction(whom uuid, paper text, a_name text, born date, meeting text, OUT refusal text,
    OUT correction uuid) {HEADER} AS $$
DECLARE city uuid := walls.tenant();
BEGIN
  IF walls.scope() <> 'staff' OR NOT EXISTS (SELECT FROM role_grants g WHERE g.person_id = walls.person()
      AND g.tenant_id = city AND g.role IN ('city_admin', 'desk_clerk') AND g.ended_at IS NULL) THEN
    RAISE insufficient_privilege USING MESSAGE = 'the desk only';
  END IF;
  whom := engine.top_of(whom);
  refusal := CASE WHEN whom = walls.person() THEN 'own'
    WHEN NOT EXISTS (SELECT FROM questions q WHERE q.person_id = ANY (engine.ids_of(whom)) AND q.tenant_id = city)
      AND NOT engine.known_at_desk(whom, meeting) THEN 'not-found'
    WHEN NOT EXISTS (SELECT FROM cis c WHERE c.person_id = ANY (engine.ids_of(whom)))
      AND NOT engine.is_another(whom, a_name, born) THEN 'not-needed' END;
  IF refusal IS NOT NULL THEN RETURN; END IF;
  DELETE FROM identity_corrections c WHERE c.tenant_id = city AND c.person_id = ANY (engine.ids_of(whom));
  INSERT INTO identity_corrections (tenant_id, person_id, name, birth_date, document, recorded_by)
    VALUES (city, whom, a_name, born, paper, walls.person()) RETURNING id INTO correction;
END $$
"""
"""What a document says of somebody of whom something else was proven, until a second member of staff has seen it too."""
CORRECT_IDENTITY = f"""
CREATE FUNCTION engine.correct_identity(asked uuid) RETURNS text {HEADER} AS $$
DECLARE held identity_corrections; whom uuid; proof uuid;
BEGIN
  SELECT c.* INTO held FROM identity_corrections c WHERE c.tenant_id = walls.tenant() AND c.id = asked FOR UPDATE;
  IF held.id IS NULL THEN RETURN 'gone'; END IF;
  IF walls.scope() <> 'staff' OR NOT EXISTS (SELECT FROM approvals a WHERE a.tenant_id = held.tenant_id
      AND a.kind = 'verification.correct' AND a.subjects = ARRAY[asked] AND a.state = 'approved'
      AND a.asked_by = held.recorded_by AND a.decided_by = walls.person() AND a.decided_at > now() - interval '5 minutes') THEN
    RAISE insufficient_privilege USING MESSAGE = 'only what a second person has just approved';
  END IF;
  whom := engine.top_of(held.person_id);
  IF whom = walls.person() THEN RETURN 'own'; END IF;
  UPDATE people p SET name = held.name, birth_date = held.birth_date, verified_at = now() WHERE p.id = whom;
  UPDATE former_names f SET corrected = true
    WHERE f.id = (SELECT l.id FROM former_names l WHERE l.person_id = whom ORDER BY l.until DESC LIMIT 1);
  INSERT INTO verifications (person_id, method, document, tenant_id, verified_by)
    VALUES (whom, 'document', held.document, held.tenant_id, held.recorded_by) RETURNING id INTO proof;
  INSERT INTO messages (tenant_id, person_id, about, kind) VALUES (held.tenant_id, whom, proof, 'verification.at-the-desk');
  DELETE FROM identity_corrections c WHERE c.tenant_id = held.tenant_id AND c.id = asked;
  RETURN NULL;
END $$
"""
"""Writes it, in the transaction in which the second of two has approved it; what stood before is kept as corrected."""
FORGET_CORRECTIONS = """\
  DELETE FROM identity_corrections c WHERE EXISTS (SELECT FROM limits AS k WHERE k.name = 'approval-hours'
    AND k.valid @> walls.today() AND c.recorded_at < now() - make_interval(hours => k.value));
  RETURN forgotten;"""

HINDRANCES = f"""
CREATE FUNCTION engine.hindrances(request uuid) RETURNS text[] STABLE {HEADER} AS $$
DECLARE ids uuid[];
BEGIN
  SELECT engine.ids_of(r.person_id) INTO ids FROM rights_requests r
    WHERE r.id = request AND r.kind = 'deletion' AND r.tenant_id IS NULL AND {OFFICER};
  IF ids IS NULL THEN RAISE insufficient_privilege USING MESSAGE = 'only for a deletion that the province is asked for'; END IF;
  RETURN array_remove(ARRAY[
    CASE WHEN EXISTS (SELECT FROM role_grants g WHERE g.person_id = ANY (ids) AND g.ended_at IS NULL) THEN 'role' END,
    CASE WHEN EXISTS (SELECT FROM applications a JOIN runs u ON u.tenant_id = a.tenant_id AND u.id = a.run_id
      WHERE a.person_id = ANY (ids) AND a.state IN ('placed', 'waiting') AND u.ends_on >= walls.today()) THEN 'place' END,
    CASE WHEN EXISTS (SELECT FROM representations s JOIN people c ON c.id = s.person_id
      WHERE s.representative_id = ANY (ids) AND s.kind = 'guardian' AND s.ended_at IS NULL
        AND walls.own_from(c.birth_date) > walls.today()) THEN 'child' END], NULL);
END $$
"""
"""What has to end before a deletion can be carried out (0041, HINDRANCE): a `role`, a `place` in a course, a `child`."""

OWN_MERGE = """\
  INSERT INTO merges (kept_id, merged_id, reason, asked_by, by_person) VALUES (who, other, 'ci', who, true)
    RETURNING id INTO merge;
  refusal := engine.join_people(merge);
  IF refusal IS NOT NULL THEN
    DELETE FROM merges WHERE id = merge;
    UPDATE likenesses l SET decision = NULL, decided_by = NULL, decided_at = NULL
      WHERE l.person_id = least(who, other) AND l.other_id = greatest(who, other);
    merge := NULL;
    RETURN;
  END IF;
"""
OWN_MERGE_SETTLES = """\
  BEGIN
    UPDATE merges m SET ended_at = now(), ended_by = who, end_reason = '본인이 본인확인으로 합침'
      WHERE m.approved_at IS NULL AND m.ended_at IS NULL AND (m.merged_id = other OR (m.kept_id = other AND m.merged_id = who));
    INSERT INTO merges (kept_id, merged_id, reason, asked_by, by_person) VALUES (who, other, 'ci', who, true)
      RETURNING id INTO merge;
    refusal := engine.join_people(merge);
    IF refusal IS NOT NULL THEN RAISE EXCEPTION USING ERRCODE = 'MR002'; END IF;
  EXCEPTION WHEN SQLSTATE 'MR002' OR unique_violation THEN
    refusal := coalesce(refusal, 'merged-already');
    UPDATE likenesses l SET decision = NULL, decided_by = NULL, decided_at = NULL
      WHERE l.person_id = least(who, other) AND l.other_id = greatest(who, other);
    merge := NULL;
    RETURN;
  END;
"""
"""What staff asked for the same IDs is settled by it, and stands again where it is refused."""
ONE_A_PAIR = """
UPDATE merges m SET ended_at = now(), ended_by = m.asked_by, end_reason = '같은 두 ID의 다른 요청이 있어 거둠'
  WHERE m.approved_at IS NULL AND m.ended_at IS NULL AND EXISTS (SELECT FROM merges o WHERE o.ended_at IS NULL AND o.id <> m.id
    AND o.kept_id = m.merged_id AND o.merged_id = m.kept_id AND (o.approved_at IS NOT NULL OR o.id < m.id))
"""

REGROUPED = "FROM tops t WHERE t.id = p.id;\n"
LIKE_WHOM_NOW = """\
  INSERT INTO likenesses (person_id, other_id, rule)
    SELECT least(t.a, t.b), greatest(t.a, t.b), t.rule FROM (
      SELECT engine.top_of(l.person_id) AS a, engine.top_of(l.other_id) AS b, l.rule FROM likenesses l
      WHERE l.decision IS NULL AND (l.person_id = ANY (members) OR l.other_id = ANY (members))) t
    WHERE t.a <> t.b ON CONFLICT (person_id, other_id) DO NOTHING;
"""
"""Whoever looked like a merged ID looks like the ID in use: that pair is looked at instead."""

LOGGED = """\
      IF outcome = 'known' AND held.imported_by IS NOT NULL THEN
        INSERT INTO access_log (actor_id, person_id, tenant_id, task, purpose, fields)
          VALUES (held.imported_by, who, city, '단체 명단으로 신청', '', ARRAY['이름', '생년월일']);
      END IF;
"""
LOGGED_IN_ANY_CASE = """\
  IF outcome = 'known' AND member.id IS NULL AND held.imported_by IS NOT NULL THEN
    INSERT INTO access_log (actor_id, person_id, tenant_id, task, purpose, fields)
      VALUES (held.imported_by, who, city, '단체 명단으로 신청', '', ARRAY['이름', '생년월일']);
  END IF;
END """


def upgrade() -> None:
    ids()
    rights()
    destroying()
    desk()
    merges()
    former_names()
    corrections()
    letters()


def ids() -> None:
    """All IDs of a human also by one that is merged: what is read for one is read for both."""
    engine_function(TOP_OF, signature="engine.top_of(uuid)")
    amend("engine.ids_of(uuid)", ITS_OWN_AND_MERGED, ALL_OF_THE_HUMAN)
    known = " OR ".join(
        f"EXISTS (SELECT FROM {table} AS k WHERE k.person_id = ANY (people.aliases) AND k.tenant_id = (SELECT walls.tenant()))"
        for table in ("applications", "questions", "memberships")
    )
    door("people", "office_reads_in_use", "SELECT", f"{STAFF_OR_JOB} AND aliases <> '{{}}' AND ({known})")
    for table in ("residence_proofs", "share_questions", "breach_people"):
        op.execute(f"ALTER POLICY own ON {table} USING ({OWN})")


def rights() -> None:
    """A request that stands under another ID of the person is theirs, and nobody answers one under whichever ID of their own."""
    for table in ("rights_requests", "person_exports"):
        op.execute(f"ALTER POLICY own ON {table} USING ({OWN})")
    op.execute(f"ALTER POLICY own_takes ON person_exports USING ({OWN}) WITH CHECK ({OWN})")
    op.execute(
        f"ALTER POLICY own_withdraws ON rights_requests USING ({OWN} AND state = 'waiting')"
        f" WITH CHECK ({OWN} AND state = 'withdrawn')"
    )
    others = "person_id <> ALL ((SELECT walls.people())::uuid[])"
    for name, whose in (
        ("office_changes", OFFICE),
        ("province_changes", f"tenant_id IS NULL AND ({OFFICER} OR {OF_NO_CITY})"),
    ):
        op.execute(
            f"ALTER POLICY {name} ON rights_requests USING ({whose} AND {others}) WITH CHECK ({whose} AND {others})"
        )
    ours = (
        "EXISTS (SELECT FROM applications AS a WHERE a.person_id = ANY (engine.ids_of(rights_requests.person_id))"
        " AND a.tenant_id = (SELECT walls.tenant()))"
    )
    staff = "(SELECT walls.scope()) = 'staff'"
    op.execute(
        f"ALTER POLICY desk_adds ON rights_requests WITH CHECK ({staff} AND recorded_by = (SELECT walls.person())"
        f" AND channel <> 'web' AND {ours} AND (tenant_id IS NULL OR tenant_id = (SELECT walls.tenant())))"
    )
    op.execute(
        f"ALTER POLICY desk_hands ON rights_requests USING ({staff} AND channel <> 'web'"
        f" AND kind IN ('access', 'transfer') AND {ours})"
    )
    asking = "EXISTS (SELECT FROM rights_requests AS r WHERE {0} AND r.tenant_id IS NULL)"
    itself, under_another = (
        asking.format("r.person_id = people.id"),
        asking.format("r.person_id = ANY (people.aliases)"),
    )
    op.execute(
        f"ALTER POLICY province_reads_asking ON people USING (({OFFICER} OR {OF_NO_CITY})"
        f" AND ({itself} OR (aliases <> '{{}}' AND {under_another})))"
    )
    amend(
        "engine.stop_processing(uuid)",
        "WHERE c.person_id = whose AND",
        "WHERE c.person_id = ANY (engine.ids_of(whose)) AND",
    )
    engine_function(HINDRANCES, signature="engine.hindrances(uuid)")


def destroying() -> None:
    """Of somebody who asked under a merged ID all of them go."""
    for signature, places in (
        ("engine.destroy_due()", 5),
        ("engine.held_in_city(uuid)", 1),
        ("engine.erase_in_city(uuid)", 1),
    ):
        amend(signature, THEIRS, EVERY_ONE_OF_THEIRS, places=places, owner=DESTROYER)


def desk() -> None:
    """What a desk writes is written for the ID in use, whichever it came by."""
    home, own = (
        "engine.prove_home(uuid, text, date, text, date, text)",
        "  IF who = walls.person() THEN refusal := 'own'",
    )
    amend(home, own, f"  who := engine.top_of(who);\n{own}")
    of_applicant = "engine.home_of_applicant(uuid)"
    amend(of_applicant, "a.person_id = who AND", "a.person_id = ANY (engine.ids_of(who)) AND")
    amend(of_applicant, "h.person_id = who AND", "h.person_id = engine.top_of(who) AND")
    amend("engine.known_at_desk(uuid, text)", "l.person_id = who\n", "l.person_id = ANY (engine.ids_of(who))\n")
    proof, own = "engine.prove_at_desk(uuid, text, text, date, text)", "  IF whom = walls.person() THEN RETURN 'own'"
    amend(proof, own, f"  whom := engine.top_of(whom);\n{own}")
    for alias in ("a", "q"):
        amend(proof, f"{alias}.person_id = whom AND", f"{alias}.person_id = ANY (engine.ids_of(whom)) AND")


def merges() -> None:
    """Of one pair of IDs one request stands at a time, in whichever direction; a merge of one's own settles it."""
    op.execute(f"SET LOCAL ROLE {ENGINE}")
    op.execute(ONE_A_PAIR)
    op.execute("RESET ROLE")
    op.execute(
        "CREATE UNIQUE INDEX merges_pair ON merges (least(kept_id, merged_id), greatest(kept_id, merged_id))"
        " WHERE ended_at IS NULL"
    )
    amend("engine.merge_own(uuid)", OWN_MERGE, OWN_MERGE_SETTLES)
    amend("engine.regroup(uuid[])", REGROUPED, REGROUPED + LIKE_WHOM_NOW)


def former_names() -> None:
    """What was proven of somebody and then changed: for them, the province's privacy officer, and the next proof."""
    op.execute("""
        CREATE TABLE former_names (
            id uuid PRIMARY KEY DEFAULT uuidv7(), person_id uuid NOT NULL REFERENCES people (id),
            name text NOT NULL, birth_date date, proven_at timestamptz NOT NULL, until timestamptz NOT NULL,
            changed_by uuid REFERENCES people (id), tenant_id uuid REFERENCES tenants (id),
            corrected boolean NOT NULL DEFAULT false)
    """)
    op.execute("CREATE INDEX former_names_person ON former_names (person_id)")
    op.execute("CREATE INDEX former_names_changed_by ON former_names (changed_by)")
    wall("former_names", to_app="SELECT", to_engine="SELECT, INSERT, UPDATE (corrected)")
    door("former_names", "own", "SELECT", OWN)
    door("former_names", "officer", "SELECT", OFFICER)
    fate("former_names", "person_id", "deleted", ERASE)
    in_city("former_names", "kept", PROVINCES)
    op.execute(KEEP_FORMER_NAME)
    op.execute("REVOKE ALL ON FUNCTION walls.keep_former_name() FROM PUBLIC")
    op.execute(
        "CREATE TRIGGER former_name AFTER UPDATE OF name, birth_date ON people FOR EACH ROW"
        " WHEN (OLD.verified_at IS NOT NULL AND NEW.verified_at IS NOT NULL AND (OLD.name, OLD.birth_date) IS DISTINCT FROM (NEW.name, NEW.birth_date)"
        f" AND current_user <> '{DESTROYER}') EXECUTE FUNCTION walls.keep_former_name()"
    )
    engine_function(IS_ANOTHER, signature="engine.is_another(uuid, text, date)", callers=())
    amend(
        "engine.prove(bytea, bytea, text, text, text, date, text, bytea[])",
        ANOTHER_OF.format("who"),
        "IF NOT EXISTS (SELECT FROM cis c WHERE c.person_id = ANY (mine)) AND engine.is_another(who, a_name, born) THEN",
    )
    amend(
        "engine.prove_at_desk(uuid, text, text, date, text)",
        ANOTHER_OF.format("whom"),
        "IF engine.is_another(whom, a_name, born) THEN",
    )


def corrections() -> None:
    """What one member of staff read and a second has to see: gone once it is done, or when the request is too old."""
    op.execute("""
        CREATE TABLE identity_corrections (
            tenant_id uuid NOT NULL REFERENCES tenants (id), id uuid NOT NULL DEFAULT uuidv7(),
            person_id uuid NOT NULL REFERENCES people (id), name text NOT NULL, birth_date date NOT NULL,
            document text NOT NULL, recorded_by uuid NOT NULL REFERENCES people (id),
            recorded_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (tenant_id, id), CHECK (recorded_by <> person_id))
    """)
    for column in ("person_id", "recorded_by"):
        op.execute(f"CREATE INDEX identity_corrections_{column} ON identity_corrections ({column})")
    wall("identity_corrections", to_app="SELECT", to_engine="SELECT, INSERT, UPDATE, DELETE")
    door("identity_corrections", "own", "SELECT", OWN)
    door("identity_corrections", "office", "SELECT", OFFICE)
    fate("identity_corrections", "person_id", "deleted", ERASE)
    in_city("identity_corrections", "deleted", ERASE)
    engine_function(ASK_CORRECTION, signature="engine.ask_correction(uuid, text, text, date, text)")
    engine_function(CORRECT_IDENTITY, signature="engine.correct_identity(uuid)")
    amend("engine.forget_grants()", "  RETURN forgotten;", FORGET_CORRECTIONS)


def in_city(table: str, becomes: str, citation: str) -> None:
    op.execute(
        sa.text("UPDATE fates SET in_city = :becomes, city_citation = :citation WHERE table_name = :table").bindparams(
            becomes=becomes, citation=citation, table=table
        )
    )


def letters() -> None:
    """Letters for a child go to its guardian's ID in use, under whichever it has registered children; who was met by a
    group's list reads it, placed or not. How many lines of one list may share name and birth date is D: the province decides.
    """
    op.execute("INSERT INTO limits (name, valid, value) VALUES ('same-name-lines', '[2026-01-01,)', 3)")
    take = "engine.take_messages(integer, integer)"
    amend(
        take,
        "JOIN people f ON f.id = r.representative_id",
        "JOIN people f ON f.id = engine.top_of(r.representative_id)",
    )
    amend(take, "m.person_id = p.id AND m.guardian_phone", "m.person_id = ANY (p.id || p.aliases) AND m.guardian_phone")
    asking = "engine.ask_guardianship(text, date, text, text, text, text, text)"
    amend(asking, "r.representative_id = who", "r.representative_id = ANY (engine.ids_of(who))", places=2)
    member = "engine.enrol_member(uuid, text, date, text, text, text, text)"
    amend(member, LOGGED, "")
    amend(member, "refusal := place.refusal;\n  END;\nEND ", f"refusal := place.refusal;\n  END;\n{LOGGED_IN_ANY_CASE}")
