from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.rules.actors import COMMAND, DEMO, PLATFORM, person_called

USERS = st.from_regex(r"[A-Za-z0-9_-]{1,64}", fullmatch=True) | st.sampled_from([PLATFORM, DEMO, COMMAND, "person"])
KEYS = st.text("ab:persondemo", min_size=1, max_size=12)


@given(USERS, USERS, KEYS, KEYS)
def test_nobody_is_called_like_another(one: str, two: str, key: str, other: str) -> None:
    """What two different actors call their grants never meets, whoever they are and whatever they call them."""
    actors = {PLATFORM, DEMO, COMMAND, person_called(one), person_called(two)}
    named = {f"{actor}:{name}" for actor in actors for name in (key, other)}

    assert len(named) == len(actors) * len({key, other})
