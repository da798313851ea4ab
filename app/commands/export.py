"""`fanfare ledger export`: the archived books as CSV."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TextIO

from app.actions.books.export_books import HEADS, TABLES, Span, Table, export_books, find_span
from app.archive.cursor import count_partitions
from app.base import config
from app.base.config import Settings
from app.base.errors import ConfigError
from app.commands import Verbs, add_data_option, add_moment, add_verb_parser
from app.commands.open_books import open_known_books
from app.commands.progress import Bar
from app.rules.partitions import where

SENTENCE = "write the archived entries and their postings as CSV"


def add_verb(verbs: Verbs) -> None:
    """Adds the verb to `fanfare ledger`."""
    parser = add_verb_parser(verbs, "export", SENTENCE, "--from 2026-11-01 --to 2026-11-30 --out november")
    add_data_option(parser)
    add_moment(
        parser,
        "--from",
        "since",
        "the first entry: its number (in its partition), or a time in UTC like 2026-11-25T18:30Z",
    )
    add_moment(parser, "--to", "until", "the last entry: its number, or a time; of a day, its last")
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="where entries.csv and postings.csv go")
    parser.add_argument("--table", choices=TABLES, help="this table alone; without --out it goes to standard output")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Writes the files, or one of them to standard output."""
    settings = config.load(data=args.data)
    tables: tuple[Table, ...] = (args.table,) if args.table else TABLES if args.out else TABLES[:1]
    spans = asyncio.run(_export(settings, args, tables))
    place = f" in {args.out}" if args.out else ""
    for span in spans:
        said = f"{span.many:,} entries, n {span.first:,} to {span.last:,}{place}" if span.many else "no entries"
        about = where(span.partition, len(spans))
        print(f"fanfare: {about}{said}; the archive goes to n {span.archived_n:,}", file=sys.stderr)
    return 0


async def _export(settings: Settings, args: argparse.Namespace, tables: tuple[Table, ...]) -> list[Span]:
    bar = Bar()
    async with open_known_books(settings) as archive:
        spans = [
            await archive.read(find_span, args.since, args.until, k)
            for k in range(await archive.read(count_partitions))
        ]
        of, before = sum(span.many for span in spans), 0
        with ExitStack() as stack:
            outs = {table: stack.enter_context(_open(args.out, table)) for table in tables}
            stack.callback(bar.end)
            for table, out in outs.items():
                out.write(HEADS[table])
            for span in spans:
                async for piece in export_books(archive, span, tables):
                    for table, rows in piece.rows.items():
                        outs[table].write(rows)
                    bar("entries written", before + piece.n - span.first + 1, of)
                before += span.many
    return spans


@contextmanager
def _open(folder: Path | None, table: Table) -> Iterator[TextIO]:
    """A table's file, which has its name once it is whole; or standard output."""
    if folder is None:
        yield sys.stdout
        return
    path, partial = folder / f"{table}.csv", folder / f"{table}.csv.partial"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # It is about people's money: nobody else reads it.
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as out:
            yield out
            out.flush()
            os.fsync(descriptor)
        partial.replace(path)
    except OSError as error:
        raise ConfigError(f"{path} cannot be written: {error.strerror}") from None
