"""`python -m wizard` and the command `portwright`."""

from wizard.cli.main import main

__all__ = ["main"]

if __name__ == "__main__":
    main(prog_name="portwright")
