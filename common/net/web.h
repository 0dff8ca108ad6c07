/*
 * HTTPS requests that another process makes (msgsec-web), so that who asks
 * links no libcurl and needs no network: one after the other over a
 * descriptor. Connections are kept, a redirect is not followed, the answer
 * has an end in time and size.
 */
#ifndef NET_WEB_H
#define NET_WEB_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/span.h"
#include "net/fetch.h"

enum web_method { WEB_GET, WEB_PUT, WEB_POST, WEB_DELETE, WEB_METHODS };

enum {
	WEB_PIN = 32,			/* SHA-256 of a SubjectPublicKeyInfo */
	WEB_TEXT_MAX = 1024,		/* octets of host, target, a field */
	WEB_BODY_MAX = 4 << 20,
	WEB_WHY_MAX = 256,
	WEB_TIMEOUT_MAX = 600000,
};

struct web_request {
	enum web_method method;
	struct span host;	/* an A-label, an IPv4 address, or [IPv6] */
	uint16_t port;
	struct span target;	/* from the slash on */
	/*
	 * Empty, or WEB_PIN octets: this key of the host is believed, and
	 * nothing else; else an authority has to vouch for it.
	 */
	struct span pin;
	struct span authorization, type;	/* fields; empty: none */
	struct span body;	/* of PUT and POST */
	uint32_t timeout;	/* milliseconds, 1 to WEB_TIMEOUT_MAX */
	uint32_t max;		/* octets of the answer's body */
};

struct web_answer {
	enum fetch_result result;
	unsigned status;	/* HTTP's; 0: none came */
	uint32_t retry_after;	/* seconds; 0: it says nothing */
	struct buf body;
	char why[WEB_WHY_MAX];	/* for people; empty: nothing to add */
};

/* Append them as they go over the descriptor, without a length in front. */
void web_request_write(const struct web_request *r, struct buf *out);
void web_answer_write(const struct web_answer *a, struct buf *out);
/* Read one; what it lends is of "in". False when it is none. */
bool web_request_read(struct span in, struct web_request *out);
/* The body is copied; ends with buf_free(&out->body). */
bool web_answer_read(struct span in, struct web_answer *out);

/* One of them with its length, whole. False on an error and at the end. */
bool web_put(int fd, struct span message);
bool web_get(int fd, struct buf *out);

/* The process that asks. */
struct web {
	pid_t pid;
	int fd;
};

/*
 * Start the program with its options, a list that ends with NULL. Before the
 * sandbox closes. False with errno set.
 */
bool web_start(struct web *w, const char *program,
    const char *const *options);

/*
 * Ask, and wait for the answer; or ask now and take the answer when w->fd can
 * be read. False when the process is gone: it has said why on stderr.
 */
bool web_ask(struct web *w, const struct web_request *r,
    struct web_answer *out);
bool web_begin(struct web *w, const struct web_request *r);
bool web_end(struct web *w, struct web_answer *out);

/* End it, whatever it is doing. One that never was started is fine. */
void web_stop(struct web *w);

/*
 * The side that answers: requests of the descriptor until it is closed. The
 * exit status.
 */
struct web_server {
	X509_STORE *roots;	/* NULL: pinned keys only */
	const struct env *env;
	bool allow_private;	/* also addresses that are not public */
};

int web_serve(const struct web_server *with, int fd);

#endif
