"""The contract as documents: OpenAPI and AsyncAPI name everything that the server does, and refer to what exists."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.routing import Route

from app.base.config import Settings
from app.base.errors import SLUGS, CloseCode
from app.edge.http import contract
from app.edge.http.app import create_app
from app.edge.http.assets import FOLDER
from app.edge.http.endpoints import ENDPOINTS
from app.edge.parts import Parts
from app.rules import commands, messages
from app.rules.guardian_news import GuardianNews
from tests.edge.product import Product

# As a client reads them.
OPENAPI, ASYNCAPI = (json.loads(json.dumps(document)) for document in (contract.openapi(), contract.asyncapi()))
KINDS = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool, "null": type(None)}
DOCUMENTS = pytest.mark.parametrize("document", [OPENAPI, ASYNCAPI], ids=["openapi", "asyncapi"])


def values(node: Any) -> Iterator[dict[str, Any]]:
    """All objects of a document."""
    if isinstance(node, dict):
        yield node
        for value in node.values():
            yield from values(value)
    elif isinstance(node, list):
        for value in node:
            yield from values(value)


def resolve(document: dict[str, Any], ref: str) -> Any:
    """What a reference refers to."""
    assert ref.startswith("#/")
    node: Any = document
    for part in ref[2:].split("/"):
        node = node[part.replace("~1", "/").replace("~0", "~")]
    return node


def check(document: dict[str, Any], schema: dict[str, Any], value: Any) -> None:
    """Fails where the value is not of that schema; as much of JSON Schema as our documents use."""
    if "$ref" in schema:
        check(document, resolve(document, schema["$ref"]), value)
        return
    if "anyOf" in schema:
        assert any(_fits(document, one, value) for one in schema["anyOf"]), (schema, value)
        return
    if "enum" in schema:
        assert value in schema["enum"]
    if "const" in schema:
        assert value == schema["const"]
    if "type" in schema:
        assert isinstance(value, KINDS[schema["type"]]), (schema, value)
    for name in schema.get("required", ()):
        assert name in value, (name, value)
    for name, inner in schema.get("properties", {}).items():
        if name in value:
            check(document, inner, value[name])
    if isinstance(value, list) and isinstance(schema.get("items"), dict):
        for one in value:
            check(document, schema["items"], one)


def _fits(document: dict[str, Any], schema: dict[str, Any], value: Any) -> bool:
    try:
        check(document, schema, value)
    except AssertionError:
        return False
    return True


@DOCUMENTS
def test_every_reference_resolves(document: dict[str, Any]) -> None:
    """Nothing refers to what is not there, and what is there is referred to."""
    refs = {node["$ref"] for node in values(document) if "$ref" in node}
    for ref in refs:
        assert isinstance(resolve(document, ref), dict), ref
    assert {f"#/components/schemas/{name}" for name in document["components"]["schemas"]} <= refs


@DOCUMENTS
def test_every_slug_is_named(document: dict[str, Any]) -> None:
    """A client finds all errors in one place."""
    for slug in SLUGS:
        assert f"`{slug}`" in document["info"]["description"]


def test_openapi_lists_every_route(tmp_path: Path) -> None:
    """What the application serves under /v1, and its health, is what the document lists: nothing more, nothing less."""
    app = create_app(Parts(Settings(data=tmp_path, demo=True), "unix:///nowhere", 0))
    pages = {
        "/",
        "/room/{id}",
        "/video/{id}",
        "/overlay/{id}",
        "/checkout/{id}",
        "/wallet",
        "/promotions",
        "/embed",
        "/earnings",
        "/spending",
        "/guardian",
        "/safety",
        "/studio/{id}",
        "/admin",
        "/static/{name:path}",
        "/v1/openapi.json",
        "/v1/asyncapi.json",
    }
    served = {
        (method, route.path)
        for route in app.routes
        if isinstance(route, Route) and route.path not in pages
        for method in (route.methods or set()) - {"HEAD"}
    }
    listed = {(method.upper(), path) for path, item in OPENAPI["paths"].items() for method in item}

    assert served == listed == {(endpoint.method, endpoint.path) for endpoint in ENDPOINTS}


def test_openapi_says_who_may_ask() -> None:
    """Each operation has its parameters, its body, its answer and its security."""
    grant = OPENAPI["paths"]["/v1/grants"]["post"]
    room = OPENAPI["paths"]["/v1/rooms/{id}"]["patch"]

    assert "3.1.0" == OPENAPI["openapi"]
    assert [{"platform": []}] == grant["security"]
    assert ["Idempotency-Key"] == [parameter["name"] for parameter in grant["parameters"]]
    refund = OPENAPI["paths"]["/v1/ops/purchases/{id}/refund"]["post"]
    assert [("id", True), ("Idempotency-Key", False)] == [(p["name"], p["required"]) for p in refund["parameters"]]
    assert [("id", "path", True)] == [(p["name"], p["in"], p["required"]) for p in room["parameters"]]
    assert "201" in OPENAPI["paths"]["/v1/rooms"]["post"]["responses"]
    assert "security" not in OPENAPI["paths"]["/v1/gifts"]["get"]
    ids = [operation["operationId"] for item in OPENAPI["paths"].values() for operation in item.values()]
    assert len(set(ids)) == len(ids)


def test_asyncapi_lists_every_message() -> None:
    """Each command and each thing that the server says is a message of the one channel, in the right direction."""
    said = {kind.__struct_config__.tag for kind in messages.one_of(messages.Message)}
    taken = {kind.__struct_config__.tag for kind in messages.one_of(commands.Command)}
    channel = ASYNCAPI["channels"]["room"]

    def of(operation: str) -> set[str]:
        return {ref["$ref"].rpartition("/")[2] for ref in ASYNCAPI["operations"][operation]["messages"]}

    assert "3.0.0" == ASYNCAPI["asyncapi"]
    of_guardians = {tag for tag in ASYNCAPI["components"]["messages"] if tag.startswith("guardian_")}
    assert {f"guardian_{kind.__struct_config__.tag}" for kind in messages.one_of(GuardianNews)} == of_guardians
    assert of_guardians | {"error", "pong", "reconnect"} == of("tell_guardian")
    assert said | taken == set(channel["messages"]) == set(ASYNCAPI["components"]["messages"]) - of_guardians
    assert (said, taken) == (of("say"), of("take"))
    assert {"hello", "send_gift", "send_comment", "ping"} == taken
    for code in CloseCode:
        assert str(code.value) in ASYNCAPI["info"]["description"]


def typed(schema: dict[str, Any]) -> str:
    """A schema as TypeScript writes it."""
    if "$ref" in schema:
        # There, Error is what everybody else calls so.
        return str(schema["$ref"].rpartition("/")[2]).replace("Error", "Refusal")
    if "anyOf" in schema:
        return " | ".join(typed(one) for one in schema["anyOf"])
    if "const" in schema or "enum" in schema:
        return " | ".join(json.dumps(one) for one in schema.get("enum", [schema.get("const")]))
    if schema.get("type") == "array":
        item = typed(schema["items"])
        return f"({item})[]" if " | " in item else f"{item}[]"
    if isinstance(named := schema.get("additionalProperties"), dict) and named:
        return f"Record<string, {typed(named)}>"
    kinds = {"integer": "number", "object": "Record<string, unknown>"}
    return kinds.get(schema["type"], str(schema["type"]))


def test_the_librarys_types_are_the_contracts() -> None:
    """Whatever the server says, and each field of it, stands in fanfare.d.ts as the contract has it."""
    text = (FOLDER / "fanfare.d.ts").read_text()
    bodies = dict(re.findall(r"^export interface (\w+) {\n(.*?)^}$", text, re.MULTILINE | re.DOTALL))
    said = {ref["$ref"].rpartition("/")[2] for ref in ASYNCAPI["operations"]["say"]["messages"]}
    told = {tag: typed(ASYNCAPI["components"]["messages"][tag]["payload"]) for tag in said}
    assert told == dict(re.findall(r"^  (\w+): (\w+);$", bodies["Told"], re.MULTILINE))
    wanted = [*told.values(), "Source", "Gift", "WalletView", "Packages"]
    wrong = []
    for name in wanted:
        schema = {**OPENAPI["components"]["schemas"], **ASYNCAPI["components"]["schemas"]}[
            name.replace("Refusal", "Error")
        ]
        lines = [
            f"  {field}{'' if field in schema.get('required', ()) else '?'}: {typed(inner)};"
            for field, inner in schema["properties"].items()
        ]
        wanted += [more for more in re.findall(r"\b[A-Z]\w+", "\n".join(lines)) if more not in (*wanted, "Record")]
        if lines != [line for line in bodies.get(name, "").splitlines() if not line.startswith("  /**")]:
            wrong.append("\n".join([f"export interface {name} {{", *lines, "}"]))

    assert not wrong, "These are in static/fanfare.d.ts not as they are:\n" + "\n".join(wrong)


@pytest.mark.parametrize("path", ["openapi", "asyncapi"])
async def test_documents_are_served(product: Product, path: str) -> None:
    """Anyone may read them, and they are what the code says."""
    async with product.http() as http:
        answer = await http.get(f"/v1/{path}.json")
    assert {"openapi": OPENAPI, "asyncapi": ASYNCAPI}[path] == answer.json()


async def test_what_is_said_is_what_the_document_says(product: Product) -> None:
    """A welcome, a receipt, an event and an error, held against the schemas that other people write clients from."""
    await product.grant("ann", 10)
    async with product.join("ann") as ann:
        await ann.say({"type": "send_gift", "id": "x", "gift": "rose"})
        await ann.say({"type": "send_comment", "id": "c", "text": "hello"})
        await ann.events_to(ann.welcome.offset + 1)
        heard = [message for frame in ann.frames for message in json.loads(frame)]

    assert {"welcome", "error", "comment_posted"} <= {message["type"] for message in heard}
    for message in heard:
        check(ASYNCAPI, ASYNCAPI["components"]["messages"][message["type"]]["payload"], message)


async def test_what_is_answered_is_what_the_document_says(product: Product) -> None:
    """Answers and problems over HTTP, held against OpenAPI's schemas."""
    async with product.http(product.token("ann")) as http:
        for path in ("/livez", "/v1/gifts", "/v1/rooms", "/v1/me/wallet", "/v1/nowhere"):
            answer = await http.get(path)
            operation = OPENAPI["paths"].get(path, OPENAPI["paths"]["/livez"])["get"]
            kind = "200" if answer.status_code == 200 else "default"
            (content,) = operation["responses"][kind]["content"].items()
            assert content[0] == answer.headers["content-type"]
            check(OPENAPI, content[1]["schema"], answer.json())
