"""Consent texts in dated versions with the proof of each consent, and requests of people about their data (PRV 7.2, 7.3)."""

import hashlib
import json

from alembic import op
from walls import ENGINE, MINE, OFFICE, PROVINCE, append_only, door, engine_function, set_once, wall

revision = "0037"
down_revision = "0036"

HEADER = "LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp"
OF_NO_CITY = "((SELECT walls.scope()) = 'job' AND (SELECT walls.tenant()) IS NULL)"
OFFICER = (
    f"({PROVINCE} AND (SELECT EXISTS (SELECT FROM role_grants AS g WHERE g.person_id = (SELECT walls.person())"
    " AND g.tenant_id IS NULL AND g.role = 'privacy_officer' AND g.ended_at IS NULL)))"
)
"""The privacy officer: other staff of the province have no business with these rows."""
PARTS = ("title", "aim", "items", "period", "refusal", "recipient")
HISTORY = {
    "ko": {
        "title": "마치신 강좌를 도의 기록 하나에 모으기",
        "aim": "어느 시군에서 마치셨든 강좌를 경기도의 기록 하나에 모아, 이사하셔도 보고 증명하실 수 있게 합니다.",
        "items": "마치신 강좌의 이름, 분야, 배운 시간, 배운 기간과 마친 날, 낸 시군, 수료증 번호",
        "period": "동의를 거두시거나 회원 정보를 지워 달라고 하실 때까지. 그때까지 모인 기록은 지워 달라고 하시면 지웁니다.",
        "refusal": "동의하지 않으실 수 있습니다. 그래도 강좌 신청과 수료증에는 아무 불이익이 없고, 마치신 기록은 배우신 시군에만 남습니다.",
        "recipient": "",
    },
    "en": {
        "title": "Gathering what you complete in one record of the province",
        "aim": "Whichever city you complete a course in, it is gathered in one record of Gyeonggi, so that you can see and prove it after moving.",
        "items": "Name, field, hours, period and day of completion of each course, the issuing city, the number of the certificate",
        "period": "Until you withdraw your consent or ask us to delete your account. What was gathered until then is deleted when you ask for it.",
        "refusal": "You may refuse. Applying for courses and certificates are not affected; what you complete then stays with the city alone.",
        "recipient": "",
    },
}  # fmt: skip
"""What people have agreed to from the beginning, in the version that their consents already name."""
SHARE = {
    "ko": {
        "title": "사는 곳을 행정정보로 확인하기",
        "aim": "시민만 신청하는 강좌에서, 알려 주신 시군에 사시는지 행정정보 공동이용으로 한 번 확인합니다.",
        "items": "이름, 생년월일, 알려 주신 시군. 돌려받는 것은 ‘맞다’ 또는 ‘아니다’와 확인한 때뿐입니다.",
        "period": "동의를 거두실 때까지. 확인한 결과는 그 집에 사시는 동안 남습니다.",
        "refusal": "동의하지 않으실 수 있습니다. 그때는 주민등록등본이나 초본을 창구에 보여 주시면 됩니다.",
        "recipient": "행정정보 공동이용센터(행정안전부)",
    },
    "en": {
        "title": "Confirming your home by administrative data",
        "aim": "For courses that are for residents only, the administrative data share is asked once whether you live in the city you told us.",
        "items": "Name, birth date, the city you told us. What comes back is yes or no, and when.",
        "period": "Until you withdraw your consent. The result stays as long as you live there.",
        "refusal": "You may refuse. Then show a copy of your resident registration at the desk.",
        "recipient": "The administrative data share (Ministry of the Interior and Safety)",
    },
}  # fmt: skip
"""What the consent to ask the administrative data share says (PRV-07)."""

PUBLISHED_STAYS = """
CREATE FUNCTION walls.keep_consent_text() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF OLD.published_at IS NOT NULL THEN
    RAISE restrict_violation USING MESSAGE = 'consent_texts: what is published never changes';
  END IF;
  RETURN coalesce(NEW, OLD);
END $$
"""

PROVE = """
CREATE FUNCTION walls.prove_consent() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  SELECT t.text_hash INTO NEW.text_hash FROM consent_texts t
    WHERE t.purpose = NEW.purpose AND t.version = NEW.text_version
      AND t.published_at IS NOT NULL AND t.in_force_on <= walls.today();
  IF NEW.text_hash IS NULL THEN
    RAISE integrity_constraint_violation USING MESSAGE = 'consents: no such text is in force';
  END IF;
  RETURN NEW;
END $$
"""
"""A consent carries the hash of the very text it was given to, whoever writes it."""

