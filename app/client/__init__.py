"""Fanfare's client for Python programs: bots, alerts, load tests. What is named here is all that they need."""

from app.client.errors import ClientError, Closed, NoAnswer, Refused
from app.client.fanfare import Fanfare
from app.rules.messages import (
    CommentPosted,
    CommentRemoved,
    Error,
    GiftAccepted,
    GiftSent,
    GoalChanged,
    GoalReached,
    Leaderboard,
    LevelUp,
    Message,
    MessageRemoved,
    Resync,
    RoomChanged,
    ShoutOut,
    StreakEnded,
    Viewers,
    WalletChanged,
    Welcome,
)
from app.rules.moderation import Muted, RoomRules
from app.rules.overlays import OverlayChanged, OverlayCommand
from app.rules.shout_outs import ShoutOutDecided
from app.rules.spending_views import ApprovalDecided, LimitsChanged, Reminder
from app.rules.unusual import UnusualPurchase

__all__ = [
    "ApprovalDecided",
    "ClientError",
    "Closed",
    "CommentPosted",
    "CommentRemoved",
    "Error",
    "Fanfare",
    "GiftAccepted",
    "GiftSent",
    "GoalChanged",
    "GoalReached",
    "Leaderboard",
    "LevelUp",
    "LimitsChanged",
    "Message",
    "MessageRemoved",
    "Muted",
    "NoAnswer",
    "OverlayChanged",
    "OverlayCommand",
    "Refused",
    "Reminder",
    "Resync",
    "RoomChanged",
    "RoomRules",
    "ShoutOut",
    "ShoutOutDecided",
    "StreakEnded",
    "UnusualPurchase",
    "Viewers",
    "WalletChanged",
    "Welcome",
]
