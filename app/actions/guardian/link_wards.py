"""A guardian and a ward are linked, by a code that one shows and the other types, or by the platform; and unlinked."""

from __future__ import annotations

import secrets

from app.archive import guardians
from app.archive.archive import Archive
from app.archive.guardians import Tried
from app.base.errors import Refusal
from app.rules.guardians import CODE_LIFE_MS, CodeView, Link, new_code, shown, typed
from app.rules.tokens import Person


async def show_code(archive: Archive, ward: Person, now_ms: int) -> CodeView:
    """A new code for whoever is to be this person's guardian, in the place of the one before.

    Raises:
        Refusal: `has_guardian`: a ward does not choose another one.
    """
    code, until_ms = new_code(secrets.choice), now_ms + CODE_LIFE_MS
    if not await archive.write(guardians.put_code, ward.sub, ward.name, code, until_ms):
        raise Refusal("has_guardian")
    return CodeView(shown(code), until_ms)


async def link_by_code(archive: Archive, guardian: Person, text: str, now_ms: int) -> Link:
    """Makes somebody the guardian of the person who shows that code.

    Raises:
        Refusal: `code_expired`, `has_guardian`, `too_many_wards`, `minor`; `rate_limited` after five codes that were
            none; `bad_request` for one's own code.
    """
    if guardian.minor:
        raise Refusal("minor", "A minor is nobody's guardian.")
    # Asked first, so that a flood of codes writes nothing.
    if again_ms := await archive.read(guardians.tried_too_often, guardian.sub, now_ms):
        raise _too_often(again_ms, now_ms)
    tried = await archive.write(guardians.link_by_code, guardian.sub, guardian.name, typed(text), now_ms)
    return _linked(tried, now_ms)


async def link_by_platform(archive: Archive, link: Link, now_ms: int) -> Link:
    """Makes somebody a person's guardian by the platform's word; the same again changes nothing.

    Raises:
        Refusal: `has_guardian`: it is another one, who has to be unlinked first; `too_many_wards`, `bad_request`.
    """
    tried = await archive.write(guardians.link, link)
    if tried.outcome == "has_guardian" and tried.link is not None and tried.link.guardian == link.guardian:
        return tried.link
    return _linked(tried, now_ms)


async def unlink(archive: Archive, ward: str, guardian: str | None) -> Link:
    """Ends a link: for its guardian or, without one named, for the platform; the one that ended.

    Raises:
        Refusal: `unknown_ward`.
    """
    ended = await archive.write(guardians.unlink, ward, guardian)
    if ended is None:
        raise Refusal("unknown_ward")
    return ended


async def own_ward(archive: Archive, guardian: str, ward: str) -> Link:
    """The link of a guardian with a ward of theirs. Raises Refusal `unknown_ward` for anybody else's."""
    link = await archive.read(guardians.link_of, ward)
    if link is None or link.guardian != guardian:
        raise Refusal("unknown_ward")
    return link


def _linked(tried: Tried, now_ms: int) -> Link:
    if tried.outcome == "rate_limited":
        raise _too_often(tried.again_ms, now_ms)
    if tried.outcome == "own_guardian":
        raise Refusal("bad_request", "Nobody is their own guardian.")
    if tried.outcome != "linked" or tried.link is None:
        raise Refusal(tried.outcome)
    return tried.link


def _too_often(again_ms: int, now_ms: int) -> Refusal:
    return Refusal("rate_limited", "Too many codes were wrong; wait a little.", retry_ms=max(1, again_ms - now_ms))
