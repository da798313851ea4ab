"""A guardian and a ward are linked, by a code that one shows and the other types, or by the platform; and unlinked."""

from __future__ import annotations

import secrets

from app.actions.guardian.decide_approvals import Approvals
from app.actions.viewer.bound_spending import put_bounds
from app.archive import approvals, audit_log, guardians
from app.archive.archive import Archive, Connection
from app.archive.guardians import Ended, Tried
from app.base.errors import Refusal
from app.rules.actors import PLATFORM, person_called
from app.rules.approvals import Approval
from app.rules.audit_log import Act
from app.rules.guardian_news import Linked, Unlinked, guardians_sockets
from app.rules.guardians import CODE_LIFE_MS, CodeView, Link, new_code, shown, typed
from app.rules.tokens import Person
from app.store.news import tell
from app.store.partitions import Partitions


async def show_code(archive: Archive, ward: Person, now_ms: int) -> CodeView:
    """A new code for whoever is to be this person's guardian, in the place of the one before.

    Raises:
        Refusal: `has_guardian`: a ward does not choose another one.
    """
    code, until_ms = new_code(secrets.choice), now_ms + CODE_LIFE_MS
    if not await archive.write(guardians.put_code, ward.sub, ward.name, code, until_ms, ward.tz or "UTC"):
        raise Refusal("has_guardian")
    return CodeView(shown(code), until_ms)


async def link_by_code(partitions: Partitions, archive: Archive, guardian: Person, text: str) -> Link:
    """Makes somebody the guardian of the person who shows that code; both are told.

    Raises:
        Refusal: `code_expired`, `has_guardian`, `too_many_wards`, `minor`; `rate_limited` after five codes that were
            none; `bad_request` for one's own code.
    """
    if guardian.minor:
        raise Refusal("minor", "A minor is nobody's guardian.")
    now_ms = partitions.clock()
    # Asked first, so that a flood of codes writes nothing.
    if again_ms := await archive.read(guardians.tried_too_often, guardian.sub, now_ms):
        raise _too_often(again_ms, now_ms)
    tried = await archive.write(guardians.link_by_code, guardian.sub, guardian.name, typed(text), now_ms)
    return await _linked(partitions, archive, tried)


async def link_by_platform(partitions: Partitions, archive: Archive, link: Link, tz: str) -> Link:
    """Makes somebody a person's guardian by the platform's word; the same again changes nothing.

    Raises:
        Refusal: `has_guardian`: it is another one, who has to be unlinked first; `too_many_wards`, `bad_request`.
    """
    now_ms = partitions.clock()

    def write(connection: Connection) -> Tried:
        tried = guardians.link(connection, link, tz)
        if tried.outcome == "linked":
            audit_log.append(connection, Act(PLATFORM, "link_guardian", link.ward, details=link.guardian), now_ms)
        return tried

    tried = await archive.write(write)
    if tried.outcome == "has_guardian" and tried.link is not None and tried.link.guardian == link.guardian:
        return tried.link
    return await _linked(partitions, archive, tried)


async def unlink(partitions: Partitions, archive: Archive, ward: str, guardian: str | None) -> Link:
    """Ends a link: for its guardian or, without one named, for the platform; the one that ended. Both are told.

    What the guardian allowed bounds nobody any more, and what waited for the guardian is refused.

    Raises:
        Refusal: `unknown_ward`.
    """
    now_ms = partitions.clock()

    def end(connection: Connection) -> tuple[Ended | None, list[Approval]]:
        ended = guardians.unlink(connection, ward, guardian)
        if ended is None:
            return None, []
        refused = approvals.refuse_open(connection, ward, now_ms)
        who = PLATFORM if guardian is None else person_called(guardian)
        audit_log.append(connection, Act(who, "unlink_guardian", ward, details=ended.link.guardian), now_ms)
        return ended, refused

    ended, refused = await archive.write(end)
    if ended is None:
        raise Refusal("unknown_ward")
    standing = partitions.of(ward).standing
    await put_bounds(standing, archive, ward, ended.bounds)
    await Approvals(partitions, archive).end_all(refused)
    await tell(standing, guardians_sockets(ended.link.guardian), Unlinked(ward))
    return ended.link


async def own_ward(archive: Archive, guardian: str, ward: str) -> Link:
    """The link of a guardian with a ward of theirs. Raises Refusal `unknown_ward` for anybody else's."""
    link = await archive.read(guardians.link_of, ward)
    if link is None or link.guardian != guardian:
        raise Refusal("unknown_ward")
    return link


async def _linked(partitions: Partitions, archive: Archive, tried: Tried) -> Link:
    if tried.outcome == "rate_limited":
        raise _too_often(tried.again_ms, partitions.clock())
    if tried.outcome == "own_guardian":
        raise Refusal("bad_request", "Nobody is their own guardian.")
    if tried.outcome != "linked" or tried.link is None or tried.bounds is None:
        raise Refusal(tried.outcome)
    standing = partitions.of(tried.link.ward).standing
    await put_bounds(standing, archive, tried.link.ward, tried.bounds)
    await tell(standing, guardians_sockets(tried.link.guardian), Linked(tried.link.ward))
    return tried.link


def _too_often(again_ms: int, now_ms: int) -> Refusal:
    return Refusal("rate_limited", "Too many codes were wrong; wait a little.", retry_ms=max(1, again_ms - now_ms))
