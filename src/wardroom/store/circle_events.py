"""Events of circles, sites, members and boards, applied to the views."""

from wardroom.domain import chain, codec, rules
from wardroom.domain import events as e
from wardroom.domain.events import ROLES, Envelope, EventRef
from wardroom.domain.ids import EventNo, SiteKey, circle_id, words_of_key
from wardroom.domain.text import clean
from wardroom.language import marked
from wardroom.store import keys
from wardroom.store.folds import rank, winning
from wardroom.store.journal import Journal
from wardroom.store.judging import EventRow, WithoutRight, author_of, give_right, load, must, resolve, wait_for
from wardroom.store.overwriting import overwrite, supersede


def instance_certified(journal: Journal, row: EventRow, envelope: Envelope) -> None:
    """A log begins: its certificate was checked when it was admitted; the site's name stands in it."""
    if row.seq != 1:
        raise WithoutRight(marked("certifies an instance in the middle of a log"))
    head = journal.head(row.log)
    _name_site(journal, head.circle, head.site)


def circle_founded(journal: Journal, row: EventRow, envelope: Envelope) -> None:
    """A circle begins with the log it was founded in."""
    assert isinstance(envelope, e.CircleFounded)
    head = journal.head(row.log)
    is_founder = circle_id(SiteKey(envelope.site), envelope.nonce) == journal.circle_id(head.circle)
    if row.seq != 2 or envelope.site != head.site or not is_founder:
        raise WithoutRight(marked("founds a circle that its log does not begin"))
    name = clean(row.body.name, one_line=True) if isinstance(row.body, e.CircleCard) else ""
    journal.db.execute(
        "INSERT INTO view_circle (circle, name, founder) VALUES (?1, ?2, ?3)"
        " ON CONFLICT (circle) DO UPDATE SET name = MIN(name, ?2)",
        (head.circle, name, head.site),
    )
    _add_site(journal, head.circle, head.site, "")


def _add_site(journal: Journal, circle: int, site: bytes, name: str) -> None:
    """Of several admissions of one site the last name in the alphabet stands, whatever came first."""
    journal.db.execute(
        "INSERT INTO view_site (circle, site, name, admitted_as) VALUES (?1, ?2, '', ?3)"
        " ON CONFLICT (circle, site) DO UPDATE SET admitted_as = MAX(admitted_as, ?3)",
        (circle, site, name),
    )
    _name_site(journal, circle, site)


def _name_site(journal: Journal, circle: int, site: bytes) -> None:
    """A site is called what its own certificates say, else what it was admitted as, else two words of its key."""
    db = journal.db
    admitted = db.execute("SELECT admitted_as FROM view_site WHERE circle = ? AND site = ?", (circle, site)).fetchone()
    if admitted is None:
        return
    openings = db.execute(
        "SELECT e.event FROM log_log l JOIN log_event e ON e.log = l.log AND e.seq = 1"
        " WHERE l.circle = ? AND l.site = ? AND e.event <= ?",
        (circle, site, journal.trigger),
    ).fetchall()
    cards = (load(db, EventNo(event)).body for (event,) in openings)
    names = {clean(card.name, one_line=True)[:64] for card in cards if isinstance(card, e.SiteCard)} - {""}
    name = min(names, default=admitted[0][:64]) or words_of_key(site, 2)
    db.execute("UPDATE view_site SET name = ? WHERE circle = ? AND site = ?", (name, circle, site))


def site_admitted(journal: Journal, row: EventRow, envelope: Envelope) -> None:
    """A steward opens the circle to a site."""
    assert isinstance(envelope, e.SiteAdmitted)
    _, roles = author_of(journal, row, envelope.author)
    must(rules.may_admit_site(roles))
    name = clean(row.body.name, one_line=True) if isinstance(row.body, e.SiteCard) else ""
    _add_site(journal, journal.head(row.log).circle, envelope.site, name)


def site_key_rotated(journal: Journal, row: EventRow, envelope: Envelope) -> None:
    """The circle is open to a site under its new key too, which has signed that it goes on for the old one."""
    assert isinstance(envelope, e.SiteKeyRotated)
    _, roles = author_of(journal, row, envelope.author)
    must(rules.may_rotate_key(roles))
    head = journal.head(row.log)
    said = chain.succession(journal.circle_id(head.circle), head.site)
    if not keys.is_signed(SiteKey(envelope.key), said, envelope.signature):
        raise WithoutRight(marked("names a key that has not agreed"))
    name = clean(row.body.name, one_line=True) if isinstance(row.body, e.SiteCard) else ""
    _add_site(journal, head.circle, envelope.key, name)