END_OUTDATED = f"""
CREATE FUNCTION engine.end_outdated_consents() RETURNS integer {HEADER} AS $$
DECLARE ended integer;
BEGIN
  IF walls.scope() <> 'job' THEN RAISE insufficient_privilege USING MESSAGE = 'jobs only'; END IF;
  WITH over AS (
    UPDATE consents c SET withdrawn_at = now(), withdrawn_channel = 'text'
      FROM consent_texts mine
      WHERE c.withdrawn_at IS NULL AND mine.purpose = c.purpose AND mine.version = c.text_version
        AND EXISTS (SELECT FROM consent_texts later WHERE later.purpose = c.purpose AND later.published_at IS NOT NULL
                    AND later.in_force_on > mine.in_force_on AND later.old_until <= walls.today())
      RETURNING c.id, c.person_id)
  INSERT INTO messages (person_id, about, kind) SELECT person_id, id, 'consents.ended' FROM over ON CONFLICT DO NOTHING;
  GET DIAGNOSTICS ended = ROW_COUNT;
  RETURN ended;
END $$
"""
"""Consents to a text that another has replaced in substance end on the day that the new one names, and people are told."""

ASKS_AGAIN = f"""
CREATE FUNCTION engine.asks_again(session_token bytea) RETURNS boolean {HEADER} AS $$
BEGIN
  RETURN EXISTS (
    SELECT FROM sessions s
      JOIN LATERAL (SELECT DISTINCT ON (c.purpose) c.* FROM consents c WHERE c.person_id = s.person_id
                    ORDER BY c.purpose, c.given_at DESC, c.id DESC) latest
        ON latest.declined_at IS NULL AND (latest.withdrawn_at IS NULL OR latest.withdrawn_channel = 'text')
      JOIN consent_texts mine ON mine.purpose = latest.purpose AND mine.version = latest.text_version
      JOIN consent_texts later ON later.purpose = latest.purpose AND later.published_at IS NOT NULL
        AND later.old_until IS NOT NULL AND later.in_force_on > mine.in_force_on AND later.in_force_on <= walls.today()
    WHERE s.token_hash = session_token AND s.ended_at IS NULL);
END $$
"""
"""Asked with a session's token as it is opened, before anybody is known: whether its person has a changed text to read."""


STOP = f"""
CREATE FUNCTION engine.stop_processing(request uuid) RETURNS integer {HEADER} AS $$
DECLARE whose uuid; ended integer;
BEGIN
  SELECT r.person_id INTO whose FROM rights_requests r
    WHERE r.id = request AND r.kind = 'suspension' AND r.tenant_id IS NULL AND r.state = 'done'
      AND r.decided_by = walls.person() AND walls.scope() = 'province';
  IF whose IS NULL THEN RAISE insufficient_privilege USING MESSAGE = 'only for a request that the province has just granted'; END IF;
  UPDATE consents c SET withdrawn_at = now(), withdrawn_channel = 'request' WHERE c.person_id = whose AND c.withdrawn_at IS NULL;
  GET DIAGNOSTICS ended = ROW_COUNT;
  RETURN ended;
END $$
"""
"""What rests on consent stops when the province grants a request to stop it (PIPA §37)."""

ROWS_ABOUT = f"""
CREATE FUNCTION engine.rows_about(asked uuid, a_table text, a_column text) RETURNS SETOF jsonb {HEADER} AS $$
BEGIN
  IF walls.scope() <> 'job' OR walls.person() IS DISTINCT FROM asked THEN
    RAISE insufficient_privilege USING MESSAGE = 'jobs of the person only';
  END IF;
  IF NOT EXISTS (
      SELECT FROM pg_constraint k
      WHERE k.contype = 'f' AND k.confrelid = 'public.people'::regclass AND k.conrelid = to_regclass('public.' || quote_ident(a_table))
        AND k.conkey = ARRAY[(SELECT a.attnum FROM pg_attribute a WHERE a.attrelid = k.conrelid AND a.attname = a_column)])
     AND (a_table, a_column) <> ('people', 'id') THEN
    RAISE invalid_parameter_value USING MESSAGE = 'this column names no person';
  END IF;
  RETURN QUERY EXECUTE 'SELECT to_jsonb(t) FROM public.' || quote_ident(a_table) || ' t WHERE ' || quote_ident(a_column) || ' = ANY ($1)'
    USING engine.ids_of(asked);
END $$
"""
"""The rows of any table in which a column names the person for whom the job works; for the file of their own data alone."""

ENGINE_READS_ABOUT_PEOPLE = f"""
DO $$ DECLARE one regclass; BEGIN
  FOR one IN SELECT DISTINCT k.conrelid::regclass FROM pg_constraint k
             WHERE k.contype = 'f' AND k.confrelid = 'public.people'::regclass LOOP
    IF NOT has_table_privilege('{ENGINE}', one, 'SELECT') THEN
      EXECUTE 'GRANT SELECT ON ' || one || ' TO {ENGINE}';
    END IF;
    IF NOT EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = one AND '{ENGINE}'::regrole = ANY (p.polroles)
                   AND p.polcmd IN ('*', 'r')) THEN
      EXECUTE 'CREATE POLICY engine_reads ON ' || one || ' FOR SELECT TO {ENGINE} USING (true)';
    END IF;
  END LOOP;
END $$
"""
"""Whoever adds a table about people later lets the engine read it too: tests/auth/rights asks for every one."""


