"""The command line: arguments → calls → exit code (0 fine, 1 findings, 2 error).

Flows in: argv. Flows out: what the commands print. Everything heavy is imported inside the command that needs it, so that --help answers
at once. All texts are in isgkg.messages; the language is --lang, else $ISGKG_LANG, else that of the locale, else Chinese.
"""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

import click
from click.exceptions import BadParameter, MissingParameter, NoSuchCommand, NoSuchOption, UsageError

from isgkg import __version__, messages
from isgkg.errors import InputError, IsgkgError
from isgkg.messages import Language

_FORMATS = ("table", "csv", "tsv", "json", "xml", "turtle", "n-triples", "rdf-xml", "json-ld")


def main() -> None:
    """Entry point of the `isgkg` command."""
    sys.exit(run(sys.argv[1:]))


def run(args: Sequence[str]) -> int:
    """Run the command line in the language that it asks for and return the exit code."""
    lang = _language(args)
    try:
        code = make(lang).main(args=list(args), prog_name="isgkg", standalone_mode=False)
        return code if isinstance(code, int) else 0
    except IsgkgError as error:
        click.echo(error.text(lang), err=True)
        return error.exit_code
    except click.exceptions.Abort:
        return 2
    except click.ClickException as error:
        click.echo(_usage(error, lang), err=True)
        return 2
    except BrokenPipeError:
        # The reader went away (isgkg query … | head): nothing is wrong; keep the interpreter from complaining when it flushes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _language(args: Sequence[str]) -> Language:
    """The language that the arguments name, else the environment's."""
    for position, arg in enumerate(args):
        if arg == "--lang" and position + 1 < len(args):
            return messages.language(args[position + 1])
        if arg.startswith("--lang="):
            return messages.language(arg.removeprefix("--lang="))
    named = next((os.environ[name] for name in ("ISGKG_LANG", "LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), None)
    return messages.language(named, default="zh" if named in {None, "C", "C.UTF-8", "POSIX"} else "en")


def _usage(error: click.ClickException, lang: Language) -> str:
    """What is wrong with the arguments, as one sentence; click's own are in English only."""
    help_ = f"isgkg {error.ctx.info_name} --help" if isinstance(error, UsageError) and error.ctx and error.ctx.parent else "isgkg --help"
    match error:
        case NoSuchOption():
            return messages.text("cli.no-option", lang, option=error.option_name, help=help_)
        case MissingParameter():
            return messages.text("cli.missing", lang, name=error.param.human_readable_name if error.param else "", help=help_)
        case BadParameter():
            return messages.text("cli.bad-value", lang, name=error.param.human_readable_name if error.param else "", help=help_)
        case NoSuchCommand():
            return messages.text("cli.no-command", lang, name=error.command_name, help=help_)
        case _ if type(error) is UsageError:
            return messages.text("cli.usage", lang, help=help_, reason=error.message)
        case _:
            return error.format_message()


def _group(lang: Language) -> type[click.Group]:
    """A group whose help, and that of its commands, has its headings in `lang`."""
    headings = {"Options": "cli.heading.options", "Commands": "cli.heading.commands"}

    class Formatter(click.HelpFormatter):
        def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
            super().write_usage(prog, args, prefix or messages.text("cli.heading.usage", lang) + " ")

        def write_heading(self, heading: str) -> None:
            super().write_heading(messages.text(headings[heading], lang) if heading in headings else heading)

    class Context(click.Context):
        formatter_class = Formatter

    class Command(click.Command):
        context_class = Context

    class Group(click.Group):
        context_class = Context
        command_class = Command

    return Group


def make(lang: Language) -> click.Group:
    """The command line with its help in `lang`."""

    def say(key: str) -> str:
        return messages.text(f"cli.{key}", lang)

    lang_option = click.option("--lang", type=click.Choice(messages.LANGUAGES), default=lang, expose_value=False, help=say("lang"))
    help_option = click.help_option("-h", "--help", help=say("help-option"))

    @click.group(cls=_group(lang), help=say("help"))
    @click.version_option(__version__, "--version", help=say("version"), message="isgkg %(version)s")
    @lang_option
    @help_option
    def cli() -> None:
        pass

    @cli.command(help=say("build.help"))
    @click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=Path("dist"), show_default=True, help=say("build.out"))
    @click.option("--reason/--no-reason", default=None, help=say("build.reason"))
    @lang_option
    @help_option
    def build(out: Path, reason: bool | None) -> None:
        _build(out, reason, lang)

    @cli.command(help=say("lint.help"))
    @click.option("--format", "form", type=click.Choice(("text", "json")), default="text", show_default=True, help=say("lint.format"))
    @click.option(
        "--severity", type=click.Choice(("violation", "warning", "info")), default="warning", show_default=True, help=say("lint.severity")
    )
    @lang_option
    @help_option
    def lint(form: str, severity: str) -> int:
        return _lint(form, severity, lang)

    @cli.command(help=say("query.help"))
    @click.argument("query", required=False)
    @click.option("--file", "-f", "source", type=click.File("r", encoding="utf-8"), help=say("query.file"))
    @click.option("--format", "form", type=click.Choice(_FORMATS), help=say("query.format"))
    @lang_option
    @help_option
    def query(query: str | None, source: TextIO | None, form: str | None) -> None:
        _query(_query_text(query, source), form, lang)

    @cli.command(help=say("show.help"))
    @click.argument("code")
    @lang_option
    @help_option
    def show(code: str) -> None:
        _show(code, lang)

    @cli.command(help=say("serve.help"))
    @click.option("--host", default="127.0.0.1", show_default=True, help=say("serve.host"))
    @click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help=say("serve.port"))
    @click.option("--processes", type=click.IntRange(1, 64), default=2, show_default=True, help=say("serve.processes"))
    @lang_option
    @help_option
    def serve(host: str, port: int, processes: int) -> None:
        _serve(host, port, processes, lang)

    return cli


def _build(out: Path, reason: bool | None, lang: Language) -> None:
    from isgkg import files
    from isgkg.release import reason as reasoning
    from isgkg.release.build import BuildOptions, build

    dl = reasoning.available() if reason is None else reason
    release = build(files.root(), BuildOptions(dl=dl, lang=lang))
    release.write(out)
    key = "cli.build.done" if dl else "cli.build.done-without-dl"
    click.echo(
        messages.text(key, lang, out=out, quads=release.manifest.quads, version=release.manifest.version, sha256=release.manifest.sha256)
    )


def _lint(form: str, severity: str, lang: Language) -> int:
    from isgkg import files
    from isgkg.findings import Report, Severity, as_json, as_text
    from isgkg.release.build import lint

    report = lint(files.root(), lang)
    shown = tuple(finding for finding in report.findings if finding.severity.rank <= Severity(severity).rank)
    report = Report(tool=report.tool, release=report.release, findings=shown)
    click.echo(as_json(report) if form == "json" else as_text(report, lang))
    return 1 if shown else 0


def _query_text(query: str | None, source: TextIO | None) -> str:
    """The query from the argument, else the file, else standard input ("-" says so by name)."""
    if query is not None and query != "-":
        return query
    if source is None and query is None and sys.stdin.isatty():
        raise InputError("cli.query.none")
    try:
        return source.read() if source else sys.stdin.buffer.read().decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError("cli.query.encoding") from error


def _query(text: str, form: str | None, lang: Language) -> None:
    from isgkg import terminal
    from isgkg.store import EmbeddedStore
    from isgkg.store.base import QueryRequest
    from isgkg.store.tokens import inspect

    store = EmbeddedStore.load(_release(lang) / _nquads())
    kind = inspect(text)
    is_table = kind in {"SELECT", "ASK"}
    form = form or ("table" if is_table else "turtle")
    if form == "table" and is_table:
        click.echo(terminal.table(store, text, lang) if kind == "SELECT" else terminal.truth(store.ask(text), lang))
        return
    media_type = (_TABLES if is_table else _GRAPHS).get(form)
    if media_type is None:
        raise InputError("cli.query.mismatch", form=form, choices=", ".join(_TABLES if is_table else _GRAPHS))
    answer = store.evaluate(QueryRequest(query=text, media_type=media_type), byte_limit=sys.maxsize)
    click.echo(answer, nl=not answer.endswith(b"\n"))


_TABLES = {
    "table": "",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "json": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
}
_GRAPHS = {
    "turtle": "text/turtle",
    "n-triples": "application/n-triples",
    "rdf-xml": "application/rdf+xml",
    "json-ld": "application/ld+json",
}


def _show(code: str, lang: Language) -> None:
    from isgkg import terminal
    from isgkg.browse import items
    from isgkg.store import EmbeddedStore

    store = EmbeddedStore.load(_release(lang) / _nquads())
    click.echo(terminal.item(items.get(store, code), lang))


def _serve(host: str, port: int, processes: int, lang: Language) -> None:
    from isgkg.web import server

    server.serve(_release(lang), server.ServeOptions(host=host, port=port, processes=processes, lang=lang))


def _release(lang: Language) -> Path:
    from isgkg.release.locate import locate

    return locate(lambda: click.echo(messages.text("cli.building", lang), err=True))


def _nquads() -> str:
    from isgkg.release.output import NQUADS

    return NQUADS
