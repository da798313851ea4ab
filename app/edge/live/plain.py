"""What replaces the lane under a server other than ours: it keeps the same rules by ASGI messages and one task more."""

from __future__ import annotations

import asyncio
from collections import deque

from starlette.websockets import WebSocket, WebSocketDisconnect

from app.edge.live.deflate import Broadcast
from app.edge.live.frames import text_payloads
from app.edge.live.lane import LINGER_S, Receiver


class PlainLane:
    """A connection through Starlette's WebSocket: frames are unpacked again and sent by a task."""

    descriptor: int | None = None
    deflate = False

    def __init__(self, websocket: WebSocket) -> None:
        self.receiver: Receiver | None = None
        self.heard = True
        self._websocket = websocket
        self._out: deque[bytes] = deque()
        self._bytes = 0
        self._wake = asyncio.Event()
        self._close: tuple[int, str] | None = None
        self._deadline = asyncio.timeout(None)

    @property
    def closing(self) -> bool:
        """Whether the connection is being closed."""
        return self._close is not None

    def write(self, frame: bytes) -> None:
        """Queues the text of ready frames; a ping is the server's own business here."""
        if not self.closing:
            for payload in text_payloads(frame):
                self._out.append(payload)
                self._bytes += len(payload)
            self._wake.set()

    def offer(self, frames: Broadcast, waiting_max: int, done: int = 0) -> bool:
        """Queues a room's frames, unless more than `waiting_max` bytes wait already: then False.

        Without a descriptor nobody has written a part of them: `done` is always 0.
        """
        if self._bytes > waiting_max:
            return False
        self.write(frames.plain)
        return True

    def buffered(self) -> int:
        """Bytes that wait for a slow reader."""
        return self._bytes

    def close(self, code: int, reason: str = "") -> None:
        """Closes after what is queued, or soon without it where the peer does not read."""
        if self._close is None:
            self._close = (code, reason)
            self._deadline.reschedule(asyncio.get_running_loop().time() + LINGER_S)
            self._wake.set()

    async def run(self, receiver: Receiver, message_max: int, too_big: int) -> None:
        """Serves the connection until it ends. Bytes that the server still has to send then are up to the server."""
        self.receiver = receiver
        sender = asyncio.ensure_future(self._send_all())
        try:
            async with self._deadline:
                await self._receive_all(receiver, message_max, too_big)
        except TimeoutError:
            # We closed it, and the peer neither reads nor answers.
            pass
        finally:
            sender.cancel()
            self._close = self._close or (1006, "")
            receiver.on_lost()

    async def _receive_all(self, receiver: Receiver, message_max: int, too_big: int) -> None:
        while (event := await self._websocket.receive())["type"] != "websocket.disconnect":
            self.heard = True
            text = event.get("text")
            data = text.encode() if text is not None else event.get("bytes") or b""
            if len(data) > message_max:
                self.close(too_big, f"a message has at most {message_max} bytes")
            elif not self.closing:
                (receiver.on_text if text is not None else receiver.on_binary)(data)

    async def _send_all(self) -> None:
        try:
            while True:
                while self._out:
                    payload = self._out.popleft()
                    await self._websocket.send_text(payload.decode())
                    self._bytes -= len(payload)
                if self._close is not None:
                    await self._websocket.close(*self._close)
                    return
                self._wake.clear()
                await self._wake.wait()
        except (WebSocketDisconnect, RuntimeError):
            # The peer has disconnected; `_receive_all` gets the event and ends the connection.
            return
