"""One human, one ID: verified identities with the CI apart, and IDs that turn out to be of one human (PRV-03, PRV-06).

No row ever changes whose it is. A merge says that two IDs are one human's, and what is read for one is read for both; when
the merge ends, everything is where it was.
"""

from alembic import op
from walls import ENGINE, OWN, PROVINCE, door, engine_function, set_once, wall

revision = "0033"
down_revision = "0032"

HEADER = "LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp"
MERGING_ROLES = "ARRAY['province_admin', 'privacy_officer']"
MAY_MERGE = f"""
    walls.scope() = 'province' AND EXISTS (SELECT FROM role_grants g WHERE g.person_id = walls.person()
      AND g.tenant_id IS NULL AND g.role = ANY ({MERGING_ROLES}) AND g.ended_at IS NULL)
"""
SEES_MERGES = f"""
    {PROVINCE} AND (SELECT EXISTS (SELECT FROM role_grants AS g WHERE g.person_id = (SELECT walls.person())
      AND g.tenant_id IS NULL AND g.role = ANY ({MERGING_ROLES} || 'auditor'::text) AND g.ended_at IS NULL))
"""

IDS_OF = """
CREATE FUNCTION engine.ids_of(person uuid) RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT CASE WHEN person IS NULL THEN '{}'::uuid[]
    ELSE coalesce((SELECT p.id || p.aliases FROM people p WHERE p.id = person), ARRAY[person]) END
$$
"""
"""Under which IDs the rows of a person stand: their own, then those merged into it."""

RECOGNISE = f"""
CREATE OR REPLACE FUNCTION engine.recognise(a_subject text, a_username text, a_name text, an_email text) RETURNS uuid
{HEADER} AS $$
DECLARE
  known people;
  called text := nullif(a_username, '');
  named text := nullif(a_name, '');
  mail text := nullif(an_email, '');
BEGIN
  UPDATE people p SET username = NULL WHERE p.username = called AND p.subject IS DISTINCT FROM a_subject;
  SELECT p.* INTO known FROM people p WHERE p.subject = a_subject;
  IF known.id IS NULL THEN
    INSERT INTO people (subject, username, name, email) VALUES (a_subject, called, coalesce(named, called, a_subject), mail)
      ON CONFLICT (subject) DO UPDATE SET subject = excluded.subject RETURNING id INTO known.id;
  ELSE
    IF known.verified_at IS NOT NULL THEN named := known.name; END IF;
    UPDATE people p
      SET username = coalesce(called, p.username), name = coalesce(named, p.name), email = coalesce(mail, p.email)
      WHERE p.id = known.id AND (p.username, p.name, p.email)
        IS DISTINCT FROM (coalesce(called, p.username), coalesce(named, p.name), coalesce(mail, p.email));
  END IF;
  RETURN coalesce(known.merged_into, known.id);
END $$
"""
"""As before; who signs in with the account of a merged ID is the person that it was merged into."""

END_ELSEWHERE = f"""
CREATE OR REPLACE FUNCTION engine.end_elsewhere(who text, at_provider text, told_at timestamptz) RETURNS integer {HEADER} AS $$
DECLARE person uuid; ended integer;
BEGIN
  SELECT coalesce(p.merged_into, p.id) INTO person FROM people p WHERE p.subject = who;
  IF person IS NULL THEN RETURN 0; END IF;
  -- whatever began later is not meant, however late the word comes, or comes again
  DELETE FROM tickets t WHERE t.person_id = person AND t.expires_at <= told_at + interval '60 seconds'
    AND (at_provider IS NULL OR t.identity_session = at_provider);
  UPDATE sessions s SET ended_at = now(), id_token = NULL
    WHERE s.person_id = person AND s.ended_at IS NULL AND s.created_at <= told_at
      AND (at_provider IS NULL OR s.identity_session = at_provider);
  GET DIAGNOSTICS ended = ROW_COUNT;
  RETURN ended;
END $$
"""

