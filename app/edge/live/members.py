"""The connections in a room on this worker, in the form that the innermost loop of fan-out needs.

A member whose socket takes everything is kept by its file descriptor: a frame for it is one system call, and none of
its objects is touched. Members with bytes waiting, a close under way or no such socket are called one by one.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Protocol

from app.base.metrics import Metrics
from app.edge.live.deflate import Broadcast

STRIDE = 64


class Member(Protocol):
    """A connection in a room, as fan-out sees it."""

    def descriptor(self) -> int | None:
        """The socket that ready frames may be written to as it is; None while they must go through `write`."""

    def deflates(self) -> bool:
        """Whether it reads frames with shared deflate."""

    def write(self, frame: Broadcast, done: int = 0) -> bool:
        """Writes a frame of events from byte `done` on; False where the reader is too slow and it was not written."""

    def fall_behind(self) -> None:
        """Called when a frame was not written: the member has missed events and was removed from the members."""

    def lose_place(self) -> None:
        """Called when the room's stream has a gap: the next events do not follow what the member has seen."""


class Members:
    """A room's members.

    A member must be discarded before its descriptor is closed, since the kernel may give the number to another socket
    then. Event loops call `connection_lost` first and close the descriptor afterwards.
    """

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._descriptors: dict[Member, int] = {}
        # By descriptor: those that read plain frames, and those that read deflated ones.
        self._ready: tuple[dict[int, Member], dict[int, Member]] = {}, {}
        self._asked: set[Member] = set()
        # For the frame that is being written: who still has to get it, and which descriptors may be reused by now.
        self._unsent: tuple[list[int], list[int]] = [], []
        self._left: set[int] = set()
        self._due: set[Member] = set()

    def __len__(self) -> int:
        return len(self._descriptors) + len(self._asked)

    def add(self, member: Member) -> None:
        """Lets a member in; it gets the frames that are sent from now on."""
        descriptor = member.descriptor()
        if descriptor is None:
            self._asked.add(member)
        else:
            self._descriptors[member] = descriptor
            self._ready[member.deflates()][descriptor] = member

    def discard(self, member: Member) -> None:
        """Lets a member go."""
        self._asked.discard(member)
        self._due.discard(member)
        self._unready(member)

    def ask(self, member: Member) -> None:
        """Writes to this member through its own `write` from now on, until its socket takes everything again."""
        descriptor = self._descriptors.get(member)
        if descriptor is not None:
            if descriptor not in self._left and any(descriptor in unsent for unsent in self._unsent):
                self._due.add(member)
            self._unready(member)
            self._asked.add(member)

    def clear(self) -> list[Member]:
        """Lets all go."""
        everyone = [*self._descriptors, *self._asked]
        for member in everyone:
            self.discard(member)
        return everyone

    def send(self, frame: Broadcast) -> Iterator[None]:
        """Writes a frame to all who are members now, and stops after every so many of them for others to have a turn.

        Whoever leaves meanwhile gets nothing more, whoever comes in gets nothing yet. One sending at a time.
        """
        self._left.clear()
        due = self._due = set(self._asked)
        unsent = self._unsent = list(self._ready[False]), list(self._ready[True])
        while any(unsent) or due:
            if any(unsent):
                self._write(frame, deflated=not unsent[False])
            else:
                for _ in range(min(STRIDE, len(due))):
                    self._offer(due.pop(), frame, 0)
            if any(unsent) or due:
                yield

    def _unready(self, member: Member) -> None:
        descriptor = self._descriptors.pop(member, None)
        if descriptor is not None:
            del self._ready[member.deflates()][descriptor]
            self._left.add(descriptor)

    def _write(self, frame: Broadcast, *, deflated: bool) -> None:
        unsent, data = self._unsent[deflated], frame.deflated if deflated else frame.plain
        part = unsent[-STRIDE:]
        del unsent[-STRIDE:]
        if self._left:
            part = [descriptor for descriptor in part if descriptor not in self._left]
        write, size, written = os.write, len(data), 0
        for descriptor in part:
            try:
                done = write(descriptor, data)
            except OSError:
                # The socket is full or broken. The member's transport handles both.
                done = 0
            if done == size:
                written += 1
            else:
                member = self._ready[deflated][descriptor]
                self.ask(member)
                self._offer(member, frame, done)
        self._metrics.frames.inc(written)

    def _offer(self, member: Member, frame: Broadcast, done: int) -> None:
        if not member.write(frame, done):
            self.discard(member)
            member.fall_behind()
            self._metrics.skipped.inc()
            return
        self._metrics.frames.inc()
        if member in self._asked and member.descriptor() is not None:
            self._asked.discard(member)
            self.add(member)
