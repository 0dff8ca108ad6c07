/*
 * Which TLS versions a server speaks where TLS begins with the first octet,
 * whatever is spoken inside: a policy host's HTTPS, say.
 */
#ifndef PROBE_VERSIONS_H
#define PROBE_VERSIONS_H

#include "base/ip.h"
#include "base/span.h"
#include "sys/env.h"
#include "tls/offer.h"

/*
 * Ask until "deadline" (env_monotonic_ms), by the env's dialer. Only
 * out->version is filled in; what could not be asked is not asked, or unclear.
 * A handful of connections: one for each version, and one for each class of
 * suites that an old one refuses.
 */
void probe_versions(const struct env *env, const struct ip_addr *to,
    uint16_t port, struct span sni, int64_t deadline, struct tls_offer *out);

#endif