REGROUP = f"""
CREATE FUNCTION engine.regroup(members uuid[]) RETURNS void {HEADER} AS $$
BEGIN
  PERFORM FROM people p WHERE p.id = ANY (members) ORDER BY p.id FOR UPDATE;
  WITH RECURSIVE up (id, top) AS (
    SELECT m, m FROM unnest(members) m
    UNION ALL
    SELECT up.id, m.kept_id FROM up JOIN merges m ON m.merged_id = up.top AND m.approved_at IS NOT NULL AND m.ended_at IS NULL),
  tops AS (
    SELECT up.id, up.top FROM up
    WHERE NOT EXISTS (SELECT FROM merges m WHERE m.merged_id = up.top AND m.approved_at IS NOT NULL AND m.ended_at IS NULL))
  UPDATE people p SET merged_into = nullif(t.top, t.id),
      aliases = coalesce((SELECT array_agg(o.id ORDER BY o.id) FROM tops o WHERE o.top = t.id AND o.id <> t.id), '{{}}')
    FROM tops t WHERE t.id = p.id;
  DELETE FROM tickets t WHERE t.person_id = ANY (members);
  UPDATE sessions s SET ended_at = now(), id_token = NULL WHERE s.person_id = ANY (members) AND s.ended_at IS NULL
    AND s.person_id IS DISTINCT FROM walls.person();
END $$
"""
"""Who is who among people whose merges have changed, from the merges that stand. All of them sign in anew, but for the
person who did it and whose own session goes on.
"""

JOIN_PEOPLE = f"""
CREATE FUNCTION engine.join_people(merge uuid) RETURNS text {HEADER} AS $$
DECLARE asked merges;
BEGIN
  SELECT m.* INTO asked FROM merges m WHERE m.id = merge FOR UPDATE;
  PERFORM FROM people p WHERE p.id IN (asked.kept_id, asked.merged_id) ORDER BY p.id FOR UPDATE;
  IF EXISTS (SELECT FROM people p WHERE p.id IN (asked.kept_id, asked.merged_id) AND p.merged_into IS NOT NULL) THEN
    RETURN 'merged-already';
  END IF;
  IF EXISTS (SELECT FROM role_grants g WHERE g.person_id = asked.merged_id AND g.ended_at IS NULL) THEN RETURN 'staff'; END IF;
  IF EXISTS (SELECT FROM cis k JOIN cis o ON o.ci_hash <> k.ci_hash
             WHERE k.person_id IN (SELECT unnest(p.id || p.aliases) FROM people p WHERE p.id = asked.kept_id)
               AND o.person_id IN (SELECT unnest(p.id || p.aliases) FROM people p WHERE p.id = asked.merged_id)) THEN
    RETURN 'two-identities';
  END IF;
  RETURN NULL;
END $$
"""
"""Why two IDs cannot be one, with both of them locked: one is merged already, staff would carry roles along, or two
identity checks have shown two humans.
"""

APPROVE_MERGE = f"""
CREATE FUNCTION engine.approve_merge(asked uuid) RETURNS text {HEADER} AS $$
DECLARE merge merges; refusal text;
BEGIN
  IF NOT ({MAY_MERGE}) THEN RAISE insufficient_privilege USING MESSAGE = 'not for this role'; END IF;
  SELECT m.* INTO merge FROM merges m WHERE m.id = asked FOR UPDATE;
  IF NOT FOUND THEN RETURN 'not-found'; END IF;
  IF merge.approved_at IS NOT NULL OR merge.ended_at IS NOT NULL THEN RETURN 'decided'; END IF;
  IF merge.asked_by = walls.person() THEN RETURN 'own'; END IF;
  IF merge.asked_at < now() - make_interval(days => (SELECT l.value FROM limits l
      WHERE l.name = 'merge-waits-days' AND l.valid @> walls.today())) THEN RETURN 'too-old'; END IF;
  refusal := engine.join_people(asked);
  IF refusal IS NOT NULL THEN RETURN refusal; END IF;
  UPDATE merges SET approved_by = walls.person(), approved_at = now() WHERE id = asked;
  UPDATE likenesses SET decision = 'same', decided_by = walls.person(), decided_at = now()
    WHERE person_id = least(merge.kept_id, merge.merged_id) AND other_id = greatest(merge.kept_id, merge.merged_id);
  PERFORM engine.regroup((SELECT array_agg(DISTINCT i) FROM people p, unnest(p.id || p.aliases) i
                          WHERE p.id IN (merge.kept_id, merge.merged_id)));
  RETURN NULL;
END $$
"""
"""The second of two members of staff says yes; who asked cannot."""