DESTROYER = "maru_destroyer"
"""Owns the one function that destroys what is about people; nobody signs in as it, and neither of the others may become it."""
MAKE_ROLE = f"""
DO $$ BEGIN
  CREATE ROLE {DESTROYER} NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOINHERIT;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$
"""
DESTROYED = {
    "people": "SELECT, UPDATE",
    **dict.fromkeys(("residences", "sessions", "tickets", "message_choices", "messages", "reminders", "watchings",
                     "question_askings", "cis", "verifications", "proof_requests", "memberships", "share_questions",
                     "residence_proofs", "records", "rights_steps", "rights_requests", "person_exports", "consents",
                     "sign_ins", "sign_in_attempts"), "SELECT, DELETE"),
    "course_imports": "SELECT, UPDATE (rows)",
    **dict.fromkeys(("role_grants", "applications", "runs", "inquiries", "attendance", "completions", "certificates",
                     "questions", "access_log"), "SELECT"),
    "tombstones": "SELECT, INSERT",
    "destruction_runs": "SELECT, INSERT, DELETE",
    "destruction_lines": "SELECT, INSERT",
}  # fmt: skip
OLD = "now() - make_interval(days => due.days)"
SIMPLE = {
    "sessions": f"DELETE FROM sessions s WHERE greatest(s.expires_at, s.ended_at) < {OLD}"
    " AND NOT EXISTS (SELECT FROM inquiries i WHERE i.session_id = s.id)",
    "sign_ins": f"DELETE FROM sign_ins s WHERE s.expires_at < {OLD}",
    "tickets": f"DELETE FROM tickets t WHERE t.expires_at < {OLD}",
    "sign_in_attempts": f"DELETE FROM sign_in_attempts a WHERE a.at < {OLD}",
    "question_askings": f"DELETE FROM question_askings a WHERE a.at < {OLD}",
    "messages": f"DELETE FROM messages m WHERE m.forgotten_at < {OLD}",
    "course_imports": f"UPDATE course_imports c SET rows = '[]' WHERE c.rows <> '[]' AND c.imported_at < {OLD}",
    "consents": f"DELETE FROM consents c WHERE c.withdrawn_at < {OLD}",
    "rights_requests": f"""WITH over AS (
        SELECT r.id FROM rights_requests r WHERE r.decided_at < {OLD}
          AND NOT EXISTS (SELECT FROM person_exports e WHERE e.request_id = r.id AND e.state IN ('making', 'ready'))
          AND (r.kind <> 'deletion' OR r.tenant_id IS NOT NULL OR r.state <> 'done'
               OR EXISTS (SELECT FROM tombstones t WHERE t.request_id = r.id))),
      steps AS (DELETE FROM rights_steps s USING over WHERE s.request_id = over.id),
      files AS (DELETE FROM person_exports e USING over WHERE e.request_id = over.id)
      DELETE FROM rights_requests r USING over WHERE r.id = over.id""",
}
"""What of each kind of the schedule is past its period; `due` is the schedule's row."""
WHOLE_ACCOUNT = ("records", "watchings", "residence_proofs", "share_questions", "residences", "reminders", "messages",
                 "message_choices", "question_askings", "tickets", "cis", "verifications", "proof_requests", "memberships")  # fmt: skip
KEPT = ("certificates", "applications", "attendance", "completions", "questions", "consents", "rights_requests",
        "access_log", "role_grants")  # fmt: skip
THEIRS = "(SELECT unnest(p.id || p.aliases) FROM people p WHERE p.id = r.person_id)"
"""Every ID of the person (auth.merging)."""
HINDRANCE = f"""(EXISTS (SELECT FROM role_grants g WHERE g.person_id IN {THEIRS} AND g.ended_at IS NULL)
    OR EXISTS (SELECT FROM applications a JOIN runs u ON u.tenant_id = a.tenant_id AND u.id = a.run_id
               WHERE a.person_id IN {THEIRS} AND a.state IN ('placed', 'waiting') AND u.ends_on >= walls.today()))"""
"""Somebody with a role, or with a place in a course that is not over: first that has to end."""

