"""How many files and sockets this process may have open, and how many of them are for clients."""

from __future__ import annotations

import contextlib
import resource

# For the store's connections, the subscription, the logs and what the libraries open.
RESERVE = 64
# Above it tables of descriptors get large for nothing; macOS says "unlimited" and then refuses that.
USEFUL_MAX = 1_048_576
FALLBACK = 10_240


def raise_limit() -> int:
    """Raises the soft limit to the hard one, as far as the system lets us; the limit that holds now."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = USEFUL_MAX if hard == resource.RLIM_INFINITY else min(hard, USEFUL_MAX)
    for limit in (wanted, min(wanted, FALLBACK)):
        if soft != resource.RLIM_INFINITY and limit > soft:
            with contextlib.suppress(ValueError, OSError):
                resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard))
                break
    return limit_now()


def limit_now() -> int:
    """The soft limit. It is asked for each time: an operator may change it while the process runs."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return USEFUL_MAX if soft == resource.RLIM_INFINITY else soft


def for_clients() -> int:
    """How many of the descriptors are for clients."""
    limit = limit_now()
    return limit - min(RESERVE, limit // 2)
