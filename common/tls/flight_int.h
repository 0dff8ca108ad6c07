/* What the files of the flight's parser share; see flight.h. */
#ifndef TLS_FLIGHT_INT_H
#define TLS_FLIGHT_INT_H

#include "base/cur.h"
#include "tls/flight.h"

/* Set FLIGHT_BAD with the reason. */
void flight_bad(struct tls_flight *f, const char *why);
/* Set FLIGHT_ALERT. */
void flight_alert(struct tls_flight *f, uint8_t level, uint8_t description);

/* 24 bits in network order, 0 on error. */
uint32_t flight_u24(struct cur *c);

/* One whole handshake message. */
void flight_message(struct tls_flight *f, uint8_t type, struct span body);
/* The bodies of two of them; false when they break their form. */
bool flight_server_hello(struct tls_flight *f, struct span body);
bool flight_key_exchange(struct tls_flight *f, struct span body);

/*
 * The answer to an SSLv2 CLIENT-HELLO, at the beginning of "in": how many
 * octets were used, 0 while it is not whole.
 */
size_t flight_ssl2(struct tls_flight *f, struct span in);

#endif
