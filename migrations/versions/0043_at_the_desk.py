"""Consent that a desk records for somebody without any device, and a guardianship that a desk ends (PRV 7.2, 7.3)."""

import sqlalchemy as sa
from alembic import op
from walls import APP, engine_function

revision = "0043"
down_revision = "0042"

HEADER = "LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp"
STANDS = """
    r.ended_at IS NULL AND (r.ends_on IS NULL OR r.ends_on > walls.today())
    AND (r.kind = 'helper' OR EXISTS (
      SELECT FROM people child WHERE child.id = r.person_id AND walls.own_from(child.birth_date) > walls.today()))
"""
ROLE_HERE = """
    walls.scope() = 'staff' AND EXISTS (SELECT FROM role_grants AS g WHERE g.person_id = walls.person()
        AND g.tenant_id = walls.tenant() AND g.role IN ({0}) AND g.ended_at IS NULL)
"""
AT_THE_DESK = ROLE_HERE.format("'desk_clerk', 'city_admin'")
OF_FAMILIES = ROLE_HERE.format("'desk_clerk', 'course_operator', 'city_admin'")

CONSENTS_AT_DESK = f"""
CREATE FUNCTION engine.consents_at_desk(who uuid, meeting text) RETURNS TABLE (
    purpose text, text_version text, given_at timestamptz, withdrawn_at timestamptz, by_text boolean, at_desk boolean)
STABLE {HEADER} AS $$
#variable_conflict use_column
BEGIN
  IF NOT ({AT_THE_DESK}) THEN RAISE insufficient_privilege USING MESSAGE = 'only a desk asks for consents'; END IF;
  IF NOT engine.known_at_desk(who, meeting) THEN RETURN; END IF;
  RETURN QUERY SELECT DISTINCT ON (c.purpose) c.purpose, c.text_version, c.given_at, c.withdrawn_at,
      c.withdrawn_channel IS NOT DISTINCT FROM 'text', c.channel = 'desk'
    FROM consents c WHERE c.person_id = ANY (engine.ids_of(who)) ORDER BY c.purpose, c.given_at DESC, c.id DESC;
END $$
"""
"""What somebody before whom the clerk sits has answered last to each purpose."""

CONSENT_AT_DESK = f"""
CREATE FUNCTION engine.consent_at_desk(who uuid, a_purpose text, version text, given boolean, an_evidence text, meeting text,
    OUT refusal text, OUT consent uuid) {HEADER} AS $$
#variable_conflict use_column
DECLARE whose uuid; standing consents; ended uuid;
BEGIN
  IF NOT ({AT_THE_DESK}) THEN RAISE insufficient_privilege USING MESSAGE = 'only a desk records consents'; END IF;
  IF who = ANY (engine.ids_of(walls.person())) THEN refusal := 'own'; RETURN; END IF;
  IF NOT engine.known_at_desk(who, meeting) THEN refusal := 'unknown'; RETURN; END IF;
  SELECT coalesce(p.merged_into, p.id) INTO whose FROM people p WHERE p.id = who;
  PERFORM FROM people p WHERE p.id = whose FOR NO KEY UPDATE;
  refusal := CASE
    WHEN (SELECT walls.own_from(p.birth_date) > walls.today() FROM people p WHERE p.id = whose) THEN 'child'
    WHEN version IS DISTINCT FROM (SELECT t.version FROM consent_texts t WHERE t.purpose = a_purpose
        AND t.published_at IS NOT NULL AND t.in_force_on <= walls.today() ORDER BY t.in_force_on DESC LIMIT 1) THEN 'changed' END;
  IF refusal IS NOT NULL THEN RETURN; END IF;
  SELECT c.* INTO standing FROM consents c WHERE c.person_id = whose AND c.purpose = a_purpose AND c.withdrawn_at IS NULL;
  IF given AND standing.text_version = version THEN RETURN; END IF;
  UPDATE consents c SET withdrawn_at = now(), withdrawn_channel = 'desk', withdrawn_by = walls.person(),
      withdrawn_in = walls.tenant(), withdrawn_evidence = an_evidence
    WHERE c.id = standing.id RETURNING c.id INTO ended;
  IF NOT given THEN consent := ended; RETURN; END IF;
  INSERT INTO consents AS c (person_id, purpose, text_version, channel, recorded_by, recorded_in, evidence)
    VALUES (whose, a_purpose, version, 'desk', walls.person(), walls.tenant(), an_evidence) RETURNING c.id INTO consent;
END $$
"""
"""A clerk has seen the signed paper, or has read the text out and heard the answer. Nobody's own, and not for a child, for
whom the guardian answers. Gives the consent that was given or ended by it, NULL where nothing has changed.
"""

