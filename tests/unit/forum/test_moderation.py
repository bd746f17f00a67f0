"""Flags, releases, unsigned questions, suspension, appeals, purges by two, the audit and the breach note, as use cases."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.strategies import Files, House, batches_of, raw_bytes

from wardroom.domain.ids import EventNo
from wardroom.domain.rules import VERIFIED_FOR_MS
from wardroom.domain.views import Me, PostDraft
from wardroom.errors import HeldForRelease, IdentifierFound, InputRejected, NotAForum, NotFound, Refused
from wardroom.forum.held import Held
from wardroom.forum.moderation import FLAGS_MAX
from wardroom.forum.upkeep import restore
from wardroom.store import event_log, ledger
from wardroom.store import held as store
from wardroom.store.database import open_store
from wardroom.store.folds import HERE, PURGED
from wardroom.store.journal import journal
from wardroom.store.ledger import NAME

TALK = PostDraft(text="Warm the fluids, zqword.", title="About fluids", kind="talk")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """Sam is steward, mona moderates, nadia and omar practise, tia is a trainee, olga observes."""
    made = House(tmp_path / "forum.db")
    yield made
    made.close()


def reads(house: House, handle: str, post: EventNo) -> str:
    """The words of a thread's head as a member reads them."""
    return house.forum.cases.open(house.me(handle), post).head.text


def kinds(house: House, handle: str = "mona") -> list[str]:
    return [item.kind for item in house.forum.moderation.queue(house.me(handle))]


# --- flags -----------------------------------------------------------------------------------------------------------


def test_one_identifier_flag_hides_at_once(house: House) -> None:
    """Anybody but moderators and the author reads the words no longer, until a moderator has decided."""
    post = house.post("nadia", "Fluids zqfluids.")
    assert house.forum.moderation.flag(house.me("omar"), post, "identifier")
    with pytest.raises(NotFound):
        house.forum.cases.open(house.me("olga"), post)
    assert "zqfluids" in reads(house, "mona", post)
    assert "zqfluids" in reads(house, "nadia", post)
    assert not house.forum.search.find(house.me("olga"), "zqfluids").hits
    assert house.forum.boards.lines(house.me("olga"), is_whole=True)[0].threads == 0
    assert kinds(house) == ["flag"]
    house.forum.cases.hide(house.me("mona"), post, "other", is_on=False)
    assert "zqfluids" in reads(house, "olga", post)
    assert kinds(house) == []


def test_other_flags_and_those_of_observers_hide_nothing(house: House) -> None:
    """They wait in the queue; a hide answers them."""
    post = house.post("nadia", "Fluids.")
    assert not house.forum.moderation.flag(house.me("omar"), post, "unsafe")
    assert not house.forum.moderation.flag(house.me("olga"), post, "identifier")
    assert kinds(house) == ["flag", "flag"]
    assert kinds(house, "omar") == []
    house.forum.cases.hide(house.me("mona"), post, "unsafe", is_on=True)
    assert kinds(house) == []


def test_a_flag_is_taken_back_and_three_are_enough(house: House) -> None:
    """Its member takes it back, which shows the post again; a fourth open flag is refused."""
    posts = [house.post("nadia", f"Fluids {number}.") for number in range(FLAGS_MAX + 1)]
    omar = house.me("omar")
    for post in posts[:-1]:
        house.forum.moderation.flag(omar, post, "identifier")
    with pytest.raises(Refused, match="open"):
        house.forum.moderation.flag(omar, posts[-1], "identifier")
    house.forum.moderation.flag(omar, posts[0], "identifier", is_on=False)
    assert "Fluids" in reads(house, "olga", posts[0])
    house.forum.moderation.flag(omar, posts[-1], "identifier")
    with pytest.raises(Refused, match="not flagged"):
        house.forum.moderation.flag(omar, posts[0], "identifier", is_on=False)


def test_what_a_flag_hides_survives_a_rebuild(house: House) -> None:
    """The views made again hide the same posts here."""
    post = house.post("nadia", "Fluids.")
    house.forum.moderation.flag(house.me("omar"), post, "identifier")
    house.forum.upkeep.rebuild()
    with pytest.raises(NotFound):
        house.forum.cases.open(house.me("olga"), post)


# --- releases --------------------------------------------------------------------------------------------------------


