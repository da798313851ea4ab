"""An operator ends a case of suspected fraud: everything goes on as before, or what came of it is taken back."""

from __future__ import annotations

import msgspec

from app.actions.books.deliver import Told
from app.archive import asked, audit_log, cases, fraud, outbox
from app.archive.archive import Archive, Connection
from app.archive.entries import find_moves
from app.archive.frozen import frozen_by
from app.base.errors import Refusal
from app.rules.actors import RULES
from app.rules.audit_log import Act
from app.rules.cases import AFTER, ENTRIES_SHOWN, Case, CaseDetails, Verdict, claw_back, decide, details
from app.rules.entries import ClawBack, Freeze, Unfreeze
from app.rules.fraud import FraudRules
from app.rules.fraud_facts import Facts
from app.rules.moves import Move
from app.rules.texts import lines, seen
from app.store.moves import Posted

PEOPLE_MAX = 2000
PEOPLE_A_READ = 500
WHOM_MAX = 10


async def decide_case(
    archive: Archive,
    rules: FraudRules,
    verdict: Verdict,
    case_id: str,
    by: str,
    reason: str,
    now_ms: int,
    key: str | None = None,
) -> tuple[CaseDetails, bool]:
    """The case afterwards, and whether its key had decided so before. What is taken back is posted by the delivery.

    The same again, by whomever, changes nothing.

    Raises:
        Refusal: `unknown_case`, `already_decided`, `id_reused`, or `bad_request` for a blank reason.
    """
    return await archive.write(_decide, rules, verdict, case_id, by, seen("reason", lines(reason)), now_ms, key)


async def own_case(archive: Archive, case_id: str, by: str, now_ms: int) -> CaseDetails:
    """Whoever calls it looks into the case from now on.

    Raises:
        Refusal: `unknown_case`, or `already_decided`.
    """
    return await archive.write(_own, case_id, by, now_ms)


def read_case(connection: Connection, case_id: str) -> CaseDetails:
    """A case with its people and its latest entries. Raises Refusal `unknown_case`."""
    return _details(connection, _known(connection, case_id))


def _known(connection: Connection, case_id: str, *, lock: bool = False) -> Case:
    found = cases.find(connection, case_id, lock=lock)
    if found is None:
        raise Refusal("unknown_case")
    return found


def _details(connection: Connection, case: Case) -> CaseDetails:
    people = cases.people_of(connection, case.id, PEOPLE_MAX)
    return details(case, people, cases.entries_of(connection, case.id, ENTRIES_SHOWN))


def _own(connection: Connection, case_id: str, by: str, now_ms: int) -> CaseDetails:
    case = _known(connection, case_id, lock=True)
    if case.status != "open":
        raise Refusal("already_decided", f"This case is {case.status} already.", status=case.status)
    if case.owner != by:
        case = msgspec.structs.replace(case, owner=by, changed_ms=now_ms)
        cases.put(connection, case)
        audit_log.append(connection, Act(by, "take_case", case.id), now_ms)
    return _details(connection, case)


def _decide(
    connection: Connection,
    rules: FraudRules,
    verdict: Verdict,
    case_id: str,
    by: str,
    reason: str,
    now_ms: int,
    key: str | None,
) -> tuple[CaseDetails, bool]:
    # The judge's lock comes first, as in its own steps: gifts that it is gathering are in the case, or in none.
    fraud.lock_judged(connection)
    case = _known(connection, case_id, lock=True)
    if asked.before(connection, by, key, verdict, case_id, reason):
        return _details(connection, case), True
    if case.status != AFTER[verdict]:
        case = decide(case, verdict, by, reason, now_ms)
        cases.put(connection, case)
        (_release if verdict == "release" else _claw_back)(connection, rules, case, now_ms)
        suspects = " ".join(cases.suspects_of(connection, case.id, "", WHOM_MAX))
        act = Act(by, f"{verdict.replace('-', '_')}_case", case.id, reason, suspects)
        audit_log.append(connection, act, now_ms)
    return _details(connection, case), False


def _release(connection: Connection, rules: FraudRules, case: Case, now_ms: int) -> None:
    after = ""
    while suspects := cases.suspects_of(connection, case.id, after, PEOPLE_A_READ):
        _release_some(connection, rules, case, suspects, now_ms)
        after = suspects[-1]


def _release_some(connection: Connection, rules: FraudRules, case: Case, suspects: list[str], now_ms: int) -> None:
    people = {user: Facts() for user in suspects} | fraud.find_people(connection, suspects)
    for facts in people.values():
        facts.release(now_ms + 1000 * rules.quiet_s)
    fraud.save_people(connection, people)
    freezes = [Freeze(id=f"{case.id}:{user}", user=user, reason=f"case {case.id}", by=RULES) for user in suspects]
    posted = find_moves(connection, freezes)
    waiting = outbox.among(connection, [one.key for one in freezes])
    for freeze in freezes:
        # Who was frozen by somebody else since stays so.
        n, _ = posted.get(freeze.key, (0, None))
        if frozen_by(connection, freeze.user) == n if n else freeze.key in waiting:
            thaw = Unfreeze(id=freeze.id, user=freeze.user, reason=case.why, by=case.by)
            outbox.put(connection, [thaw], now_ms)


def _claw_back(connection: Connection, _: FraudRules, case: Case, now_ms: int) -> None:
    after = ""
    while earners := cases.earners_of(connection, case.id, after, PEOPLE_A_READ):
        outbox.put(connection, [claw_back(case, one) for one in earners], now_ms)
        after = earners[-1].person


def _taken(connection: Connection, entry: ClawBack, result: Posted | Refusal, now_ms: int) -> None:
    """What was taken of pending diamonds is written down; what was not there of them is taken of available ones."""
    if isinstance(result, Refusal):
        return
    for one in cases.parts_in(connection, entry.id, [entry.user]):
        taken = {f"taken_{entry.state}": entry.milli - result.owed}
        cases.put_people(connection, [msgspec.structs.replace(one, **taken)])
    if entry.state == "pending" and result.owed:
        rest = msgspec.structs.replace(entry, owed=0, noted=(), milli=result.owed, state="available")
        outbox.put(connection, [rest], now_ms)


CASES_TOLD: dict[type[Move], Told] = {ClawBack: _taken}
"""Who writes down what was taken back."""
