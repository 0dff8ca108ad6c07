/* The address of a mailbox, which its owner gives to those who may write. */
#ifndef RELAY_ADDRESS_H
#define RELAY_ADDRESS_H

#include "relay/relay.h"

enum {
	RELAY_HOST_MAX = 253,
	RELAY_KEY = 32,			/* octets of the envelope's key */
	RELAY_PIN = 32,			/* SHA-256 of the public key */
	RELAY_ADDRESS_MAX = 512,	/* octets of it as text */
};

struct relay_address {
	char host[RELAY_HOST_MAX + 1];	/* lower case; IPv6 in brackets */
	uint16_t port;
	bool has_pin;
	unsigned char id[RELAY_ID];
	unsigned char key[RELAY_KEY];
	unsigned char pin[RELAY_PIN];
};

/* https://HOST[:PORT]/v1/mailbox/ID#KEY[.PIN]; false when it is none. */
bool relay_address_read(struct span text, struct relay_address *out);
/* Append it, always in the same form. */
void relay_address_write(const struct relay_address *a, struct buf *out);

/*
 * The relay alone, https://HOST[:PORT] with or without a final slash: host
 * and port are set, all else is zero.
 */
bool relay_url_read(struct span text, struct relay_address *out);
void relay_url_write(const struct relay_address *a, struct buf *out);

/* The pin as curl, and the relay at its start, write it: sha256//BASE64. */
bool relay_pin_read(struct span text, unsigned char pin[static RELAY_PIN]);
void relay_pin_write(const unsigned char pin[static RELAY_PIN],
    struct buf *out);

#endif
