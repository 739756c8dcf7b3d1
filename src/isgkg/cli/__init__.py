"""The command line: arguments → calls → exit code (0 fine, 1 findings, 2 error).

Flows in: argv. Flows out: what the commands print. Everything heavy is imported inside the command that needs it, so that --help answers
at once. All texts are in isgkg.messages; the language is --lang, else $ISGKG_LANG, else that of the locale, else Chinese.
"""

import os
import socket
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from isgkg import __version__, messages
from isgkg.cli import drafts, parts, records, terms
from isgkg.errors import InputError, IsgkgError, ReleaseError, refusal
from isgkg.messages import Language

if TYPE_CHECKING:
    from isgkg.web.server import ServeOptions

_FORMATS = ("table", "csv", "tsv", "json", "xml", "turtle", "n-triples", "rdf-xml", "json-ld")


def run(args: Sequence[str]) -> int:
    """Run the command line in the language that it asks for and return the exit code. Raises KeyboardInterrupt."""
    lang = _language(args)
    try:
        code = make(lang).main(args=list(args), prog_name="isgkg", standalone_mode=False)
        if sys.stdout is not None:
            sys.stdout.flush()  # a full disk is found out here, not when the interpreter ends
        return code if isinstance(code, int) else 0
    except IsgkgError as error:
        click.echo(error.text(lang), err=True)
        return error.exit_code
    except click.exceptions.Abort as error:  # click's name for Ctrl-C
        raise KeyboardInterrupt from error
    except click.ClickException as error:
        click.echo(parts.usage(error, lang), err=True)
        return 2
    except BrokenPipeError:
        _discard()  # the reader went away (isgkg query … | head): nothing is wrong
        return 0
    except OSError as error:
        _discard()
        click.echo(messages.text("cli.output", lang, reason=refusal(error)[lang]), err=True)
        return 2


