"""Consent texts in dated versions, and the proof of each consent (PRV 7.2)."""

import hashlib
import json

from alembic import op
from walls import MINE, PROVINCE, door, engine_function, set_once, wall

revision = "0035"
down_revision = "0032"

HEADER = "LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp"
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
  UPDATE consents c SET withdrawn_at = now(), withdrawn_channel = 'text'
    FROM consent_texts mine
    WHERE c.withdrawn_at IS NULL AND mine.purpose = c.purpose AND mine.version = c.text_version
      AND EXISTS (SELECT FROM consent_texts later WHERE later.purpose = c.purpose AND later.published_at IS NOT NULL
                  AND later.in_force_on > mine.in_force_on AND later.old_until <= walls.today());
  GET DIAGNOSTICS ended = ROW_COUNT;
  RETURN ended;
END $$
"""
"""Consents to a text that another has replaced in substance end on the day that the new one names."""

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


def upgrade() -> None:
    consent_texts()
    consents()


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
    first = json.dumps(HISTORY, ensure_ascii=False).replace("'", "''").replace(":", r"\:")
    op.execute("SET LOCAL ROLE maru_engine")
    op.execute(f"""
        INSERT INTO consent_texts (purpose, kind, version, words, text_hash, in_force_on, published_at)
        VALUES ('province-history', 'collection', '2026-11', '{first}', '{digest(HISTORY)}', '2026-01-01', now())
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
