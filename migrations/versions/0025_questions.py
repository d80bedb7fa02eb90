"""Questions of residents with the answers of staff, those that everybody may read, and what is asked often."""

from alembic import op
from walls import APP, EVERYONE, MINE, OFFICE, checked_at_birth, door, engine_function, wall

revision = "0025"
down_revision = "0024"

ASK = """
CREATE FUNCTION engine.ask(about uuid, called text, words text, openly boolean, OUT refusal text, OUT id uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  who uuid := walls.person();
  city uuid := walls.tenant();
BEGIN
  IF who IS NULL OR city IS NULL OR walls.scope() <> 'person' THEN
    RAISE insufficient_privilege USING MESSAGE = 'a question needs a person and a city';
  END IF;
  IF about IS NOT NULL AND NOT EXISTS (
      SELECT FROM runs r WHERE r.tenant_id = city AND r.id = about AND r.published_at IS NOT NULL) THEN
    refusal := 'not-found'; RETURN;
  END IF;
  PERFORM FROM people p WHERE p.id = who FOR NO KEY UPDATE;
  IF (SELECT count(*) FROM question_askings a WHERE a.person_id = who AND a.at > now() - interval '1 day')
     >= (SELECT l.value FROM limits l WHERE l.name = 'questions-per-day' AND l.valid @> walls.today()) THEN
    refusal := 'rate-limited'; RETURN;
  END IF;
  DELETE FROM question_askings a WHERE a.person_id = who AND a.at <= now() - interval '1 day';
  INSERT INTO question_askings (person_id) VALUES (who);
  INSERT INTO questions AS q (tenant_id, person_id, run_id, title, body, may_be_public)
    VALUES (city, who, about, called, words, openly) RETURNING q.id INTO id;
END $$
"""


def upgrade() -> None:
    questions()
    public_answers()
    faqs()
    people_whom_staff_know()
    op.execute("INSERT INTO limits (name, valid, value) VALUES ('questions-per-day', '[2026-01-01,)', 10)")
    engine_function(ASK, signature="engine.ask(uuid, text, text, boolean)")


def questions() -> None:
    """`question_askings` counts also what was taken back since."""
    op.execute("""
        CREATE TABLE questions (
            tenant_id uuid NOT NULL REFERENCES tenants (id), id uuid NOT NULL DEFAULT uuidv7(),
            person_id uuid NOT NULL REFERENCES people (id), run_id uuid,
            title text NOT NULL CHECK (length(title) BETWEEN 1 AND 120),
            body text NOT NULL CHECK (length(body) BETWEEN 1 AND 4000), may_be_public boolean NOT NULL DEFAULT false,
            asked_at timestamptz NOT NULL DEFAULT now(),
            answer text NOT NULL DEFAULT '', answered_at timestamptz, answered_by uuid REFERENCES people (id),
            PRIMARY KEY (tenant_id, id), CHECK ((answered_at IS NULL) = (answer = '')),
            CHECK ((answered_at IS NULL) = (answered_by IS NULL)),
            FOREIGN KEY (tenant_id, run_id) REFERENCES runs (tenant_id, id) ON DELETE SET NULL (run_id))
    """)
    op.execute("CREATE INDEX questions_waiting ON questions (tenant_id, asked_at) WHERE answered_at IS NULL")
    op.execute("CREATE INDEX questions_person ON questions (person_id, asked_at)")
    op.execute("CREATE INDEX questions_run ON questions (tenant_id, run_id)")
    op.execute("CREATE INDEX questions_answered_by ON questions (answered_by)")
    wall("questions", to_app="SELECT, DELETE", to_engine="SELECT, INSERT")
    op.execute(f"GRANT UPDATE (answer, answered_at, answered_by) ON questions TO {APP}")
    door("questions", "own", "SELECT", MINE)
    door("questions", "own_taken_back", "DELETE", MINE)
    door("questions", "office_reads", "SELECT", OFFICE)
    door("questions", "office_answers", "UPDATE", OFFICE)
    op.execute("""
        CREATE TABLE question_askings (
            id uuid PRIMARY KEY DEFAULT uuidv7(), person_id uuid NOT NULL REFERENCES people (id),
            at timestamptz NOT NULL DEFAULT now())
    """)
    op.execute("CREATE INDEX question_askings_person ON question_askings (person_id, at)")
    wall("question_askings", to_engine="SELECT, INSERT, DELETE")


def public_answers() -> None:
    """The public projection: what the asker agreed to, without who asked; gone with the question."""
    op.execute("""
        CREATE TABLE public_answers (
            tenant_id uuid NOT NULL, question_id uuid NOT NULL, run_id uuid,
            title text NOT NULL CHECK (title <> ''), question text NOT NULL, answer text NOT NULL,
            answered_on date NOT NULL, PRIMARY KEY (tenant_id, question_id),
            FOREIGN KEY (tenant_id, question_id) REFERENCES questions (tenant_id, id) ON DELETE CASCADE,
            FOREIGN KEY (tenant_id, run_id) REFERENCES runs (tenant_id, id) ON DELETE SET NULL (run_id))
    """)
    op.execute("CREATE INDEX public_answers_run ON public_answers (tenant_id, run_id)")
    wall("public_answers", to_app="SELECT, INSERT, UPDATE, DELETE", to_engine="SELECT")
    door("public_answers", "everyone_reads", "SELECT", EVERYONE)
    door("public_answers", "office", "ALL", OFFICE)
    checked_at_birth(
        "public_answers",
        "SELECT FROM questions q WHERE q.tenant_id = NEW.tenant_id AND q.id = NEW.question_id AND q.may_be_public"
        " AND q.answered_at IS NOT NULL",
        "only an answered question whose asker agreed becomes public",
    )


def faqs() -> None:
    op.execute("""
        CREATE TABLE faqs (
            tenant_id uuid NOT NULL REFERENCES tenants (id), id uuid NOT NULL DEFAULT uuidv7(),
            category text NOT NULL
                CHECK (category IN ('applying', 'money', 'attending', 'certificates', 'places', 'account', 'other')),
            question text NOT NULL CHECK (question <> ''), answer text NOT NULL CHECK (answer <> ''),
            position integer NOT NULL DEFAULT 0, published boolean NOT NULL DEFAULT false,
            written_by uuid REFERENCES people (id), written_at timestamptz NOT NULL DEFAULT now(),
            PRIMARY KEY (tenant_id, id))
    """)
    op.execute("CREATE INDEX faqs_written_by ON faqs (written_by)")
    wall("faqs", to_app="SELECT, INSERT, UPDATE, DELETE", to_engine="SELECT")
    door("faqs", "everyone_reads", "SELECT", "published")
    door("faqs", "office", "ALL", OFFICE)


def people_whom_staff_know() -> None:
    """Who asked the city something: staff see their names without an application."""
    asked = (
        "EXISTS (SELECT FROM questions AS q WHERE q.person_id = people.id AND q.tenant_id = (SELECT walls.tenant()))"
    )
    door("people", "office_reads_askers", "SELECT", f"(SELECT walls.scope()) IN ('staff', 'job') AND {asked}")
