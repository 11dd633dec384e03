"""One of two people over a real server and a real data channel: spec/15 section 2.3, with aiortc and websockets.

For the seconds of a case only: without heartbeats (09-13), Hellos repeated after time (06-42) and the limits of 06-50.
"""

import asyncio
import logging
import os
import threading
import time

import handshake
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from content import decode_content, encode_content
from crypto import sha256
from frame import pack_block, reassemble, unpack_block
from introduction import contact_topic, encode_signal, joined_epochs, open_signal, pairing_secret
from introduction import pairing_topic, seal_signal
from ratchet import open_frame, seal_frame, start_state
from wire import Refused, read, read_canonical, which, write
from websockets import connect

PATIENCE_S = 25
VERSION = 1
TOPICS_OF_A_SOCKET = 16
NO_SECRET = bytes(32)
# Most data of a ContentPart, spec/09 section 2.
PART, PART_IN_TURN = 4050, 1732
# Lines of spec/06 section 10 that aiortc writes; what else it writes is refused there.
SDP_LINES = ("v=", "o=", "s=", "t=", "m=", "c=") + tuple(
    f"a={name}:"
    for name in ("fingerprint", "setup", "mid", "ice-ufrag", "ice-pwd", "sctp-port", "max-message-size", "candidate")
)

logging.disable(logging.CRITICAL)


def sdp_of(connection):
    lines = connection.localDescription.sdp.split("\r\n")
    return "".join(line + "\r\n" for line in lines if line.startswith(SDP_LINES))


class Introduction:
    """spec/06 section 11, from the joined topics to a data channel that is open."""

    def __init__(self, person, socket):
        self.person, self.socket = person, socket
        self.hello, self.heard, self.offer, self.seen = self.make_hello(), None, None, set()
        self.connection = self.channel = self.result = None

    def make_hello(self):
        nonce, device = os.urandom(16), self.person.device
        kept = [self.person.kept.get(place) for place in ("beside", "held")]
        shown = [secret for one in kept for _, secret, _ in handshake.secrets_of(one)] + self.person.invitations
        tags = [handshake.make_tag(secret, device, nonce) for secret in shown]
        tags += [os.urandom(16) for _ in range(16 - len(tags))]
        return {"hello": {"versions": [VERSION], "device": device, "nonce": nonce, "tags": tags}}

    async def say(self, place, signal):
        padded = encode_signal({"signal": signal})[1]
        sealing = {"channel": self.person.channel(place), "padded": padded, "ikm": os.urandom(32)}
        sealed = seal_signal(sealing)[1]
        self.seen.add(sealed)
        frame = {"send": {"topic": place["topic"], "signal": sealed}}
        await self.socket.send(write("ClientFrame", frame))
        return padded

    async def take(self, place, sealed):
        """A signal that is refused has no effect (06-43)."""
        if sealed in self.seen:
            return
        self.seen.add(sealed)
        try:
            signal = open_signal({"channel": self.person.channel(place), "sealed": sealed})[1]
        except Refused:
            return
        name = which("Signal", signal)
        # Padding is the same for all: what was opened is this again.
        padded = encode_signal({"signal": signal})[1]
        await getattr(self, "on_" + name)(place, signal[name], padded)

    async def on_hello(self, place, hello, padded):
        if self.heard and self.heard[0]["nonce"] == hello["nonce"] or VERSION not in hello["versions"]:
            return
        if self.connection:
            await self.connection.close()
            self.connection, self.result, self.hello = None, None, self.make_hello()
        self.heard = hello, padded
        await self.say(place, self.hello)
        if not self.person.offers:
            return
        self.open_connection()
        self.take_channel(self.connection.createDataChannel("solo2"))
        await self.connection.setLocalDescription(await self.connection.createOffer())
        own = self.hello["hello"]
        offer = {"from": own["device"], "to": hello["device"], "peer_nonce": hello["nonce"], "own_nonce": own["nonce"]}
        self.offer = await self.say(place, {"offer": {**offer, "sdp": sdp_of(self.connection)}})

    async def on_offer(self, place, offer, padded):
        own = self.hello["hello"]
        fresh = self.heard and offer["peer_nonce"] == own["nonce"] and offer["own_nonce"] == self.heard[0]["nonce"]
        if self.person.offers or not fresh or self.connection or offer["to"] != own["device"]:
            return
        self.open_connection()
        await self.connection.setRemoteDescription(RTCSessionDescription(offer["sdp"], "offer"))
        await self.connection.setLocalDescription(await self.connection.createAnswer())
        answer = {"from": own["device"], "to": offer["from"], "offer_hash": sha256(padded)}
        answered = await self.say(place, {"answer": {**answer, "sdp": sdp_of(self.connection)}})
        own_padded = encode_signal({"signal": self.hello})[1]
        self.result = place, self.heard[0], (self.heard[1], own_padded, padded, answered)

    async def on_answer(self, place, answer, padded):
        if not self.offer or self.result or answer["offer_hash"] != sha256(self.offer):
            return
        own_padded = encode_signal({"signal": self.hello})[1]
        self.result = place, self.heard[0], (own_padded, self.heard[1], self.offer, padded)
        await self.connection.setRemoteDescription(RTCSessionDescription(answer["sdp"], "answer"))

    async def on_bye(self, place, bye, padded):
        pass

    def open_connection(self):
        # Without servers: aiortc has one of a third party by default.
        self.connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self.connection._sctpLegacySdp = False
        self.connection.on("datachannel", self.take_channel)
        self.connection.on("connectionstatechange", self.follow_state)
        self.opened, self.messages = asyncio.Event(), asyncio.Queue()

    def follow_state(self):
        if self.connection and self.connection.connectionState in ("closed", "failed"):
            self.messages.put_nowait(None)

    def take_channel(self, channel):
        self.channel = channel
        channel.on("message", self.messages.put_nowait)
        channel.on("close", lambda: self.messages.put_nowait(None))
        channel.on("open", self.opened.set)
        if channel.readyState == "open":
            self.opened.set()