NOTED = """
    GET DIAGNOSTICS gone = ROW_COUNT;
    IF gone > 0 THEN
      INSERT INTO destruction_lines (run_id, kind, count, days, citation)
        VALUES (run, due.kind, gone, due.days, due.citation);
    END IF;
"""
DESTROY = f"""
CREATE FUNCTION engine.destroy_due() RETURNS uuid {HEADER} AS $$
DECLARE
  run uuid; due retention_periods; gone integer; accounts integer := 0; whose record; a_table text;
  erased jsonb; kept jsonb;
BEGIN
  IF walls.scope() <> 'job' THEN RAISE insufficient_privilege USING MESSAGE = 'jobs only'; END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('destruction', 0));
  INSERT INTO destruction_runs DEFAULT VALUES RETURNING id INTO run;
  SELECT * INTO due FROM retention_periods p WHERE p.kind = 'accounts' AND p.valid @> walls.today();
  FOR whose IN
    SELECT r.id, r.person_id, ARRAY{THEIRS} AS ids FROM rights_requests r
    WHERE r.kind = 'deletion' AND r.tenant_id IS NULL AND r.state = 'done' AND r.decided_at <= {OLD}
      AND NOT EXISTS (SELECT FROM tombstones t WHERE t.person_id = r.person_id) AND NOT {HINDRANCE}
    ORDER BY r.id
  LOOP
    erased := jsonb_build_object('people', 1);
    kept := '{{{{}}}}';
    FOREACH a_table IN ARRAY ARRAY[{", ".join(f"'{name}'" for name in WHOLE_ACCOUNT)}] LOOP
      EXECUTE 'DELETE FROM public.' || a_table || ' WHERE person_id = ANY ($1)' USING whose.ids;
      GET DIAGNOSTICS gone = ROW_COUNT;
      IF gone > 0 THEN erased := erased || jsonb_build_object(a_table, gone); END IF;
    END LOOP;
    DELETE FROM sessions s WHERE s.person_id = ANY (whose.ids) AND NOT EXISTS (SELECT FROM inquiries i WHERE i.session_id = s.id);
    GET DIAGNOSTICS gone = ROW_COUNT;
    IF gone > 0 THEN erased := erased || jsonb_build_object('sessions', gone); END IF;
    FOREACH a_table IN ARRAY ARRAY[{", ".join(f"'{name}'" for name in KEPT)}] LOOP
      EXECUTE 'SELECT count(*) FROM public.' || a_table || ' WHERE person_id = ANY ($1)' INTO gone USING whose.ids;
      IF gone > 0 THEN kept := kept || jsonb_build_object(a_table, gone); END IF;
    END LOOP;
    UPDATE people p SET name = '-', birth_date = NULL, email = NULL, phone = NULL, subject = NULL, username = NULL, verified_at = NULL
      WHERE p.id = ANY (whose.ids);
    INSERT INTO tombstones (person_id, run_id, request_id, erased, kept)
      VALUES (whose.person_id, run, whose.id, erased, kept);
    accounts := accounts + 1;
  END LOOP;
  IF accounts > 0 THEN
    INSERT INTO destruction_lines (run_id, kind, count, days, citation)
      VALUES (run, 'accounts', accounts, due.days, due.citation);
  END IF;
  {" ".join(f"FOR due IN SELECT * FROM retention_periods p WHERE p.kind = '{kind}' AND p.valid @> walls.today() LOOP {statement}; {NOTED} END LOOP;" for kind, statement in SIMPLE.items())}
  IF NOT EXISTS (SELECT FROM destruction_lines l WHERE l.run_id = run) THEN
    DELETE FROM destruction_runs d WHERE d.id = run;
    RETURN NULL;
  END IF;
  RETURN run;
END $$
""".replace("{{}}", "{}")
"""Everything that is past its period, in one transaction; gives the run, or null where there was nothing. Of a person who
asked for it nothing stays but a row without a name, what laws tell others to keep, and a tombstone.
"""


def upgrade() -> None:
    consent_texts()
    consents()
    limits()
    requests()
    steps()
    exports()
    destruction()
    breaches()
    op.execute(ENGINE_READS_ABOUT_PEOPLE)
    engine_function(STOP, signature="engine.stop_processing(uuid)")
    engine_function(ROWS_ABOUT, signature="engine.rows_about(uuid, text, text)")


def limits() -> None:
    """Ten days: 개인정보 보호법 시행령 §41-44. How long a request may be put off, and how long a file is kept, are our own."""
    op.execute("""
        INSERT INTO limits (name, valid, value) VALUES
            ('rights-days', '[2026-01-01,)', 10), ('rights-extension-days', '[2026-01-01,)', 10),
            ('rights-file-days', '[2026-01-01,)', 7)
    """)


