"""The contract as documents, made from the types: OpenAPI 3.1 for HTTP, AsyncAPI 3 for the socket."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from app import __version__
from app.base.errors import SLUGS, CloseCode
from app.edge.http.endpoints import ENDPOINTS, Endpoint
from app.rules import commands, guardian_news, messages

# What every socket may be told.
SHARED = ("error", "pong", "reconnect")
REF = "#/components/schemas/{name}"


def openapi() -> dict[str, Any]:
    """The OpenAPI document of all endpoints."""
    kinds: list[Any] = [messages.Problem]
    for endpoint in ENDPOINTS:
        kinds += [kind for kind in (endpoint.answer, endpoint.body) if kind is not None]
    schemas, components = _schemas(kinds)
    paths: dict[str, Any] = {}
    for endpoint in ENDPOINTS:
        paths.setdefault(endpoint.path, {})[endpoint.method.lower()] = _operation(endpoint, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Fanfare", "version": __version__, "description": _slug_table()},
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {
                "person": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
                "platform": {"type": "http", "scheme": "bearer"},
            },
        },
    }


def _operation(endpoint: Endpoint, schemas: dict[Any, Any]) -> dict[str, Any]:
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"{(\w+)}", endpoint.path)
    ]
    parameters += [{"name": name, "in": "query", "schema": {"type": "string"}} for name in endpoint.query]
    if endpoint.idempotent or endpoint.may_have_key:
        parameters.append(
            {
                "name": "Idempotency-Key",
                "in": "header",
                "required": endpoint.idempotent,
                "schema": {"type": "string", "maxLength": 200},
            }
        )
    answer = {"type": "object"} if endpoint.answer is None else schemas[endpoint.answer]
    operation: dict[str, Any] = {
        "operationId": endpoint.handler.__name__,
        "summary": endpoint.summary + (" Only in the demo." if endpoint.demo else ""),
        "responses": {
            str(endpoint.ok): {"description": "Done.", "content": {"application/json": {"schema": answer}}},
            "default": {
                "description": "Refused.",
                "content": {"application/problem+json": {"schema": schemas[messages.Problem]}},
            },
        },
    }
    if parameters:
        operation["parameters"] = parameters
    if endpoint.body is not None:
        content = {"application/json": {"schema": schemas[endpoint.body]}}
        operation["requestBody"] = {"required": True, "content": content}
    if endpoint.who != "anyone":
        operation["security"] = [{endpoint.who: []}]
    return operation


def asyncapi() -> dict[str, Any]:
    """The AsyncAPI document of the rooms' sockets and the guardians'."""
    said = messages.one_of(messages.Message)
    taken = messages.one_of(commands.Command)
    news = messages.one_of(guardian_news.GuardianNews)
    schemas, components = _schemas([*said, *taken, *news])
    # JSON Schema's references, where AsyncAPI keeps its messages.
    known = {
        _tag(kind): {"name": _tag(kind), "payload": schemas[kind], "summary": _first(kind)} for kind in (*said, *taken)
    }
    # A message of the same tag is another one on the other channel.
    told = {
        f"guardian_{_tag(kind)}": {"name": _tag(kind), "payload": schemas[kind], "summary": _first(kind)}
        for kind in news
    }
    codes = ", ".join(f"{code.value} {code.name.lower().replace('_', ' ')}" for code in CloseCode)
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Fanfare",
            "version": __version__,
            "description": "A client's frame is one object; a server's frame is an array of one or more. "
            f"Close codes (4000-4499: reconnect with backoff; 4500-4999: do not): {codes}. {_slug_table()}",
        },
        "channels": {
            "room": {
                "address": "/ws/{room}",
                "parameters": {"room": {"description": "The room's id."}},
                "messages": _messages(known),
            },
            "guardian": {"address": "/ws/guardian", "messages": _messages(("hello", "ping", *SHARED, *told))},
        },
        "operations": {
            "take": _direction("receive", taken),
            "say": _direction("send", said),
            "tell_guardian": {
                "action": "send",
                "channel": {"$ref": "#/channels/guardian"},
                "messages": [{"$ref": f"#/channels/guardian/messages/{tag}"} for tag in (*SHARED, *told)],
            },
        },
        "components": {"messages": known | told, "schemas": components},
    }


def _messages(tags: Iterable[str]) -> dict[str, Any]:
    return {tag: {"$ref": f"#/components/messages/{tag}"} for tag in tags}


def _direction(action: str, kinds: Iterable[Any]) -> dict[str, Any]:
    refs = [{"$ref": f"#/channels/room/messages/{_tag(kind)}"} for kind in kinds]
    return {"action": action, "channel": {"$ref": "#/channels/room"}, "messages": refs}


def _schemas(kinds: Sequence[Any]) -> tuple[dict[Any, Any], dict[str, Any]]:
    schemas, components = msgspec.json.schema_components(kinds, ref_template=REF)
    return dict(zip(kinds, schemas, strict=True)), dict(components)


def _tag(kind: Any) -> str:
    return str(msgspec.inspect.type_info(kind).tag)  # type: ignore[attr-defined]


def _first(kind: Any) -> str:
    return (kind.__doc__ or "").strip().partition("\n")[0]


def _slug_table() -> str:
    return "Errors: " + "; ".join(
        f"`{slug}`{' (retryable)' if s.retryable else ''}: {s.message}" for slug, s in SLUGS.items()
    )
