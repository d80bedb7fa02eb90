"""The same room or the same teacher at the same time, and nothing else."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from maru.web.dates import SEOUL
from tenants.timetable.overlaps import Block, overlaps

NOON = datetime(2027, 3, 4, 12, tzinfo=SEOUL)
VENUE, OTHER = uuid4(), uuid4()


def block(begins: int, ends: int, venue: UUID | None = VENUE, room: str = "302호", *teachers: str) -> Block:
    minutes = (timedelta(minutes=begins), timedelta(minutes=ends))
    return Block(
        run=uuid4(),
        starts_at=NOON + minutes[0],
        ends_at=NOON + minutes[1],
        venue=venue,
        room=room,
        teachers=frozenset(teachers),
    )


def kinds(*blocks: Block) -> list[str]:
    return [one.kind for one in overlaps(blocks)]


def test_one_room_holds_one_class_at_a_time() -> None:
    assert kinds(block(0, 120), block(60, 180)) == ["room"]
    assert kinds(block(0, 120), block(120, 180)) == [], "what ends when the other begins does not overlap"
    assert kinds(block(0, 120), block(0, 120, room="303호")) == []
    assert kinds(block(0, 120), block(0, 120, OTHER)) == []
    assert kinds(block(0, 120, None), block(0, 120, None)) == [], "online"


def test_where_no_room_is_written_the_venue_is_all_that_is_known() -> None:
    assert kinds(block(0, 120, room=""), block(60, 180, room="")) == ["venue"]


def test_a_teacher_is_in_one_place_at_a_time() -> None:
    assert kinds(block(0, 120, VENUE, "302호", "한소연"), block(60, 90, OTHER, "", "한소연")) == ["teacher"]


def test_two_meetings_of_one_run_are_not_in_each_others_way() -> None:
    one = block(0, 120)
    assert (
        overlaps([one, Block(run=one.run, starts_at=one.starts_at, ends_at=one.ends_at, venue=VENUE, room="302호")])
        == []
    )


@given(st.lists(st.tuples(st.integers(0, 300), st.integers(1, 120), st.integers(0, 2)), max_size=14))
def test_every_overlap_is_found_once(spans: list[tuple[int, int, int]]) -> None:
    blocks = [block(begin, begin + length, VENUE, f"{room}호") for begin, length, room in spans]
    expected = {
        frozenset((one.run, two.run))
        for index, one in enumerate(blocks)
        for two in blocks[index + 1 :]
        if one.room == two.room and one.starts_at < two.ends_at and two.starts_at < one.ends_at
    }
    found = [frozenset((one.first.run, one.second.run)) for one in overlaps(blocks)]
    assert len(found) == len(set(found))
    assert set(found) == expected
    others = blocks[len(blocks) // 2 :]
    mine = {one.run for one in blocks[: len(blocks) // 2]}
    partly = {frozenset((one.first.run, one.second.run)) for one in overlaps(blocks[: len(blocks) // 2], others)}
    assert partly == {pair for pair in expected if pair & mine}
