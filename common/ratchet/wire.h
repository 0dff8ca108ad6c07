/*
 * The two messages of the Signal protocol as they travel: SignalMessage and
 * PreKeySignalMessage, versions 3 and 4. Nothing is decrypted here.
 */
#ifndef RATCHET_WIRE_H
#define RATCHET_WIRE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"

enum {
	WIRE_MAX = 16 << 20,	/* octets of a whole message */
	WIRE_KEY = 33,		/* 05 || u */
	WIRE_MAC = 8,
	WIRE_KYBER_CT = 1569,	/* 08 || ciphertext of ML-KEM-1024 */
	WIRE_PQ_MAX = 1024,	/* the post-quantum ratchet's part */
	WIRE_ADDRESSES = 36,
};

enum wire_result {
	WIRE_OK,
	WIRE_MALFORMED,
	WIRE_OLD,		/* version below 3: nobody writes it any more */
	WIRE_NEW,		/* version above 4 */
};

struct wire_message {
	uint8_t version;	/* 3 or 4, from the high nibble */
	struct span ratchet_key;
	uint32_t counter, previous;
	struct span ciphertext;
	struct span pq_ratchet, addresses;	/* empty where absent */
	struct span authentic;	/* what the code is made over */
	struct span mac;
};

struct wire_prekey {
	uint8_t version;
	uint32_t registration_id;
	bool has_prekey;
	uint32_t prekey_id, signed_prekey_id;
	bool has_kyber;
	uint32_t kyber_id;
	struct span kyber_ct;
	struct span base_key, identity_key;
	struct wire_message message;
};

/*
 * Read one, lent from "in". Keys have 33 octets, type 05 and a canonical u;
 * a field that comes twice and one that is missing are malformed, unknown
 * ones are passed over (the code covers them).
 */
enum wire_result wire_message_read(struct span in, struct wire_message *out);
/* The versions outside and inside must be the same. */
enum wire_result wire_prekey_read(struct span in, struct wire_prekey *out);

/*
 * Append version octet and fields of m (version, ratchet_key, counter,
 * previous, ciphertext, pq_ratchet, addresses count): what the code is then
 * made over. The 8 octets of the code follow it.
 */
void wire_message_write(struct buf *out, const struct wire_message *m);

/* Append a whole PreKeySignalMessage around "message". */
void wire_prekey_write(struct buf *out, const struct wire_prekey *p,
    struct span message);

#endif
