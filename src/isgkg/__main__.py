"""The `isgkg` command, and `python -m isgkg`."""

import sys

INTERRUPTED = 130
"""The exit code that shells give to what a person has stopped: 128 and the number of SIGINT."""


def main() -> None:
    """Run the command line on the arguments of the process, and exit with its code. Ctrl-C is no error, not even while modules load."""
    try:
        from isgkg import cli  # noqa: PLC0415  # within the try

        sys.exit(cli.run(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


if __name__ == "__main__":
    main()