MERGE_OWN = f"""
CREATE FUNCTION engine.merge_own(other uuid, OUT refusal text, OUT merge uuid) {HEADER} AS $$
DECLARE who uuid := walls.person();
BEGIN
  IF who IS NULL OR walls.scope() <> 'person' THEN RAISE insufficient_privilege USING MESSAGE = 'a person only'; END IF;
  UPDATE likenesses l SET decision = 'same', decided_by = who, decided_at = now()
    WHERE l.person_id = least(who, other) AND l.other_id = greatest(who, other) AND l.rule = 'ci' AND l.proven_by = who
      AND l.decision IS NULL AND l.found_at > now() - interval '30 minutes';
  IF NOT FOUND THEN refusal := 'not-proven'; RETURN; END IF;
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
  UPDATE merges SET approved_by = who, approved_at = now() WHERE id = merge;
  PERFORM engine.regroup((SELECT array_agg(DISTINCT i) FROM people p, unnest(p.id || p.aliases) i WHERE p.id IN (who, other)));
  UPDATE people k SET name = o.name, birth_date = o.birth_date, phone = o.phone, verified_at = o.verified_at
    FROM people o WHERE k.id = who AND o.id = other AND k.verified_at IS NULL AND o.verified_at IS NOT NULL;
END $$
"""
"""Somebody whose identity was just checked and found under another ID takes that ID into the one they are using."""

END_MERGE = f"""
CREATE FUNCTION engine.end_merge(asked uuid, why text) RETURNS text {HEADER} AS $$
DECLARE merge merges;
BEGIN
  IF NOT ({MAY_MERGE}) THEN RAISE insufficient_privilege USING MESSAGE = 'not for this role'; END IF;
  SELECT m.* INTO merge FROM merges m WHERE m.id = asked FOR UPDATE;
  IF NOT FOUND THEN RETURN 'not-found'; END IF;
  IF merge.ended_at IS NOT NULL THEN RETURN 'decided'; END IF;
  UPDATE merges SET ended_at = now(), ended_by = walls.person(), end_reason = why WHERE id = asked;
  IF merge.approved_at IS NOT NULL THEN
    PERFORM engine.regroup((SELECT array_agg(DISTINCT i) FROM people k JOIN people p ON p.id = coalesce(k.merged_into, k.id),
                            unnest(p.id || p.aliases) i WHERE k.id IN (merge.kept_id, merge.merged_id)));
    UPDATE likenesses SET decision = 'different', decided_by = walls.person(), decided_at = now()
      WHERE person_id = least(merge.kept_id, merge.merged_id) AND other_id = greatest(merge.kept_id, merge.merged_id);
  END IF;
  RETURN NULL;
END $$
"""
"""Takes a merge back, or a request for one. Every row is where it was, for none was moved."""

PROVE = f"""
CREATE FUNCTION engine.prove(hash bytea, sealed bytea, key text, by_agency text, a_name text, born date, a_phone text,
    OUT outcome text, OUT other uuid)
{HEADER} AS $$
DECLARE who uuid := walls.person(); mine uuid[];
BEGIN
  IF who IS NULL OR walls.scope() <> 'person' THEN RAISE insufficient_privilege USING MESSAGE = 'a person only'; END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended(encode(hash, 'hex'), 0));
  mine := engine.ids_of(who);
  IF EXISTS (SELECT FROM cis c WHERE c.person_id = ANY (mine) AND c.ci_hash <> hash) THEN outcome := 'other-human'; RETURN; END IF;
  SELECT coalesce(p.merged_into, p.id) INTO other FROM cis c JOIN people p ON p.id = c.person_id
    WHERE c.ci_hash = hash AND c.person_id <> ALL (mine);
  IF other IS NOT NULL THEN
    INSERT INTO likenesses (person_id, other_id, rule, proven_by)
      VALUES (least(who, other), greatest(who, other), 'ci', who)
      ON CONFLICT (person_id, other_id) DO UPDATE SET rule = 'ci', found_at = now(), proven_by = who,
        decision = NULL, decided_by = NULL, decided_at = NULL;
    outcome := 'has-an-id';
    RETURN;
  END IF;
  INSERT INTO cis (person_id, ci_hash, ci_sealed, key_id, agency) VALUES (who, hash, sealed, key, by_agency)
    ON CONFLICT (ci_hash) DO UPDATE SET ci_sealed = sealed, key_id = key, agency = by_agency, received_at = now();
  UPDATE people p SET name = a_name, birth_date = born, phone = coalesce(a_phone, p.phone), verified_at = now() WHERE p.id = who;
  INSERT INTO verifications (person_id, method, agency) VALUES (who, 'agency', by_agency);
  outcome := 'verified';
END $$
"""
"""What an identity agency says about the signed-in person (PRV-01 to PRV-03). The CI is kept for one ID only: where
another one has it already, both are noted as one human's, and nothing is joined.
"""

