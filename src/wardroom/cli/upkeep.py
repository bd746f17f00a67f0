"""The verbs of whoever looks after a file: backup, restore, check, rebuild, doctor, stats."""

import time
from pathlib import Path

import click

from wardroom import operations
from wardroom.cli.context import Context, as_json, pass_context, put_json, put_path, rfc3339, tell
from wardroom.cli.progress import bar
from wardroom.language import _, decimal, marked, several


@click.command()
@click.argument("target", type=click.Path(path_type=Path))
@click.option(
    "--rotate",
    "is_in_turn",
    is_flag=True,
    help="TARGET is a folder, made if it is not there: add a backup, remove those past keep_backups_d.",
)
@pass_context
def backup(context: Context, target: Path, *, is_in_turn: bool) -> None:
    """Copy the whole forum to a new file while others go on writing, with a manifest beside it."""
    if is_in_turn:
        target, manifest, gone = context.forum.upkeep.back_up_in_turn(target, context.config.keep_backups_d)
        if gone:
            tell(several("{count} old backup removed.", "{count} old backups removed.", gone).format(count=gone))
    else:
        manifest = context.forum.upkeep.back_up(target)
    click.echo(
        _(
            "{target}: {posts} posts, {events} events, {megabytes} MB. It holds the site's key; keep it where only administrators read."
        ).format(
            target=target,
            posts=manifest.posts,
            events=manifest.events,
            megabytes=decimal(manifest.size_bytes / 1e6, 1),
        )
    )


@click.command()
@click.argument("source", type=click.Path(path_type=Path))
@pass_context
def restore(context: Context, source: Path) -> None:
    """Put a backup in the place of the forum file, as a new instance of the site.

    The place must be free: move a file that stands there away first, with its -wal and -shm.
    """
    from wardroom.forum.upkeep import restore as put_back
    from wardroom.wiring import wall_ms

    target = context.config.forum_file
    manifest = put_back(source, target, now_ms=wall_ms)
    if manifest is None:
        click.echo(_("No manifest lies beside the backup: that it is whole could not be compared."), err=True)
        click.echo(_("{target} restored.").format(target=target))
    else:
        click.echo(
            _("{target} restored as it was at {when}: {posts} posts.").format(
                target=target, when=rfc3339(manifest.made_ms), posts=manifest.posts
            )
        )


@click.command()
@click.option("--dry-run", "is_dry", is_flag=True, help="Only say what is past its term.")
@click.option("--by", "handle", metavar="HANDLE", help="The moderator in whose name old cases are purged.")
@as_json
@pass_context
def tidy(context: Context, handle: str | None, *, is_dry: bool, is_json: bool) -> int:
    """Let go what is past its term: old drafts, who read what, and cases by the site's own rule.

    The terms are keep_drafts_d, keep_reads_d and keep_cases_d of config.toml (`wardroom config` shows them); a timer
    runs this every night. Only who owns the forum file may.
    """
    from wardroom.forum.retention import Terms

    config, keeper = context.config, context.forum.retention
    context.forum.upkeep.must_own()
    terms = Terms(config.keep_drafts_d, config.keep_reads_d, config.keep_cases_d)
    due = keeper.due(terms)
    has_no_name = due.threads > 0 and handle is None
    if not is_dry:
        keeper.tidy(terms)
        operations.rotate(config.log, LOG_MAX_BYTES)
        context.forum.upkeep.lay_ballast()
        if due.threads and handle is not None:
            me = context.forum.members.as_keeper(handle)
            with bar(_("Purging")) as progress:
                keeper.purge_old(me, terms, progress)
        operations.note("tidied", drafts=due.drafts, reads=due.reads)
    if is_json:
        put_json(
            {"drafts": due.drafts, "reads": due.reads, "threads": due.threads, "posts": due.posts, "dry_run": is_dry}
        )
    else:
        click.echo(
            _("{drafts} drafts, {reads} readings, {posts} posts in {threads} threads are past their term.").format(
                drafts=due.drafts, reads=due.reads, posts=due.posts, threads=due.threads
            )
        )
    if has_no_name and not is_dry:
        tell(_("The threads stay: name the moderator who purges them with --by HANDLE."))
        return 3
    return 0


