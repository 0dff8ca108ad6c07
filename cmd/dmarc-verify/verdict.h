/*
 * What dmarc-verify finds out about one message: filled by verify.c, then
 * only read, by every rendering alike.
 */
#ifndef VERDICT_H
#define VERDICT_H

#include "auth/arc.h"
#include "auth/dkim_verify.h"
#include "auth/dmarc.h"
#include "auth/spf.h"
#include "base/finding.h"
#include "base/ip.h"
#include "mail/msg.h"
#include "sys/env.h"

/* Where a fact about the connection came from. */
enum origin {
	ORIGIN_NONE,
	ORIGIN_OPTION,
	ORIGIN_RECEIVED,
	ORIGIN_RETURN_PATH,
};

const char *origin_name(enum origin o);

struct envelope {
	struct ip_addr ip;
	enum origin ip_origin;
	struct span helo;		/* "" when not known */
	struct span mail_from;		/* without brackets */
	enum origin mail_from_origin;	/* NONE: not known, "" is null */
	int64_t received_at;		/* of the boundary hop, -1 if unknown */
};

/* What the command line says about the connection. */
struct connection {
	const char *ip, *helo, *mail_from;	/* NULL: not given */
	struct ip_addr addr;			/* ip, parsed */
	struct { struct ip_net *v; size_t n, cap; } trusted_hops;
	struct { const char **v; size_t n, cap; } trusted_by;
};

/* Fill *out from the options, else from the header's boundary hop. */
void envelope_find(const struct connection *c, const struct header *header,
    struct envelope *out, struct findings *fs);

/* Fill v->from, and tell what is odd about it. */
struct verdict;
void from_find(struct verdict *v);

/* What one run shares between its messages. */
struct judge {
	struct env *env;
	struct dkim_keys *keys;
	struct spf_ctx *spf;
	const struct connection *connection;
	struct msg_limits limits;
	uint64_t seed;			/* of the hash tables */
	const char *receiver;		/* %{r}, the authserv-id; or NULL */
	bool explain, at_received;
	/*
	 * Seconds for the questions of each part: the keys of DKIM and ARC,
	 * SPF's two identities, DMARC. Each has its own, so that who owns one
	 * part's names cannot use up the time of another, and make of a fail
	 * what could not be found out.
	 */
	unsigned seconds;
};

/* One cause that was proven, by verifying with its effect undone. */
struct cause {
	const char *code;		/* "footer", "subject-tag", ... */
	char *text;			/* what was seen */
};

struct explanation {
	struct { struct cause *v; size_t n, cap; } causes;
};

struct verdict {
	const char *file;		/* borrowed; "-" is stdin */
	uint64_t n;			/* ordinal in an mbox, from 1 */
	int64_t time;
	int broken;			/* status of a broken input, or 0 */
	struct msg msg;			/* unused when others read it */
	const struct header *header;	/* NULL when it could not be read */
	struct span message_id;
	struct { char **v; size_t n, cap; } from;	/* domains, A-labels */
	struct envelope envelope;
	struct spf_verdict spf, spf_helo;
	bool has_spf_helo;
	struct dkim_verify dkim;
	struct explanation *dkim_why;	/* dkim.n of them, or NULL */
	struct arc_verify arc;
	struct dmarc_ctx *dmarc_ctx;
	struct dmarc_verdict dmarc;
	struct dmarc_reason *dmarc_why;	/* with --explain, else NULL */
	size_t dmarc_why_n;
	struct dmarc_psl psl;
	bool has_psl;
	struct header_index *index;
	uint64_t seed;			/* of that index */
	struct body *body;
	struct findings findings;
};

/*
 * Judge the message that the source gives. Never fails: what cannot be read
 * is a finding, too. *v is to be freed with verdict_free.
 */
void judge_message(struct judge *j, struct msg_source from,
    const char *file, uint64_t n, struct verdict *v);

/*
 * The same in steps, for who reads the message himself: the header (which
 * must outlive *v), the body in pieces, and the end.
 */
void judge_header(struct judge *j, const struct header *header,
    const char *file, uint64_t n, struct verdict *v);
void judge_body(struct verdict *v, struct span piece);
void judge_end(struct judge *j, struct verdict *v);

void verdict_free(struct verdict *v);

/* Why each signature of v->dkim failed (explain.c). */
void explain_dkim(struct verdict *v);
void explanation_free(struct explanation *e, size_t n);

/*
 * The renderings. None decides anything. The JSON is the text of the member
 * "dmarc-verify"; the field is RFC 8601's with line ends "eol".
 */
#define MESSAGE_SCHEMA "dmarc-verify-message/1"
struct run;
void render_json(const struct verdict *v, const struct run *run,
    struct buf *out);
void render_text(const struct verdict *v, const struct run *run,
    struct buf *out);
void render_field(const struct verdict *v, const char *authserv_id,
    const char *eol, struct buf *out);

#endif