PROVE_AT_DESK = f"""
CREATE FUNCTION engine.prove_at_desk(whom uuid, paper text, a_name text, born date) RETURNS text {HEADER} AS $$
DECLARE city uuid := walls.tenant();
BEGIN
  IF walls.scope() <> 'staff' OR NOT EXISTS (SELECT FROM role_grants g WHERE g.person_id = walls.person()
      AND g.tenant_id = city AND g.role IN ('city_admin', 'desk_clerk') AND g.ended_at IS NULL) THEN
    RAISE insufficient_privilege USING MESSAGE = 'the desk only';
  END IF;
  IF whom = walls.person() THEN RETURN 'own'; END IF;
  IF NOT EXISTS (SELECT FROM applications a WHERE a.person_id = whom AND a.tenant_id = city)
     AND NOT EXISTS (SELECT FROM questions q WHERE q.person_id = whom AND q.tenant_id = city) THEN RETURN 'not-found'; END IF;
  IF EXISTS (SELECT FROM cis c WHERE c.person_id = ANY (engine.ids_of(whom))) THEN RETURN 'agency-said'; END IF;
  INSERT INTO verifications (person_id, method, document, tenant_id, verified_by)
    VALUES (whom, 'document', paper, city, walls.person());
  UPDATE people p SET name = a_name, birth_date = born, verified_at = now() WHERE p.id = whom;
  RETURN NULL;
END $$
"""
"""The desk has looked at a document of somebody who learns here. Nothing of the paper is kept but its kind (PRV-04, 05)."""

BEGIN_PROOF = f"""
CREATE FUNCTION engine.begin_proof(hash bytea, by_agency text, back text) RETURNS boolean {HEADER} AS $$
DECLARE who uuid := walls.person();
BEGIN
  IF who IS NULL OR walls.scope() <> 'person' THEN RAISE insufficient_privilege USING MESSAGE = 'a person only'; END IF;
  DELETE FROM proof_requests r WHERE r.expires_at < now();
  IF (SELECT count(*) FROM proof_requests r WHERE r.person_id = who) >=
     (SELECT l.value FROM limits l WHERE l.name = 'proofs-begun-per-quarter-hour' AND l.valid @> walls.today()) THEN RETURN false; END IF;
  INSERT INTO proof_requests (number_hash, person_id, agency, return_to, expires_at)
    VALUES (hash, who, by_agency, back, now() + interval '15 minutes');
  RETURN true;
END $$
"""
TAKE_PROOF = f"""
CREATE FUNCTION engine.take_proof(hash bytea, by_agency text, OUT return_to text) {HEADER} AS $$
BEGIN
  IF walls.person() IS NULL OR walls.scope() <> 'person' THEN
    RAISE insufficient_privilege USING MESSAGE = 'a person only';
  END IF;
  UPDATE proof_requests r SET used_at = now() WHERE r.number_hash = hash AND r.person_id = walls.person()
    AND r.agency = by_agency AND r.expires_at > now() AND r.used_at IS NULL RETURNING r.return_to INTO return_to;
END $$
"""
"""An answer is taken once, by the person who asked, from the agency that was asked."""

