"""The tables of a forum file as SQL, apart from the library that puts them there.

``log_*`` is the truth and travels; ``view_*`` is derived and made again by ``rebuild``; ``local_*`` never leaves the
file.
"""

LOG_AND_LOCAL = """
CREATE TABLE log_circle (circle INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE) STRICT;
CREATE TABLE log_log (
    log INTEGER PRIMARY KEY, id BLOB NOT NULL, circle INTEGER NOT NULL REFERENCES log_circle,
    site BLOB NOT NULL, instance BLOB NOT NULL,
    seq INTEGER NOT NULL, chain BLOB NOT NULL, hlc INTEGER NOT NULL, base INTEGER, forked_at INTEGER NOT NULL
) STRICT;
CREATE INDEX log_log_by_id ON log_log (id);
CREATE UNIQUE INDEX log_log_begun_once ON log_log (id) WHERE base IS NULL;
CREATE TABLE log_event (
    event INTEGER PRIMARY KEY, log INTEGER NOT NULL, seq INTEGER NOT NULL, hlc INTEGER NOT NULL,
    kind INTEGER NOT NULL, envelope BLOB NOT NULL, commitment BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX log_event_by_seq ON log_event (log, seq);
CREATE TABLE log_body (event INTEGER PRIMARY KEY, salt BLOB NOT NULL, body BLOB NOT NULL) STRICT;
CREATE TABLE log_signature (
    log INTEGER NOT NULL, seq INTEGER NOT NULL, chain BLOB NOT NULL, signature BLOB NOT NULL, PRIMARY KEY (log, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE local_identity (
    one INTEGER PRIMARY KEY CHECK (one = 1), site_name TEXT NOT NULL, site_key BLOB NOT NULL, site_seed BLOB NOT NULL,
    instance_key BLOB NOT NULL, instance_seed BLOB NOT NULL, local_circle INTEGER NOT NULL
) STRICT;
CREATE TABLE local_setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE local_arrival (arrival INTEGER PRIMARY KEY, event INTEGER NOT NULL, reason TEXT NOT NULL) STRICT;
CREATE INDEX local_arrival_by_event ON local_arrival (event);
CREATE TABLE local_reception (arrival INTEGER PRIMARY KEY, received_ms INTEGER NOT NULL) STRICT;
CREATE TABLE local_activity (
    thread INTEGER PRIMARY KEY, board INTEGER NOT NULL, shown_to INTEGER NOT NULL, waits INTEGER NOT NULL,
    activity_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX local_activity_by_board ON local_activity (board, shown_to, waits, activity_ms);
CREATE TABLE local_clock_block (block INTEGER PRIMARY KEY, oldest INTEGER NOT NULL, newest INTEGER NOT NULL) STRICT;
CREATE TABLE local_account (
    account INTEGER PRIMARY KEY, handle TEXT NOT NULL UNIQUE, profession TEXT NOT NULL, person BLOB NOT NULL UNIQUE,
    uid INTEGER UNIQUE, password TEXT, failures INTEGER NOT NULL DEFAULT 0, failed_ms INTEGER NOT NULL DEFAULT 0,
    is_disabled INTEGER NOT NULL DEFAULT 0, visited_ms INTEGER, created_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE local_ssh_key (
    key TEXT PRIMARY KEY, account INTEGER, site BLOB, added_ms INTEGER NOT NULL, CHECK ((account IS NULL) <> (site IS NULL))
) STRICT, WITHOUT ROWID;
CREATE TABLE local_read (
    account INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, PRIMARY KEY (account, first)
) STRICT, WITHOUT ROWID;
CREATE TABLE local_reads (
    post INTEGER NOT NULL, account INTEGER NOT NULL, read_ms INTEGER NOT NULL, PRIMARY KEY (post, account)
) STRICT, WITHOUT ROWID;
CREATE TABLE local_reader_sum (post INTEGER PRIMARY KEY, readings INTEGER NOT NULL) STRICT;
CREATE TABLE local_draft (
    draft INTEGER PRIMARY KEY, account INTEGER NOT NULL, kind TEXT NOT NULL, board INTEGER, target INTEGER,
    fields TEXT NOT NULL, saved_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX local_draft_by_account ON local_draft (account);
CREATE TABLE local_bookmark (
    account INTEGER NOT NULL, post INTEGER NOT NULL, kept_ms INTEGER NOT NULL, PRIMARY KEY (account, post)
) STRICT, WITHOUT ROWID;
CREATE TABLE local_follow (
    account INTEGER NOT NULL, thread INTEGER NOT NULL, PRIMARY KEY (account, thread)
) STRICT, WITHOUT ROWID;
CREATE TABLE local_board_wish (
    account INTEGER NOT NULL, board INTEGER NOT NULL, wish TEXT NOT NULL, PRIMARY KEY (account, board)
) STRICT, WITHOUT ROWID;
CREATE TABLE local_saved_search (
    account INTEGER NOT NULL, number INTEGER NOT NULL, name TEXT NOT NULL, query TEXT NOT NULL,
    PRIMARY KEY (account, number)
) STRICT, WITHOUT ROWID;
CREATE TABLE local_digest (account INTEGER PRIMARY KEY, arrival INTEGER NOT NULL, made_ms INTEGER NOT NULL) STRICT;
CREATE TABLE local_own_post (
    post INTEGER PRIMARY KEY, account INTEGER NOT NULL, posted_ms INTEGER NOT NULL, may_undo_first INTEGER NOT NULL
) STRICT;
CREATE TABLE local_sealed (
    post INTEGER PRIMARY KEY, account INTEGER NOT NULL, sealed_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX local_sealed_by_account ON local_sealed (account);
CREATE TABLE local_held (
    held INTEGER PRIMARY KEY, account INTEGER NOT NULL, board INTEGER NOT NULL, parent INTEGER, draft TEXT NOT NULL,
    held_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE local_notice (
    notice INTEGER PRIMARY KEY, account INTEGER NOT NULL, said TEXT NOT NULL, post INTEGER, at_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE local_told (account INTEGER PRIMARY KEY, arrival INTEGER NOT NULL) STRICT;
CREATE TABLE local_deed (
    deed INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, account INTEGER NOT NULL, verb TEXT NOT NULL, post INTEGER,
    about TEXT NOT NULL, reason TEXT NOT NULL
) STRICT;
CREATE TABLE local_purged (
    log_id BLOB NOT NULL, seq INTEGER NOT NULL, leaf BLOB NOT NULL, PRIMARY KEY (log_id, seq, leaf)
) STRICT, WITHOUT ROWID;
CREATE TABLE local_flagged (post INTEGER PRIMARY KEY) STRICT;
CREATE TABLE local_import (source BLOB PRIMARY KEY, event INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE local_unscreened (
    event INTEGER PRIMARY KEY, circle INTEGER NOT NULL, is_blocked INTEGER NOT NULL DEFAULT 0,
    kinds TEXT NOT NULL DEFAULT '', author INTEGER
) STRICT;
CREATE INDEX local_unscreened_by_state ON local_unscreened (is_blocked, event);
CREATE INDEX local_unscreened_by_author ON local_unscreened (author) WHERE author IS NOT NULL;
CREATE TABLE local_awaited (event INTEGER PRIMARY KEY) STRICT;
CREATE TABLE local_recheck (
    log_id BLOB NOT NULL, site BLOB NOT NULL, PRIMARY KEY (log_id, site)
) STRICT, WITHOUT ROWID;
CREATE TABLE local_left_circle (circle INTEGER PRIMARY KEY, left_ms INTEGER NOT NULL) STRICT;
CREATE TABLE local_joined_circle (circle INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;
CREATE TABLE local_known_site (
    site BLOB NOT NULL, circle INTEGER NOT NULL, name TEXT NOT NULL, is_inviter INTEGER NOT NULL,
    PRIMARY KEY (site, circle)
) STRICT, WITHOUT ROWID;
CREATE TABLE local_peer (
    name TEXT PRIMARY KEY, site BLOB NOT NULL, target TEXT NOT NULL, spool TEXT NOT NULL, ssh_config TEXT NOT NULL,
    circles TEXT NOT NULL, added_ms INTEGER NOT NULL,
    tried_ms INTEGER, done_ms INTEGER, error TEXT NOT NULL DEFAULT '',
    sent_bytes INTEGER NOT NULL DEFAULT 0, received_bytes INTEGER NOT NULL DEFAULT 0,
    sent_events INTEGER NOT NULL DEFAULT 0, received_events INTEGER NOT NULL DEFAULT 0,
    under_way_ms INTEGER, taken_events INTEGER NOT NULL DEFAULT 0, expected_events INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE TABLE local_exchange (
    site BLOB NOT NULL, instance BLOB NOT NULL, ours BLOB NOT NULL, theirs BLOB NOT NULL, theirs_before BLOB NOT NULL,
    done_ms INTEGER NOT NULL, PRIMARY KEY (site, instance)
) STRICT, WITHOUT ROWID;
CREATE TABLE local_heard (
    site BLOB NOT NULL, instance BLOB NOT NULL, circle BLOB NOT NULL, vector BLOB NOT NULL, heard_ms INTEGER NOT NULL,
    PRIMARY KEY (site, instance, circle)
) STRICT, WITHOUT ROWID;
CREATE TABLE local_lease (name TEXT PRIMARY KEY, holder TEXT NOT NULL, until_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;
"""

