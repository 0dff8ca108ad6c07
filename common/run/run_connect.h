/*
 * What tools that connect to hosts open before the sandbox closes, as
 * --ca-file, --allow-private, --offline and --zone say.
 */
#ifndef RUN_RUN_CONNECT_H
#define RUN_RUN_CONNECT_H

#include "base/ip.h"
#include "crypto/trust.h"
#include "net/dial.h"
#include "run/run_opts.h"

/*
 * The certificate authorities; free *out with trust_free. Returns 0, or the
 * exit status after saying why: 65 for a file that holds none, else 66.
 */
int run_open_trust(const struct run_opts *o, struct trust **out);

/*
 * An unnamed file for what visits find (coord.h); the caller closes it.
 * Returns 0, or 73 after saying why.
 */
int run_open_scratch(int *fd);

/*
 * Where connections begin, with "source" (NULL: any address) at that end.
 * Never NULL; free with dial_free.
 */
struct dialer *run_dialer(const struct run_opts *o,
    const struct ip_addr *source);

#endif