DESK_OF = f"""
CREATE FUNCTION engine.desk_of_consent(asked uuid, OUT name text, OUT city_ko text, OUT city_en text, OUT end_name text,
    OUT end_city_ko text, OUT end_city_en text) STABLE {HEADER} AS $$
BEGIN
  IF walls.person() IS NULL OR walls.scope() <> 'person' THEN
    RAISE insufficient_privilege USING MESSAGE = 'nobody is signed in';
  END IF;
  SELECT p.name, t.name_ko, t.name_en, e.name, u.name_ko, u.name_en INTO name, city_ko, city_en, end_name, end_city_ko, end_city_en
    FROM consents c LEFT JOIN people p ON p.id = c.recorded_by LEFT JOIN tenants t ON t.id = c.recorded_in
      LEFT JOIN people e ON e.id = c.withdrawn_by LEFT JOIN tenants u ON u.id = c.withdrawn_in
    WHERE c.id = asked AND c.person_id = ANY (walls.people());
END $$
"""
"""Who recorded one's own consent, and its withdrawal, and in which city."""

TEXT_OF = f"""
CREATE FUNCTION engine.text_of_consent(asked uuid, OUT purpose text, OUT text_version text) STABLE {HEADER} AS $$
BEGIN
  IF walls.scope() <> 'job' THEN RAISE insufficient_privilege USING MESSAGE = 'jobs only'; END IF;
  SELECT c.purpose, c.text_version INTO purpose, text_version FROM consents c
    WHERE c.id = asked AND c.person_id = ANY (engine.ids_of(walls.person()));
END $$
"""
"""For the job that writes to the person about their consent: which text it was given to."""

KEEPING = f"""
CREATE FUNCTION engine.cities_keeping(who uuid, meeting text) RETURNS SETOF uuid STABLE {HEADER} AS $$
BEGIN
  IF NOT ({AT_THE_DESK}) THEN RAISE insufficient_privilege USING MESSAGE = 'only a desk asks'; END IF;
  IF NOT engine.known_at_desk(who, meeting) THEN RETURN; END IF;
  RETURN QUERY SELECT DISTINCT c.tenant_id FROM completions c WHERE c.person_id = ANY (engine.ids_of(who));
END $$
"""
"""Which cities have closed a course of somebody at the desk: each of them looks itself what enters the one history."""

