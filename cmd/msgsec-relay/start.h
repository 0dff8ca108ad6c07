/* From options to a server that listens. */
#ifndef START_H
#define START_H

#include "msgsec-relay.h"

/* What the option table cannot see. */
enum opt_next start_check(const struct args *a, struct opt_result *res);

/* Open all that is needed; 0, or the exit status after saying why. */
int start_open(struct server *s);
/* The line at which power is given up: hostile octets come after it. */
int start_give_up_power(const struct server *s);
/* Write to stdout where it listens, and the certificate's pin. */
int start_tell(const struct server *s);
void start_close(struct server *s);

#endif
