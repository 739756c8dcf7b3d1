"""Commands for drafts: check.

Flows in: drafts and options. Flows out: reports, annotated and mended copies; exit code 0 fine, 1 findings, 2 error.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from isgkg import messages
from isgkg.cli import parts
from isgkg.errors import ContentError, InputError
from isgkg.messages import Language

if TYPE_CHECKING:
    from isgkg.consistency.checking import Checked
    from isgkg.consistency.faults import Fault
    from isgkg.consistency.knowledge import Knowledge
    from isgkg.consistency.suppressing import Suppressions
    from isgkg.drafts.sources import Source

_REPORTS = ("text", "json", "sarif", "html", "csv")
_SEVERITIES = ("violation", "warning", "info")


@dataclass(frozen=True, kw_only=True)
class CheckOptions:
    """What `isgkg check` was asked for."""

    form: str
    out: str | None
    fail_on: str
    severity: str
    annotate: str | None
    fix: str | None
    terms: tuple[str, ...]
    config: str | None
    original: bool
    force: bool
    lang: Language


def add(cli: click.Group, lang: Language) -> None:
    """Add the commands, with their help in `lang`."""
    say, option, lang_option, help_option = parts.words(lang)

    @cli.command(help=say("check.help"))
    @click.argument("files", nargs=-1, required=True, metavar="DRAFT…")
    @option("--format", "form", type=click.Choice(_REPORTS), default="text", show_default=True, help=say("check.format"))
    @option("--out", "-o", metavar="FILENAME", help=say("validate.out"))
    @option("--fail-on", type=click.Choice(_SEVERITIES), default="violation", show_default=True, help=say("validate.fail-on"))
    @option("--severity", type=click.Choice(_SEVERITIES), default="info", show_default=True, help=say("validate.severity"))
    @option("--summary", is_flag=True, help=say("check.summary"))
    @option("--stats", is_flag=True, help=say("check.stats"))
    @option("--annotate", metavar="OUT.docx", help=say("check.annotate"))
    @option("--fix", metavar="OUT", help=say("check.fix"))
    @option("--terms", multiple=True, metavar="FILENAME", help=say("check.terms"))
    @option("--config", metavar="FILENAME", help=say("check.config"))
    @option("--original", is_flag=True, help=say("check.original"))
    @option("--force", is_flag=True, help=say("force"))
    @lang_option
    @help_option
    def check(  # click hands over one parameter an option
        files: tuple[str, ...],
        form: str,
        out: str | None,
        fail_on: str,
        severity: str,
        summary: bool,
        stats: bool,
        annotate: str | None,
        fix: str | None,
        terms: tuple[str, ...],
        config: str | None,
        original: bool,
        force: bool,
    ) -> int:
        if (summary or stats) and form != "text":
            raise InputError("cli.check.one-form", option="--summary" if summary else "--stats", form=form)
        options = CheckOptions(
            form="stats" if stats else "summary" if summary else form,
            out=out,
            fail_on=fail_on,
            severity=severity,
            annotate=annotate,
            fix=fix,
            terms=terms,
            config=config,
            original=original,
            force=force,
            lang=lang,
        )
        return _check(files, options)


def _check(files: Sequence[str], options: CheckOptions) -> int:
    from isgkg import findings
    from isgkg.consistency import checking, statistics
    from isgkg.consistency.checking import Checker
    from isgkg.drafts import reading, sources
    from isgkg.findings import Severity

    checker = Checker(_knowledge(options))
    checked: list[tuple[Source, Checked]] = []
    unread: list[tuple[str, ContentError]] = []
    for source in sources.find(files):
        try:
            checked.append((source, checker.check(reading.read(source, original=options.original))))
        except ContentError as error:
            unread.append((source.name, error))
    _copies(checked, options)
    ready = [one for _, one in checked]
    report = checking.report(ready, unread, options.lang, _suppressions(files, options), checker.knowledge.base.release)
    if options.form == "stats":
        parts.write(statistics.as_text(ready, options.lang), options.out)
    else:
        parts.write(findings.RENDERINGS[options.form](report.at_least(Severity(options.severity)), options.lang), options.out)
    if unread:
        return 2
    return 1 if report.reaches(Severity(options.fail_on)) else 0


def _knowledge(options: CheckOptions) -> "Knowledge":
    from isgkg.consistency import knowledge
    from isgkg.release.output import NQUADS, read_manifest
    from isgkg.store import EmbeddedStore

    folder = parts.release(options.lang)
    own = None
    for name in options.terms:
        more = parts.terms(name, options.lang).base
        own = more if own is None else own + more
    return knowledge.load(EmbeddedStore.load(folder / NQUADS), read_manifest(folder).version, own)


def _suppressions(files: Sequence[str], options: CheckOptions) -> "Suppressions | None":
    """Those of the file that is named, else of isgkg.toml beside the first draft."""
    from isgkg.consistency import suppressing

    if options.config is not None:
        return suppressing.read(Path(options.config))
    first = Path(files[0])
    beside = (first if first.is_dir() else first.parent) / suppressing.NAME
    return suppressing.read(beside) if beside.is_file() else None


def _copies(checked: "Sequence[tuple[Source, Checked]]", options: CheckOptions) -> None:
    """The annotated and the mended copy of the one draft that was named, and what was done to it."""
    from isgkg.consistency import mending

    for out, option in ((options.annotate, "--annotate"), (options.fix, "--fix")):
        if out is None:
            continue
        if len(checked) != 1:
            raise InputError("cli.check.one-draft", option=option, count=len(checked))
        ((source, one),) = checked
        is_fix = option == "--fix"
        copy = mending.mended(source.data, one) if is_fix else mending.annotated(source.data, one, options.lang)
        parts.write(copy.content, out, replace=options.force)
        for fault in copy.done if is_fix else ():
            click.echo(_change(one, fault, options.lang), err=True)
        key = "cli.check.mended" if is_fix else "cli.check.annotated"
        click.echo(messages.text(key, options.lang, count=len(copy.done), left=len(copy.left), file=out), err=True)


def _change(one: "Checked", fault: "Fault", lang: Language) -> str:
    """One replacement that was made: where, which words, what stands there now."""
    from isgkg.consistency import checking
    from isgkg.findings import words

    finding = checking.of_fault(one.reading, fault, lang)
    replacement = finding.fix.replacement if finding.fix else ""
    place = words.where(finding.place, lang)
    return messages.text("cli.check.change", lang, place=place, old=finding.value, new=replacement, rule=finding.rule)