def _discard() -> None:
    """Keep the interpreter from complaining when it flushes what nobody will read."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _language(args: Sequence[str]) -> Language:
    """The language that the arguments name, else the environment's."""
    named = next((os.environ[name] for name in ("ISGKG_LANG", "LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), None)
    usual = messages.language(named, default="zh" if named in {None, "C", "C.UTF-8", "POSIX"} else "en")
    for position, arg in enumerate(args):
        if arg == "--lang" and position + 1 < len(args):
            return messages.language(args[position + 1], default=usual)
        if arg.startswith("--lang="):
            return messages.language(arg.removeprefix("--lang="), default=usual)
    return usual


def make(lang: Language) -> click.Group:
    """The command line with its help in `lang`."""
    say, option, lang_option, help_option = parts.words(lang)

    @click.group(cls=parts.group(lang), help=say("help"))
    @click.version_option(__version__, "--version", help=say("version"), message="isgkg %(version)s")
    @lang_option
    @help_option
    def cli() -> None:
        pass

    @cli.command(help=say("build.help"))
    @option("--out", type=click.Path(file_okay=False, readable=False), default="dist", show_default=True, help=say("build.out"))
    @option("--reason/--no-reason", default=None, help=say("build.reason"))
    @lang_option
    @help_option
    def build(out: str, reason: bool | None) -> None:
        _build(out, reason, lang)

    @cli.command(help=say("lint.help"))
    @option("--format", "form", type=click.Choice(("text", "json")), default="text", show_default=True, help=say("lint.format"))
    @option(
        "--severity", type=click.Choice(("violation", "warning", "info")), default="warning", show_default=True, help=say("lint.severity")
    )
    @lang_option
    @help_option
    def lint(form: str, severity: str) -> int:
        return _lint(form, severity, lang)

    @cli.command(help=say("query.help"))
    @click.argument("query", required=False)
    @option("--file", "-f", "source", metavar="FILENAME", help=say("query.file"))
    @option("--question", metavar="ID", help=say("query.question"))
    @option("--param", "params", multiple=True, metavar="NAME=CODE", help=say("query.param"))
    @option("--format", "form", type=click.Choice(_FORMATS), help=say("query.format"))
    @parts.store_option(lang)
    @lang_option
    @help_option
    def query(query: str | None, source: str | None, question: str | None, params: tuple[str, ...], form: str | None, store: str) -> None:
        if question is None and params:
            raise InputError("cli.query.param-alone")
        if question is not None and (query is not None or source is not None):
            raise InputError("cli.query.question-and-text")
        if question is None:
            _query(_query_text(query, source), form, store, lang)
        else:
            _query(_question(question, params, store, lang), form, store, lang)

    @cli.command(help=say("show.help"))
    @click.argument("code")
    @lang_option
    @help_option
    def show(code: str) -> None:
        _show(code, lang)

    @cli.command(help=say("serve.help"))
    @option("--host", default="127.0.0.1", show_default=True, help=say("serve.host"))
    @option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help=say("serve.port"))
    @option("--processes", type=click.IntRange(1, 64), default=2, show_default=True, help=say("serve.processes"))
    @option("--proxies", type=click.IntRange(0, 9), default=0, show_default=True, help=say("serve.proxies"))
    @option("--budget-seconds", type=click.IntRange(1, 3600), default=60, show_default=True, help=say("serve.budget-seconds"))
    @option("--budget-errors", type=click.IntRange(1, 100_000), default=60, show_default=True, help=say("serve.budget-errors"))
    @option("--budget-mib", type=click.IntRange(1, 1_000_000), default=1024, show_default=True, help=say("serve.budget-mib"))
    @option("--keep", type=click.IntRange(0, 4096), default=32, show_default=True, help=say("serve.keep"))
    @parts.store_option(lang)
    @lang_option
    @help_option
    def serve(
        host: str, port: int, processes: int, proxies: int, budget_seconds: int, budget_errors: int, budget_mib: int, keep: int, store: str
    ) -> None:
        from isgkg.web.server import ServeOptions

        options = ServeOptions(
            host=host,
            port=port,
            processes=processes,
            proxies=proxies,
            budget_seconds=budget_seconds,
            budget_errors=budget_errors,
            budget_bytes=budget_mib * 2**20,
            kept_bytes=keep * 2**20,
            lang=lang,
            store=store,
        )
        _serve(options, lang)

    @cli.command(help=say("store.help"))
    @click.argument("folder", metavar="PATH")
    @lang_option
    @help_option
    def store(folder: str) -> None:
        _store(folder, lang)

    records.add(cli, lang)
    drafts.add(cli, lang)
    terms.add(cli, lang)
    return cli


def _build(out: str, reason: bool | None, lang: Language) -> None:
    from isgkg import files
    from isgkg.release import reason as reasoning
    from isgkg.release.build import BuildOptions, build

    if not out:
        raise ReleaseError("release.unwritable", file=out, reason=messages.both("cause.no-name"))
    dl = reasoning.available() if reason is None else reason
    release = build(files.root(), BuildOptions(dl=dl, lang=lang))
    release.write(Path(out))
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


def _query_text(query: str | None, source: str | None) -> str:
    """The query from the argument, else the file, else standard input ("-" says so by name)."""
    if query == "-":
        query = None
        source = source or "-"
    if query is not None and source is not None:
        raise InputError("cli.query.both", file=source)
    if query is None and source is None and sys.stdin.isatty():
        raise InputError("cli.query.none")
    try:
        if query is not None:
            return os.fsencode(query).decode()  # an argument that is not UTF-8 holds lone surrogates
        return (sys.stdin.buffer.read() if source in {None, "-"} else Path(str(source)).read_bytes()).decode()
    except UnicodeDecodeError as error:
        if source in {None, "-"}:
            raise InputError("cli.query.encoding") from error
        raise InputError("cli.query.unreadable", file=source, reason=messages.both("cause.encoding")) from error
    except OSError as error:
        raise InputError("cli.query.unreadable", file=source, reason=refusal(error)) from error


def _question(id_: str, params: Sequence[str], place: str, lang: Language) -> str:
    """The text of a question of the library with these parameters, NAME=CODE each."""
    from isgkg import files, questions

    library = questions.load(files.root())
    if id_ not in library:
        raise InputError("research.no-question", id=id_, known=", ".join(library))
    pairs = [param.partition("=")[::2] for param in params]
    values = dict(pairs)
    if again := next((name for name, _ in pairs if sum(name == other for other, _ in pairs) > 1), None):
        raise InputError("cli.query.param-twice", name=again)
    if any(not value for value in values.values()):
        raise InputError("cli.query.bad-param", params=" ".join(params))
    with parts.opened(place, lang) as (store, _):
        return questions.checked(store, library[id_], values)


def _query(text: str, form: str | None, place: str, lang: Language) -> None:
    from isgkg import terminal
    from isgkg.store.base import QueryRequest
    from isgkg.store.inspection import inspect

    if not text.strip():
        raise InputError("cli.query.empty")
    kind = inspect(text)
    is_table = kind in {"SELECT", "ASK"}
    form = form or ("table" if is_table else "turtle")
    media_type = (_TABLES if is_table else _GRAPHS).get(form)
    if media_type is None:
        raise InputError("cli.query.mismatch", form=form, choices=", ".join(_TABLES if is_table else _GRAPHS))
    with parts.opened(place, lang) as (store, _):
        if form == "table":
            click.echo(terminal.table(store, text, lang) if kind == "SELECT" else terminal.truth(store.ask(text), lang))
            return
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
    from isgkg.release.output import NQUADS
    from isgkg.store import EmbeddedStore

    store = EmbeddedStore.load(parts.release(lang) / NQUADS)
    click.echo(terminal.item(items.get(store, code), lang))


def _serve(options: "ServeOptions", lang: Language) -> None:
    from isgkg.release import copies
    from isgkg.web import server

    _listenable(options.host)
    folder = parts.release(lang)
    if options.store != copies.MEMORY:
        with parts.opened(options.store, lang):
            pass  # each process opens it anew; what is wrong with it is one sentence only here
    os.environ["ISGKG_LANG"] = lang  # what the processes of the server log
    server.serve(folder, options)


def _store(folder: str, lang: Language) -> None:
    from isgkg.release import copies
    from isgkg.release.output import NQUADS
    from isgkg.store import disk

    if not folder or not copies.is_on_disk(folder):
        raise InputError("cli.store.no-folder", place=folder)
    made = disk.write(parts.release(lang) / NQUADS, Path(folder))
    click.echo(messages.text("cli.store.done", lang, out=folder, quads=made.quads))


def _listenable(host: str) -> None:
    """Raises InputError where nothing can listen at this address, whatever the port."""
    try:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM) as trial:
            trial.bind((host, 0))
    except (OSError, UnicodeError) as error:  # a name that no DNS could hold is a UnicodeError
        raise InputError("cli.serve.host-unusable", host=host) from error
