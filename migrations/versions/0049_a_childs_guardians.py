"""All guardians of a child know of each other, and only who proved consent themselves names another (PRV 7.2)."""

from alembic import op
from walls import APP, amend, engine_function

revision = "0049"
down_revision = "0048"

HEADER = "LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp"
STANDS = """
    {0}.kind = 'guardian' AND {0}.ended_at IS NULL AND ({0}.ends_on IS NULL OR {0}.ends_on > walls.today())
    AND EXISTS (SELECT FROM people child WHERE child.id = {0}.person_id AND walls.own_from(child.birth_date) > walls.today())
"""
"""That a guardian's row of `representations` holds today, until the child's 14th birthday."""
CHILD_OF = "ANY (engine.ids_of((SELECT coalesce(c.merged_into, c.id) FROM people c WHERE c.id = {0})))"

MAY_END = f"""
CREATE FUNCTION engine.may_end_guardian(asked representations) RETURNS boolean STABLE {HEADER} AS $$
BEGIN
  IF asked.vouched_by IS NULL OR NOT EXISTS (SELECT FROM representations m
      WHERE m.person_id = {CHILD_OF.format("asked.person_id")} AND m.representative_id = ANY (walls.people())
        AND {STANDS.format("m")}) THEN RETURN false; END IF;
  RETURN (WITH RECURSIVE above AS (
      SELECT asked.vouched_by AS who
      UNION
      SELECT r.vouched_by FROM above a JOIN representations r ON r.representative_id = a.who
        AND r.person_id = {CHILD_OF.format("asked.person_id")} AND r.kind = 'guardian' AND r.vouched_by IS NOT NULL)
    SELECT EXISTS (SELECT FROM above WHERE above.who = ANY (walls.people())));
END $$
"""
"""Whether the caller, a guardian of the same child today, vouched for this one, or for whoever did."""

FELLOWS = f"""
CREATE FUNCTION engine.fellow_guardians() RETURNS TABLE (
    id uuid, child_id uuid, name text, named_by text, begun_at timestamptz, may_end boolean) STABLE {HEADER} AS $$
#variable_conflict use_column
BEGIN
  IF walls.person() IS NULL OR walls.scope() <> 'person' THEN
    RAISE insufficient_privilege USING MESSAGE = 'nobody is signed in';
  END IF;
  RETURN QUERY SELECT r.id, m.person_id, p.name,
      CASE WHEN r.vouched_by <> ALL (walls.people()) THEN v.name END, r.begun_at, engine.may_end_guardian(r)
    FROM representations m JOIN representations r ON r.person_id = {CHILD_OF.format("m.person_id")}
      JOIN people p ON p.id = r.representative_id LEFT JOIN people v ON v.id = r.vouched_by
    WHERE m.representative_id = ANY (walls.people()) AND {STANDS.format("m")}
      AND r.representative_id <> ALL (walls.people()) AND {STANDS.format("r")}
    ORDER BY r.begun_at, r.id;
END $$
"""
"""All other guardians of the caller's children; `named_by` is who vouched, where that is neither the caller nor nobody."""

TELL = f"""
CREATE FUNCTION engine.tell_guardians(whose uuid, city uuid, regarding uuid, a_kind text, who uuid, by uuid, not_to uuid[])
RETURNS void {HEADER} AS $$
BEGIN
  INSERT INTO messages (tenant_id, person_id, about, kind, details)
    SELECT DISTINCT city, coalesce(g.merged_into, g.id), regarding, a_kind, jsonb_strip_nulls(jsonb_build_object(
        'helper', (SELECT p.name FROM people p WHERE p.id = who), 'person', (SELECT p.name FROM people p WHERE p.id = by),
        'child', (SELECT p.name FROM people p WHERE p.id = whose)))
      FROM representations r JOIN people g ON g.id = r.representative_id
      WHERE r.person_id = {CHILD_OF.format("whose")} AND {STANDS.format("r")} AND r.representative_id <> ALL (not_to)
    ON CONFLICT DO NOTHING;
END $$
"""
"""Writes to all guardians of a child who stand now, but `not_to` some: about the guardian `who`, named `by` whom."""

NOT_FOUND = "  refusal := CASE WHEN NOT FOUND THEN 'not-found'\n"
VOUCHED_FOR = f"""\
    WHEN NOT EXISTS (SELECT FROM representations r WHERE r.person_id = child AND r.representative_id = ANY (walls.people())
      AND r.vouched_by IS NULL AND {STANDS.format("r").strip()}) THEN 'vouched-for'
"""
INVITER = "AND r.representative_id = ANY (engine.ids_of(offered.person_id)) AND r.kind = 'guardian' AND"
ACCEPTED = "    FROM people p WHERE p.id = walls.person() ON CONFLICT DO NOTHING;\n"
TELL_ACCEPTED = """\
  IF offered.child_id IS NOT NULL THEN
    PERFORM engine.tell_guardians(offered.child_id, NULL, accept_help.id, 'families.guardian-added', walls.person(),
      offered.person_id, walls.people() || engine.ids_of(offered.person_id));
  END IF;
"""
HELPER = "  IF held.kind = 'helper' THEN RETURN; END IF;\n"
TELL_ENDED = """\
  UPDATE helper_invitations i SET withdrawn_at = now()
    WHERE i.child_id = ANY (engine.ids_of(held.person_id)) AND i.person_id = ANY (engine.ids_of(held.representative_id))
      AND i.accepted_at IS NULL AND i.withdrawn_at IS NULL;
  PERFORM engine.tell_guardians(held.person_id, city, held.id, 'families.guardian-ended', held.representative_id, NULL,
    CASE WHEN city IS NULL THEN walls.people() ELSE '{}' END);
  IF city IS NULL AND held.representative_id <> ALL (walls.people()) THEN
    INSERT INTO messages (tenant_id, person_id, about, kind, details)
      SELECT NULL, coalesce(g.merged_into, g.id), held.id, 'families.guardianship-ended', jsonb_build_object('child', c.name)
      FROM people g, people c WHERE g.id = held.representative_id AND c.id = held.person_id ON CONFLICT DO NOTHING;
  END IF;
"""


def upgrade() -> None:
    op.execute(f"GRANT SELECT (tries) ON guardian_requests TO {APP}")
    engine_function(MAY_END, signature="engine.may_end_guardian(representations)", callers=())
    tell = "engine.tell_guardians(uuid, uuid, uuid, text, uuid, uuid, uuid[])"
    engine_function(TELL, signature=tell, callers=())
    engine_function(FELLOWS, signature="engine.fellow_guardians()")
    op.execute("DROP FUNCTION engine.vouched_guardians()")
    amend("engine.invite_guardian(uuid, bytea, text)", NOT_FOUND, NOT_FOUND + VOUCHED_FOR)
    amend("engine.offered_help(bytea)", INVITER, f"AND r.vouched_by IS NULL {INVITER}")
    amend("engine.accept_help(bytea, text)", ACCEPTED, ACCEPTED + TELL_ACCEPTED)
    amend("engine.end_representation(uuid)", "r.vouched_by = ANY (walls.people())", "engine.may_end_guardian(r)")
    amend("engine.close_representation(representations, uuid)", HELPER, HELPER + TELL_ENDED)
