/* Many clients, one source of answers. */
#ifndef SERVE_H
#define SERVE_H

#include <stddef.h>

#include "dns/dns.h"
#include "upstream.h"

struct event_base;
struct serve;

/*
 * Serve the n sockets, which are owned from now on. Answers come from "local"
 * (a zone file), or if that is NULL from what serve_upstream names; "record"
 * may be NULL and is told of upstream's answers.
 */
struct serve *serve_new(struct event_base *base, const int *fd, size_t n,
    struct dns *local, struct dns *record);
void serve_upstream(struct serve *s, struct upstream *up);

/* For upstream_open: an answer to what serve asked. */
void serve_done(void *arg, struct dns_answer *a);

/* Say hello, and answer until all clients have closed. */
void serve_run(struct serve *s);

void serve_free(struct serve *s);

#endif