LOG_MAX_BYTES = 10_000_000
"""A log file that is larger is moved to one side."""


@click.command()
@click.option("--deep", is_flag=True, help="Verify every chain, signature and body too.")
@as_json
@pass_context
def check(context: Context, *, deep: bool, is_json: bool) -> int:
    """Look the file over and name what is wrong with it."""
    with bar(_("Verifying")) as progress:
        faults = list(context.forum.upkeep.faults(is_deep=deep, progress=progress))
    reviews = context.forum.upkeep.reviews()
    if is_json:
        put_json({"is_sound": not faults, "is_deep": deep, "faults": faults, "not_shown": reviews})
        return 1 if faults else 0
    for fault in faults:
        click.echo(fault)
    if not faults:
        click.echo(_("Sound: every chain, signature and body holds.") if deep else _("Sound."))
    for reason, count in reviews.items():
        click.echo(_("{count} events are kept but not shown: {reason}.").format(count=count, reason=_(reason)))
    return 1 if faults else 0


@click.command()
@pass_context
def upgrade(context: Context) -> None:
    """Bring a file of an older Wardroom up to date, with a backup first.

    Whoever has it open is told to start again, and loses nothing.
    """
    from wardroom.wiring import upgrade_file

    kept = upgrade_file(context.config.forum_file)
    if kept is None:
        click.echo(_("The file is up to date."))
    else:
        put_path(kept)
        tell(_("Up to date. The file as it was before lies in the backup named above."))


@click.command()
@pass_context
def rebuild(context: Context) -> None:
    """Make every view and the search index again from the log."""
    started_s = time.monotonic()
    events = context.forum.upkeep.rebuild()
    click.echo(
        _("{events} events read, all views made again in {seconds} s.").format(
            events=events, seconds=decimal(time.monotonic() - started_s, 1)
        )
    )


@click.command()
@click.option(
    "--ssh", "is_server", is_flag=True, help="Judge sshd's settings for a server too (docs/deploy.md, C); as root."
)
@as_json
@pass_context
def doctor(context: Context, *, is_server: bool, is_json: bool) -> int:
    """Say what of this machine and file is well, and what to do about the rest."""
    findings = list(context.forum.upkeep.doctor())
    if is_server:
        findings += context.forum.upkeep.ssh_findings()
    for finding in findings:
        if is_json:
            put_json({"is_well": finding.is_well, "what": finding.what, "advice": finding.advice})
        else:
            click.echo(f"{'ok ' if finding.is_well else '!! '} {finding.what}")
            if finding.advice:
                click.echo(f"    {finding.advice}")
    return 0 if all(finding.is_well for finding in findings) else 1


COUNTED = (
    marked("events"), marked("bodies"), marked("logs"), marked("circles"), marked("sites"), marked("members"),
    marked("accounts"), marked("boards"), marked("threads"), marked("posts"), marked("drafts"), marked("reads"),
)  # fmt: skip
"""What is counted: a key of JSON, and shown in the language of who reads."""


@click.command()
@as_json
@pass_context
def stats(context: Context, *, is_json: bool) -> None:
    """How much there is of everything."""
    counts = context.forum.upkeep.counts()
    if is_json:
        put_json(counts)
        return
    for name, count in counts.items():
        if name == "size_bytes":
            click.echo(_("{size} MB").format(size=f"{decimal(count / 1e6, 1):>12}"))
        else:
            click.echo(f"{decimal(count, 0):>12} {_(name)}")


COMMANDS = (backup, restore, tidy, upgrade, check, rebuild, doctor, stats)