FIND_LIKENESSES = f"""
CREATE FUNCTION engine.find_likenesses(since timestamptz) RETURNS integer {HEADER} AS $$
DECLARE found integer;
BEGIN
  IF walls.scope() <> 'job' THEN RAISE insufficient_privilege USING MESSAGE = 'jobs only'; END IF;
  INSERT INTO likenesses (person_id, other_id, rule)
    SELECT DISTINCT ON (least(a.id, b.id), greatest(a.id, b.id)) least(a.id, b.id), greatest(a.id, b.id),
        CASE WHEN walls.same_phone(a.phone, b.phone) AND walls.plain_name(a.name) = walls.plain_name(b.name) THEN 'name-birth-phone'
             WHEN lower(a.email) = lower(b.email) AND walls.plain_name(a.name) = walls.plain_name(b.name) THEN 'name-birth-email'
             WHEN walls.same_phone(a.phone, b.phone) THEN 'birth-phone'
             ELSE 'name-birth' END
      FROM people a JOIN people b ON b.birth_date = a.birth_date AND b.id <> a.id
      WHERE a.created_at >= since AND a.merged_into IS NULL AND b.merged_into IS NULL
        AND (walls.plain_name(a.name) = walls.plain_name(b.name) OR walls.same_phone(a.phone, b.phone))
        AND NOT EXISTS (SELECT FROM cis c JOIN cis d ON d.ci_hash <> c.ci_hash WHERE c.person_id = a.id AND d.person_id = b.id)
    ON CONFLICT (person_id, other_id) DO NOTHING;
  GET DIAGNOSTICS found = ROW_COUNT;
  RETURN found;
END $$
"""
"""Pairs of IDs that may be one human's, among those made since and all others. Proposed, never joined."""

SAME_AS_ME = f"""
CREATE FUNCTION engine.same_as_me(OUT other uuid, OUT made_at timestamptz, OUT applications bigint, OUT lines bigint) {HEADER} AS $$
BEGIN
  IF walls.person() IS NULL OR walls.scope() <> 'person' THEN RETURN; END IF;
  SELECT p.id, p.created_at INTO other, made_at FROM likenesses l
    JOIN people p ON p.id = CASE WHEN l.person_id = walls.person() THEN l.other_id ELSE l.person_id END
    WHERE walls.person() IN (l.person_id, l.other_id) AND l.rule = 'ci' AND l.proven_by = walls.person()
      AND l.decision IS NULL AND l.found_at > now() - interval '30 minutes'
    ORDER BY l.found_at DESC LIMIT 1;
  SELECT count(*) INTO applications FROM applications a WHERE a.person_id = ANY (engine.ids_of(other));
  SELECT count(*) INTO lines FROM records r WHERE r.person_id = ANY (engine.ids_of(other));
END $$
"""
"""The ID that an identity check has just shown to be the signed-in person's too: since when, and how much stands under it."""

COMPARED = f"""
CREATE FUNCTION engine.compared(asked uuid[]) RETURNS TABLE (id uuid, name text, birth_date date, email text, phone text,
    has_account boolean, verified_at timestamptz, created_at timestamptz, applications bigint, lines bigint, staff boolean)
{HEADER} AS $$
#variable_conflict use_column
BEGIN
  IF NOT (walls.scope() = 'province' AND EXISTS (SELECT FROM role_grants g WHERE g.person_id = walls.person()
      AND g.tenant_id IS NULL AND g.role = ANY ({MERGING_ROLES} || 'auditor'::text) AND g.ended_at IS NULL)) THEN RETURN; END IF;
  RETURN QUERY SELECT p.id, p.name, p.birth_date, p.email, p.phone, p.subject IS NOT NULL, p.verified_at, p.created_at,
      (SELECT count(*) FROM applications a WHERE a.person_id = p.id), (SELECT count(*) FROM records r WHERE r.person_id = p.id),
      EXISTS (SELECT FROM role_grants g WHERE g.person_id = p.id AND g.ended_at IS NULL)
    FROM people p WHERE p.id = ANY (asked)
      AND (EXISTS (SELECT FROM likenesses l WHERE p.id IN (l.person_id, l.other_id))
        OR EXISTS (SELECT FROM merges m WHERE p.id IN (m.kept_id, m.merged_id)));
END $$
"""
"""People of whom a likeness or a merge speaks, for those who decide about them. Nobody else."""

PLAIN_NAME = """
CREATE FUNCTION walls.plain_name(name text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = public, pg_temp AS $$
  SELECT lower(regexp_replace(normalize(name, NFKC), '[[:space:]·.,-]', '', 'g'))
$$
"""
SAME_PHONE = """
CREATE FUNCTION walls.same_phone(one text, other text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = public, pg_temp AS $$
  SELECT right(regexp_replace(one, '[^0-9]', '', 'g'), 10) = right(regexp_replace(other, '[^0-9]', '', 'g'), 10)
    AND length(regexp_replace(one, '[^0-9]', '', 'g')) >= 9
$$
"""


