"""Flashes as WCAG 2.3.1 counts them, in what a page really painted: frames of a screencast, seen in small.

A flash is a pair of opposing changes of the relative luminance by a tenth or more, of which the darker is below 0.8.
The picture is cut into cells of about a quarter of the field that the criterion looks at; the worst cell counts.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any

from msgspec import Struct

from loadtest.browser import CDPSession, Page

CHANGE, DARK = 0.1, 0.8
WINDOW_S = 1.0
KEPT_PX = 320
# A quarter of the field of 341 x 256 px, in a window of 1280 x 720.
COLUMNS, ROWS = 8, 5
BATCH = 100
# In a page of its own: how bright each cell of each picture is, 0 to 1.
LIGHT = """async ([pictures, columns, rows]) => {
  const light = (value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
  const linear = Array.from({ length: 256 }, (_, i) => light(i / 255));
  const all = [];
  for (const picture of pictures) {
    const image = new Image();
    image.src = `data:image/jpeg;base64,${picture}`;
    await image.decode();
    const { width, height } = image;
    const paint = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
    paint.drawImage(image, 0, 0);
    const { data } = paint.getImageData(0, 0, width, height);
    const sums = new Float64Array(columns * rows);
    const counts = new Uint32Array(columns * rows);
    for (let y = 0, at = 0; y < height; y += 1) {
      const row = Math.floor(y * rows / height) * columns;
      for (let x = 0; x < width; x += 1, at += 4) {
        const cell = row + Math.floor(x * columns / width);
        sums[cell] += 0.2126 * linear[data[at]] + 0.7152 * linear[data[at + 1]] + 0.0722 * linear[data[at + 2]];
        counts[cell] += 1;
      }
    }
    all.push(Array.from(sums, (sum, i) => sum / counts[i]));
  }
  return all;
}"""


class Flashes(Struct, frozen=True):
    """How many frames were seen, and the most flashes that a second of the worst cell held."""

    frames: int
    most: int
    most_at_s: float


class Film:
    """The frames of a page, each with its time."""

    def __init__(self) -> None:
        self.times: list[float] = []
        self.pictures: list[str] = []

    async def judge(self, blank: Page) -> Flashes:
        """Counts, with another page's help to read the pictures."""
        cells: list[list[float]] = []
        for at in range(0, len(self.pictures), BATCH):
            cells += await blank.evaluate(LIGHT, [self.pictures[at : at + BATCH], COLUMNS, ROWS])
        worst = [most_flashes(zip(self.times, light, strict=True)) for light in zip(*cells, strict=True)]
        most, at_s = max(worst, default=(0, 0.0))
        return Flashes(len(self.pictures), most, round(at_s - self.times[0], 1) if most else 0.0)


def most_flashes(light: Iterable[tuple[float, float]]) -> tuple[int, float]:
    """The most flashes within a second of one place, and when that second began; of times and luminances."""
    turns: list[float] = []
    low, high = 1.0, 0.0
    rising: bool | None = None
    for at_s, now in light:
        # The extremes since the last turn: from them the next change is measured.
        low, high = min(low, now), max(high, now)
        if rising is not True and now - low >= CHANGE and low < DARK:
            rising, high = True, now
            turns.append(at_s)
        elif rising is not False and high - now >= CHANGE and now < DARK:
            rising, low = False, now
            turns.append(at_s)
    return _densest(turns)


def _densest(turns: list[float]) -> tuple[int, float]:
    """Two opposing changes are one flash."""
    found = [(sum(1 for other in turns[i:] if other - at_s <= WINDOW_S) // 2, at_s) for i, at_s in enumerate(turns)]
    return max(found, key=lambda pair: pair[0], default=(0, 0.0))


@asynccontextmanager
async def filmed(cdp: CDPSession, *, bright: bool = False) -> AsyncIterator[Film]:
    """Keeps what the page paints meanwhile; where it is transparent there is night behind it, or a bright picture."""
    film, light = Film(), 255 if bright else 0
    acks: set[asyncio.Task[Any]] = set()

    def keep(event: dict[str, Any]) -> None:
        film.times.append(event["metadata"]["timestamp"])
        film.pictures.append(event["data"])
        task = asyncio.ensure_future(cdp.send("Page.screencastFrameAck", {"sessionId": event["sessionId"]}))
        acks.add(task)
        task.add_done_callback(acks.discard)

    cdp.on("Page.screencastFrame", keep)
    await cdp.send(
        "Emulation.setDefaultBackgroundColorOverride", {"color": {"r": light, "g": light, "b": light, "a": 255}}
    )
    await cdp.send(
        "Page.startScreencast",
        {"format": "jpeg", "quality": 70, "maxWidth": KEPT_PX, "maxHeight": KEPT_PX, "everyNthFrame": 1},
    )
    yield film
    await cdp.send("Page.stopScreencast")
    await asyncio.gather(*acks, return_exceptions=True)