class Person:
    def __init__(self, request):
        self.own, self.peer, self.device = request["own"], request["peer"], request["device"]
        self.offers, self.invitations = request["offers"], request["invitations"]
        self.url, self.tickets, self.kept = request["url"], request["tickets"], request.get("kept", {})
        self.root = (request["root"], request["root_epoch"]) if request["root"] else None
        self.joined, self.changed = asyncio.Event(), asyncio.Condition()
        self.facts, self.heard, self.outbox, self.came = [], [], {}, set()
        self.state, self.channel_now, self.leaving, self.failure = None, None, False, None
        self.task = asyncio.ensure_future(self.live())

    def channel(self, place):
        return {"topic": place["topic"], "own": self.own, "peer": self.peer, "psk": place["psk"]}

    async def until(self, ready):
        async with self.changed:
            await self.changed.wait_for(lambda: self.failure or ready())
        if self.failure:
            raise self.failure

    async def tell(self):
        async with self.changed:
            self.changed.notify_all()

    def places(self):
        places = []
        for epoch in joined_epochs({"seconds": int(time.time())})[1]["epochs"]:
            if self.root and 0 <= epoch - self.root[1] <= 3660:
                topics = contact_topic({"root": self.root[0], "root_epoch": self.root[1], "epoch": epoch})[1]
                places.append({"topic": topics["topic"], "psk": topics["psk"], "epoch": epoch})
            secret = pairing_secret({"own": self.own, "peer": self.peer})[1]
            topic = pairing_topic({"secret": secret, "epoch": epoch})[1]
            places.append({"topic": topic, "psk": b"", "epoch": epoch})
        return places

    async def live(self):
        try:
            while self.tickets and not self.leaving:
                introduction = await self.meet(self.tickets.pop(0))
                await self.tunnel(introduction)
                self.state = self.channel_now = None
                await introduction.connection.close()
        except (Refused, OSError) as error:
            self.failure = error if isinstance(error, Refused) else Refused("server_away")
        self.channel_now = None
        await self.tell()

    async def meet(self, ticket):
        places = self.places()
        async with connect(self.url, compression=None) as socket:
            await socket.send(write("ClientFrame", {"open": {"versions": [1], "ticket": ticket}}))
            introduction = Introduction(self, socket)
            while True:
                coming = asyncio.ensure_future(socket.recv())
                opened = asyncio.ensure_future(introduction.opened.wait()) if introduction.result else None
                awaited = {coming, opened} - {None}
                done, _ = await asyncio.wait(awaited, return_when=asyncio.FIRST_COMPLETED)
                if opened in done:
                    coming.cancel()
                    return introduction
                frame = read_canonical("ServerFrame", coming.result())
                if "opened" in frame:
                    padding = [os.urandom(16) for _ in range(TOPICS_OF_A_SOCKET - len(places))]
                    topics = [place["topic"] for place in places] + padding
                    await socket.send(write("ClientFrame", {"join": {"topics": topics}}))
                elif "joined" in frame:
                    for place in places:
                        await introduction.say(place, introduction.hello)
                    self.joined.set()
                elif "delivery" in frame:
                    for place in places:
                        if place["topic"] == frame["delivery"]["topic"]:
                            await introduction.take(place, frame["delivery"]["signal"])
                else:
                    raise Refused("failed_precondition")

    async def tunnel(self, introduction):
        """spec/07 to spec/09. What is refused ends the tunnel."""
        place, hello, signals = introduction.result
        ids = [(self.own["id"], self.device), (self.peer["id"], hello["device"])]
        (id_i, device_i), (id_r, device_r) = ids if self.offers else reversed(ids)
        names = ("hello_i", "hello_r", "offer", "answer")
        inputs = {**dict(zip(names, signals)), "id_i": id_i, "id_r": id_r, "device_i": device_i, "device_r": device_r}
        prologue = handshake.make_prologue({**inputs, "moved_from": b""})[1]
        asked = {"kept": self.kept, "invitations": self.invitations, "other_accepted": False, **hello}
        choice = handshake.choose_psk({**asked, "continuity": NO_SECRET})[1]
        party = {
            "static_secret": self.own["x25519_secret"], "peer_static": self.peer["x25519"],
            "psk0": choice["psk0"], "prologue": prologue,
        }  # fmt: skip
        channel, messages = introduction.channel, introduction.messages
        try:
            keys, first = await self.shake_hands(party, channel, messages)
            choice = handshake.choose_psk({**asked, "continuity": keys["continuity"]})[1]
            self.state = start_state({"root_key": keys["root_key"], **first})
            await Tunnel(self, channel, messages, place["epoch"], keys, choice).run()
        except Refused:
            pass

    async def shake_hands(self, party, channel, messages):
        if self.offers:
            sessions = {}
            drawn = {"session": 1, "party": party, "ephemeral": os.urandom(32), "kem_seed": os.urandom(64)}
            channel.send(handshake.initiate(drawn, sessions)[1])
            keys = handshake.finish({"session": 1, "message": await messages.get() or b""}, sessions)[1]
            own = {"secret": b"", "kem_seed": b""}
        else:
            own = {"secret": os.urandom(32), "kem_seed": os.urandom(64)}
            drawn = {"ephemeral": os.urandom(32), "encapsulation": os.urandom(32)}
            ratchet = {"ratchet_secret": own["secret"], "ratchet_kem_seed": own["kem_seed"]}
            message = await messages.get() or b""
            responded = handshake.respond({"party": party, "message": message, **drawn, **ratchet})[1]
            channel.send(responded["message"])
            keys = responded["keys"]
        return keys, {"key": keys["ratchet_key"], "kem_key": keys["ratchet_kem_key"], **own}


