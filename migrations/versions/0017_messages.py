"""Messages to people: each once, written in the transaction of its event and sent after it; texts of the cities."""

from alembic import op
from walls import MINE, OFFICE, PROVINCE, PROVINCE_WORK, door, engine_function, wall

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    messages()
    choices()
    texts()
    op.execute(
        "INSERT INTO limits (name, valid, value) VALUES"
        " ('message-give-up-hours', '[2026-01-01,)', 72), ('message-kept-days', '[2026-01-01,)', 365)"
    )
    engine_function(TAKE, signature="engine.take_messages(integer, integer)")
    engine_function(FORGET, signature="engine.forget_messages()")
    announcements()


def messages() -> None:
    """`person_id` is null for somebody who is no person here yet; `due_at` is also the end of a sender's hold.

    A message of no city is the province's own. The province may write for a city, whose rows it then does not read.
    """
    op.execute("""
        CREATE TABLE messages (
            id uuid PRIMARY KEY DEFAULT uuidv7(), tenant_id uuid REFERENCES tenants (id),
            person_id uuid REFERENCES people (id), kind text NOT NULL CHECK (kind <> ''), about uuid NOT NULL,
            details jsonb NOT NULL DEFAULT '{}', state text NOT NULL DEFAULT 'waiting'
                CHECK (state IN ('waiting', 'handing', 'sent', 'kept', 'failed', 'unsure')),
            problem text NOT NULL DEFAULT '', attempts smallint NOT NULL DEFAULT 0 CHECK (attempts >= 0),
            channel text CHECK (channel IN ('email', 'sms')), address text NOT NULL DEFAULT '',
            language text CHECK (language IN ('ko', 'en')), subject text, body text,
            created_at timestamptz NOT NULL DEFAULT now(), since timestamptz NOT NULL DEFAULT now(),
            due_at timestamptz NOT NULL DEFAULT now(), sent_at timestamptz, forgotten_at timestamptz,
            CHECK (person_id IS NOT NULL OR language IS NOT NULL), CHECK ((subject IS NULL) = (body IS NULL)),
            CHECK (state <> 'sent' OR sent_at IS NOT NULL))
    """)
    op.execute("CREATE UNIQUE INDEX messages_once ON messages (person_id, about, kind)")
    op.execute("CREATE UNIQUE INDEX messages_once_to ON messages (about, kind, address) WHERE person_id IS NULL")
    op.execute("CREATE INDEX messages_tenant_id ON messages (tenant_id, id)")
    op.execute("CREATE INDEX messages_due_at ON messages (due_at) WHERE state IN ('waiting', 'handing')")
    wall("messages", to_app="SELECT, INSERT")
    op.execute(
        "GRANT UPDATE (state, problem, attempts, channel, address, language, subject, body, since, due_at, sent_at)"
        " ON messages TO maru_app"
    )
    door("messages", "own", "SELECT", MINE)
    door("messages", "own_adds", "INSERT", MINE)
    door("messages", "office", "ALL", OFFICE)
    door("messages", "province", "ALL", f"tenant_id IS NULL AND {PROVINCE_WORK}")
    door("messages", "province_adds", "INSERT", PROVINCE)


def choices() -> None:
    """How a person wants to be written to; nothing chosen is e-mail."""
    op.execute("""
        CREATE TABLE message_choices (
            person_id uuid PRIMARY KEY REFERENCES people (id),
            channel text NOT NULL CHECK (channel IN ('email', 'sms')), chosen_at timestamptz NOT NULL DEFAULT now())
    """)
    wall("message_choices", to_app="SELECT, INSERT, UPDATE", to_engine="SELECT")
    door("message_choices", "own", "ALL", MINE)


def texts() -> None:
    """What a city says in its own words; where it has none, the kind's own stand."""
    op.execute("""
        CREATE TABLE message_texts (
            tenant_id uuid NOT NULL REFERENCES tenants (id), kind text NOT NULL,
            language text NOT NULL CHECK (language IN ('ko', 'en')),
            subject text NOT NULL CHECK (subject <> ''), body text NOT NULL CHECK (body <> ''),
            sms text NOT NULL DEFAULT '', changed_by uuid NOT NULL REFERENCES people (id),
            changed_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (tenant_id, kind, language))
    """)
    op.execute("CREATE INDEX message_texts_changed_by ON message_texts (changed_by)")
    wall("message_texts", to_app="SELECT, INSERT, UPDATE, DELETE", to_engine="")
    door("message_texts", "office", "ALL", OFFICE)


HEADER = "LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp"

