"""The S/MIME mails that smime-lite writes, one of each kind, made by itself.

Anna and Rita sign; Bert and Carl read AES-GCM, Rolf and Edda do not say so.
"""
import base64
import os
import subprocess

from through import LETTER

CONFIG = """\
[req]
distinguished_name = dn
prompt = no
x509_extensions = user
[dn]
CN = %(name)s
[user]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature, keyEncipherment, keyAgreement
extendedKeyUsage = emailProtection
subjectAltName = email:%(name)s@example.net
"""


class Maker:
    def __init__(self, folder, command):
        self.folder, self.command, self.n = folder, command, 0
        for name, mail in (("anna", "anna@example.org"),
                ("rita", "anna@example.org"), ("bert", "bert@example.net"),
                ("carl", "carl@example.net"), ("rolf", "rolf@example.net"),
                ("edda", "edda@example.net")):
            kind = ["-a", "rsa", "-b", "2048"]
            if name in ("anna", "carl", "edda"):
                kind = ["-a", "p256"]
            self.write(name + ".pem", self.run(b"", "generate-key", "-n",
                name, "-e", mail, "-o", self.path(name + ".key"), *kind))
        self.write("authors.pem", self.read("anna.pem") + self.read("rita.pem"))
        for name in "rolf", "edda":
            self.write("cnf", (CONFIG % {"name": name}).encode())
            subprocess.run(["openssl", "req", "-x509", "-config",
                self.path("cnf"), "-key", self.path(name + ".key"), "-days",
                "30", "-out", self.path(name + ".pem")], check=True)

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, octets):
        with open(self.path(name), "wb") as f:
            f.write(octets)

    def read(self, name):
        with open(self.path(name), "rb") as f:
            return f.read()

    def run(self, message, *argv):
        return subprocess.run([self.command, *argv], input=message,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            check=True).stdout

    def sign(self, message, who, *how):
        return self.run(message, "sign", "-k", self.path(who + ".key"), "-c",
            self.path(who + ".pem"), *how)

    def encrypt(self, message, to, who=None, *how):
        argv = ["encrypt"]
        for name in to:
            argv += ["-r", self.path(name + ".pem")]
        if who:
            argv += ["-k", self.path(who + ".key"), "-c",
                self.path(who + ".pem")]
        return self.run(message, *argv, *how)

    def add(self, name, words, mail):
        """The mail as it stands, and its structure alone."""
        self.put(name + ", the mail", words, b"", mail, b"")
        mark = b"filename=smime.p7s\n\n"
        if mark in mail:
            head, rest = mail.split(mark)
            code, tail = rest.split(b"\n\n--")
            head, tail = head + mark, b"\n--" + tail
        else:
            head, code = mail.split(b"\n\n", 1)
            head, tail = head + b"\n\n", b""
        self.put(name, words + " coded", head, base64.b64decode(code), tail)

    def put(self, name, words, head, part, tail):
        self.n += 1
        self.write("%d.how" % self.n, ("%s\n%s" % (name, words)).encode())
        for what, octets in ("head", head), ("part", part), ("tail", tail):
            self.write("%d.%s" % (self.n, what), octets)


def make(folder, command):
    """All kinds, with the keys that open and judge them; how many."""
    m = Maker(folder, command)
    for who, algorithm in ("anna", "ECDSA"), ("rita", "RSA-PSS"):
        m.add("detached, " + algorithm, "verify signed",
            m.sign(LETTER, who))
        m.add("opaque, " + algorithm, "verify signed",
            m.sign(LETTER, who, "--opaque"))
    for key, new, old in ("RSA", "bert", "rolf"), ("ECDH", "carl", "edda"):
        m.add("AES-GCM, " + key, "decrypt", m.encrypt(LETTER, [new]))
        m.add("AES-CBC, %s, around ECDSA" % key, "decrypt signed",
            m.encrypt(LETTER, [old], "anna"))
        m.add("AES-CBC, %s, around opaque RSA-PSS" % key, "decrypt signed",
            m.encrypt(LETTER, [old], "rita", "--opaque"))
    m.add("AES-CBC, RSA, around what was signed before", "decrypt signed",
        m.encrypt(m.sign(LETTER, "anna"), ["rolf"]))
    m.add("AES-GCM, RSA and ECDH, around ECDSA", "decrypt signed",
        m.encrypt(LETTER, ["bert", "carl"], "anna"))
    m.add("RSA-PSS around AES-GCM around ECDSA", "decrypt signed",
        m.sign(m.encrypt(LETTER, ["carl"], "anna"), "rita"))
    return m.n
