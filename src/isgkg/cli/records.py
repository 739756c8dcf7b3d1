"""Commands for records: validate, template, convert.

Flows in: files and options. Flows out: reports, templates, converted records; exit code 0 fine, 1 findings, 2 error.
"""

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from isgkg import messages
from isgkg.cli import parts
from isgkg.errors import InputError
from isgkg.messages import Language

if TYPE_CHECKING:
    from isgkg.records.base import Base
    from isgkg.records.checking import Progress, ValidateOptions
    from isgkg.records.template import Format as TemplateFormat

_REPORTS = ("text", "json", "sarif", "html", "csv", "turtle")
_SEVERITIES = ("violation", "warning", "info")
_CLASSES = {"experiment": "Experiment", "standard": "StandardDocument"}
_FILES = ("yaml", "json", "jsonl", "xlsx", "csv", "turtle", "ntriples", "rdfxml", "jsonld")
_STAGES = {"reading": "cli.reading", "checking": "cli.checking"}
_PATIENCE = 1.0
"""Seconds of work after which a person at a terminal is shown how far it has come."""


def add(cli: click.Group, lang: Language) -> None:
    """Add the commands, with their help in `lang`."""
    say, option, lang_option, help_option = parts.words(lang)

    @cli.command(help=say("validate.help"))
    @click.argument("files", nargs=-1, required=True, metavar="FILE…")
    @option("--format", "form", type=click.Choice(_REPORTS), default="text", show_default=True, help=say("validate.format"))
    @option("--out", "-o", metavar="FILENAME", help=say("validate.out"))
    @option("--fail-on", type=click.Choice(_SEVERITIES), default="violation", show_default=True, help=say("validate.fail-on"))
    @option("--severity", type=click.Choice(_SEVERITIES), default="info", show_default=True, help=say("validate.severity"))
    @option("--summary", is_flag=True, help=say("validate.summary"))
    @option("--shapes", multiple=True, metavar="FILENAME", help=say("validate.shapes"))
    @option("--bare", is_flag=True, help=say("validate.bare"))
    @option("--engine", type=click.Choice(("isgkg", "pyshacl")), default="isgkg", show_default=True, help=say("validate.engine"))
    @parts.store_option(lang)
    @lang_option
    @help_option
    def validate(
        files: tuple[str, ...],
        form: str,
        out: str | None,
        fail_on: str,
        severity: str,
        summary: bool,
        shapes: tuple[str, ...],
        bare: bool,
        engine: str,
        store: str,
    ) -> int:
        from isgkg.records.checking import ValidateOptions

        options = ValidateOptions(
            lang=lang, shapes=tuple(map(Path, shapes)), bare=bare, reference=engine == "pyshacl", progress=_progress(lang)
        )
        if summary and form != "text":
            raise InputError("cli.validate.summary-format", form=form)
        return _validate(files, "summary" if summary else form, out, fail_on, severity, store, options)

    @cli.command(help=say("template.help"))
    @click.argument("record", type=click.Choice(tuple(_CLASSES)))
    @option("--format", "form", type=click.Choice(("xlsx", "yaml", "json")), help=say("template.format"))
    @option("--out", "-o", metavar="FILENAME", help=say("template.out"))
    @option("--example", is_flag=True, help=say("template.example"))
    @option("--force", is_flag=True, help=say("force"))
    @lang_option
    @help_option
    def template(record: str, form: "TemplateFormat | None", out: str | None, example: bool, force: bool) -> None:
        _template(record, form, out, example, force, lang)

    @cli.command(help=say("convert.help"))
    @click.argument("files", nargs=-1, required=True, metavar="FILE…")
    @option("--to", "form", type=click.Choice(_FILES), help=say("convert.to"))
    @option("--out", "-o", metavar="FILENAME", help=say("convert.out"))
    @option("--force", is_flag=True, help=say("force"))
    @lang_option
    @help_option
    def convert(files: tuple[str, ...], form: str | None, out: str | None, force: bool) -> None:
        _convert(files, form, out, force, lang)