def requests() -> None:
    """A request is a person's; `tenant_id` is the city that is asked, null where it is the province."""
    op.execute("""
        CREATE TABLE rights_requests (
            id uuid PRIMARY KEY DEFAULT uuidv7(), person_id uuid NOT NULL REFERENCES people (id),
            tenant_id uuid REFERENCES tenants (id),
            kind text NOT NULL CHECK (kind IN ('access', 'correction', 'deletion', 'suspension', 'transfer')),
            words text NOT NULL DEFAULT '' CHECK (length(words) <= 2000),
            channel text NOT NULL DEFAULT 'web' CHECK (channel IN ('web', 'desk', 'agent')),
            agent_document text NOT NULL DEFAULT '', agent_document_on date,
            recorded_by uuid REFERENCES people (id),
            state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'done', 'refused', 'withdrawn')),
            received_at timestamptz NOT NULL DEFAULT now(), received_on date NOT NULL, due_on date NOT NULL,
            extended_to date, decided_at timestamptz, decided_by uuid REFERENCES people (id),
            answer text NOT NULL DEFAULT '',
            UNIQUE (id, person_id),
            CHECK (due_on > received_on), CHECK (extended_to > due_on),
            CHECK (kind NOT IN ('access', 'transfer') OR tenant_id IS NULL),
            CHECK (kind IN ('access', 'transfer') OR words <> ''),
            CHECK ((channel = 'agent') = (agent_document <> '')), CHECK ((agent_document = '') = (agent_document_on IS NULL)),
            CHECK ((state = 'waiting') = (decided_at IS NULL)), CHECK (state <> 'refused' OR answer <> ''))
    """)
    op.execute("""
        CREATE UNIQUE INDEX rights_requests_open ON rights_requests (person_id, kind, tenant_id) NULLS NOT DISTINCT
            WHERE state = 'waiting'
    """)
    op.execute("CREATE INDEX rights_requests_queue ON rights_requests (tenant_id, due_on) WHERE state = 'waiting'")
    for by in ("recorded_by", "decided_by"):
        op.execute(f"CREATE INDEX rights_requests_{by} ON rights_requests ({by})")
    wall("rights_requests", to_app="SELECT, INSERT")
    op.execute("GRANT UPDATE (state, extended_to, decided_at, decided_by, answer) ON rights_requests TO maru_app")
    me = "(SELECT walls.person())"
    at_the_desk = f"(SELECT walls.scope()) = 'staff' AND recorded_by = {me}"
    ours = (
        "EXISTS (SELECT FROM applications AS a WHERE a.person_id = rights_requests.person_id"
        " AND a.tenant_id = (SELECT walls.tenant()))"
    )
    of_the_province = f"tenant_id IS NULL AND ({OFFICER} OR {OF_NO_CITY})"
    door("rights_requests", "own", "SELECT", MINE)
    door("rights_requests", "own_adds", "INSERT", f"{MINE} AND channel = 'web' AND recorded_by IS NULL")
    door(
        "rights_requests", "own_withdraws", "UPDATE", f"{MINE} AND state = 'waiting'", f"{MINE} AND state = 'withdrawn'"
    )
    door("rights_requests", "office", "SELECT", OFFICE)
    door("rights_requests", "office_changes", "UPDATE", OFFICE)
    door("rights_requests", "province", "SELECT", of_the_province)
    door("rights_requests", "province_changes", "UPDATE", of_the_province)
    door("rights_requests", "desk", "SELECT", at_the_desk)
    door(
        "rights_requests", "desk_adds", "INSERT",
        f"{at_the_desk} AND channel <> 'web' AND {ours} AND (tenant_id IS NULL OR tenant_id = (SELECT walls.tenant()))",
    )  # fmt: skip
    set_once("rights_requests", "decided_at", "state", "decided_by", "answer", "extended_to")
    asking = "EXISTS (SELECT FROM rights_requests AS r WHERE r.person_id = people.id AND r.tenant_id IS NULL)"
    door("people", "province_reads_asking", "SELECT", f"({OFFICER} OR {OF_NO_CITY}) AND {asking}")


def steps() -> None:
    """What happened to a request, told to the person; whoever sees the request sees its steps."""
    op.execute("""
        CREATE TABLE rights_steps (
            id uuid PRIMARY KEY DEFAULT uuidv7(), request_id uuid NOT NULL, person_id uuid NOT NULL REFERENCES people (id),
            kind text NOT NULL CHECK (kind IN ('received', 'extended', 'done', 'refused', 'withdrawn', 'file', 'taken', 'removed')),
            words text NOT NULL DEFAULT '', actor_id uuid REFERENCES people (id), at timestamptz NOT NULL DEFAULT now(),
            FOREIGN KEY (request_id, person_id) REFERENCES rights_requests (id, person_id))
    """)
    op.execute("CREATE INDEX rights_steps_request ON rights_steps (request_id, at)")
    op.execute("CREATE INDEX rights_steps_person ON rights_steps (person_id)")
    op.execute("CREATE INDEX rights_steps_actor ON rights_steps (actor_id)")
    wall("rights_steps", to_app="SELECT, INSERT", to_engine="SELECT, INSERT")
    seen = "EXISTS (SELECT FROM rights_requests AS r WHERE r.id = rights_steps.request_id)"
    mine = "actor_id = (SELECT walls.person())"
    nobodys = "((SELECT walls.scope()) = 'job' AND actor_id IS NULL)"
    door("rights_steps", "as_the_request", "SELECT", seen)
    door("rights_steps", "adds", "INSERT", f"{seen} AND ({mine} OR {nobodys})")
    append_only("rights_steps")