CLOSE = f"""
CREATE FUNCTION engine.close_representation(held representations, city uuid, OUT given_back integer, OUT kept integer)
{HEADER} AS $$
DECLARE theirs uuid[]; one record;
BEGIN
  given_back := 0; kept := 0;
  IF held.ended_at IS NOT NULL THEN RETURN; END IF;
  SELECT engine.ids_of(coalesce(p.merged_into, p.id)) INTO theirs FROM people p WHERE p.id = held.person_id;
  UPDATE representations r SET ended_at = now(), ended_by = walls.person()
    WHERE r.ended_at IS NULL AND r.kind = held.kind AND r.person_id = ANY (theirs)
      AND r.representative_id IN (SELECT unnest(engine.ids_of(coalesce(p.merged_into, p.id))) FROM people p
                                  WHERE p.id = held.representative_id);
  IF held.kind = 'helper' THEN RETURN; END IF;
  UPDATE takeover_codes SET expires_at = now() WHERE person_id = ANY (theirs) AND made_by = held.representative_id
    AND used_at IS NULL AND expires_at > now();
  UPDATE consents SET withdrawn_at = now(), withdrawn_channel = CASE WHEN city IS NOT NULL THEN 'desk' END,
      withdrawn_by = CASE WHEN city IS NOT NULL THEN walls.person() END, withdrawn_in = city,
      withdrawn_evidence = CASE WHEN city IS NOT NULL THEN 'paper' END
    WHERE person_id = ANY (theirs) AND given_by = held.representative_id AND withdrawn_at IS NULL;
  IF (SELECT walls.own_from(p.birth_date) <= walls.today() FROM people p WHERE p.id = held.person_id)
     OR EXISTS (SELECT FROM representations r WHERE r.person_id = ANY (theirs) AND r.kind = 'guardian' AND {STANDS}) THEN
    RETURN;
  END IF;
  UPDATE sessions SET ended_at = now(), id_token = NULL WHERE person_id = ANY (theirs) AND ended_at IS NULL;
  DELETE FROM tickets WHERE person_id = ANY (theirs);
  FOR one IN
    SELECT a.tenant_id, a.id, a.run_id, r.starts_on FROM applications a
      JOIN runs r ON r.tenant_id = a.tenant_id AND r.id = a.run_id
    WHERE a.person_id = ANY (theirs) AND a.state <> 'cancelled' AND r.cancelled_at IS NULL AND r.settled_at IS NULL
      AND r.ends_on >= walls.today() ORDER BY a.run_id
  LOOP
    IF one.starts_on > walls.today() THEN
      PERFORM engine.give_back(one.tenant_id, one.id, walls.person());
      given_back := given_back + 1;
    ELSE kept := kept + 1; END IF;
  END LOOP;
END $$
"""
"""What engine.end_representation did after it had looked who asks; `city` where its desk does it."""
END_REPRESENTATION = """
CREATE OR REPLACE FUNCTION engine.end_representation(asked uuid, OUT refusal text, OUT given_back integer, OUT kept integer)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE held representations;
BEGIN
  IF walls.person() IS NULL OR walls.scope() <> 'person' THEN
    RAISE insufficient_privilege USING MESSAGE = 'nobody is signed in';
  END IF;
  SELECT r.* INTO held FROM representations r WHERE r.id = asked AND (r.representative_id = ANY (walls.people())
    OR r.vouched_by = ANY (walls.people()) OR (r.person_id = ANY (walls.people()) AND r.kind = 'helper')) FOR UPDATE;
  IF held.id IS NULL THEN refusal := 'not-found'; RETURN; END IF;
  SELECT c.given_back, c.kept INTO given_back, kept FROM engine.close_representation(held, NULL) c;
END $$
"""
"""As before, with what follows in a function of its own."""

KNOWN_HERE = """
    (EXISTS (SELECT FROM applications a WHERE a.person_id = r.person_id AND a.tenant_id = walls.tenant())
     OR (r.recorded_in = walls.tenant() AND EXISTS (SELECT FROM guardian_requests q
         WHERE q.person_id = r.representative_id AND q.reference = a_reference AND q.settled_at = r.begun_at)))
"""
"""That the child of a row of `representations r` learns here, or was registered at this desk under the number that is said."""
GUARDIANS_AT_DESK = f"""
CREATE FUNCTION engine.guardians_at_desk(child uuid, a_reference text) RETURNS TABLE (
    id uuid, guardian_id uuid, guardian text, child_id uuid, child_name text, birth_date date, begun_at timestamptz)
STABLE {HEADER} AS $$
#variable_conflict use_column
BEGIN
  IF NOT ({OF_FAMILIES}) THEN RAISE insufficient_privilege USING MESSAGE = 'only a desk asks for guardians'; END IF;
  RETURN QUERY SELECT r.id, g.id, g.name, c.id, c.name, c.birth_date, r.begun_at
    FROM representations r JOIN people g ON g.id = r.representative_id JOIN people c ON c.id = r.person_id
    WHERE r.kind = 'guardian' AND {STANDS} AND {KNOWN_HERE} AND (r.person_id = child OR (child IS NULL AND EXISTS (
        SELECT FROM guardian_requests q WHERE q.person_id = r.representative_id AND q.reference = a_reference
          AND q.settled_at = r.begun_at)))
    ORDER BY r.begun_at;
END $$
"""
"""The guardians of a child who applied in this city, or the one behind the number of a registration at this city's desk."""
END_GUARDIANSHIP = f"""
CREATE FUNCTION engine.end_guardianship_at_desk(asked uuid, a_reference text, seen boolean, OUT refusal text,
    OUT given_back integer, OUT kept integer) {HEADER} AS $$
DECLARE held representations; told text;
BEGIN
  IF NOT ({OF_FAMILIES}) THEN RAISE insufficient_privilege USING MESSAGE = 'only a desk ends guardianships'; END IF;
  SELECT r.* INTO held FROM representations r WHERE r.id = asked AND r.kind = 'guardian' AND {KNOWN_HERE} FOR UPDATE;
  refusal := CASE WHEN held.id IS NULL THEN 'not-found'
    WHEN engine.ids_of(walls.person()) && ARRAY[held.representative_id, held.person_id] THEN 'own'
    WHEN held.ended_at IS NOT NULL THEN 'ended' WHEN NOT seen THEN 'unseen' END;
  IF refusal IS NOT NULL THEN RETURN; END IF;
  SELECT c.given_back, c.kept INTO given_back, kept FROM engine.close_representation(held, walls.tenant()) c;
  SELECT p.name INTO told FROM people p WHERE p.id = held.person_id;
  INSERT INTO messages (tenant_id, person_id, about, kind, details)
    VALUES (walls.tenant(), held.representative_id, held.id, 'families.ended-at-desk',
            jsonb_build_object('child', told, 'given_back', given_back::text, 'kept', kept::text))
    ON CONFLICT DO NOTHING;
END $$
"""
"""A guardian has come with a document and takes the consent back; the same follows as when they do it themselves."""

