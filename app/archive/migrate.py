"""Brings the archive's tables to what this version needs, by the steps in `migrations/versions/`."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from app.base.errors import ConfigError

FOLDER = Path(__file__).parent / "migrations"
# Any number that no other user of the database takes.
LOCK = 0x66616E66617265


def config() -> Config:
    """Alembic's configuration."""
    made = Config()
    made.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    return made


def is_current(connection: Connection) -> bool:
    """Whether the tables are those of this version.

    Raises:
        ConfigError: a newer version has been here.
    """
    steps = ScriptDirectory.from_config(config())
    found = MigrationContext.configure(connection).get_current_revision()
    if found is not None and found not in {step.revision for step in steps.walk_revisions()}:
        raise ConfigError(f"the archive was written by a newer Fanfare (its tables have version {found})")
    return found == steps.get_current_head()


def migrate(connection: Connection) -> None:
    """Takes the steps that are missing, in the connection's transaction: all or none. Raises as `is_current` does."""
    if connection.dialect.name == "postgresql":
        # SQLite's transaction has locked the file; here, who comes second waits, and finds nothing to do.
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    if not is_current(connection):
        steps = config()
        steps.attributes["connection"] = connection
        command.upgrade(steps, "head")
