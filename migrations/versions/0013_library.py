"""The shared library: items as provincial staff write them, their videos and captions, and what was published of each."""

from alembic import op
from walls import EVERYONE, PROVINCE_WORK, append_only, door, province_table, wall

revision = "0013"
down_revision = "0012"

SAID = """
    title text NOT NULL CHECK (title <> ''), summary text NOT NULL DEFAULT '', description text NOT NULL DEFAULT '',
    category text NOT NULL DEFAULT '' CHECK (category IN ('', '01', '02', '03', '04', '05', '06', '07')),
    level text NOT NULL DEFAULT '' CHECK (level IN ('', 'first', 'middle', 'deep')),
    licence text NOT NULL DEFAULT '' CHECK (licence IN ('', 'own', 'contract', 'kogl-1', 'kogl-2', 'kogl-3', 'kogl-4',
        'cc-by', 'cc-by-sa', 'cc-by-nc', 'cc-by-nd', 'cc0')),
    licence_source text NOT NULL DEFAULT '', licence_ends_on date, captions_exception text NOT NULL DEFAULT ''
"""
"""What a draft and a version say in the same words."""


def upgrade() -> None:
    items()
    videos()
    captions()
    versions()
    published()


def items() -> None:
    op.execute(f"""
        CREATE TABLE items (
            id uuid PRIMARY KEY DEFAULT uuidv7(), {SAID},
            state text NOT NULL DEFAULT 'draft' CHECK (state IN ('draft', 'submitted', 'published', 'withdrawn')),
            returned_because text NOT NULL DEFAULT '', version integer NOT NULL DEFAULT 0 CHECK (version >= 0),
            created_by uuid NOT NULL REFERENCES people (id), created_at timestamptz NOT NULL DEFAULT now(),
            updated_at timestamptz NOT NULL DEFAULT now(),
            search tsvector NOT NULL GENERATED ALWAYS AS (bigrams(title || ' ' || summary || ' ' || description)) STORED)
    """)
    op.execute("CREATE INDEX items_created_by ON items (created_by)")
    op.execute("CREATE INDEX items_search ON items USING gin (search)")
    province_table("items", rights="SELECT, INSERT, UPDATE")


def videos() -> None:
    """`fingerprint` recognises the same file after a break; `made` holds the ladder's playlists (contentlib/media)."""
    op.execute("""
        CREATE TABLE videos (
            id uuid PRIMARY KEY DEFAULT uuidv7(), item_id uuid NOT NULL REFERENCES items (id),
            filename text NOT NULL, bytes bigint NOT NULL CHECK (bytes > 0), fingerprint text NOT NULL,
            upload text NOT NULL DEFAULT '', part_bytes integer NOT NULL DEFAULT 0,
            state text NOT NULL DEFAULT 'uploading'
                CHECK (state IN ('uploading', 'waiting', 'making', 'ready', 'failed', 'dropped')),
            problem text NOT NULL DEFAULT '', progress smallint NOT NULL DEFAULT 0 CHECK (progress BETWEEN 0 AND 100),
            seconds integer CHECK (seconds > 0), made jsonb, uploaded_by uuid NOT NULL REFERENCES people (id),
            created_at timestamptz NOT NULL DEFAULT now(),
            UNIQUE (item_id, id), CHECK ((state = 'ready') <= (made IS NOT NULL)),
            CHECK (state <> 'ready' OR seconds IS NOT NULL))
    """)
    op.execute("CREATE INDEX videos_uploaded_by ON videos (uploaded_by)")
    op.execute("CREATE UNIQUE INDEX videos_current ON videos (item_id) WHERE state <> 'dropped'")
    province_table("videos", rights="SELECT, INSERT, UPDATE")


def captions() -> None:
    op.execute("""
        CREATE TABLE captions (
            id uuid PRIMARY KEY DEFAULT uuidv7(), item_id uuid NOT NULL REFERENCES items (id),
            language text NOT NULL CHECK (language ~ '^[a-z]{2}$'), text text NOT NULL, cues integer NOT NULL,
            warnings jsonb NOT NULL DEFAULT '[]', uploaded_by uuid NOT NULL REFERENCES people (id),
            created_at timestamptz NOT NULL DEFAULT now(), dropped_at timestamptz, UNIQUE (item_id, id))
    """)
    op.execute("CREATE INDEX captions_uploaded_by ON captions (uploaded_by)")
    op.execute("CREATE UNIQUE INDEX captions_current ON captions (item_id, language) WHERE dropped_at IS NULL")
    province_table("captions", rights="SELECT, INSERT, UPDATE")


def versions() -> None:
    op.execute(f"""
        CREATE TABLE item_versions (
            item_id uuid NOT NULL REFERENCES items (id), number integer NOT NULL CHECK (number > 0), {SAID},
            note text NOT NULL DEFAULT '', video_id uuid NOT NULL, seconds integer NOT NULL CHECK (seconds > 0),
            published_by uuid NOT NULL REFERENCES people (id), published_at timestamptz NOT NULL DEFAULT now(),
            PRIMARY KEY (item_id, number), FOREIGN KEY (item_id, video_id) REFERENCES videos (item_id, id))
    """)
    op.execute("CREATE INDEX item_versions_video ON item_versions (item_id, video_id)")
    op.execute("CREATE INDEX item_versions_published_by ON item_versions (published_by)")
    province_table("item_versions", rights="SELECT, INSERT")
    append_only("item_versions")
    op.execute("""
        CREATE TABLE version_captions (
            item_id uuid NOT NULL, number integer NOT NULL, caption_id uuid NOT NULL,
            PRIMARY KEY (item_id, number, caption_id),
            FOREIGN KEY (item_id, number) REFERENCES item_versions (item_id, number),
            FOREIGN KEY (item_id, caption_id) REFERENCES captions (item_id, id))
    """)
    op.execute("CREATE INDEX version_captions_caption ON version_captions (item_id, caption_id)")
    province_table("version_captions", rights="SELECT, INSERT")
    append_only("version_captions")


def published() -> None:
    """The public projection: what every city, and everybody, may know of an item in force."""
    op.execute("""
        CREATE TABLE published_items (
            item_id uuid PRIMARY KEY REFERENCES items (id), number integer NOT NULL,
            title text NOT NULL, summary text NOT NULL, description text NOT NULL, category text NOT NULL,
            level text NOT NULL, licence text NOT NULL, licence_source text NOT NULL, licence_ends_on date,
            seconds integer NOT NULL, languages text[] NOT NULL, published_at timestamptz NOT NULL,
            search tsvector NOT NULL GENERATED ALWAYS AS (bigrams(title || ' ' || summary || ' ' || description)) STORED,
            FOREIGN KEY (item_id, number) REFERENCES item_versions (item_id, number))
    """)
    op.execute("CREATE INDEX published_items_search ON published_items USING gin (search)")
    op.execute("CREATE INDEX published_items_version ON published_items (item_id, number)")
    wall("published_items", to_app="SELECT, INSERT, UPDATE, DELETE", to_engine="SELECT")
    door("published_items", "everyone_reads", "SELECT", EVERYONE)
    for command in ("INSERT", "UPDATE", "DELETE"):
        door("published_items", f"province_{command.lower()}s", command, PROVINCE_WORK)
