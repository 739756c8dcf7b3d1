"""What the commands share: options and groups that speak the user's language.

Flows in: click. Flows out: its classes with every text in zh or en; click's own are in English only.
"""

import contextlib
import functools
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click
from click.exceptions import BadOptionUsage, BadParameter, MissingParameter, NoSuchCommand, NoSuchOption, UsageError

from isgkg import messages
from isgkg.errors import InputError, refusal
from isgkg.messages import Language

if TYPE_CHECKING:
    from isgkg.release.output import Manifest
    from isgkg.store import EmbeddedStore
    from isgkg.store.remote import RemoteStore
    from isgkg.terms.document import Document


def usage(error: click.ClickException, lang: Language) -> str:
    """What is wrong with the arguments, as one sentence; click's own are in English only."""
    help_ = help_of(error.ctx) if isinstance(error, UsageError) else "isgkg --help"
    match error:
        case NoSuchOption():
            return messages.text("cli.no-option", lang, option=error.option_name, help=help_)
        case MissingParameter():
            return messages.text("cli.missing", lang, name=error.param.human_readable_name if error.param else "", help=help_)
        case BadOptionUsage():
            return messages.text("cli.no-value", lang, name=error.option_name, help=help_)
        case NoSuchCommand():
            return messages.text("cli.no-command", lang, name=error.command_name, help=help_)
        case _ if type(error) is UsageError:
            # The other mistakes that click tells of by this class are mistakes of the program.
            extra = re.search(r"unexpected extra arguments? \((.*)\)", error.message, re.DOTALL)
            return messages.text("cli.extra", lang, arguments=extra[1] if extra else error.message, help=help_)
        case _:
            return error.format_message()


class Words(NamedTuple):
    """What every command is written with: its texts, the class of its options, and the two options that all have."""

    say: Callable[[str], str]
    option: Callable[..., Callable[[Callable[..., object]], Callable[..., object]]]
    lang_option: Callable[[Callable[..., object]], Callable[..., object]]
    help_option: Callable[[Callable[..., object]], Callable[..., object]]


def words(lang: Language) -> Words:
    """The words of commands in `lang`."""

    def say(key: str) -> str:
        return messages.text(f"cli.{key}", lang)

    option = functools.partial(click.option, cls=Option)
    lang_option = option("--lang", type=click.Choice(messages.LANGUAGES), default=lang, expose_value=False, help=say("lang"))
    return Words(say, option, lang_option, click.help_option("-h", "--help", help=say("help-option")))


def help_of(context: click.Context | None) -> str:
    return f"{context.command_path} --help" if context else "isgkg --help"


def _takes(kind: click.ParamType[Any], lang: Language) -> str:
    """What an option of this type takes."""
    if isinstance(kind, click.Choice):
        return messages.text("cli.takes.choice", lang, choices=", ".join(map(str, kind.choices)))
    if isinstance(kind, click.IntRange):
        return messages.text("cli.takes.range", lang, least=kind.min, most=kind.max)
    return messages.text("cli.takes.folder", lang)


class Option(click.Option):
    """An option that says what it was given and what it takes, where click says that in English only."""

    def type_cast_value(self, ctx: click.Context, value: object) -> object:
        """The value as the type of the option makes it. Raises InputError where it makes none."""
        try:
            return super().type_cast_value(ctx, value)
        except BadParameter as error:
            takes = {lang: _takes(self.type, lang) for lang in messages.LANGUAGES}
            raise InputError("cli.bad-value", name=self.opts[0], value=value, takes=takes, help=help_of(ctx)) from error


def group(lang: Language) -> type[click.Group]:
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


def release(lang: Language) -> Path:
    """The folder of the release in use; a person who waits for it to be built is told why."""
    from isgkg.release.locate import locate

    return locate(lambda: click.echo(messages.text("cli.building", lang), err=True))


def store_option(lang: Language) -> Callable[[Callable[..., object]], Callable[..., object]]:
    """The option that names the store to ask, which the environment may name, too."""
    return click.option(
        "--store",
        envvar="ISGKG_STORE",
        default="memory",
        show_default=True,
        metavar="memory|PATH|URL",
        help=messages.text("cli.store", lang),
    )


@contextlib.contextmanager
def opened(place: str, lang: Language) -> "Iterator[tuple[EmbeddedStore | RemoteStore, Manifest]]":
    """The store at `place` of the release in use, with time enough for long answers; and the manifest of the release."""
    from isgkg.release import copies
    from isgkg.release.output import read_manifest
    from isgkg.store.remote import RemoteOptions, RemoteStore

    folder = release(lang)
    manifest = read_manifest(folder)
    store = copies.opened(place, folder, manifest, RemoteOptions(trusted_seconds=_STORE_SECONDS))
    try:
        yield store, manifest
    finally:
        if isinstance(store, RemoteStore):
            store.close()


_STORE_SECONDS = 60.0


def terms(file: str, lang: Language) -> "Document":
    """The terms of a file; on standard error, the columns of a table that were not read. Raises as isgkg.terms.files.load."""
    from isgkg.terms import files, table

    document = files.load(Path(file))
    if document.unread:
        text = messages.text("cli.terms.unread", lang, file=file, heads="、".join(document.unread), known=table.KNOWN)
        click.echo(text, err=True)
    return document


def free(file: str, replace: bool) -> None:
    """Raises InputError where a file of that name would be lost."""
    if not replace and Path(file).exists():
        raise InputError("cli.exists", file=file)


def write(content: str | bytes, out: str | None, *, replace: bool = True) -> None:
    """To the file, whose folder is made where it is missing, else to standard output."""
    if out is None:
        click.echo(content, nl=not content.endswith("\n" if isinstance(content, str) else b"\n"))  # type: ignore[arg-type]  # each kind ends in its own
        return
    free(out, replace)
    if not out:
        raise InputError("cli.unwritable", file=out, reason=messages.both("cause.no-name"))
    try:
        Path(out).parent.mkdir(parents=True, exist_ok=True)
        Path(out).write_bytes(content if isinstance(content, bytes) else content.encode())
    except (OSError, ValueError) as error:
        reason = refusal(error) if isinstance(error, OSError) else messages.both("cause.no-name")
        raise InputError("cli.unwritable", file=out, reason=reason) from error
