"""Commands for terms: list, search, export, lint.

Flows in: files and options. Flows out: terms in the format asked for, and findings; exit code 0 fine, 1 findings, 2 error.
"""

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from isgkg import messages
from isgkg.cli import parts
from isgkg.errors import InputError
from isgkg.messages import Language

if TYPE_CHECKING:
    from isgkg.findings import Report
    from isgkg.terms.model import Concept, TermBase

_FORMATS = ("skos", "tbx", "csv", "xlsx", "json", "chapter")
_SEVERITIES = ("violation", "warning", "info")
_WIDEST = 60
_OF_TERMS = re.compile(r"T\d\d")


def add(cli: click.Group, lang: Language) -> None:
    """Add the group of commands, with their help in `lang`."""
    say, option, lang_option, help_option = parts.words(lang)
    terms_option = option("--terms", "files", multiple=True, metavar="FILE", help=say("terms.terms"))
    kind_option = option("--kind", metavar="KIND", help=say("terms.kind"))

    @cli.group(cls=parts.group(lang), help=say("terms.help"))
    @lang_option
    @help_option
    def terms() -> None:
        pass

    @terms.command("list", help=say("terms.list.help"))
    @kind_option
    @terms_option
    @lang_option
    @help_option
    def list_(kind: str | None, files: tuple[str, ...]) -> None:
        from isgkg.terms import export

        _print(export.choose(_base(files, lang), kind=kind).concepts, lang)

    @terms.command(help=say("terms.search.help"))
    @click.argument("query")
    @terms_option
    @lang_option
    @help_option
    def search(query: str, files: tuple[str, ...]) -> int:
        from isgkg.terms import search as searching

        hits = searching.search(_base(files, lang), query)
        _print([hit.concept for hit in hits], lang)
        return 0 if hits else 1

    @terms.command(help=say("terms.lint.help"))
    @option("--terms", "files", multiple=True, metavar="FILE", help=say("terms.lint.terms"))
    @option("--format", "form", type=click.Choice(("text", "json")), default="text", show_default=True, help=say("lint.format"))
    @option("--severity", type=click.Choice(_SEVERITIES), default="warning", show_default=True, help=say("lint.severity"))
    @lang_option
    @help_option
    def lint(files: tuple[str, ...], form: str, severity: str) -> int:
        from isgkg import findings

        report = (_of_files(files, lang) if files else _of_graph(lang)).at_least(findings.Severity(severity))
        click.echo(findings.RENDERINGS[form](report, lang))
        return 1 if report.findings else 0

    @terms.command(help=say("terms.export.help"))
    @option("--as", "form", type=click.Choice(_FORMATS), help=say("terms.export.as"))
    @option("--codes", metavar="CODE,…", help=say("terms.export.codes"))
    @kind_option
    @option("--number", type=click.IntRange(1, 99), default=3, show_default=True, help=say("terms.export.number"))
    @option("--out", "-o", metavar="FILENAME", help=say("terms.export.out"))
    @option("--force", is_flag=True, help=say("force"))
    @terms_option
    @lang_option
    @help_option
    def export(
        form: str | None, codes: str | None, kind: str | None, number: int, out: str | None, force: bool, files: tuple[str, ...]
    ) -> None:
        from isgkg.terms import export as exporting

        if form is None:
            raise InputError("cli.missing", name="--as", help="isgkg terms export --help")
        is_word = form == "chapter" and Path(out or "").suffix.lower() == ".docx"
        if out in {None, "-"} and form == "xlsx":
            raise InputError("cli.terms.export.no-out")
        wanted = [code for code in re.split(r"[,，、;；\s]+", codes or "") if code]
        chosen = exporting.choose(_base(files, lang), wanted, kind)
        content = exporting.export(chosen, form, lang, number=number, as_word=is_word)
        parts.write(content, None if out == "-" else out, replace=force)
        if out not in {None, "-"}:
            click.echo(messages.text("cli.terms.export.done", lang, count=len(chosen.concepts), file=out))


def _base(files: tuple[str, ...], lang: Language) -> "TermBase":
    """The term base of the release, and what the files add to it."""
    from isgkg.release.output import NQUADS, read_manifest
    from isgkg.store import EmbeddedStore
    from isgkg.terms import graph

    own = [parts.terms(file, lang).base for file in files]  # first: a broken file is told before anything is built
    folder = parts.release(lang)
    base = graph.from_store(EmbeddedStore.load(folder / NQUADS), read_manifest(folder).version)
    return sum(own, start=base)


def _of_files(files: tuple[str, ...], lang: Language) -> "Report":
    from isgkg.findings import Report
    from isgkg.terms import lint

    reports = [lint.lint(parts.terms(file, lang), lang, file) for file in files]
    return Report(tool=lint.TOOL, release=None, findings=tuple(finding for report in reports for finding in report.findings))


def _of_graph(lang: Language) -> "Report":
    """The findings of the rules of terms on the project's own graph."""
    from isgkg import files
    from isgkg.findings import Report
    from isgkg.release.build import lint as lint_graph
    from isgkg.terms import lint

    report = lint_graph(files.root(), lang)
    found = tuple(finding for finding in report.findings if _OF_TERMS.fullmatch(finding.rule))
    return Report(tool=lint.TOOL, release=report.release, findings=found)


def _print(concepts: "tuple[Concept, ...] | list[Concept]", lang: Language) -> None:
    """One line a concept: code, term, English, kind; then their number."""
    from isgkg.columns import aligned, visible

    rows = [(concept.id, concept.name, concept.preferred("en") or "", concept.kind or "") for concept in concepts]
    if rows:
        click.echo("\n".join(aligned([tuple(map(visible, row)) for row in rows], _WIDEST)))
    click.echo(messages.text("cli.terms.count", lang, count=len(rows)), err=True)