def upgrade() -> None:
    op.execute("""
        ALTER TABLE people ADD merged_into uuid REFERENCES people (id), ADD aliases uuid[] NOT NULL DEFAULT '{}',
            ADD CHECK (merged_into <> id), ADD CHECK (id <> ALL (aliases))
    """)
    op.execute("CREATE INDEX people_merged ON people (merged_into) WHERE merged_into IS NOT NULL")
    op.execute("CREATE INDEX people_born ON people (birth_date) WHERE birth_date IS NOT NULL")
    engine_function(IDS_OF, signature="engine.ids_of(uuid)")
    op.execute("""
        CREATE FUNCTION walls.people() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE
          RETURN coalesce(nullif(current_setting('maru.people', true), '')::uuid[], engine.ids_of(walls.person()))
    """)
    op.execute("REVOKE ALL ON FUNCTION walls.people() FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION walls.people() TO maru_app, maru_engine")
    for helper, signature in ((PLAIN_NAME, "walls.plain_name(text)"), (SAME_PHONE, "walls.same_phone(text, text)")):
        op.execute(helper)
        op.execute(f"REVOKE ALL ON FUNCTION {signature} FROM PUBLIC")
        op.execute(f"GRANT EXECUTE ON FUNCTION {signature} TO {ENGINE}")
    proofs()
    merges()
    under_all_ids()
    functions()
    op.execute("""
        INSERT INTO limits (name, valid, value) VALUES
            ('merge-waits-days', '[2026-01-01,)', 14), ('proofs-begun-per-quarter-hour', '[2026-01-01,)', 5)
    """)


def proofs() -> None:
    """What identity checks said; the CI stands apart, where only the engine reads (PRV-03)."""
    op.execute("""
        CREATE TABLE verifications (
            id uuid PRIMARY KEY DEFAULT uuidv7(), person_id uuid NOT NULL REFERENCES people (id),
            method text NOT NULL CHECK (method IN ('agency', 'document')), agency text, document text,
            tenant_id uuid REFERENCES tenants (id), verified_by uuid REFERENCES people (id),
            verified_at timestamptz NOT NULL DEFAULT now(),
            CHECK ((method = 'agency') = (agency IS NOT NULL)),
            CHECK ((method = 'document') = (document IS NOT NULL AND tenant_id IS NOT NULL AND verified_by IS NOT NULL)))
    """)
    op.execute("CREATE INDEX verifications_person ON verifications (person_id)")
    wall("verifications", to_app="SELECT", to_engine="SELECT, INSERT")
    door("verifications", "own", "SELECT", OWN)
    door(
        "verifications",
        "office_reads",
        "SELECT",
        "tenant_id = (SELECT walls.tenant()) AND (SELECT walls.scope()) = 'staff'",
    )
    op.execute("""
        CREATE TABLE cis (
            person_id uuid PRIMARY KEY REFERENCES people (id), ci_hash bytea NOT NULL UNIQUE, ci_sealed bytea NOT NULL,
            key_id text NOT NULL, agency text NOT NULL, received_at timestamptz NOT NULL DEFAULT now())
    """)
    wall("cis", to_engine="SELECT, INSERT, UPDATE")
    op.execute("""
        CREATE TABLE proof_requests (
            number_hash bytea PRIMARY KEY, person_id uuid NOT NULL REFERENCES people (id), agency text NOT NULL,
            return_to text NOT NULL, expires_at timestamptz NOT NULL, used_at timestamptz)
    """)
    op.execute("CREATE INDEX proof_requests_person ON proof_requests (person_id)")
    wall("proof_requests")


