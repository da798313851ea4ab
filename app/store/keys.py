"""Every key and channel name of the store is built here and nowhere else.

`{pK}` is the partition tag of an account: K = crc32(account id) mod P, with P fixed when the ledger is born. With P = 1
payer and receiver always meet in one atomic script.
"""

from __future__ import annotations

EVENTS = "events:"


def tag_of(key: str) -> str:
    """What decides on a key's place in a cluster: what stands in its braces; without any, the whole key."""
    _, _, behind = key.partition("{")
    tag, closed, _ = behind.partition("}")
    return tag if closed and tag else key


def touched_key(key: str) -> str:
    """A key of the same partition that holds nothing of worth: written for the sake of having written there."""
    return f"touched:{{{tag_of(key)}}}"


def log_of(channel: str) -> str:
    """The log of the room whose channel that is: all events that are published there stand in it."""
    return f"log:{channel.removeprefix(EVENTS)}"


class Keys:
    """The keys of one partition. Hashes are columns: one a property, with the user as its field."""

    def __init__(self, k: int = 0) -> None:
        tag = self.tag = f"{{p{k}}}"
        self.totals = f"tot:{tag}"
        self.losses = f"losses:{tag}"
        self.rebuild = f"rebuild:{tag}"
        self.journal = f"jr:{tag}"
        self.coins = f"coins:{tag}"
        self.debt = f"debt:{tag}"
        self.given = f"given:{tag}"
        # What bounds people's spending, how far they have come, and what is known of their zones: see lib/spenders.lua.
        self.limits = f"limits:{tag}"
        self.spending = f"spending:{tag}"
        self.zones = f"zones:{tag}"
        self.pending = f"pending:{tag}"
        self.available = f"available:{tag}"
        self.held = f"held:{tag}"
        self.frozen = f"frozen:{tag}"
        # How far people are kept out of everything: see lib/barred.lua.
        self.barred = f"barred:{tag}"
        self.names = f"names:{tag}"
        self.left_boards = f"unlisted:{tag}"
        self.moves = f"moves:{tag}"
        self.id_buckets = f"ids:{tag}"
        # What is under way to other partitions, and what has arrived from them: see lib/outbox.lua and lib/seen.lua.
        self.outbox = f"outbox:{tag}"
        self.seen_buckets = f"seens:{tag}"
        self.streaks_due = f"due:{tag}"
        self.rooms = f"rooms:{tag}"
        # By their end: sorted set.
        self.promotions = f"promotions:{tag}"
        self.wallets_channel = f"wallets:{tag}"
        self.people_channel = f"people:{tag}"
        self.barred_channel = f"bars:{tag}"
        self.boards_channel = f"boards:{tag}"
        self.rates_channel = f"rates:{tag}"

    def idem(self, bucket: int) -> str:
        """What was answered to the ids of one time bucket: hash of `<user>:<id>`, forgotten by a script alone."""
        return f"idem:{self.tag}:{bucket}"

    def seen(self, bucket: int) -> str:
        """What has arrived from other partitions, by the bucket of its deadline: hash, forgotten by a script alone."""
        return f"seen:{self.tag}:{bucket}"

    def said(self, bucket: int) -> str:
        """What was said in one time bucket: set of `<room> <comment>`; expires."""
        return f"said:{self.tag}:{bucket}"

    def removed(self, bucket: int) -> str:
        """Which comments were removed in one time bucket: set of `<room> <comment>`; expires."""
        return f"removed:{self.tag}:{bucket}"

    def where(self, room: str) -> str:
        """The directory's entry of a room whose name is in this partition: the number of the partition it is in."""
        return f"where:{self.tag}:{room}"

    def claim(self, key: str) -> str:
        """Whose key that is, of all partitions' people; expires."""
        return f"claim:{self.tag}:{key}"

    def room(self, room: str) -> str:
        """A room's properties, epoch and offset: hash."""
        return f"room:{self.tag}:{room}"

    def log(self, room: str) -> str:
        """A room's latest events: stream, the id of an entry is the offset of its last event."""
        return f"log:{self.tag}:{room}"

    def board(self, room: str) -> str:
        """Coins that each viewer has spent in a room: sorted set."""
        return f"board:{self.tag}:{room}"

    def gift_board(self, room: str) -> str:
        """Gifts that each viewer has sent in a room whose board goes by their number: sorted set."""
        return f"giftboard:{self.tag}:{room}"

    def streaks(self, room: str) -> str:
        """A room's running streaks: hash of `<sender> <gift> <receiver> <anonymous>`, tab-separated."""
        return f"streaks:{self.tag}:{room}"

    def comments(self, room: str) -> str:
        """The latest comments that a room has and that can be removed: sorted set of ids by offset."""
        return f"comments:{self.tag}:{room}"

    def viewers(self, room: str) -> str:
        """How many viewers each worker has in a room: hash of worker -> `<count> <as of, ms>`; expires."""
        return f"viewers:{self.tag}:{room}"

    def promotion(self, promotion: str) -> str:
        """A running promotion, and what was counted of it: hash."""
        return f"promotion:{self.tag}:{promotion}"

    def promotion_tickets(self, promotion: str) -> str:
        """Who was shown a promotion and has not told that it was seen: sorted set, by when; expires."""
        return f"promotion-tickets:{self.tag}:{promotion}"

    def promotion_people(self, promotion: str) -> str:
        """Who has seen a promotion: hash of viewer -> when in the last hour; expires."""
        return f"promotion-people:{self.tag}:{promotion}"

    def promotion_addresses(self, promotion: str, hour: int) -> str:
        """How many tickets each address was given in an hour: hash; expires."""
        return f"promotion-addresses:{self.tag}:{promotion}:{hour}"

    def thanked(self, room: str) -> str:
        """The gifts of a room that were thanked for: sorted set of their ids by offset; expires."""
        return f"thanked:{self.tag}:{room}"

    def thanks_rate(self, room: str) -> str:
        """How many times a room's streamer has thanked lately: number; expires."""
        return f"thanks:{self.tag}:{room}"

    def overlay(self, room: str) -> str:
        """What a room's overlays go by: hash of `settings` as JSON, `paused`, `rotated` in ms, and `version`."""
        return f"overlay:{self.tag}:{room}"

    def moderation(self, room: str) -> str:
        """How a room is kept in order: hash; see lib/moderation.lua."""
        return f"moderation:{self.tag}:{room}"

    def paces(self, room: str) -> str:
        """When people last said something in a room where comments are slow: sorted set; expires."""
        return f"paces:{self.tag}:{room}"

    def sources(self, room: str) -> str:
        """Which overlays each worker has in a room: hash of worker -> JSON of as of, ms, and a list; expires."""
        return f"sources:{self.tag}:{room}"

    def channel(self, room: str) -> str:
        """The channel on which a room's events are published."""
        return f"{EVENTS}{self.tag}:{room}"