def hold(house: House, draft: PostDraft = TALK) -> int:
    with pytest.raises(HeldForRelease):
        house.forum.cases.post(house.me("tia"), house.board, draft)
    return int(house.forum.held.lines(house.me("tia"))[-1].held or 0)


def test_first_posts_wait_and_are_seen_by_author_and_releasers_alone(house: House) -> None:
    """A held post is no event; a release makes it one, in the author's name."""
    before = house.forum.session.store.read.execute("SELECT COUNT(*) FROM log_event").fetchone()
    held = hold(house)
    assert house.forum.session.store.read.execute("SELECT COUNT(*) FROM log_event").fetchone() == before
    assert "zqword" in house.forum.held.words(house.me("mona"), held).text
    for handle in ("nadia", "olga"):
        assert house.forum.held.lines(house.me(handle)) == []
        with pytest.raises(NotFound):
            house.forum.held.words(house.me(handle), held)
    with pytest.raises(Refused):
        house.forum.held.release(house.me("tia"), held)
    post = house.forum.held.release(house.me("mona"), held)
    assert "zqword" in reads(house, "olga", post)
    assert house.forum.cases.open(house.me("olga"), post).head.author == "tia@county"
    assert [said for said, _, _ in house.forum.moderation.told(house.me("tia"))] == ["Your post was released."]
    with pytest.raises(NotFound):
        house.forum.held.release(house.me("sam"), held)
    assert any(
        line.verb == "release" and line.who == "mona@county" for line in house.forum.moderation.audit(house.me("sam"))
    )


def test_after_three_releases_a_trainee_posts_alone(house: House) -> None:
    """The fourth post of a trainee is posted at once, and stays after a rebuild."""
    for number in range(3):
        held = hold(house) if number else _held_reply(house)
        house.forum.held.release(house.me("mona"), held)
    post = house.forum.cases.post(house.me("tia"), house.board, TALK)
    house.forum.upkeep.rebuild()
    assert "zqword" in reads(house, "olga", post)


def _held_reply(house: House) -> int:
    parent = house.post("nadia", "Which fluids?")
    with pytest.raises(HeldForRelease):
        house.forum.cases.reply(house.me("tia"), parent, PostDraft(text="Warm ones."))
    return int(Held(house.forum.session).lines(house.me("mona"))[0].held or 0)


def test_a_post_is_given_back_as_a_draft(house: House) -> None:
    """Its author finds it among the drafts and is told why; a practitioner gives nothing back."""
    held = hold(house)
    house.forum.held.give_back(house.me("mona"), held, "unsafe")
    (draft,) = house.forum.drafts.list(house.me("tia"))
    assert "zqword" in draft.fields["text"]
    assert house.forum.held.lines(house.me("mona")) == []
    assert "unsafe" in house.forum.moderation.told(house.me("tia"))[0][0]
    house.forum.moderation.mark_told(house.me("tia"))
    assert house.forum.moderation.told(house.me("tia")) == []


# --- unsigned --------------------------------------------------------------------------------------------------------


def ask_unsigned(house: House) -> EventNo:
    for number in range(2):
        house.forum.members.add(house.me("sam"), f"extra{number}", "nurse", "practitioner")
    draft = PostDraft(text="I missed zqmissed.", title="What did I miss?", kind="talk", is_unsigned=True)
    return house.forum.cases.post(house.me("nadia"), house.board, draft)


def test_the_name_stands_only_in_the_sealed_table(house: House) -> None:
    """The log, the views and every reader know the site's standing member; the author still finds it as an own post."""
    post = ask_unsigned(house)
    for handle in ("omar", "mona", "sam"):
        view = house.forum.cases.open(house.me(handle), post)
        assert (view.head.author, view.head.is_own) == ("unsigned@county", False)
    nadia = house.me("nadia")
    assert house.forum.cases.open(nadia, post).head.is_own
    assert post not in [line.thread for line in house.forum.cases.newest(nadia, is_unread=True)]
    member = next(iter(nadia.members.values()))
    db = house.forum.session.store.read
    assert db.execute("SELECT 1 FROM view_post WHERE post = ? AND author = ?", (post, member)).fetchone() is None
    with pytest.raises(Refused):
        house.forum.cases.amend(house.me("omar"), post, PostDraft(text="Other.", title="Something else", kind="talk"))
    house.forum.cases.amend(nadia, post, PostDraft(text="I missed zqagain.", title="What did I miss?", kind="talk"))
    assert house.forum.cases.open(house.me("omar"), post).head.text == "I missed zqagain."
    house.forum.cases.withdraw(nadia, post)
    assert house.forum.cases.open(house.me("omar"), post).head.body_state == "withdrawn"