def merges() -> None:
    op.execute("""
        CREATE TABLE likenesses (
            id uuid PRIMARY KEY DEFAULT uuidv7(),
            person_id uuid NOT NULL REFERENCES people (id), other_id uuid NOT NULL REFERENCES people (id),
            rule text NOT NULL CHECK (rule IN ('ci', 'name-birth-phone', 'name-birth-email', 'birth-phone', 'name-birth')),
            found_at timestamptz NOT NULL DEFAULT now(), proven_by uuid REFERENCES people (id),
            decision text CHECK (decision IN ('same', 'different')), decided_by uuid REFERENCES people (id),
            decided_at timestamptz,
            UNIQUE (person_id, other_id), CHECK (person_id < other_id),
            CHECK ((decision IS NULL) = (decided_at IS NULL) AND (decision IS NULL) = (decided_by IS NULL)))
    """)
    op.execute("CREATE INDEX likenesses_open ON likenesses (found_at) WHERE decision IS NULL")
    wall("likenesses", to_app="SELECT", to_engine="SELECT, INSERT, UPDATE")
    op.execute("GRANT UPDATE (decision, decided_by, decided_at) ON likenesses TO maru_app")
    door("likenesses", "province_reads", "SELECT", SEES_MERGES)
    door(
        "likenesses", "province_decides", "UPDATE", f"{SEES_MERGES} AND decision IS NULL",
        f"{SEES_MERGES} AND decision = 'different' AND decided_by = (SELECT walls.person())",
    )  # fmt: skip
    op.execute("""
        CREATE TABLE merges (
            id uuid PRIMARY KEY DEFAULT uuidv7(),
            kept_id uuid NOT NULL REFERENCES people (id), merged_id uuid NOT NULL REFERENCES people (id),
            reason text NOT NULL CHECK (reason <> ''), by_person boolean NOT NULL DEFAULT false,
            asked_by uuid NOT NULL REFERENCES people (id), asked_at timestamptz NOT NULL DEFAULT now(),
            approved_by uuid REFERENCES people (id), approved_at timestamptz,
            ended_by uuid REFERENCES people (id), ended_at timestamptz, end_reason text NOT NULL DEFAULT '',
            CHECK (kept_id <> merged_id),
            CHECK ((approved_by IS NULL) = (approved_at IS NULL)),
            CHECK (CASE WHEN by_person THEN asked_by = kept_id ELSE asked_by IS DISTINCT FROM approved_by END),
            CHECK ((ended_by IS NULL) = (ended_at IS NULL) AND (ended_at IS NULL OR end_reason <> '')))
    """)
    op.execute("CREATE UNIQUE INDEX merges_standing ON merges (merged_id) WHERE ended_at IS NULL")
    op.execute("CREATE INDEX merges_kept ON merges (kept_id)")
    wall("merges", to_app="SELECT", to_engine="SELECT, INSERT, UPDATE, DELETE")
    op.execute("GRANT INSERT (kept_id, merged_id, reason, asked_by) ON merges TO maru_app")
    set_once("merges", "approved_at", "approved_by")
    set_once("merges", "ended_at", "ended_by", "end_reason")
    door("merges", "own", "SELECT", OWN.replace("person_id", "kept_id"))
    door("merges", "province_reads", "SELECT", SEES_MERGES)
    door("merges", "province_asks", "INSERT", f"{SEES_MERGES} AND asked_by = (SELECT walls.person())")


def under_all_ids() -> None:
    """A person's own rows are those of every ID of theirs; what opens sessions or is written anew stays with the first."""
    for table in ("access_log", "applications", "attendance", "certificates", "completions", "messages", "questions",
                  "records", "watchings"):  # fmt: skip
        op.execute(f"ALTER POLICY own ON {table} USING ({OWN})")
    op.execute(f"ALTER POLICY own ON people USING ({OWN.replace('person_id', 'id')})")


def functions() -> None:
    """Entering, applying, cancelling and consents ask for all IDs from 0038 on, which replaces those functions whole."""
    op.execute("SET LOCAL ROLE maru_engine")
    for replaced in (RECOGNISE, END_ELSEWHERE):
        op.execute(replaced)
    op.execute("RESET ROLE")
    engine_function(REGROUP, signature="engine.regroup(uuid[])", callers=())
    engine_function(JOIN_PEOPLE, signature="engine.join_people(uuid)", callers=())
    engine_function(APPROVE_MERGE, signature="engine.approve_merge(uuid)")
    engine_function(MERGE_OWN, signature="engine.merge_own(uuid)")
    engine_function(END_MERGE, signature="engine.end_merge(uuid, text)")
    engine_function(PROVE, signature="engine.prove(bytea, bytea, text, text, text, date, text)")
    engine_function(PROVE_AT_DESK, signature="engine.prove_at_desk(uuid, text, text, date)")
    engine_function(BEGIN_PROOF, signature="engine.begin_proof(bytea, text, text)")
    engine_function(TAKE_PROOF, signature="engine.take_proof(bytea, text)")
    engine_function(SAME_AS_ME, signature="engine.same_as_me()")
    engine_function(COMPARED, signature="engine.compared(uuid[])")
    engine_function(FIND_LIKENESSES, signature="engine.find_likenesses(timestamptz)")
