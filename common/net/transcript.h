/*
 * What went over the wire, for people (-v): one line each, "C: " what was
 * sent, "S: " what came, "-- " what happened between. The octets are kept as
 * they came, without line ends: who shows them cleans them (base/utf8.h).
 */
#ifndef NET_TRANSCRIPT_H
#define NET_TRANSCRIPT_H

#include "base/buf.h"
#include "base/span.h"

enum {
	TRANSCRIPT_MAX = 1 << 15,	/* octets in all */
	TRANSCRIPT_LINE_MAX = 512,	/* octets kept of a line */
};

struct transcript {
	struct buf text;
};

/* struct transcript t = TRANSCRIPT; ... transcript_free(&t); */
#define TRANSCRIPT ((struct transcript){ BUF(TRANSCRIPT_MAX) })

/* "t" may be NULL: nothing is kept. LF inside of a line becomes a space. */
void transcript_sent(struct transcript *t, struct span line);
void transcript_came(struct transcript *t, struct span line);
/* As "TLSv1.3 TLS_AES_256_GCM_SHA384" or "closed by the server". */
void transcript_note(struct transcript *t, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

void transcript_free(struct transcript *t);

#endif