def test_answers_are_unsigned_only_in_ones_own_unsigned_thread(house: House) -> None:
    """The author answers there without the name; others sign."""
    post = ask_unsigned(house)
    draft = PostDraft(text="Thank you.", is_unsigned=True)
    reply = house.forum.cases.reply(house.me("nadia"), post, draft)
    (seen,) = house.forum.cases.open(house.me("omar"), post).posts
    assert (seen.post, seen.author) == (reply, "unsigned@county")
    with pytest.raises(Refused, match="sign"):
        house.forum.cases.reply(house.me("omar"), post, draft)


def test_unsigned_is_refused_where_it_hides_nobody(house: House) -> None:
    """Too few members who write, or a file that its group may write: asking unsigned would promise what is not so."""
    draft = PostDraft(text="I missed it.", title="What did I miss?", kind="talk", is_unsigned=True)
    for account in ("tia", "omar"):
        house.forum.members.disable(house.me("sam"), account, is_disabled=True)
    with pytest.raises(Refused, match="fewer than 5"):
        house.forum.cases.post(house.me("nadia"), house.board, draft)
    ask_unsigned(house)
    house.path.chmod(0o660)
    with pytest.raises(Refused, match="shared"):
        house.forum.cases.post(house.me("nadia"), house.board, draft)
    with pytest.raises(Refused, match="handle"):
        house.forum.members.add(house.me("sam"), "unsigned", "nurse", "practitioner")


def test_two_stewards_open_a_seal_and_the_member_is_told(house: House) -> None:
    """Not one alone, not a moderator, not without a reason; it stands in the audit without the name."""
    post = ask_unsigned(house)
    sam, mona = house.me("sam"), house.me("mona")
    opened = house.forum.unsigned.open
    for first, second, reason in ((sam, sam, "A safety concern."), (sam, mona, "A safety concern.")):
        with pytest.raises(Refused):
            opened(first, second, post, reason)
    house.forum.members.grant(sam, "mona", "steward")
    mona = house.me("mona")
    with pytest.raises(InputRejected):
        opened(sam, mona, post, "why")
    assert opened(sam, mona, post, "A safety concern.") == "nadia"
    told = house.forum.moderation.told(house.me("nadia"))
    assert [(post_told, "safety" in said) for said, post_told, _ in told] == [(post, True)]
    lines = [line for line in house.forum.moderation.audit(sam) if line.verb == "open sealed name"]
    assert {line.who for line in lines} == {"sam@county", "mona@county"}
    assert all("nadia" not in repr(line) for line in lines)


# --- suspension, verification, moves, appeals ------------------------------------------------------------------------


def test_a_suspended_member_reads_and_appeals_and_nothing_else(house: House) -> None:
    """What was written stays, nothing new is taken, an appeal is; lifting it gives everything back."""
    moderation = house.forum.moderation
    post = house.post("omar", "Before.")
    moderation.suspend(house.me("sam"), "omar", "uncivil")
    assert reads(house, "nadia", post) == "Before."
    omar = house.me("omar")
    assert not omar.can_write
    with pytest.raises(Refused):
        house.forum.cases.reply(omar, post, PostDraft(text="After."))
    with pytest.raises(Refused):
        moderation.flag(omar, post, "unsafe")
    moderation.appeal_suspension(omar, "It was not me.")
    assert kinds(house) == ["appeal"]
    with pytest.raises(Refused):
        moderation.suspend(house.me("mona"), "nadia", "other")
    house.forum.members.grant(house.me("sam"), "nadia", "administrator")
    with pytest.raises(Refused, match="root"):
        moderation.suspend(house.me("nadia"), "sam", "other")
    moderation.suspend(house.me("sam"), "omar", "other", is_on=False)
    assert kinds(house) == []
    assert house.reply("omar", post, "After.")