class Tunnel:
    """An open tunnel: spec/08 to spec/10."""

    def __init__(self, person, channel, messages, epoch, keys, choice):
        self.person, self.channel, self.messages, self.epoch, self.choice = person, channel, messages, epoch, choice
        held = person.root if person.root and not choice["notice"] else None
        # 06-25.
        self.candidate = held or (keys["rendezvous_root"], max(0, epoch - 1))
        self.hash, self.peer_hash, self.agreed = self.root_at(epoch)[1], None, False
        self.sent = self.received = 0
        self.parts, self.left, self.is_over = [], False, False

    def root_at(self, epoch, root=None):
        value, root_epoch = root or self.candidate
        moved = contact_topic({"root": value, "root_epoch": root_epoch, "epoch": epoch})[1]
        return moved["root"], moved["hash"]

    def send(self, record):
        state = self.person.state
        draws = {"secret": os.urandom(32), "kem_seed": os.urandom(64), "encapsulation": os.urandom(32)}
        block = pack_block({"records": [record], "turn": state.due})[1]
        self.person.state, frame = seal_frame(state, block, draws if state.due else None)
        self.channel.send(frame)
        self.sent += 1

    def say(self, content):
        while content:
            size = PART_IN_TURN if self.person.state.due else PART
            data, content = content[:size], content[size:]
            self.send({"content": {"stream": 1, "last": not content, "data": data}})

    def announce(self):
        self.send({"rendezvous_hash": {"epoch": self.epoch, "hash": self.hash}})

    async def run(self):
        person = self.person
        if person.offers:
            # 07-13.
            self.keep("initiator_stored")
            self.announce()
        while not self.is_over:
            message = await self.messages.get()
            if message is None:
                return
            person.state, padded = open_frame(person.state, message)
            records = unpack_block({"padded": padded})[1]["records"]
            if not self.received:
                self.confirm()
            for record in records:
                name = which("Record", record)
                getattr(self, "on_" + name, lambda body: None)(record[name])
            self.received += 1
            await person.tell()

    def keep(self, name):
        # With all its fields, as from a request.
        self.person.kept = read("Kept", write("Kept", self.choice[name]))

    def confirm(self):
        """07-14 and 07-15."""
        person = self.person
        self.keep("initiator_confirmed" if person.offers else "responder_stored")
        person.invitations = [one for one in person.invitations if one != self.choice["spent"]]
        if not person.offers:
            self.announce()
        person.channel_now = self
        for content in person.outbox.values():
            self.say(content)

    def settle(self, root):
        self.agreed = True
        if not self.choice["notice"]:
            # 06-27.
            before = self.epoch - 1
            self.person.root = root if root[1] >= before else (self.root_at(before, root)[0], before)
        root, epoch = self.person.root or (b"", 0)
        facts = {name: self.choice[name] for name in ("kind", "notice")}
        self.person.facts.append({**facts, "kept": self.person.kept, "root": root, "root_epoch": epoch})

    def on_rendezvous_hash(self, record):
        if self.peer_hash is not None:
            raise Refused("out_of_order")
        if record["epoch"] != self.epoch:
            raise Refused("wrong_epoch")
        self.peer_hash = record["hash"]
        if self.hash < self.peer_hash:
            earliest = max(self.candidate[1], self.epoch - 1)
            self.send({"rendezvous_root": {"epoch": earliest, "root": self.root_at(earliest)[0]}})
        if self.hash <= self.peer_hash:
            self.settle(self.candidate)

    def on_rendezvous_root(self, record):
        if self.peer_hash is None or self.agreed:
            raise Refused("out_of_order")
        if record["epoch"] not in (self.epoch, self.epoch - 1):
            raise Refused("wrong_epoch")
        root = record["root"], record["epoch"]
        if self.root_at(self.epoch, root)[1] != self.peer_hash:
            raise Refused("hash_mismatch")
        self.settle(root)

    def on_content(self, part):
        self.parts.append(part)
        whole = reassemble({"parts": self.parts})[1]
        if "refused" in whole:
            raise Refused(whole["refused"])
        if not part["last"]:
            return
        self.parts = [one for one in self.parts if one["stream"] != part["stream"]]
        content = whole["contents"][-1]["content"]
        decoded = decode_content({"content": content})[1]
        name = decoded["envelope"]["id"]
        if name not in self.person.came:
            self.person.came.add(name)
            self.person.heard.append(decoded)
        self.send({"receipt": {"contents": [name]}})

    def on_receipt(self, record):
        for name in record["contents"]:
            self.person.outbox.pop(name, None)

    def on_last(self, record):
        if record["frames"] != self.received:
            raise Refused("out_of_order")
        self.is_over = True

    def leave(self):
        self.send({"last": {"frames": self.sent}})