# For the sender: what is due, held by pushing its time forward, so that what a killed one held falls due again. Only
# what it had begun to hand over is never taken again: nobody knows whether it arrived.
TAKE = f"""
CREATE FUNCTION engine.take_messages(most integer, seconds integer) RETURNS TABLE (
    id uuid, tenant_id uuid, person_id uuid, kind text, about uuid, details jsonb, attempts smallint, address text,
    language text, since timestamptz,
    name text, email text, phone text, wanted text)
{HEADER} AS $$
#variable_conflict use_column
BEGIN
  IF walls.scope() <> 'job' THEN RAISE insufficient_privilege USING MESSAGE = 'jobs only'; END IF;
  UPDATE messages SET state = 'unsure', problem = 'unsure' WHERE state = 'handing' AND due_at <= now();
  RETURN QUERY
    WITH due AS (
      SELECT m.id FROM messages m WHERE m.state = 'waiting' AND m.due_at <= now()
      ORDER BY m.due_at, m.id LIMIT most FOR UPDATE SKIP LOCKED),
    taken AS (
      UPDATE messages m SET due_at = now() + make_interval(secs => seconds), attempts = m.attempts + 1
      FROM due WHERE m.id = due.id RETURNING m.*)
    SELECT t.id, t.tenant_id, t.person_id, t.kind, t.about, t.details, t.attempts, t.address,
           coalesce(p.language, t.language), t.since,
           p.name, p.email, p.phone, c.channel
    FROM taken t LEFT JOIN people p ON p.id = t.person_id LEFT JOIN message_choices c ON c.person_id = t.person_id
    ORDER BY t.id;
END $$
"""

# What was written to people is kept a dated time; that it was written stays.
FORGET = f"""
CREATE FUNCTION engine.forget_messages() RETURNS integer {HEADER} AS $$
DECLARE forgotten integer;
BEGIN
  IF walls.scope() <> 'job' THEN RAISE insufficient_privilege USING MESSAGE = 'jobs only'; END IF;
  UPDATE messages m SET subject = NULL, body = NULL, details = '{{}}', forgotten_at = now(),
      address = CASE WHEN m.person_id IS NULL THEN m.id::text ELSE '' END
    FROM limits l WHERE l.name = 'message-kept-days' AND l.valid @> walls.today()
      AND m.forgotten_at IS NULL AND m.state NOT IN ('waiting', 'handing')
      AND m.created_at < now() - make_interval(days => l.value);
  GET DIAGNOSTICS forgotten = ROW_COUNT;
  RETURN forgotten;
END $$
"""

# What happens to an application is told by the row that changes, whoever changes it: applying, giving back, moving up,
# more seats. Kinds are declared in tenants/enrolments/messages.py.
ANNOUNCE_APPLICATION = """
CREATE FUNCTION walls.announce_application() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO messages (tenant_id, person_id, about, kind) VALUES (NEW.tenant_id, NEW.person_id, NEW.id,
      CASE WHEN TG_OP = 'INSERT' THEN 'applications.' || NEW.state
           WHEN NEW.state = 'placed' THEN 'applications.moved-up' ELSE 'applications.cancelled' END)
    ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$
"""

ANNOUNCE_CALLING_OFF = """
CREATE FUNCTION walls.announce_calling_off() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO messages (tenant_id, person_id, about, kind)
    SELECT a.tenant_id, a.person_id, a.id, 'runs.called-off' FROM applications a
    WHERE a.tenant_id = NEW.tenant_id AND a.run_id = NEW.id AND a.state <> 'cancelled' ORDER BY a.number
    ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$
"""


def announcements() -> None:
    """An event of this very moment is told; what is written down about the past, by imports and samples, is not."""
    op.execute(ANNOUNCE_APPLICATION)
    op.execute(ANNOUNCE_CALLING_OFF)
    op.execute("REVOKE ALL ON FUNCTION walls.announce_application(), walls.announce_calling_off() FROM PUBLIC")
    told = "FOR EACH ROW WHEN ({}) EXECUTE FUNCTION walls.{}()"
    op.execute(
        "CREATE TRIGGER announced_new AFTER INSERT ON applications "
        + told.format("NEW.applied_at = now() AND NEW.state IN ('placed', 'waiting')", "announce_application")
    )
    moved_up = "OLD.state = 'waiting' AND NEW.state = 'placed' AND NEW.placed_at = now()"
    given_back = "OLD.state <> 'cancelled' AND NEW.state = 'cancelled' AND NEW.cancelled_at = now()"
    op.execute(
        "CREATE TRIGGER announced_change AFTER UPDATE OF state ON applications "
        + told.format(f"{moved_up} OR {given_back}", "announce_application")
    )
    op.execute(
        "CREATE TRIGGER announced_calling_off AFTER UPDATE OF cancelled_at ON runs "
        + told.format("OLD.cancelled_at IS NULL AND NEW.cancelled_at IS NOT NULL", "announce_calling_off")
    )