def test_a_verification_is_renewed_yearly(house: House) -> None:
    """It holds for a year from the last time somebody said so, whatever the views know of clocks; the card tells."""
    moderation, sam = house.forum.moderation, house.me("sam")

    def told() -> tuple[str, int | None]:
        card = house.forum.cards.named(sam, "tia")
        return card.verified_by, card.verified_until_ms and card.verified_until_ms - house.clock.ms

    assert told() == ("", None)
    moderation.verify(sam, "tia")
    assert told() == ("county", VERIFIED_FOR_MS)
    house.clock.ms += VERIFIED_FOR_MS
    assert told() == ("", 0)
    moderation.verify(sam, "tia")
    assert told() == ("county", VERIFIED_FOR_MS)
    moderation.verify(sam, "tia", is_on=False)
    assert told() == ("", None)
    with pytest.raises(Refused):
        moderation.verify(house.me("mona"), "tia")


def test_a_thread_moves_with_its_answers_and_is_found_there(house: House) -> None:
    """Counts, filters and lists follow; a room is not entered by a move."""
    post = house.post("nadia", "Which zqfluids?")
    house.reply("omar", post, "Warm zqfluids.")
    mess = house.forum.boards.named(house.me("mona"), "mess").board
    house.forum.moderation.move(house.me("mona"), post, mess)
    assert len(house.forum.search.find(house.me("omar"), "zqfluids board:mess").hits) == 2
    assert not house.forum.search.find(house.me("omar"), "zqfluids board:cases").hits
    assert [line.threads for line in house.forum.boards.lines(house.me("omar"), is_whole=True)] == [0, 1]
    house.forum.boards.open(house.me("sam"), "room", members_of_room=("sam", "mona"))
    room = house.forum.boards.named(house.me("mona"), "room").board
    for handle, board in (("mona", room), ("nadia", house.board)):
        with pytest.raises(Refused):
            house.forum.moderation.move(house.me(handle), post, board)


def test_an_appeal_is_judged_by_another_moderator(house: House) -> None:
    """Who hid a post does not decide on the appeal; the author is told what was done, and the appeal is screened."""
    post = house.post("nadia", "Fluids.")
    house.forum.cases.hide(house.me("mona"), post, "unsafe", is_on=True)
    nadia = house.me("nadia")
    assert any("hide" in said for said, _, _ in house.forum.moderation.told(nadia))
    with pytest.raises(IdentifierFound):
        house.forum.moderation.appeal(nadia, post, "Mr John Smith agreed to it.")
    with pytest.raises(Refused):
        house.forum.moderation.appeal(house.me("omar"), house.post("omar", "Mine."), "Why not?")
    house.forum.moderation.appeal(nadia, post, "The dose is from the protocol.")
    assert kinds(house, "sam") == ["appeal"]
    with pytest.raises(Refused, match="another moderator"):
        house.forum.cases.hide(house.me("mona"), post, "other", is_on=False)
    house.forum.cases.hide(house.me("sam"), post, "other", is_on=False)
    assert kinds(house, "sam") == []
    assert reads(house, "olga", post) == "Fluids."


# --- the audit and forgetting ----------------------------------------------------------------------------------------


def test_the_audit_says_who_what_when_why_and_never_the_words(house: House) -> None:
    """Moderators see every act of the circle, others those about themselves; no word of a post is in it."""
    post = house.post("nadia", "Secret zqsecret.", title="About zqtitle now")
    house.forum.moderation.flag(house.me("omar"), post, "identifier")
    house.forum.cases.hide(house.me("mona"), post, "identifier", is_on=True)
    house.forum.cases.purge(house.me("mona"), post, "identifier")
    lines = house.forum.moderation.audit(house.me("sam"))
    assert [(line.verb, line.who) for line in lines[:3]] == [
        ("purge", "mona@county"), ("hide", "mona@county"), ("flag", "omar@county"),
    ]  # fmt: skip
    assert lines[0].reason == "identifier"
    assert lines[0].yet_to_erase == ()
    assert "zq" not in repr(lines)
    assert {line.verb for line in house.forum.moderation.audit(house.me("nadia"))} >= {"purge", "hide", "flag"}
    assert [line.verb for line in house.forum.moderation.audit(house.me("omar")) if line.post] == ["flag"]
    assert [line.verb for line in house.forum.moderation.audit(house.me("olga")) if line.post] == []