# The functions, on a loop of their own: between requests a person goes on (15-10).

loop = asyncio.new_event_loop()
thread = threading.Thread(target=loop.run_forever, daemon=True)
person = None


def on_loop(function):
    def answer(request):
        if not thread.is_alive():
            thread.start()
        waiting = asyncio.wait_for(function(request), PATIENCE_S)
        try:
            return asyncio.run_coroutine_threadsafe(waiting, loop).result()
        except asyncio.TimeoutError:
            raise Refused("timeout") from None

    return answer


async def live_open(request):
    global person
    if person:
        person.task.cancel()
    person = Person(request)
    await person.joined.wait()
    return "done", {}


async def live_meet(request):
    await person.until(lambda: len(person.facts) >= request["tunnel"])
    return "live_facts", person.facts[request["tunnel"] - 1]


async def live_say(request):
    name, content = request["content"]["envelope"]["id"], encode_content(request)[1]
    person.outbox[name] = content
    if person.channel_now:
        person.channel_now.say(content)
    await person.until(lambda: name not in person.outbox)
    return "done", {}


async def live_hear(request):
    await person.until(lambda: person.heard)
    return "content", person.heard.pop(0)


async def live_end(request):
    person.leaving = True
    if person.channel_now:
        person.channel_now.leave()
    await person.task
    return "done", {}


FUNCTIONS = {
    name: on_loop(function)
    for name, function in {
        "live_open": live_open, "live_meet": live_meet, "live_say": live_say, "live_hear": live_hear, "live_end": live_end,
    }.items()
}  # fmt: skip
