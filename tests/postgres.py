"""A real PostgreSQL for as long as a test session lasts, with a database for each test."""

from __future__ import annotations

import os
from pathlib import Path

import psycopg

from loadtest.postgres import PostgresServer

TEMPLATE = "template1"
# Nothing here has to outlive the session.
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    # It would look at each of the many databases, which live for a moment.
    "autovacuum": "off",
    "max_connections": "60",
    "shared_buffers": "32MB",
}

# What the tables are made of, down to each trigger; and what is in them at a database's birth.
SHAPE = """
    SELECT md5(string_agg(part, ',' ORDER BY part)) FROM (
        SELECT format('%s %s', oid, relname) FROM pg_class WHERE relnamespace = 'public'::regnamespace
        UNION ALL SELECT format('%s %s %s %s', attrelid, attname, atttypid, attnotnull) FROM pg_attribute
            JOIN pg_class ON pg_class.oid = attrelid WHERE relnamespace = 'public'::regnamespace
        UNION ALL SELECT format('%s %s', oid, tgenabled) FROM pg_trigger
        UNION ALL SELECT format('%s %s', oid, xmin) FROM pg_constraint
        UNION ALL SELECT format('%s %s', oid, xmin) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    ) AS shape (part)
"""
KEEP = """
    CREATE SCHEMA born;
    DO $$ DECLARE name text; BEGIN
        FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
            EXECUTE format('CREATE TABLE born.%1$I AS TABLE public.%1$I', name);
        END LOOP;
    END $$
"""
# In a small table it is much quicker to delete than to truncate, which makes new files.
EMPTY = """
    SET session_replication_role = replica;
    DO $$ DECLARE name text; BEGIN
        FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
            IF pg_relation_size(format('public.%I', name)) > 65536 THEN
                EXECUTE format('TRUNCATE public.%I', name);
            ELSE
                EXECUTE format('DELETE FROM public.%I', name);
            END IF;
            EXECUTE format('INSERT INTO public.%1$I SELECT * FROM born.%1$I', name);
        END LOOP;
        PERFORM setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)
            FROM pg_sequences WHERE last_value IS NOT NULL;
    END $$
"""


class Postgres(PostgresServer):
    """A server whose files and socket are in `folder`, whose name must be short."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, SETTINGS)
        self._databases = 0
        self._free: list[str] = []
        self._shapes: dict[str, object] = {}

    def run(self, statement: str, database: str = "postgres") -> None:
        """Runs a statement outside of any transaction."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            connection.execute(statement.encode())

    def new_database(self, template: str = TEMPLATE) -> str:
        """The address of a database of its own, a copy of the template."""
        self._databases += 1
        name = f"t{os.getpid()}_{self._databases}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url(name)

    def lend(self) -> str:
        """The address of a database as it is born, for one test; to be given back."""
        if self._free:
            return self._free.pop()
        address = self.new_database()
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(KEEP)
            self._shapes[address] = connection.execute(SHAPE).fetchone()
        return address

    def take_back(self, address: str) -> None:
        """Empties a database that was lent, whoever is connected: making a new one takes many times as long."""
        with psycopg.connect(address, autocommit=True) as connection:
            others = b"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
            connection.execute(others + b" AND pid <> pg_backend_pid()")
            is_as_born = connection.execute(SHAPE).fetchone() == self._shapes[address]
            if is_as_born:
                connection.execute(EMPTY)
        if is_as_born:
            self._free.append(address)
        else:
            self.drop(address)

    def drop(self, address: str) -> None:
        """Drops the database of that address, whoever is connected: all of them at the end would take too long."""
        name = address.partition("@/")[2].partition("?")[0]
        self.run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
