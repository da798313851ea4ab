"""Fanfare's client for Python programs: bots, alerts, load tests. What is named here is all that they need."""

from app.client.errors import ClientError, Closed, NoAnswer, Refused
from app.client.fanfare import Fanfare
from app.rules.messages import (
    CommentPosted,
    CommentRemoved,
    GiftAccepted,
    GiftSent,
    GoalChanged,
    GoalReached,
    Leaderboard,
    LevelUp,
    Message,
    Resync,
    RoomChanged,
    ShoutOut,
    StreakEnded,
    Viewers,
    WalletChanged,
    Welcome,
)

__all__ = [
    "ClientError",
    "Closed",
    "CommentPosted",
    "CommentRemoved",
    "Fanfare",
    "GiftAccepted",
    "GiftSent",
    "GoalChanged",
    "GoalReached",
    "Leaderboard",
    "LevelUp",
    "Message",
    "NoAnswer",
    "Refused",
    "Resync",
    "RoomChanged",
    "ShoutOut",
    "StreakEnded",
    "Viewers",
    "WalletChanged",
    "Welcome",
]