def member_enrolled(journal: Journal, row: EventRow, envelope: Envelope) -> None:
    """A member takes a small number and a voice in a log."""
    assert isinstance(envelope, e.MemberEnrolled)
    head = journal.head(row.log)
    card = row.body if isinstance(row.body, e.MemberCard) else e.MemberCard("")
    if len(envelope.person) != 8 or not 0 <= envelope.role < len(e.VOICES):
        raise WithoutRight(marked("is malformed"))
    is_first = envelope.author == 0
    if is_first:
        if any(
            journal.db.execute("SELECT 1 FROM view_right WHERE log = ? LIMIT 1", (log,)).fetchone()
            for log, _ in journal.lineage(row.log)
        ):
            raise WithoutRight(marked("enrols itself in a log that has an administrator"))
    else:
        _, roles = author_of(journal, row, envelope.author)
        must(rules.may_enrol(roles))
    member = _add_member(journal, row, envelope.person, card)
    journal.db.execute("INSERT INTO view_number (log, seq, subject) VALUES (?, ?, ?)", (row.log, row.seq, member))
    give_right(journal, row, member, envelope.role, is_granted=True, grant=row.event)
    if is_first:
        give_right(journal, row, member, ROLES.index("administrator"), is_granted=True, grant=row.event)
        founded = journal.db.execute(
            "SELECT 1 FROM log_event WHERE log = ? AND seq = 2 AND kind = ?",
            (journal.holder(row.log, 2), e.CircleFounded.KIND),
        ).fetchone()
        founder = journal.db.execute("SELECT founder FROM view_circle WHERE circle = ?", (head.circle,)).fetchone()
        if founded and founder and founder[0] == head.site:
            give_right(journal, row, member, ROLES.index("steward"), is_granted=True, grant=row.event)


def _add_member(journal: Journal, row: EventRow, person: bytes, card: e.MemberCard) -> int:
    """The member a person is in a circle; of several cards the one with the lowest leaf hash stands."""
    head = journal.head(row.log)
    found = journal.db.execute(
        "SELECT member, card FROM view_member WHERE circle = ? AND site = ? AND person = ?",
        (head.circle, head.site, person),
    ).fetchone()
    values = (
        clean(card.handle, one_line=True)[:64],
        *_profile(card),
    )
    if found is None:
        journal.db.execute(
            "INSERT INTO view_member (member, circle, site, person, handle, profession, interests, card)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (row.event, head.circle, head.site, person, *values, row.event),
        )
        return row.event
    if rank(journal, row.event) < rank(journal, found[1]):
        journal.db.execute(
            "UPDATE view_member SET handle = ?, card = ? WHERE member = ?", (values[0], row.event, found[0])
        )
        _fold_card(journal, found[0])
    return int(found[0])


def _fold_card(journal: Journal, member: int) -> None:
    """Work out anew what a card says: the change that stands, else the enrolment it began with."""
    changed = winning(journal, member, "card")
    (event,) = journal.db.execute("SELECT card FROM view_member WHERE member = ?", (member,)).fetchone()
    body = load(journal.db, EventNo(changed[0] if changed else event)).body
    card = body if isinstance(body, e.MemberCard | e.MemberProfile) else e.MemberProfile()
    journal.db.execute(
        "UPDATE view_member SET profession = ?, interests = ? WHERE member = ?", (*_profile(card), member)
    )


def _profile(card: e.MemberCard | e.MemberProfile) -> tuple[str, str]:
    """(profession, interests) of a card as the views hold them."""
    interests = (clean(interest, one_line=True)[:64] for interest in card.interests[:20])
    return clean(card.profession, one_line=True)[:64], ", ".join(interest for interest in interests if interest)


def member_card_changed(journal: Journal, row: EventRow, envelope: Envelope) -> None:
    """A member's card says something else."""
    assert isinstance(envelope, e.MemberCardChanged)
    author, roles = author_of(journal, row, envelope.author)
    member, site = member_named(journal, row, envelope.member)
    is_own_site = site == journal.head(row.log).site
    must(rules.may_change_card(roles, is_own=member == author, is_own_site=is_own_site))
    overwrite(journal, row, member, "card", author, 0, envelope.supersedes)
    _fold_card(journal, member)


def member_verified(journal: Journal, row: EventRow, envelope: Envelope) -> None:
    """A member is verified by the own site, from the time of the event that stands, or no longer."""
    assert isinstance(envelope, e.MemberVerified)
    author, roles = author_of(journal, row, envelope.author)
    member, site = member_named(journal, row, envelope.member)
    must(rules.may_verify(roles, is_own_site=site == journal.head(row.log).site))
    overwrite(journal, row, member, "verify", author, 0 if envelope.is_on else 1, envelope.supersedes)
    standing = winning(journal, member, "verify")
    journal.db.execute("DELETE FROM view_verified WHERE member = ?", (member,))
    if standing is not None and standing[1] == 0:
        journal.db.execute("INSERT INTO view_verified (member, event) VALUES (?, ?)", (member, standing[0]))


