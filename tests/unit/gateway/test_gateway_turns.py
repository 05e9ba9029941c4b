from gateway.alone.turns import Lane, Place, Turns

LANE = Lane("m", "", frozenset(), 0)
OTHER = Lane("n", "", frozenset(), 0)


def add(turns: Turns, ticket_id: int, tenant: str = "t", lane: Lane = LANE, first: bool = False):
    turns.add(Place(ticket_id, tenant, lane, tokens=10, since=0.0), is_first=first)


def taken(turns: Turns, lane: Lane = LANE) -> list[int]:
    ids = []
    while turns.lane(but={each for each in (LANE, OTHER) if each != lane}):
        ids.append(turns.take(lane).ticket_id)
    return ids


def test_tenants_take_turns_and_each_ones_tickets_go_as_they_came():
    turns = Turns()
    for ticket_id, tenant in enumerate("aaaabbc"):
        add(turns, ticket_id, tenant)
    assert repr(turns) == "<Turns 7 waiting in 1 lanes>"
    assert taken(turns) == [0, 4, 6, 1, 5, 2, 3]
    assert repr(turns) == "<Turns 0 waiting in 0 lanes>"


def test_one_sent_back_comes_before_its_tenants_others():
    turns = Turns()
    add(turns, 1, "a")
    add(turns, 2, "b")
    add(turns, 3, "b")
    add(turns, 4, "b", first=True)
    assert taken(turns) == [1, 4, 2, 3]


def test_who_has_left_is_passed_over():
    turns = Turns()
    for ticket_id, tenant in enumerate("aabb"):
        add(turns, ticket_id, tenant)
    for ticket_id in (0, 2, 3, 3, 99):
        turns.remove(ticket_id)
    assert 1 in turns
    assert 0 not in turns
    assert taken(turns) == [1]


def test_lanes_take_turns_too():
    turns = Turns()
    for ticket_id in range(4):
        add(turns, ticket_id, lane=LANE)
        add(turns, 10 + ticket_id, lane=OTHER)
    order = []
    while lane := turns.lane(but=set()):
        order.append(turns.take(lane).ticket_id)
    assert order == [0, 10, 1, 11, 2, 12, 3, 13]
    add(turns, 1, lane=LANE)
    assert turns.lane(but={LANE}) is None
