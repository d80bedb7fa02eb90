"""Provincial staff look at a person for a purpose that they have stated, and for as long as it lasts (domain 7.4).

People, the ledger and homes open to the province only meanwhile; staff of all houses are always known to it by name. A
look of the province at a city's people is seen by that city; the whole log, with who stands in it, by the privacy officer
and the auditor.
"""

from alembic import op
from walls import PROVINCE, door, engine_function, wall

revision = "0022"
down_revision = "0021"

INQUIRING = (
    f"{PROVINCE} AND (SELECT EXISTS (SELECT FROM inquiries AS i"
    " WHERE i.actor_id = (SELECT walls.person()) AND i.expires_at > now()))"
)
WATCHDOG = (
    f"{PROVINCE} AND (SELECT EXISTS (SELECT FROM role_grants AS g WHERE g.person_id = (SELECT walls.person())"
    " AND g.tenant_id IS NULL AND g.role IN ('privacy_officer', 'auditor') AND g.ended_at IS NULL))"
)
AT_OUR_PEOPLE = """
    (SELECT walls.scope()) = 'staff' AND tenant_id IS NULL AND EXISTS (SELECT FROM applications AS a
        WHERE a.person_id = access_log.person_id AND a.tenant_id = (SELECT walls.tenant()))
"""


STAFF = "EXISTS (SELECT FROM role_grants AS g WHERE g.person_id = people.id)"
IN_THE_LOG = "EXISTS (SELECT FROM access_log AS l WHERE l.person_id = people.id)"


def upgrade() -> None:
    purposes()
    inquiries()
    op.execute("CREATE INDEX people_name ON people (name, birth_date)")
    for table in ("people", "records", "residences"):
        op.execute(f"DROP POLICY province_reads ON {table}")
        door(table, "province_reads", "SELECT", INQUIRING)
    door("people", "province_reads_staff", "SELECT", f"{PROVINCE} AND {STAFF}")
    door("people", "watchdog_reads", "SELECT", f"{WATCHDOG} AND {IN_THE_LOG}")
    door("access_log", "own_looks", "SELECT", f"actor_id = (SELECT walls.person()) AND {PROVINCE}")
    door("access_log", "watchdog_reads", "SELECT", WATCHDOG)
    door("access_log", "office_reads_of_the_province", "SELECT", AT_OUR_PEOPLE)


def purposes() -> None:
    op.execute("""
        CREATE TABLE inquiry_purposes (
            code text NOT NULL, valid daterange NOT NULL, name_ko text NOT NULL, name_en text NOT NULL,
            citation text NOT NULL CHECK (citation <> ''),
            CONSTRAINT inquiry_purposes_pkey PRIMARY KEY (code, valid WITHOUT OVERLAPS))
    """)
    op.execute("GRANT SELECT ON inquiry_purposes TO maru_app, maru_engine")
    op.execute("""
        INSERT INTO inquiry_purposes (code, valid, name_ko, name_en, citation) VALUES
            ('request', '[2026-01-01,)', '본인이 청한 열람·정정', 'Access or correction that the person asked for',
             '개인정보 보호법 제35조·제36조'),
            ('certificate', '[2026-01-01,)', '수료·이력 확인 민원', 'A question about a completion or the history',
             '개인정보 보호법 제15조제1항제1호'),
            ('breach', '[2026-01-01,)', '유출·부정 이용 조사', 'Looking into a leak or misuse', '개인정보 보호법 제34조'),
            ('audit', '[2026-01-01,)', '법률에 따른 감사', 'An audit under the law', '공공감사에 관한 법률 제20조')
    """)
    op.execute("""
        INSERT INTO limits (name, valid, value) VALUES
            ('inquiry-minutes', '[2026-01-01,)', 30), ('inquiry-searches-per-hour', '[2026-01-01,)', 30)
    """)