def test_a_purge_takes_drafts_and_answers_that_quote(house: House) -> None:
    """Drafts that answer or amend the post go, and the answers that are named with it."""
    post = house.post("nadia", "Name zqname.")
    quoting = house.forum.cases.reply(house.me("omar"), post, PostDraft(text="zqname indeed.", quotes=(post,)))
    house.forum.drafts.save(
        house.me("omar"), draft=None, kind="reply", board=None, target=post, fields={"text": "About zqname"}
    )
    assert house.forum.cases.purge(house.me("mona"), post, "identifier", (quoting,))
    assert house.forum.drafts.list(house.me("omar")) == ()
    assert b"zqname" not in raw_bytes(house.path)


def test_a_breach_note_names_four_factors_and_who_read_and_no_word(house: House) -> None:
    """Before the purge and after it, for moderators alone; writing it is audited."""
    post = house.post("nadia", "Secret zqsecret.", title="About zqtitle now")
    house.forum.inbox.mark_seen(house.me("omar"), [post])
    house.forum.moderation.flag(house.me("omar"), post, "identifier")
    mona: Me = house.me("mona")
    before = house.forum.breach.note(mona, post)
    house.forum.cases.purge(mona, post, "identifier")
    after = house.forum.breach.note(mona, post)
    for note in (before, after):
        assert all(f"\n{number}. " in note for number in (1, 2, 3, 4))
        assert "omar@county" in note.split("\n3. ")[1].split("\n4. ")[0]
        assert "zq" not in note
    assert "not yet" in before
    assert "Yet to erase    none" in after
    with pytest.raises(Refused):
        house.forum.breach.note(house.me("omar"), post)
    assert any(line.verb == "draft breach note" for line in house.forum.moderation.audit(mona))


def test_a_held_post_goes_with_the_words_it_answers(house: House) -> None:
    """What a trainee was about to answer to a purged post is not kept."""
    parent = house.post("nadia", "Name zqname.")
    with pytest.raises(HeldForRelease):
        house.forum.cases.reply(house.me("tia"), parent, PostDraft(text="zqname indeed."))
    house.forum.cases.purge(house.me("nadia"), parent, "identifier")
    assert store.held_posts(house.forum.session.store.read, [house.board]) == []
    assert b"zqname" not in raw_bytes(house.path)


def test_a_restored_old_backup_brings_no_purged_words_back(house: House, tmp_path: Path) -> None:
    """A backup made before a purge is restored without the words, and stays so when a peer sends them again."""
    post = house.post("nadia", "Secret zqsecret.", title="About zqtitle now")
    other = house.post("omar", "Kept zqkept.")
    house.forum.drafts.save(
        house.me("nadia"), draft=None, kind="amend", board=None, target=post, fields={"text": "Secret zqsecret."}
    )
    backups = tmp_path / "backups"
    backups.mkdir()
    house.forum.upkeep.back_up(backups / "old.backup")
    before = batches_of(house.forum.session.store.read)
    house.forum.cases.purge(house.me("mona"), post, "identifier")
    assert b"zq" not in (backups / NAME).read_bytes()
    target = tmp_path / "restored.db"
    restore(backups / "old.backup", target, now_ms=house.clock)
    assert b"zqsecret" not in raw_bytes(target)
    assert b"zqtitle" not in raw_bytes(target)
    again = open_store(target, now_ms=house.clock)
    states = dict(again.read.execute("SELECT post, state FROM view_post").fetchall())
    assert (states[post], states[other]) == (PURGED, HERE)
    again.close()
    with Files(tmp_path).fresh() as elsewhere:
        with journal(elsewhere) as j:
            ledger.keep(j.db, ledger.read(backups))
            for batches in before.values():
                for batch in batches:
                    event_log.admit(j, batch)
        assert b"zqsecret" not in raw_bytes(elsewhere.path)
        assert b"zqkept" in raw_bytes(elsewhere.path)


def test_a_broken_ledger_is_said_before_anything_is_restored(house: House, tmp_path: Path) -> None:
    """Nothing stands in the place of the file, and one line says why."""
    backups = tmp_path / "backups"
    backups.mkdir()
    house.forum.upkeep.back_up(backups / "old.backup")
    (backups / NAME).write_text("{")
    with pytest.raises(NotAForum, match="ledger"):
        restore(backups / "old.backup", tmp_path / "restored.db", now_ms=house.clock)
    assert not (tmp_path / "restored.db").exists()