def _validate(
    files: tuple[str, ...], form: str, out: str | None, fail_on: str, severity: str, store: str, options: "ValidateOptions"
) -> int:
    from isgkg import findings
    from isgkg.findings import Severity
    from isgkg.records import checking, sources

    outcome = checking.run(sources.find(files), _base_of("memory" if options.bare else store, options.lang), options)
    shown = outcome.report.at_least(Severity(severity))
    if form == "turtle":
        parts.write(outcome.turtle(Severity(severity)), out)
        for remark in outcome.remarks:  # a sh:ValidationReport has no place for what is said of the shapes
            click.echo(f"{remark.place.file}: {remark.message} {remark.fix.text if remark.fix else ''}", err=True)
    else:
        parts.write(findings.RENDERINGS[form](shown, options.lang), out)
    return 1 if outcome.report.reaches(Severity(fail_on)) else 0


def _template(record: str, form: "TemplateFormat | None", out: str | None, example: bool, force: bool, lang: Language) -> None:
    from isgkg.records import template

    suffix = Path(out or "").suffix.lower().lstrip(".")
    by_name = (known for known in template.FORMATS if known == suffix)
    to = form if form is not None else next(by_name, template.FORMATS[0])
    if suffix and suffix != to:
        raise InputError("cli.template.extension", file=out, form=to)
    base = _base(lang)
    codes = template.codes_of(base.vocabulary, base.quads, lang)
    content = template.template(base.schema.classes[_CLASSES[record]], base.schema, codes, to, lang, example=example)
    if out == "-" and to != "xlsx":
        parts.write(content, None)
        return
    file = out if out and out != "-" else f"{record}.{to}"
    parts.write(content, file, replace=force)
    click.echo(messages.text("cli.template.done", lang, file=file))


def _convert(files: tuple[str, ...], form: str | None, out: str | None, force: bool, lang: Language) -> None:
    from isgkg.findings import Report, Severity, as_text
    from isgkg.records import convert, reading, sources, template
    from isgkg.records.sources import EXTENSIONS, Format

    to = Format(form) if form else EXTENSIONS.get(Path(out or "").suffix.lower())
    if to is None:
        raise InputError("cli.convert.no-format")
    base = _base(lang)
    inputs = [reading.read(source, number, base, lang) for number, source in enumerate(sources.find(files))]
    noted = tuple(finding for input_ in inputs for finding in input_.findings)
    if any(finding.severity is not Severity.INFO for finding in noted):
        report = Report(tool="isgkg convert", release=base.release, findings=noted)
        broken = {finding.place.file for finding in noted if finding.severity is not Severity.INFO}
        raise InputError("cli.convert.broken", count=len(broken), report=as_text(report, lang))
    codes = template.codes_of(base.vocabulary, base.quads, lang)
    content = convert.convert((triple for input_ in inputs for triple in input_.triples), to, base.schema, lang=lang, codes=codes)
    if to in {Format.XLSX, Format.CSV} and out in {None, "-"}:
        raise InputError("cli.convert.no-out", form=to.value)
    if isinstance(content, bytes):
        parts.write(content, None if out == "-" else out, replace=force)
        return
    stem = str(Path(str(out)).with_suffix(""))
    names = {f"{stem}.{table}.csv" if table else f"{stem}.csv": text for table, text in content.items()}
    for name in names:
        parts.free(name, force)
    for name, text in names.items():
        parts.write(text, name)
    click.echo(messages.text("cli.convert.done", lang, files=", ".join(names)))


def _base_of(place: str, lang: Language) -> "Base":
    """The base as the store at `place` has it."""
    from isgkg.records.base import Base

    if place == "memory":
        return _base(lang)
    with parts.opened(place, lang) as (store, manifest):
        return Base.from_store(store, manifest.version, manifest.graphs)


def _base(lang: Language) -> "Base":
    from isgkg.records.base import Base
    from isgkg.release.output import NQUADS, read_manifest

    folder = parts.release(lang)
    return Base.of(folder / NQUADS, read_manifest(folder).version)


def _progress(lang: Language) -> "Progress | None":
    """Draws a bar on a terminal once the work takes longer than a moment."""
    if sys.stderr is None or not sys.stderr.isatty():
        return None
    started = time.monotonic()

    def show(stage: str, done: int, total: int) -> None:
        if time.monotonic() - started > _PATIENCE:
            width = 30 * done // total
            label = messages.text(_STAGES[stage], lang)
            # Back to the beginning of the line, and what the longer label before left there wiped away.
            click.echo(f"\r\x1b[K{label} [{'#' * width}{'·' * (30 - width)}] {done}/{total}", err=True, nl=done == total)

    return show