VIEWS = """
CREATE TABLE view_circle (circle INTEGER PRIMARY KEY, name TEXT NOT NULL, founder BLOB NOT NULL) STRICT;
CREATE TABLE view_site (
    circle INTEGER NOT NULL, site BLOB NOT NULL, name TEXT NOT NULL, admitted_as TEXT NOT NULL,
    PRIMARY KEY (circle, site)
) STRICT, WITHOUT ROWID;
CREATE TABLE view_member (
    member INTEGER PRIMARY KEY, circle INTEGER NOT NULL, site BLOB NOT NULL, person BLOB NOT NULL,
    handle TEXT NOT NULL, profession TEXT NOT NULL, interests TEXT NOT NULL, card INTEGER NOT NULL,
    UNIQUE (circle, site, person)
) STRICT;
CREATE TABLE view_number (
    log INTEGER NOT NULL, seq INTEGER NOT NULL, subject INTEGER NOT NULL, PRIMARY KEY (log, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX view_number_by_subject ON view_number (subject, log);
CREATE TABLE view_right (
    log INTEGER NOT NULL, member INTEGER NOT NULL, role INTEGER NOT NULL, seq INTEGER NOT NULL,
    is_granted INTEGER NOT NULL, grant_event INTEGER NOT NULL, PRIMARY KEY (log, member, role, seq)
) STRICT, WITHOUT ROWID;
CREATE TABLE view_board (
    board INTEGER PRIMARY KEY, circle INTEGER NOT NULL, name TEXT NOT NULL, title TEXT NOT NULL, about TEXT NOT NULL,
    is_room INTEGER NOT NULL
) STRICT;
CREATE TABLE view_room_member (
    board INTEGER NOT NULL, member INTEGER NOT NULL, PRIMARY KEY (board, member)
) STRICT, WITHOUT ROWID;
CREATE TABLE view_thread (
    thread INTEGER PRIMARY KEY, board INTEGER NOT NULL, first_board INTEGER NOT NULL, author INTEGER NOT NULL, kind TEXT NOT NULL,
    state INTEGER NOT NULL, title TEXT NOT NULL, acuity TEXT NOT NULL, urgency TEXT NOT NULL, tags TEXT NOT NULL,
    is_locked INTEGER NOT NULL, is_pinned INTEGER NOT NULL, outcome INTEGER, original_ms INTEGER,
    is_answered INTEGER NOT NULL, until_ms INTEGER
) STRICT;
CREATE INDEX view_thread_until ON view_thread (until_ms) WHERE until_ms IS NOT NULL;
CREATE INDEX view_thread_pinned ON view_thread (board) WHERE is_pinned = 1;
CREATE INDEX view_thread_now ON view_thread (thread) WHERE urgency = 'now' AND state = 0;
CREATE INDEX view_thread_due ON view_thread (author) WHERE kind = 'case' AND outcome IS NULL AND state < 3;
CREATE TABLE view_post (
    post INTEGER PRIMARY KEY, thread INTEGER NOT NULL, parent INTEGER, board INTEGER NOT NULL, author INTEGER NOT NULL,
    hlc INTEGER NOT NULL, placed INTEGER NOT NULL, arrival INTEGER NOT NULL, shown INTEGER NOT NULL,
    versions INTEGER NOT NULL, state INTEGER NOT NULL
) STRICT;
CREATE INDEX view_post_by_thread ON view_post (thread, state, author, arrival);
CREATE INDEX view_post_by_arrival ON view_post (arrival, state, board, author, thread);
CREATE INDEX view_post_by_author ON view_post (author, arrival, state, board);
CREATE UNIQUE INDEX view_post_by_shown ON view_post (shown);
CREATE TABLE view_overwrite (
    event INTEGER NOT NULL, subject INTEGER NOT NULL, aspect TEXT NOT NULL, member INTEGER NOT NULL,
    value INTEGER NOT NULL, arrival INTEGER NOT NULL, PRIMARY KEY (event, subject)
) STRICT, WITHOUT ROWID;
CREATE INDEX view_overwrite_by_subject ON view_overwrite (subject, aspect);
CREATE TABLE view_supersede (
    event INTEGER NOT NULL, superseded INTEGER NOT NULL, PRIMARY KEY (superseded, event)
) STRICT, WITHOUT ROWID;
CREATE TABLE view_quote (
    post INTEGER NOT NULL, quoted INTEGER NOT NULL, PRIMARY KEY (post, quoted)
) STRICT, WITHOUT ROWID;
CREATE TABLE view_reaction (
    post INTEGER NOT NULL, reaction INTEGER NOT NULL, member INTEGER NOT NULL, PRIMARY KEY (post, reaction, member)
) STRICT, WITHOUT ROWID;
CREATE TABLE view_mention (
    handle TEXT NOT NULL, site TEXT NOT NULL, post INTEGER NOT NULL, PRIMARY KEY (handle, site, post)
) STRICT, WITHOUT ROWID;
CREATE INDEX view_mention_by_post ON view_mention (post);
CREATE TABLE view_purge (
    log_id BLOB NOT NULL, seq INTEGER NOT NULL, leaf BLOB NOT NULL, purge INTEGER NOT NULL,
    PRIMARY KEY (log_id, seq, leaf, purge)
) STRICT, WITHOUT ROWID;
CREATE TABLE view_acknowledged (
    purge INTEGER NOT NULL, log INTEGER NOT NULL, PRIMARY KEY (purge, log)
) STRICT, WITHOUT ROWID;
CREATE TABLE view_verified (member INTEGER PRIMARY KEY, event INTEGER NOT NULL) STRICT;
CREATE TABLE view_released (
    log INTEGER NOT NULL, member INTEGER NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (log, member, seq)
) STRICT, WITHOUT ROWID;
CREATE TABLE view_flag (
    event INTEGER PRIMARY KEY, post INTEGER NOT NULL, member INTEGER NOT NULL, is_on INTEGER NOT NULL,
    reason INTEGER NOT NULL, may_hide INTEGER NOT NULL
) STRICT;
CREATE INDEX view_flag_by_post ON view_flag (post);
CREATE TABLE view_appeal (
    event INTEGER PRIMARY KEY, act INTEGER NOT NULL, member INTEGER NOT NULL, post INTEGER
) STRICT;
CREATE TABLE view_suspension (
    event INTEGER PRIMARY KEY, author INTEGER NOT NULL, member INTEGER, is_standing INTEGER NOT NULL
) STRICT;
CREATE TABLE view_void (event INTEGER PRIMARY KEY) STRICT;
CREATE TABLE view_behind (event INTEGER PRIMARY KEY) STRICT;
CREATE TABLE view_waiting (
    log_id BLOB NOT NULL, seq INTEGER NOT NULL, event INTEGER NOT NULL, PRIMARY KEY (log_id, seq, event)
) STRICT, WITHOUT ROWID;
CREATE INDEX view_waiting_by_event ON view_waiting (event);
CREATE TABLE view_review (event INTEGER PRIMARY KEY, reason TEXT NOT NULL) STRICT;
CREATE VIRTUAL TABLE view_search USING fts5 (
    title, text, tokens, content='', tokenize="unicode61 remove_diacritics 2"
);
CREATE VIRTUAL TABLE view_search_words USING fts5vocab (view_search, 'instance');
"""

VIEW_TABLES = (
    "view_circle", "view_site", "view_member", "view_number", "view_right", "view_board", "view_room_member",
    "view_thread", "view_post", "view_overwrite", "view_supersede", "view_quote", "view_reaction", "view_mention", "view_purge",
    "view_waiting", "view_review", "view_acknowledged", "view_verified", "view_released", "view_flag", "view_appeal",
    "view_suspension", "view_void", "view_behind",
)  # fmt: skip
