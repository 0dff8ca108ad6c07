/* What the files of msgsec-relay share. */
#ifndef MSGSEC_RELAY_H
#define MSGSEC_RELAY_H

#include <event2/event.h>
#include <event2/http.h>
#include <openssl/ssl.h>

#include "base/map.h"
#include "relay/call.h"
#include "relay/depot.h"
#include "relay/rate.h"
#include "run/run_opts.h"
#include "sys/opt.h"

struct args {
	struct run_opts run;
	const char *state, *listen, *cert, *key, *make_cert, *metrics;
	int ttl, mailbox_ttl;		/* seconds, days */
	int messages, mailbox_size;	/* a mailbox holds; KiB */
	int stock, takes;
	int mailboxes, disk;		/* MiB */
	int connections, per_address;
	int rate, makes;		/* an address may do: a second, an
					   hour */
	int idle;			/* seconds */
};

extern const struct opt_spec relay_spec;

/* The defaults; then what the command line says. */
extern const struct args relay_defaults;

/* A connection, from its first octet to its end (http.c). */
struct conn {
	struct server *s;
	struct conn *prev, *next;
	SSL *ssl;
	struct bufferevent *bev;
	int64_t since;		/* ms: of its start, or its last answer */
	unsigned pending;	/* requests that have no answer yet */
	unsigned char address[16];
	size_t address_n;	/* 0: not known, and not counted */
	bool admitted;		/* it was looked at */
	bool refused;		/* and there are too many of its address */
	bool greeted;		/* its ClientHello was */
};

/* An answer that waits for the end of the turn. */
struct reply {
	struct evhttp_request *req;
	enum relay_error error;
	int status;		/* if there is none */
	struct evbuffer *body;
	uint32_t retry;		/* seconds for Retry-After */
	bool close;		/* end the connection after it */
	bool durable;		/* it was made from the transaction */
};

struct replies {
	struct reply *v;
	size_t n, cap;
};

/* A fetch that waits for a message (wait.c). */
struct wait {
	struct wait *prev, *next;
	struct evhttp_request *req;
	unsigned char id[RELAY_ID];
	uint32_t max;
	int64_t until;		/* ms */
};

/* Mailboxes that got a message in this turn. */
struct arrivals {
	unsigned char (*v)[RELAY_ID];
	size_t n, cap;
};

/* What is counted, for --metrics. */
struct counts {
	uint64_t requests[RELAY_VERBS], errors[RELAY_ERRORS];
	uint64_t connections, refused, turns, kept, acked, cut;
	uint64_t taken, last_taken;
};

struct server {
	const struct args *a;
	struct env env;
	struct depot *depot;
	struct relay_limits limits;
	struct event_base *base;
	struct evhttp *http;
	struct evconnlistener *listener;
	SSL_CTX *tls;
	struct rate *rate, *hellos, *makes, *takes;
	struct conn *conns;
	size_t n, most;		/* connections, and how many may be */
	struct map *by_address;	/* how many from each */
	struct replies replies;
	struct wait *waits;
	struct map *by_mailbox;	/* of waits */
	struct arrivals arrivals;
	struct counts counts;
	bool paused;		/* nobody new is taken */
	bool starved;		/* before the next tick, too */
	bool stopping;
};

/* cert.c. All return 0, or the exit status after saying why. */

/* A key and a self-signed certificate in the folder, where there is none. */
int cert_make(const struct args *a, const struct env *env);
/* The TLS context with certificate and key. */
int cert_load(const struct args *a, SSL_CTX **out);
/* The certificate's pin, as curl takes it. */
void cert_pin(SSL_CTX *tls, struct buf *out);
/* Where they lie: --cert, --key, or in the folder; to be freed. */
char *cert_path(const struct args *a);
char *cert_key_path(const struct args *a);

/* http.c */

/* Listen, and take connections from then on; 0, or the exit status. */
int http_open(struct server *s);
/* The connection that a request came by; NULL when it has ended. */
struct conn *http_conn(struct evhttp_request *req);
/* Look at those who have come: not too many of one address stay. */
void http_admit(struct server *s);
/* Let others come, where there is room again. */
void http_resume(struct server *s);
/* End those that were silent for too long, or all that have nothing to do. */
void http_cut(struct server *s, bool all);
void http_close(struct server *s);

/* answer.c: what is asked. Its answer goes into s->replies. */
void answer(struct evhttp_request *req, void *server);
/* Append an answer to the turn's. */
void reply_add(struct server *s, const struct reply *r);
/* An answer that has this body, taken over. */
struct evbuffer *reply_body(struct buf *out);
/* The body of a fetch's answer; RELAY_FINE, or why there is none. */
enum relay_error answer_fetch(struct server *s, struct depot_box *box,
    uint32_t max, uint32_t acked, struct evbuffer **body, size_t *n);

/* wait.c */

/* Let the fetch wait; the one before for this mailbox ends. */
void wait_add(struct server *s, struct evhttp_request *req,
    const unsigned char id[static RELAY_ID], uint32_t max, uint32_t seconds);
/* Answer those whose mailbox got something. */
void wait_wake(struct server *s);
/* Answer those whose time is over, or all. */
void wait_end(struct server *s, bool all);

/* serve.c: until it is told to stop. Returns the exit status. */
int serve(struct server *s);

/* metrics.c: write them, in the place of those before. */
void metrics_write(struct server *s);

#endif