def exports() -> None:
    """Files of everything about a person: made by a round of the worker, taken by the person alone."""
    op.execute("""
        CREATE TABLE person_exports (
            id uuid PRIMARY KEY DEFAULT uuidv7(), person_id uuid NOT NULL REFERENCES people (id), request_id uuid NOT NULL UNIQUE,
            state text NOT NULL DEFAULT 'making' CHECK (state IN ('making', 'ready', 'failed', 'removed')),
            attempts smallint NOT NULL DEFAULT 0, tried_at timestamptz NOT NULL DEFAULT now(),
            bytes bigint, sha256 text, made_at timestamptz, kept_until timestamptz, taken integer NOT NULL DEFAULT 0,
            FOREIGN KEY (request_id, person_id) REFERENCES rights_requests (id, person_id),
            CHECK (state <> 'ready' OR (sha256 IS NOT NULL AND kept_until IS NOT NULL)))
    """)
    op.execute("CREATE INDEX person_exports_person ON person_exports (person_id)")
    wall("person_exports", to_app="SELECT, INSERT, UPDATE")
    door("person_exports", "own", "SELECT", MINE)
    door("person_exports", "own_takes", "UPDATE", MINE)
    door("person_exports", "worker", "ALL", OF_NO_CITY)
    door("person_exports", "officer", "SELECT", OFFICER)


def consent_texts() -> None:
    op.execute("""
        CREATE TABLE consent_texts (
            id uuid PRIMARY KEY DEFAULT uuidv7(),
            purpose text NOT NULL CHECK (purpose ~ '^[a-z][a-z0-9-]{1,40}$'),
            kind text NOT NULL CHECK (kind IN ('collection', 'sensitive', 'third_party', 'marketing')),
            version text, words jsonb NOT NULL, text_hash text,
            in_force_on date, old_until date,
            drafted_by uuid REFERENCES people (id), drafted_at timestamptz NOT NULL DEFAULT now(),
            published_by uuid REFERENCES people (id), published_at timestamptz,
            UNIQUE (purpose, version), UNIQUE (purpose, in_force_on),
            CHECK ((published_at IS NULL) = (version IS NULL)), CHECK ((published_at IS NULL) = (text_hash IS NULL)),
            CHECK ((published_at IS NULL) = (in_force_on IS NULL)), CHECK (old_until >= in_force_on))
    """)
    op.execute("CREATE UNIQUE INDEX consent_texts_draft ON consent_texts (purpose) WHERE published_at IS NULL")
    for by in ("drafted_by", "published_by"):
        op.execute(f"CREATE INDEX consent_texts_{by} ON consent_texts ({by})")
    wall("consent_texts", to_app="SELECT, INSERT, UPDATE, DELETE", to_engine="SELECT, INSERT")
    door("consent_texts", "everyone_reads", "SELECT", "published_at IS NOT NULL")
    door("consent_texts", "province", "ALL", PROVINCE)
    op.execute(PUBLISHED_STAYS)
    op.execute(
        "CREATE TRIGGER published_stays BEFORE UPDATE OR DELETE ON consent_texts "
        "FOR EACH ROW EXECUTE FUNCTION walls.keep_consent_text()"
    )
    op.execute("SET LOCAL ROLE maru_engine")
    for purpose, kind, words in (
        ("province-history", "collection", HISTORY),
        ("residence-share", "third_party", SHARE),
    ):
        written = json.dumps(words, ensure_ascii=False).replace("'", "''").replace(":", r"\:")
        op.execute(f"""
            INSERT INTO consent_texts (purpose, kind, version, words, text_hash, in_force_on, published_at)
            VALUES ('{purpose}', '{kind}', '2026-11', '{written}', '{digest(words)}', '2026-01-01', now())
        """)
    op.execute("RESET ROLE")


def consents() -> None:
    op.execute("""
        ALTER TABLE consents
            ADD text_hash text NOT NULL DEFAULT '',
            ADD channel text NOT NULL DEFAULT 'web' CHECK (channel IN ('web', 'desk')),
            ADD address inet, ADD recorded_by uuid REFERENCES people (id),
            ADD withdrawn_channel text CHECK (withdrawn_channel IN ('web', 'desk', 'text', 'request')),
            ADD withdrawn_address inet, ADD declined_at timestamptz,
            ADD CHECK ((channel = 'desk') = (recorded_by IS NOT NULL))
    """)
    op.execute("CREATE INDEX consents_recorded_by ON consents (recorded_by)")
    op.execute("SET LOCAL ROLE maru_engine")
    op.execute("""
        UPDATE consents c SET text_hash = t.text_hash FROM consent_texts t
            WHERE t.purpose = c.purpose AND t.version = c.text_version
    """)
    op.execute("RESET ROLE")
    op.execute(
        "ALTER TABLE consents ADD FOREIGN KEY (purpose, text_version) REFERENCES consent_texts (purpose, version)"
    )
    op.execute("GRANT UPDATE (withdrawn_channel, withdrawn_address, declined_at) ON consents TO maru_app")
    op.execute("DROP POLICY own ON consents")
    door("consents", "own", "SELECT", MINE)
    door("consents", "own_adds", "INSERT", f"{MINE} AND channel = 'web'")
    door("consents", "own_changes", "UPDATE", MINE)
    set_once("consents", "withdrawn_at", "withdrawn_channel", "withdrawn_address")
    op.execute(PROVE)
    for function in ("keep_consent_text", "prove_consent"):
        op.execute(f"REVOKE ALL ON FUNCTION walls.{function}() FROM PUBLIC")
    op.execute("CREATE TRIGGER proves BEFORE INSERT ON consents FOR EACH ROW EXECUTE FUNCTION walls.prove_consent()")
    engine_function(END_OUTDATED, signature="engine.end_outdated_consents()")
    engine_function(ASKS_AGAIN, signature="engine.asks_again(bytea)")


