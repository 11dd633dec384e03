"""Items of own devices, and how two versions of one become one: spec/11 sections 7 and 8."""

import vault_schema  # noqa: F401
from content import CONTENT_BODY_BYTES, MOST_NUMBER, decode_content, is_id, read_envelope
from wire import Refused, read_canonical, which, write

# Section 7: whether an item of the kind names a contact, and whether it has an ID.
NAMED = {
    "account": (False, False), "device": (False, True), "person": (True, False), "root": (True, True),
    "content": (True, True), "queued": (True, True), "file": (True, True),
}
# 11-64: the fields that grow.
GROWING = {"account": (), "device": (3,), "person": (10, 11, 15, 16, 17), "root": (1,)}
# 11-69: OFFERED, ACCEPTED, FAILED, REFUSED, CANCELLED, COMPLETE, REMOVED.
FILE_ORDER = (1, 2, 6, 4, 5, 3, 7)
MARKS = ("edit", "own_reaction", "their_reaction")


def ensure(condition):
    if not condition:
        raise Refused("malformed")


def order(stamp):
    return stamp["counter"], stamp["replica"]


def check_stamp(stamp):
    ensure(stamp is not None and 1 <= stamp["counter"] <= 2**48 and len(stamp["replica"]) == 16)


def check_registers(registers):
    ensure(len(registers) <= 64)
    last = 0
    for register in registers:
        ensure(last < register["field"] <= 1023 and len(register["value"]) <= CONTENT_BODY_BYTES)
        check_stamp(register.get("stamp"))
        last = register["field"]


def check_content(item, item_id):
    check_stamp(item.get("place"))
    changes, content = item.get("changes", {}), item["content"]
    ensure((item["state"] != 0 or not content) and item["stored_at"] <= MOST_NUMBER)
    ensure(not item["gone"] or (not content and "changes" not in item))
    for mark in filter(None, map(changes.get, MARKS)):
        ensure(1 <= mark["sequence"] <= MOST_NUMBER and is_id(mark["id"]))
    if content:
        ensure("edit" not in changes or not changes["edit"]["text"])
        envelope = read_envelope(content)
        ensure(envelope["id"] == item_id)
        if changes.get("deleted"):
            ensure(not envelope["body"])
        else:
            decode_content({"content": content})


def read_item(data):
    item = read_canonical("SyncItem", data)
    kind = which("SyncItem", item)
    check_stamp(item.get("dot"))
    ensure(kind is not None)
    for (field, size), is_named in zip((("contact", 32), ("id", 16)), NAMED[kind]):
        ensure(len(item[field]) == (size if is_named else 0))
    value = item[kind]
    if kind in GROWING:
        check_registers(value["registers"])
    elif kind == "content":
        check_content(value, item["id"])
    elif kind == "queued":
        ensure(value["done"] == (not value["content"]) and len(value["content"]) <= CONTENT_BODY_BYTES + 56)
    else:
        ensure(value["state"] in FILE_ORDER and len(value["offer"]) <= CONTENT_BODY_BYTES)
    return item, kind


def check_item(request):
    read_item(request["item"])
    return "done", {}


# Joining


def join_registers(kind, a, b):
    def rank(register):
        parts = order(register["stamp"]), register["value"]
        return parts[::-1] if register["field"] in GROWING[kind] else parts

    joined = {}
    for register in a["registers"] + b["registers"]:
        field = register["field"]
        joined[field] = max(joined.get(field, register), register, key=rank)
    return {"registers": [joined[field] for field in sorted(joined)]}


def later(a, b):
    """10-34."""
    return max(filter(None, (a, b)), key=lambda mark: (mark["sequence"], mark["id"]), default=None)


def join_changes(a, b):
    if a.get("deleted") or b.get("deleted"):
        return {"deleted": True}
    marks = {name: later(a.get(name), b.get(name)) for name in MARKS}
    return {name: mark for name, mark in marks.items() if mark is not None}


def with_edit(content, edit):
    """An edit whose text came before its content."""
    envelope = read_envelope(content)
    body = read_canonical("Text", envelope["body"])
    return write("Content", {**envelope, "body": write("Text", {**body, "text": edit["text"]})})


def join_forms(a, b):
    """The content and its changes: 11-67 and 10-34."""
    changes = join_changes(a.get("changes", {}), b.get("changes", {}))
    edit = changes.get("edit")
    held = [one for one in (a, b) if one["content"]]
    # The form of the later edit; of two that have it the greater bytes.
    content = max(((one.get("changes", {}).get("edit") == edit, one["content"]) for one in held), default=(0, b""))[1]
    if content and changes.get("deleted"):
        content = write("Content", {**read_envelope(content), "body": b""})
    elif content and edit and edit["text"]:
        content = with_edit(content, edit)
        changes = {**changes, "edit": {**edit, "text": ""}}
    return {"content": content, **({"changes": changes} if "changes" in a or "changes" in b else {})}


def join_contents(_, a, b):
    outgoing = a["outgoing"] or b["outgoing"]
    place = min(a["place"], b["place"], key=order)
    if a["gone"] or b["gone"]:
        return {"outgoing": outgoing, "place": place, "gone": True}
    if a["content"] and b["content"] and a["outgoing"] != b["outgoing"]:
        return a if a["outgoing"] else b
    return {
        "outgoing": any(one["outgoing"] for one in (a, b) if one["content"]),
        "place": place,
        **join_forms(a, b),
        "state": max(a["state"], b["state"]),
        "stored_at": min(filter(None, (a["stored_at"], b["stored_at"])), default=0),
    }


def join_queued(_, a, b):
    if a["done"] or b["done"]:
        return {"done": True}
    return max(a, b, key=lambda one: one["content"])


def join_files(_, a, b):
    return max(a, b, key=lambda one: (FILE_ORDER.index(one["state"]), one["offer"]))


JOINS = {"content": join_contents, "queued": join_queued, "file": join_files}


def join_items(request):
    (mine, kind), (theirs, _) = read_item(request["mine"]), read_item(request["theirs"])
    value = JOINS.get(kind, join_registers)(kind, mine[kind], theirs[kind])
    joined = {**mine, kind: value}
    # 11-70: the dot of the version that it equals, the greater if both.
    dots = [one["dot"] for one in (mine, theirs) if write("SyncItem", {**joined, "dot": one["dot"]}) == write("SyncItem", one)]
    return "bytes", write("SyncItem", {**joined, "dot": max(dots, key=order, default=request["next"])})


FUNCTIONS = {"check_item": check_item, "join_items": join_items}
