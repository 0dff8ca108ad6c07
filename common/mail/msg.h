/*
 * A message as a stream: the header section is held, up to a ceiling, the
 * body passes by in pieces. No octet is changed, and memory does not grow
 * with the body.
 */
#ifndef MAIL_MSG_H
#define MAIL_MSG_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/buf.h"
#include "mail/header.h"

/* As read(2): 0 at the end, -1 with errno set. */
struct msg_source {
	ssize_t (*read)(void *arg, void *p, size_t n);
	void *arg;
};

/* A source that reads a descriptor, which *fd holds. */
struct msg_source msg_source_fd(int *fd);

struct msg_limits {
	size_t header_bytes, header_fields;
};

/* 1 MiB and 10,000 fields: far above any honest message. */
extern const struct msg_limits msg_limits_default;

enum msg_status {
	MSG_OK,
	MSG_EMPTY,		/* not one octet */
	MSG_TOO_LONG,		/* the header section passes header_bytes */
	MSG_TOO_MANY,		/* ... or header_fields */
	MSG_IO,			/* errno says what */
};

struct msg {
	struct msg_source from;
	struct buf read;	/* all octets read before the body's pieces */
	struct header header;	/* valid after MSG_OK and MSG_EMPTY */
	size_t envelope;	/* octets of a leading mbox "From " line */
	bool has_blank;		/* an empty line ended the header */
	struct span first;	/* the body's octets that came along */
	unsigned char *piece;	/* large, NULL until the body is */
	unsigned char small[1024];
	int error;		/* errno of a failed read, else 0 */
};

/*
 * Read up to the end of the header section. Whatever the status, *m is to be
 * freed with msg_free, and m->read holds what was read.
 */
enum msg_status msg_open(struct msg *m, struct msg_source from,
    const struct msg_limits *limits);

/*
 * The next piece of the body (valid until the next call), or, after a status
 * other than MSG_OK, of what has not been read yet. False at the end and on
 * an error, which m->error tells apart.
 */
bool msg_next(struct msg *m, struct span *piece);

void msg_free(struct msg *m);

#endif