def digest(words: dict[str, dict[str, str]]) -> str:
    """As auth/consents/wording.py has it."""
    lines = [f"{language}.{part}: {words[language][part]}" for language in ("ko", "en") for part in PARTS]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def destruction() -> None:
    """The schedule, what each run destroyed, and a tombstone for each person; the ledger lets go of rows to one role alone."""
    op.execute("""
        CREATE TABLE retention_periods (
            kind text NOT NULL, valid daterange NOT NULL, days integer NOT NULL CHECK (days >= 0),
            citation text NOT NULL CHECK (citation <> ''),
            CONSTRAINT retention_periods_pkey PRIMARY KEY (kind, valid WITHOUT OVERLAPS))
    """)
    op.execute("GRANT SELECT ON retention_periods TO maru_app")
    op.execute("""
        INSERT INTO retention_periods (kind, valid, days, citation) VALUES
            ('accounts', '[2026-01-01,)', 0, '개인정보 보호법 제21조·제36조 (지체 없이)'),
            ('sessions', '[2026-01-01,)', 90, '내부 관리계획 (로그인 기록)'),
            ('sign_ins', '[2026-01-01,)', 1, '개인정보 보호법 제21조 (목적을 이룸)'),
            ('tickets', '[2026-01-01,)', 1, '개인정보 보호법 제21조 (목적을 이룸)'),
            ('sign_in_attempts', '[2026-01-01,)', 1, '개인정보 보호법 제21조 (목적을 이룸)'),
            ('question_askings', '[2026-01-01,)', 1, '개인정보 보호법 제21조 (목적을 이룸)'),
            ('messages', '[2026-01-01,)', 1095, '내부 관리계획 (보낸 안내의 기록)'),
            ('course_imports', '[2026-01-01,)', 365, '내부 관리계획 (올린 파일의 처리 결과)'),
            ('consents', '[2026-01-01,)', 1095, '내부 관리계획 (거둔 동의의 증명)'),
            ('rights_requests', '[2026-01-01,)', 1095, '개인정보 보호법 시행령 제42조의6 (3년)')
    """)
    op.execute("""
        CREATE TABLE destruction_runs (
            id uuid PRIMARY KEY DEFAULT uuidv7(), number bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
            at timestamptz NOT NULL DEFAULT now(), confirmed_by uuid REFERENCES people (id), confirmed_name text NOT NULL DEFAULT '',
            confirmed_at timestamptz, CHECK ((confirmed_at IS NULL) = (confirmed_by IS NULL)))
    """)
    op.execute("CREATE INDEX destruction_runs_confirmed_by ON destruction_runs (confirmed_by)")
    op.execute("""
        CREATE TABLE destruction_lines (
            run_id uuid NOT NULL REFERENCES destruction_runs (id), kind text NOT NULL, count integer NOT NULL CHECK (count > 0),
            days integer NOT NULL, citation text NOT NULL, PRIMARY KEY (run_id, kind))
    """)
    op.execute("""
        CREATE TABLE tombstones (
            id uuid PRIMARY KEY DEFAULT uuidv7(), person_id uuid NOT NULL UNIQUE REFERENCES people (id),
            run_id uuid NOT NULL REFERENCES destruction_runs (id), request_id uuid NOT NULL,
            at timestamptz NOT NULL DEFAULT now(), erased jsonb NOT NULL, kept jsonb NOT NULL)
    """)
    op.execute("CREATE INDEX tombstones_run_id ON tombstones (run_id)")
    wall("destruction_runs", to_app="SELECT", to_engine="SELECT")
    op.execute("GRANT UPDATE (confirmed_by, confirmed_name, confirmed_at) ON destruction_runs TO maru_app")
    door("destruction_runs", "officer", "SELECT", OFFICER)
    door(
        "destruction_runs",
        "officer_confirms",
        "UPDATE",
        OFFICER,
        f"{OFFICER} AND confirmed_by = (SELECT walls.person())",
    )
    set_once("destruction_runs", "confirmed_at", "confirmed_by", "confirmed_name")
    for table in ("destruction_lines", "tombstones"):
        wall(table, to_app="SELECT", to_engine="SELECT")
        door(table, "officer", "SELECT", OFFICER)
        append_only(table)
    the_destroyer()


