"""`python -m isgkg` is the command line."""

from isgkg.cli import main

if __name__ == "__main__":
    main()