def inquiries() -> None:
    op.execute("""
        CREATE TABLE inquiries (
            id uuid PRIMARY KEY DEFAULT uuidv7(), actor_id uuid NOT NULL REFERENCES people (id),
            session_id uuid NOT NULL REFERENCES sessions (id),
            purpose text NOT NULL, reference text NOT NULL CHECK (reference <> ''),
            searches integer NOT NULL DEFAULT 0 CHECK (searches >= 0),
            stated_at timestamptz NOT NULL DEFAULT now(), expires_at timestamptz NOT NULL)
    """)
    op.execute("CREATE INDEX inquiries_actor_id ON inquiries (actor_id)")
    op.execute("CREATE INDEX inquiries_session_id ON inquiries (session_id)")
    wall("inquiries", to_app="SELECT")
    door("inquiries", "own", "SELECT", f"actor_id = (SELECT walls.person()) AND {PROVINCE}")
    engine_function(BEGIN, signature="engine.begin_inquiry(uuid, text, text)")
    engine_function(END, signature="engine.end_inquiry(uuid)")
    engine_function(COUNT, signature="engine.count_search(uuid)")
    engine_function(COUNT_SAMPLE, signature="engine.count_sample_people()")


HEADER = "LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp"

# In a session of one's own that is open, for a purpose of today, and for as long as the limit says; by those alone whose
# work it is (`people:look`).
BEGIN = f"""
CREATE FUNCTION engine.begin_inquiry(session uuid, a_purpose text, a_reference text) RETURNS uuid {HEADER} AS $$
DECLARE made uuid;
BEGIN
  IF walls.scope() <> 'province' THEN RAISE insufficient_privilege USING MESSAGE = 'province only'; END IF;
  INSERT INTO inquiries (actor_id, session_id, purpose, reference, expires_at)
    SELECT s.person_id, s.id, p.code, a_reference, now() + make_interval(mins => l.value)
    FROM sessions s, inquiry_purposes p, limits l
    WHERE s.id = session AND s.person_id = walls.person() AND s.ended_at IS NULL
      AND p.code = a_purpose AND p.valid @> walls.today()
      AND l.name = 'inquiry-minutes' AND l.valid @> walls.today()
      AND EXISTS (SELECT FROM role_grants g WHERE g.person_id = s.person_id AND g.tenant_id IS NULL
                  AND g.role IN ('province_admin', 'privacy_officer') AND g.ended_at IS NULL)
    RETURNING id INTO made;
  RETURN made;
END $$
"""

END = f"""
CREATE FUNCTION engine.end_inquiry(session uuid) RETURNS void {HEADER} AS $$
BEGIN
  UPDATE inquiries i SET expires_at = now()
    WHERE i.session_id = session AND i.actor_id = walls.person() AND walls.scope() = 'province' AND i.expires_at > now();
END $$
"""

# False as soon as there were as many within the hour as the limit allows, in all sessions of that person.
COUNT = f"""
CREATE FUNCTION engine.count_search(inquiry uuid) RETURNS boolean {HEADER} AS $$
DECLARE made integer; allowed integer;
BEGIN
  IF walls.scope() <> 'province' THEN RAISE insufficient_privilege USING MESSAGE = 'province only'; END IF;
  PERFORM FROM inquiries i WHERE i.actor_id = walls.person() AND i.stated_at > now() - interval '2 hours' FOR UPDATE;
  SELECT coalesce(sum(i.searches), 0) INTO made FROM inquiries i
    WHERE i.actor_id = walls.person() AND i.stated_at > now() - interval '1 hour';
  SELECT l.value INTO allowed FROM limits l
    WHERE l.name = 'inquiry-searches-per-hour' AND l.valid @> walls.today();
  IF made >= allowed THEN RETURN false; END IF;
  UPDATE inquiries i SET searches = i.searches + 1 WHERE i.id = inquiry AND i.actor_id = walls.person();
  RETURN FOUND;
END $$
"""

# A production looks whether it has any before it serves anybody; no address of a real person ends so (RFC 2606).
COUNT_SAMPLE = f"""
CREATE FUNCTION engine.count_sample_people() RETURNS bigint {HEADER} AS $$
BEGIN
  RETURN (SELECT count(*) FROM people p WHERE p.email LIKE '%@maru.example');
END $$
"""