def the_destroyer() -> None:
    op.execute(MAKE_ROLE)
    op.execute(f"GRANT {DESTROYER} TO CURRENT_USER WITH INHERIT FALSE, SET TRUE")
    op.execute(f"GRANT USAGE ON SCHEMA public, walls TO {DESTROYER}")
    op.execute(f"GRANT USAGE, CREATE ON SCHEMA engine TO {DESTROYER}")
    op.execute(f"GRANT EXECUTE ON FUNCTION walls.scope(), walls.today() TO {DESTROYER}")
    op.execute(f"GRANT SELECT ON retention_periods TO {DESTROYER}")
    for table, rights in DESTROYED.items():
        op.execute(f"GRANT {rights} ON {table} TO {DESTROYER}")
        op.execute(f"CREATE POLICY destroyer ON {table} TO {DESTROYER} USING (true) WITH CHECK (true)")
    for table in ("records", "rights_steps", "residence_proofs"):
        op.execute(f"DROP TRIGGER append_only ON {table}")
        op.execute(
            f"CREATE TRIGGER append_only BEFORE UPDATE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION walls.refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER kept BEFORE DELETE ON {table} FOR EACH STATEMENT "
            f"WHEN (current_user <> '{DESTROYER}') EXECUTE FUNCTION walls.refuse_change()"
        )
    op.execute(f"SET LOCAL ROLE {DESTROYER}")
    op.execute(DESTROY)
    op.execute("REVOKE ALL ON FUNCTION engine.destroy_due() FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION engine.destroy_due() TO maru_app")
    op.execute("RESET ROLE")


def breaches() -> None:
    """The file of a breach (§34): its facts, who is affected, each step, and what the public reads of it."""
    op.execute("""
        INSERT INTO limits (name, valid, value) VALUES
            ('breach-hours', '[2026-01-01,)', 72), ('breach-people', '[2026-01-01,)', 1000),
            ('breach-web-days', '[2026-01-01,)', 30)
    """)
    op.execute("""
        CREATE TABLE breaches (
            id uuid PRIMARY KEY DEFAULT uuidv7(), title text NOT NULL CHECK (title <> ''), noticed_at timestamptz NOT NULL,
            certain boolean NOT NULL DEFAULT true, outside boolean NOT NULL DEFAULT false, sensitive boolean NOT NULL DEFAULT false,
            items text NOT NULL DEFAULT '', happened text NOT NULL DEFAULT '', advice text NOT NULL DEFAULT '',
            measures text NOT NULL DEFAULT '', relief text NOT NULL DEFAULT '', contact text NOT NULL DEFAULT '',
            people_told_at timestamptz, authority_told_at timestamptz,
            opened_by uuid NOT NULL REFERENCES people (id), opened_at timestamptz NOT NULL DEFAULT now())
    """)
    op.execute("CREATE INDEX breaches_opened_by ON breaches (opened_by)")
    op.execute("""
        CREATE TABLE breach_people (
            breach_id uuid NOT NULL REFERENCES breaches (id), person_id uuid NOT NULL REFERENCES people (id),
            reached boolean NOT NULL, told_at timestamptz, added_at timestamptz NOT NULL DEFAULT now(),
            PRIMARY KEY (breach_id, person_id))
    """)
    op.execute("CREATE INDEX breach_people_person ON breach_people (person_id)")
    op.execute("""
        CREATE TABLE breach_steps (
            id uuid PRIMARY KEY DEFAULT uuidv7(), breach_id uuid NOT NULL REFERENCES breaches (id), kind text NOT NULL,
            facts jsonb NOT NULL DEFAULT '{}', actor_id uuid NOT NULL REFERENCES people (id), at timestamptz NOT NULL DEFAULT now())
    """)
    op.execute("CREATE INDEX breach_steps_breach ON breach_steps (breach_id, at)")
    op.execute("CREATE INDEX breach_steps_actor ON breach_steps (actor_id)")
    op.execute("""
        CREATE TABLE breach_notices (
            breach_id uuid PRIMARY KEY REFERENCES breaches (id), words jsonb NOT NULL,
            shown_from date NOT NULL, shown_until date NOT NULL, CHECK (shown_until > shown_from))
    """)
    wall("breaches", to_app="SELECT, INSERT, UPDATE", to_engine="SELECT")
    wall("breach_people", to_app="SELECT, INSERT, UPDATE (reached, told_at)", to_engine="SELECT")
    wall("breach_steps", to_app="SELECT, INSERT", to_engine="SELECT")
    wall("breach_notices", to_app="SELECT, INSERT, UPDATE", to_engine="SELECT")
    for table in ("breaches", "breach_people", "breach_steps"):
        door(table, "officer", "ALL", OFFICER)
    door("breach_people", "own", "SELECT", MINE)
    door("breach_notices", "everyone_reads", "SELECT", "walls.today() BETWEEN shown_from AND shown_until")
    door("breach_notices", "officer", "ALL", OFFICER)
    append_only("breach_steps")
    op.execute(
        "CREATE TRIGGER stays BEFORE DELETE OR TRUNCATE ON breaches FOR EACH STATEMENT EXECUTE FUNCTION walls.refuse_change()"
    )
    set_once("breaches", "people_told_at")
    set_once("breaches", "authority_told_at")
