"""RNP's library behind pipes, for openpgp_part.py: it may crash on what it is
given, and is started anew then.

A request on stdin is a verb of one octet and three parts (key material,
message, detached data), each with its length in four octets; the answer on
stdout is a length and "good" or "not", and for what has a content also the
octets. Verbs: v verify detached data, i verify what holds its text, d decrypt.
"""
import ctypes
import struct
import sys

SUCCESS = 0
PUBLIC, SECRET = 1, 2


class Rnp:
    def __init__(self):
        self.lib = ctypes.CDLL('librnp.so.0')

    def call(self, name, *args):
        return getattr(self.lib, 'rnp_' + name)(*args)

    def input(self, data):
        handle = ctypes.c_void_p()
        self.call('input_from_memory', ctypes.byref(handle), data,
                  ctypes.c_size_t(len(data)), ctypes.c_bool(True))
        return handle

    def judge(self, verb, keys, message, data):
        ffi, out, op = (ctypes.c_void_p() for _ in range(3))
        self.call('ffi_create', ctypes.byref(ffi), b'GPG', b'GPG')
        k, m, d = map(self.input, (keys, message, data))
        self.call('output_to_memory', ctypes.byref(out), ctypes.c_size_t(0))
        answer = b'not'
        if self.call('load_keys', ffi, b'GPG', k,
                     ctypes.c_uint32(PUBLIC | SECRET)) == SUCCESS:
            if verb == b'v':
                ok = self.call('op_verify_detached_create', ctypes.byref(op),
                               ffi, d, m)
            else:
                ok = self.call('op_verify_create', ctypes.byref(op), ffi, m,
                               out)
            if ok == SUCCESS:
                answer = self.execute(verb, op, out)
                self.call('op_verify_destroy', op)
        self.call('output_destroy', out)
        for handle in (k, m, d):
            self.call('input_destroy', handle)
        self.call('ffi_destroy', ffi)
        return answer

    def execute(self, verb, op, out):
        done = self.call('op_verify_execute', op) == SUCCESS
        if verb == b'v':
            return b'good' if self.signed(op) else b'not'
        if not done or verb == b'i' and not self.signed(op):
            return b'not'
        return b'good' + self.octets(out)

    def signed(self, op):
        """Whether any signature holds."""
        n = ctypes.c_size_t()
        self.call('op_verify_get_signature_count', op, ctypes.byref(n))
        for i in range(n.value):
            sig = ctypes.c_void_p()
            self.call('op_verify_get_signature_at', op, ctypes.c_size_t(i),
                      ctypes.byref(sig))
            if self.call('op_verify_signature_get_status', sig) == SUCCESS:
                return True
        return False

    def octets(self, out):
        p, n = ctypes.c_void_p(), ctypes.c_size_t()
        self.call('output_memory_get_buf', out, ctypes.byref(p),
                  ctypes.byref(n), ctypes.c_bool(False))
        return ctypes.string_at(p, n.value) if n.value else b''


def part(stream):
    head = stream.read(4)
    return stream.read(struct.unpack('>I', head)[0]) if head else b''


def main():
    rnp = Rnp()
    while True:
        verb = sys.stdin.buffer.read(1)
        if not verb:
            return
        answer = rnp.judge(verb, *(part(sys.stdin.buffer) for _ in range(3)))
        sys.stdout.buffer.write(struct.pack('>I', len(answer)) + answer)
        sys.stdout.buffer.flush()


main()
