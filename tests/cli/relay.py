#!/usr/bin/env python3
"""A stand-in relay: msgsec-relay(8) in memory, and lies on demand.

Usage: relay.py CERT KEY FOLDER [PORT]. Its port is written to FOLDER/port,
each request to FOLDER/log. What FOLDER/fault holds is done wrong:
  later        503 to all           no           404 to all
  gone         404 to all: there is no such mailbox
  rot          no JSON              again        messages are never deleted
  mix          another's bundle     slow         answers late
  flood        the same messages for ever
  more         messages that were not asked for
  shy          nothing of what it knows
  mute         no answer to what makes a mailbox, though it is made
"""
import base64, datetime, hashlib, http.server, json, os, ssl, sys, threading
import time

cert, key, folder = sys.argv[1:4]
lock = threading.Condition()
boxes = {}
SIZES = (1024, 4096, 16384, 65536, 262144)
NOW = datetime.datetime.now(datetime.timezone.utc)


def stamp(days):
    return (NOW + datetime.timedelta(days=days)).strftime("%Y-%m-%dT00:00:00Z")


class Relay(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        with open(folder + "/log", "a") as f:
            print(self.command, self.path, self.client_address[1], file=f)

    def answer(self, status, what):
        body = what if isinstance(what, bytes) else \
            (json.dumps(what) + "\n").encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        if status in (429, 503):
            self.send_header("Retry-After", "7")
        self.end_headers()
        self.wfile.write(body)

    def fail(self, status, word):
        self.answer(status, {"error": word, "text": "It is " + word + "."})

    def owner(self, box):
        got = self.headers.get("Authorization", "")
        if not got.startswith("Bearer "):
            return self.fail(401, "no-token") and False
        if box is None:
            return self.fail(404, "no-mailbox") and False
        if hashlib.sha256(got[7:].encode()).digest() != box["token"]:
            return self.fail(403, "not-owner") and False
        return True

    def fault(self):
        try:
            return open(folder + "/fault").read().strip()
        except OSError:
            return ""

    def handle_all(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        parts = self.path.split("/")
        fault = self.fault()
        if fault == "later":
            return self.fail(503, "try-again")
        if fault == "no":
            return self.fail(404, "no-path")
        if fault == "gone":
            return self.fail(404, "no-mailbox")
        if fault == "rot":
            return self.answer(200, b"<html>")
        if fault == "slow":
            time.sleep(2)
        with lock:
            self.route(parts, body, fault)

    do_GET = do_PUT = do_POST = do_DELETE = handle_all

    def route(self, parts, body, fault):
        box = boxes.get(parts[3]) if len(parts) > 3 else None
        what = (self.command, parts[4] if len(parts) > 4 else "")
        if what == ("PUT", ""):
            token = hashlib.sha256(self.headers["Authorization"][7:]
                                   .encode()).digest()
            if box is None:
                boxes[parts[3]] = {"token": token, "mail": [], "stock": [],
                                   "last": None, "taken": 0}
            if fault == "mute":
                self.log_message()
                self.close_connection = True
                return None
            return self.answer(200 if box else 201, {})
        if box is None:
            return self.fail(404, "no-mailbox")
        if what == ("PUT", "messages"):
            return self.put_message(box, parts[5], body)
        if what == ("POST", "take"):
            return self.take(box, fault)
        if not self.owner(box):
            return
        if what == ("GET", "") and fault == "shy":
            return self.answer(200, {})
        if what == ("GET", ""):
            return self.answer(200, {
                "mailbox": parts[3], "created": stamp(0), "seen": stamp(0),
                "messages": [{"id": i, "size": len(b), "expires": stamp(30)}
                             for i, b in box["mail"]],
                "one_time": len(box["stock"]), "taken": box["taken"],
                "last_resort": box["last"] is not None,
                "last_resort_taken": 0, "bundles": None,
                "kept": ["The \x1b[31msize class."], "not_kept": ["Who sent it."]})
        if what == ("DELETE", ""):
            del boxes[parts[3]]
            return self.answer(200, {})
        if what == ("POST", "bundles"):
            for line in body.decode().splitlines():
                b = json.loads(line)
                if b["prekey"] is None:
                    box["last"] = line
                elif line not in box["stock"]:
                    box["stock"].append(line)
            return self.answer(200, {"stored": 1, "one_time": len(box["stock"]),
                                     "last_resort": True})
        if what == ("POST", "fetch"):
            return self.fetch(box, json.loads(body), fault)
        self.fail(404, "no-path")

    def put_message(self, box, name, body):
        if len(body) not in SIZES:
            return self.fail(400, "size")
        for i, b in box["mail"]:
            if i == name:
                return self.answer(200, {}) if b == body else \
                    self.fail(409, "taken")
        box["mail"].append((name, body))
        lock.notify_all()
        self.answer(201, {})

    def take(self, box, fault):
        if fault == "mix":
            box = next(b for b in boxes.values() if b is not box)
        if box["stock"]:
            box["taken"] += 1
            return self.answer(200, box["stock"].pop(0).encode() + b"\n")
        if box["last"]:
            return self.answer(200, box["last"].encode() + b"\n")
        self.fail(404, "no-bundle")

    def fetch(self, box, ask, fault):
        before = len(box["mail"])
        if fault not in ("again", "flood"):
            box["mail"] = [m for m in box["mail"] if m[0] not in ask["ack"]]
        acked = before - len(box["mail"])
        end = time.monotonic() + min(ask["wait"], 60)
        while ask["max"] and not box["mail"] and time.monotonic() < end:
            lock.wait(min(1, end - time.monotonic()))
        give = box["mail"][:3 if fault == "more" else min(ask["max"], 3)]
        if fault == "again" and ask["ack"]:
            give = []
        self.answer(200, {
            "acked": acked,
            "messages": [{"id": i, "body": base64.b64encode(b).decode(),
                          "expires": stamp(30)} for i, b in give],
            "left": len(box["mail"]) - len(give)})


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def finish_request(self, request, address):
        request = context.wrap_socket(request, server_side=True)
        super().finish_request(request, address)

    def handle_error(self, request, address):
        pass


context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(cert, key)
server = Server(("127.0.0.1", int(sys.argv[4]) if len(sys.argv) > 4 else 0),
                Relay)
with open(folder + "/port.new", "w") as f:
    print(server.server_address[1], file=f)
os.rename(folder + "/port.new", folder + "/port")
server.serve_forever()
