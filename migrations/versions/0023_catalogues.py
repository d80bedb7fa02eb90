"""Catalogues of outside courses: items that lead to a provider, and the files that brought them."""

from alembic import op
from walls import ENGINE, province_table

revision = "0023"
down_revision = "0022"

LINK = "ADD link text NOT NULL DEFAULT '' CHECK (link = '' OR link ~* '^https?://')"


def upgrade() -> None:
    links()
    catalogue_entries()
    library_imports()
    op.execute(f"SET LOCAL ROLE {ENGINE}")
    op.execute(BEGIN)
    op.execute("RESET ROLE")


def links() -> None:
    """An item with a `link` leads to an outside course and has no video; it is neither watched nor credited here."""
    op.execute(f"ALTER TABLE items {LINK}")
    op.execute(f"""
        ALTER TABLE item_versions {LINK}, ALTER video_id DROP NOT NULL, ALTER seconds DROP NOT NULL,
            ADD CHECK ((link <> '') = (video_id IS NULL)), ADD CHECK ((link <> '') = (seconds IS NULL))
    """)
    op.execute(f"ALTER TABLE published_items {LINK}, ALTER seconds DROP NOT NULL")


def catalogue_entries() -> None:
    """`catalogue_key` recognises an item in its catalogue, `catalogue` is what that said last; nobody wrote it here."""
    op.execute("ALTER TABLE items ALTER created_by DROP NOT NULL, ADD catalogue_key text UNIQUE, ADD catalogue jsonb")
    op.execute("ALTER TABLE items ADD CHECK ((catalogue_key IS NULL) = (catalogue IS NULL))")
    op.execute("ALTER TABLE videos ALTER uploaded_by DROP NOT NULL")
    op.execute("CREATE INDEX items_updated ON items (updated_at, id)")


def library_imports() -> None:
    op.execute("""
        CREATE TABLE library_imports (
            id uuid PRIMARY KEY DEFAULT uuidv7(), filename text NOT NULL, imported_at timestamptz NOT NULL DEFAULT now(),
            imported_by uuid REFERENCES people (id),
            state text NOT NULL CHECK (state IN ('waiting', 'done', 'refused')), problem text NOT NULL DEFAULT '',
            file bytea, totals jsonb NOT NULL DEFAULT '{}', rows jsonb NOT NULL DEFAULT '[]',
            CHECK ((state = 'waiting') = (file IS NOT NULL)))
    """)
    op.execute("CREATE INDEX library_imports_imported_by ON library_imports (imported_by)")
    province_table("library_imports", rights="SELECT, INSERT, UPDATE")


# As in 0014, but what leads outside is not watched here.
BEGIN = """
CREATE OR REPLACE FUNCTION engine.begin_watching(asked uuid, OUT watching uuid, OUT number integer, OUT seconds integer)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE who uuid := walls.person(); city uuid := walls.tenant(); mine watchings; former uuid; film uuid;
BEGIN
  IF who IS NULL OR city IS NULL OR walls.scope() <> 'person' THEN
    RAISE insufficient_privilege USING MESSAGE = 'watching needs a person and a city';
  END IF;
  SELECT p.number, p.seconds, v.video_id INTO number, seconds, film
    FROM published_items p JOIN adoptions a ON a.item_id = p.item_id AND a.tenant_id = city AND a.ended_at IS NULL
    JOIN item_versions v ON v.item_id = p.item_id AND v.number = p.number
    WHERE p.item_id = asked AND p.link = '' AND (p.licence_ends_on IS NULL OR p.licence_ends_on >= walls.today());
  IF NOT FOUND THEN RETURN; END IF;
  INSERT INTO watchings AS w (person_id, item_id, number, tenant_id) VALUES (who, asked, begin_watching.number, city)
    ON CONFLICT (person_id, item_id) DO NOTHING;
  SELECT * INTO mine FROM watchings w WHERE w.person_id = who AND w.item_id = asked FOR UPDATE;
  watching := mine.id;
  IF mine.number <> begin_watching.number AND mine.completed_at IS NULL THEN
    SELECT v.video_id INTO former FROM item_versions v WHERE v.item_id = asked AND v.number = mine.number;
    UPDATE watchings w SET number = begin_watching.number,
        watched = CASE WHEN former = film THEN w.watched ELSE '{}' END,
        resume_at = CASE WHEN former = film THEN w.resume_at ELSE 0 END
      WHERE w.id = mine.id;
  END IF;
END $$
"""