PROVE_WHOM_MET = {
    "born date)\n RETURNS text": "born date, meeting text)\n RETURNS text",
    "AND NOT EXISTS (SELECT FROM questions q WHERE q.person_id = whom AND q.tenant_id = city)":
        "AND NOT EXISTS (SELECT FROM questions q WHERE q.person_id = whom AND q.tenant_id = city)"
        " AND NOT engine.known_at_desk(whom, meeting)",
}  # fmt: skip

FUNCTIONS = {
    "engine.consents_at_desk(uuid, text)": CONSENTS_AT_DESK,
    "engine.consent_at_desk(uuid, text, text, boolean, text, text)": CONSENT_AT_DESK,
    "engine.desk_of_consent(uuid)": DESK_OF,
    "engine.text_of_consent(uuid)": TEXT_OF,
    "engine.cities_keeping(uuid, text)": KEEPING,
    "engine.guardians_at_desk(uuid, text)": GUARDIANS_AT_DESK,
    "engine.end_guardianship_at_desk(uuid, text, boolean)": END_GUARDIANSHIP,
}


def upgrade() -> None:
    op.execute("""
        ALTER TABLE consents
            ADD recorded_in uuid REFERENCES tenants (id), ADD evidence text CHECK (evidence IN ('paper', 'oral')),
            ADD withdrawn_by uuid REFERENCES people (id), ADD withdrawn_in uuid REFERENCES tenants (id),
            ADD withdrawn_evidence text CHECK (withdrawn_evidence IN ('paper', 'oral')),
            ADD CONSTRAINT consents_desk CHECK ((channel = 'desk') = (recorded_in IS NOT NULL AND evidence IS NOT NULL)),
            ADD CONSTRAINT consents_withdrawn_at_desk CHECK ((withdrawn_channel IS NOT DISTINCT FROM 'desk') =
                (withdrawn_by IS NOT NULL AND withdrawn_in IS NOT NULL AND withdrawn_evidence IS NOT NULL))
    """)
    op.execute("CREATE INDEX consents_withdrawn_by ON consents (withdrawn_by) WHERE withdrawn_by IS NOT NULL")
    engine_function(CLOSE, signature="engine.close_representation(representations, uuid)", callers=())
    for signature, source in FUNCTIONS.items():
        engine_function(source, signature=signature)
    op.execute("SET LOCAL ROLE maru_engine")
    op.execute(END_REPRESENTATION)
    op.execute("RESET ROLE")
    prove_whom_the_desk_met()


def prove_whom_the_desk_met() -> None:
    """Whoever stands at the desk just now may be proven there too, also before they apply for anything."""
    former, signature = (
        "engine.prove_at_desk(uuid, text, text, date)",
        "engine.prove_at_desk(uuid, text, text, date, text)",
    )
    asked = sa.text("SELECT pg_get_functiondef(CAST(:signature AS regprocedure))")
    source = str(op.get_bind().execute(asked, {"signature": former}).scalar_one())
    for before, after in PROVE_WHOM_MET.items():
        if source.count(before) != 1:
            raise LookupError(f"{former} has {source.count(before)} places that read {before!r}")
        source = source.replace(before, after)
    op.execute(f"DROP FUNCTION {former}")
    op.execute("SET LOCAL ROLE maru_engine")
    op.get_bind().exec_driver_sql(source, execution_options={"no_parameters": True})
    op.execute(f"REVOKE ALL ON FUNCTION {signature} FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION {signature} TO {APP}")
    op.execute("RESET ROLE")
