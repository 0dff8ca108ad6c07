/*
 * The DNS process of a bulk run: started once, before workers and sandbox;
 * every worker asks it over a socket of its own.
 */
#ifndef DNS_PROCESS_H
#define DNS_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "dns/dns.h"

struct dns_process {
	pid_t pid;
	size_t n;
	enum dns_trust trust;	/* what it knows of DNSSEC */
	int *client;	/* n sockets for dns_remote_open, close-on-exec */
};

/*
 * Start "program" (msgsec-dns) with its options, a list that ends with NULL,
 * and n sockets, and wait until it answers. False with errno set, or with
 * errno 0 when the program has ended at once; it has said why on stderr, and
 * *status is its exit status.
 */
bool dns_process_start(struct dns_process *p, const char *program,
    const char *const *options, size_t n, int *status);

/*
 * A worker's resolver over socket i: in the worker, once at a time. After a
 * worker's death the next one may use the same socket.
 */
struct dns *dns_process_client(const struct dns_process *p, size_t i);

/*
 * Close the sockets and wait for the process, which ends when all copies of
 * them are closed. Returns its exit status (70 when a signal ended it).
 */
int dns_process_stop(struct dns_process *p);

#endif