def role_granted(journal: Journal, row: EventRow, envelope: Envelope) -> None:
    """A role counts in this log from here on."""
    assert isinstance(envelope, e.RoleGranted)
    if not 0 <= envelope.role < len(ROLES):
        raise WithoutRight(marked("names a role of a newer Wardroom"))
    _, roles = author_of(journal, row, envelope.author)
    member, site = member_named(journal, row, envelope.member)
    is_own_site = site == journal.head(row.log).site
    must(rules.may_grant(roles, ROLES[envelope.role], is_own_site=is_own_site))
    supersede(journal, row, envelope.supersedes)
    give_right(journal, row, member, envelope.role, is_granted=envelope.granted, grant=row.event)
    journal.has_granted = True


def member_named(journal: Journal, row: EventRow, reference: EventRef) -> tuple[int, bytes]:
    """(member, site) of a member that a reference to one of the member's enrolments names."""
    enrolled = resolve(journal, reference, row)
    log, seq = journal.db.execute("SELECT log, seq FROM log_event WHERE event = ?", (enrolled,)).fetchone()
    found = journal.db.execute(
        "SELECT n.subject, m.site FROM view_number n JOIN view_member m ON m.member = n.subject"
        " WHERE n.log = ? AND n.seq = ?",
        (log, seq),
    ).fetchone()
    if found is None:
        wait_for(journal, row, reference, enrolled)
    return found[0], found[1]


def role_accepted(journal: Journal, row: EventRow, envelope: Envelope) -> None:
    """A grant of another log counts in this one from here on."""
    assert isinstance(envelope, e.RoleAccepted)
    head = journal.head(row.log)
    grant = resolve(journal, envelope.grant, row)
    if codec.to_ref(envelope.grant, head.id).log == head.id:
        raise WithoutRight(marked("accepts a grant of its own log"))
    given = journal.db.execute(
        "SELECT r.member, r.role, r.is_granted FROM view_right r JOIN log_event g ON g.event = r.grant_event"
        " WHERE r.grant_event = ? AND r.log = g.log ORDER BY r.role",
        (grant,),
    ).fetchall()
    if not given:
        wait_for(journal, row, envelope.grant, grant)
    for member, role, is_granted in given:
        give_right(journal, row, member, role, is_granted=bool(is_granted), grant=grant)


def board_opened(journal: Journal, row: EventRow, envelope: Envelope) -> None:
    """A board begins, and takes its number."""
    assert isinstance(envelope, e.BoardOpened)
    _, roles = author_of(journal, row, envelope.author)
    must(rules.may_open_board(roles))
    card = row.body if isinstance(row.body, e.BoardCard) else e.BoardCard("")
    journal.db.execute(
        "INSERT INTO view_board (board, circle, name, title, about, is_room) VALUES (?, ?, ?, ?, ?, ?)",
        (
            row.event,
            journal.head(row.log).circle,
            clean(card.name, one_line=True)[:64],
            clean(card.title or card.name, one_line=True)[:64],
            clean(card.about, one_line=True)[:400],
            envelope.is_room,
        ),
    )
    journal.db.execute("INSERT INTO view_number (log, seq, subject) VALUES (?, ?, ?)", (row.log, row.seq, row.event))


def board_named(journal: Journal, row: EventRow, reference: EventRef) -> int:
    """The board a reference names."""
    board = resolve(journal, reference, row)
    if journal.db.execute("SELECT 1 FROM view_board WHERE board = ?", (board,)).fetchone() is None:
        wait_for(journal, row, reference, board)
    return board


def board_introduced(journal: Journal, row: EventRow, envelope: Envelope) -> None:
    """A board of another log takes a number in this one."""
    assert isinstance(envelope, e.BoardIntroduced)
    board = board_named(journal, row, envelope.board)
    journal.db.execute("INSERT INTO view_number (log, seq, subject) VALUES (?, ?, ?)", (row.log, row.seq, board))


def room_members_set(journal: Journal, row: EventRow, envelope: Envelope) -> None:
    """A room has the members of the winning list."""
    assert isinstance(envelope, e.RoomMembersSet)
    member, roles = author_of(journal, row, envelope.author)
    must(rules.may_open_board(roles))
    board = board_named(journal, row, envelope.board)
    for reference in envelope.members:
        member_named(journal, row, reference)
    overwrite(journal, row, board, "room", member, 0, envelope.supersedes)
    winner = winning(journal, board, "room")
    journal.db.execute("DELETE FROM view_room_member WHERE board = ?", (board,))
    if winner is None:
        return
    standing = load(journal.db, EventNo(winner[0]))
    assert isinstance(standing.envelope, e.RoomMembersSet)
    for reference in standing.envelope.members:
        named, _ = member_named(journal, standing, reference)
        journal.db.execute("INSERT OR IGNORE INTO view_room_member (board, member) VALUES (?, ?)", (board, named))
