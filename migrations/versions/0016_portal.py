"""Finding by place and by boxes: centres of cities, counties and districts; what narrows lists, in their index."""

from alembic import op
from walls import EVERYONE, PROVINCE, door, wall

revision = "0016"
down_revision = "0015"

SOURCE = "Centre of the area, reckoned from the municipal boundaries of Statistics Korea (KOSTAT), 2018"
CENTRES = """
    41110 37.280 127.008 south, 41111 37.314 127.003 south, 41113 37.261 126.980 south, 41115 37.278 127.016 south,
    41117 37.275 127.057 south, 41130 37.407 127.116 south, 41131 37.435 127.104 south, 41133 37.433 127.164 south,
    41135 37.379 127.106 south, 41150 37.736 127.068 north, 41170 37.403 126.928 south, 41171 37.404 126.911 south,
    41173 37.400 126.955 south, 41190 37.504 126.789 south, 41210 37.445 126.865 south, 41220 37.015 126.993 south,
    41250 37.917 127.078 north, 41270 37.291 126.747 south, 41271 37.316 126.871 south, 41273 37.278 126.683 south,
    41280 37.665 126.837 north, 41281 37.656 126.879 north, 41285 37.680 126.797 north, 41287 37.680 126.728 north,
    41290 37.434 127.003 south, 41310 37.599 127.131 north, 41360 37.663 127.244 north, 41370 37.163 127.051 south,
    41390 37.386 126.784 south, 41410 37.343 126.921 south, 41430 37.362 126.989 south, 41450 37.523 127.206 south,
    41460 37.222 127.222 south, 41461 37.203 127.253 south, 41463 37.267 127.121 south, 41465 37.333 127.071 south,
    41480 37.856 126.810 north, 41500 37.210 127.481 south, 41550 37.035 127.303 south, 41570 37.682 126.626 south,
    41590 37.168 126.869 south, 41610 37.403 127.301 south, 41630 37.809 127.001 north, 41650 37.970 127.250 north,
    41670 37.302 127.616 south, 41800 38.097 127.024 north, 41820 37.819 127.450 north, 41830 37.518 127.579 south
"""
"""Code, latitude, longitude, and which half of the province. A district without an own centre stands at its city's."""


CATEGORY = "coalesce(nullif(category, ''), nullif(likely_category, ''), 'other')"
BOXES = (
    "starts_at < '12:00'",
    "starts_at >= '12:00' AND starts_at < '18:00'",
    "starts_at >= '18:00'",
    "fee = 0",
    "online",
    "in_person",
    *(f"{CATEGORY} = '{value}'" for value in ("01", "02", "03", "04", "05", "06", "07", "other")),
    *(
        f"coalesce(min_age, 0) <= {oldest} AND coalesce(max_age, 150) >= {youngest} AND (audience = 0 OR audience & {bit} <> 0)"
        for youngest, oldest, bit in ((0, 13, 1), (14, 18, 2), (19, 64, 4), (65, 150, 8))
    ),
)
"""What the bits of `listings.boxes` say, the lowest first."""


def upgrade() -> None:
    region_centres()
    boxes_in_lists()
    places_in_lists()


def region_centres() -> None:
    op.execute("""
        CREATE TABLE region_centres (
            code text NOT NULL, valid daterange NOT NULL,
            latitude double precision NOT NULL CHECK (latitude BETWEEN 33 AND 39),
            longitude double precision NOT NULL CHECK (longitude BETWEEN 124 AND 132),
            half text NOT NULL CHECK (half IN ('north', 'south')), source text NOT NULL CHECK (source <> ''),
            CONSTRAINT region_centres_pkey PRIMARY KEY (code, valid WITHOUT OVERLAPS))
    """)
    wall("region_centres", to_app="SELECT, INSERT, UPDATE", to_engine="")
    door("region_centres", "everyone_reads", "SELECT", EVERYONE)
    door("region_centres", "province_adds", "INSERT", PROVINCE)
    door("region_centres", "province_changes", "UPDATE", PROVINCE)
    rows = ", ".join(
        f"('{code}', '[2018-01-01,)', {latitude}, {longitude}, '{half}', '{SOURCE}')"
        for code, latitude, longitude, half in (line.split() for line in CENTRES.split(","))
    )
    op.execute("ALTER TABLE region_centres NO FORCE ROW LEVEL SECURITY")
    op.execute(f"INSERT INTO region_centres (code, valid, latitude, longitude, half, source) VALUES {rows}")
    op.execute("ALTER TABLE region_centres FORCE ROW LEVEL SECURITY")


def boxes_in_lists() -> None:
    """What a run fits is judged once, when it is written; its long texts stand apart, so that lists read little of it."""
    boxes = " + ".join(f"CASE WHEN {says} THEN {1 << place} ELSE 0 END" for place, says in enumerate(BOXES))
    op.execute("ALTER TABLE listings SET (toast_tuple_target = 256)")
    op.execute(f"""
        ALTER TABLE listings
            ADD COLUMN boxes integer NOT NULL GENERATED ALWAYS AS ({boxes}) STORED,
            ADD COLUMN title_key text NOT NULL GENERATED ALWAYS AS (
                replace(lower(normalize(title, NFKC)), ' ', '')) STORED
    """)
    op.execute("ALTER TABLE listings ALTER COLUMN title_key SET STORAGE MAIN")


def places_in_lists() -> None:
    """Nearest first reads no more of a row than the other orders do."""
    op.execute("DROP INDEX listings_lists")
    op.execute("""
        CREATE INDEX listings_lists ON listings (tenant_id, ends_on) INCLUDE (
            run_id, starts_on, starts_at, opens_at, closes_at, published_at, cancelled_at, settled_at, weekdays, boxes,
            online, in_person, first_come, latitude, longitude, meeting_count)
    """)
