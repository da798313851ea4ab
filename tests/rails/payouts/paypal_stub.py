"""A server that answers as PayPal's Payouts API is documented to, over real connections that it breaks when told."""

from __future__ import annotations

import asyncio
import base64
import json
import re
from collections import deque
from hashlib import sha256
from typing import Any, Literal, NamedTuple

Fault = Literal["500", "500 done", "429", "dropped", "dropped done", "hangs", "page", "another shape"]
"""What happens to the next call for a payout; `done`: it was carried out before."""
CARRIED_OUT = {"", "500 done", "dropped done"}
_INTERNAL = 500, {"name": "INTERNAL_ERROR", "message": "An internal service error occurred.", "debug_id": "d"}
SAID: dict[str, tuple[int, dict[str, Any]]] = {
    "500": _INTERNAL,
    "500 done": _INTERNAL,
    "429": (429, {"name": "RATE_LIMIT_REACHED", "message": "Too many requests.", "debug_id": "d"}),
    "page": (200, {}),
    "another shape": (200, {"batch_header": []}),
}
CLIENT, SECRET = "client-id", "client-secret"
AMOUNT = re.compile(r"((0|[1-9]\d{0,12})(\.\d{1,2})?)")


class Request(NamedTuple):
    """A request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


class PayPalStub:
    """`batches` has what was taken, by PayPal's own id; `item_status` is what is told of items from now on."""

    def __init__(self) -> None:
        self.faults: deque[Fault] = deque()
        self.requests: list[Request] = []
        self.batches: dict[str, dict[str, Any]] = {}
        self.tokens: set[str] = set()
        self.batch_status = "SUCCESS"
        self.item_status = "SUCCESS"
        self.item_errors: dict[str, Any] | None = None
        self.refuse: tuple[int, dict[str, Any]] | None = None
        self.url = ""
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Listens on a free port."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def stop(self) -> None:
        """Ends."""
        assert self._server is not None
        self._server.close()

    def asked(self, path: str) -> int:
        """How often a path was asked for."""
        return sum(request.path.partition("?")[0] == path for request in self.requests)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._answer(reader, writer)
        finally:
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        line, *rows = head.strip().split("\r\n")
        method, path, _ = line.split()
        headers = {name.lower(): value.strip() for name, _, value in (row.partition(":") for row in rows)}
        request = Request(method, path, headers, await reader.readexactly(int(headers.get("content-length", 0))))
        self.requests.append(request)
        fault = self.faults.popleft() if self.faults and path != "/v1/oauth2/token" else ""
        status, body = self._handle(request) if fault in CARRIED_OUT else (500, {})
        if fault == "hangs":
            await reader.read()  # until the client has had enough
        if fault in ("hangs", "dropped", "dropped done"):
            return
        status, body = SAID.get(fault, (status, body))
        text = b"<html>" if fault == "page" else json.dumps(body).encode()
        writer.write(b"HTTP/1.1 %d X\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % (status, len(text)) + text)
        await writer.drain()

    def _handle(self, request: Request) -> tuple[int, dict[str, Any]]:
        path = request.path.partition("?")[0]
        if path == "/v1/oauth2/token":
            return self._token(request)
        if request.headers.get("authorization", "").removeprefix("Bearer ") not in self.tokens:
            return 401, {"error": "invalid_token", "error_description": "Token signature verification failed"}
        if self.refuse:
            return self.refuse
        if (request.method, path) == ("POST", "/v1/notifications/verify-webhook-signature"):
            return 200, {"verification_status": self._verify(json.loads(request.body))}
        if (request.method, path) == ("POST", "/v1/payments/payouts"):
            return self._create(json.loads(request.body))
        found = self.batches.get(path.rpartition("/")[2]) if path.startswith("/v1/payments/payouts/") else None
        if request.method != "GET" or found is None:
            return 404, {
                "name": "INVALID_RESOURCE_ID",
                "message": "Requested resource ID was not found.",
                "debug_id": "d",
            }
        return 200, self._told(found)

    def _token(self, request: Request) -> tuple[int, dict[str, Any]]:
        expected = "Basic " + base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if request.headers.get("authorization") != expected or request.body != b"grant_type=client_credentials":
            return 401, {"error": "invalid_client", "error_description": "Client Authentication failed"}
        token = f"A21AA-{len(self.tokens)}"
        self.tokens.add(token)
        return 200, {"scope": "s", "access_token": token, "token_type": "Bearer", "app_id": "APP", "expires_in": 32_400}

    def _verify(self, asked: dict[str, Any]) -> str:
        names = ("auth_algo", "cert_url", "transmission_id", "transmission_time")
        said = [asked[name] for name in names] + [asked["webhook_id"], json.dumps(asked["webhook_event"])]
        return "SUCCESS" if asked["transmission_sig"] == webhook_signature(*said) else "FAILURE"

    def _create(self, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        header, (item,) = body["sender_batch_header"], body["items"]
        if wrong := _wrong_with(header, item):
            details = [{"field": field, "location": "body", "issue": issue} for field, issue in wrong]
            return 400, {"name": "VALIDATION_ERROR", "message": "Invalid request", "debug_id": "d", "details": details}
        for batch_id, batch in self.batches.items():
            if batch["sender_batch_header"]["sender_batch_id"] == header["sender_batch_id"]:
                return 400, self._duplicate(batch_id)
        batch_id = f"Q8KVJG9TZTN{len(self.batches)}"
        self.batches[batch_id] = body
        made = {"payout_batch_id": batch_id, "batch_status": "PENDING", "sender_batch_header": header}
        return 201, {
            "batch_header": made,
            "links": [{"rel": "self", "href": f"{self.url}/v1/payments/payouts/{batch_id}"}],
        }

    def _duplicate(self, batch_id: str) -> dict[str, Any]:
        href = f"{self.url}/v1/payments/payouts/{batch_id}"
        issue = "Batch with given sender_batch_id already exists"
        link = [{"href": href, "rel": "self", "method": "GET", "encType": "application/json"}]
        details = [{"field": "SENDER_BATCH_ID", "location": "body", "issue": issue, "link": link}]
        return {"name": "USER_BUSINESS_ERROR", "message": "User business error.", "debug_id": "f1", "details": details}

    def _told(self, batch: dict[str, Any]) -> dict[str, Any]:
        (item,) = batch["items"]
        batch_id = next(key for key, value in self.batches.items() if value is batch)
        header = {
            "payout_batch_id": batch_id,
            "batch_status": self.batch_status,
            "time_created": "2026-01-27T10:17:00Z",
            "sender_batch_header": batch["sender_batch_header"],
            "funding_source": "BALANCE",
        }
        told = {"payout_item_id": "8AELMXH8UB2P8", "transaction_status": self.item_status, "payout_item": item}
        if self.item_errors:
            told["errors"] = self.item_errors
        return {"batch_header": header, "items": [told] if self.item_status else [], "links": []}


def webhook_signature(*said: str) -> str:
    """What stands for PayPal's signature over what a webhook says."""
    return sha256("|".join(said).encode()).hexdigest()


def _wrong_with(header: dict[str, Any], item: dict[str, Any]) -> list[tuple[str, str]]:
    wrong = []
    if not 1 <= len(header["sender_batch_id"]) <= 256 or len(header["email_subject"]) > 255:
        wrong.append(("sender_batch_header", "Value is invalid"))
    if item["recipient_type"] != "EMAIL" or not re.fullmatch(r"\S+@\S+\.\S+", item["receiver"]):
        wrong.append(("items[0].receiver", "Receiver is invalid or does not match with type"))
    if not AMOUNT.fullmatch(item["amount"]["value"]) or not re.fullmatch("[A-Z]{3}", item["amount"]["currency"]):
        wrong.append(("items[0].amount.value", "Value should be a decimal with at most two decimals"))
    if len(item["sender_item_id"]) > 63 or len(item["note"]) > 1000:
        wrong.append(("items[0].note", "Value is too long"))
    return wrong
