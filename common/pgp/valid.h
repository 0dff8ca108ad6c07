/*
 * What a certificate says about its keys and user IDs at a time (RFC 9580
 * section 5.2.3.10 and 10.1): bound, revoked, expired, good for what. Only
 * what its own primary key signed counts.
 */
#ifndef PGP_VALID_H
#define PGP_VALID_H

#include "pgp/cert.h"

/*
 * The newest self-signature in force at the time that binds component v[i];
 * for the primary key a direct-key signature. NULL, or the reason why there
 * is none (static text).
 */
const char *valid_binding(struct cert *c, size_t i, int64_t at,
    struct sig *out);

/*
 * The signature that speaks for the primary key: the direct-key signature,
 * in version 4 also that of the (primary) user ID. NULL, or why the whole
 * certificate may not be used.
 */
const char *valid_cert(struct cert *c, int64_t at, struct sig *out);

/*
 * Whether key v[i] may be used so at the time: bound, neither expired nor
 * revoked, and with one of the flags. NULL, or the reason why not.
 */
const char *valid_key(struct cert *c, size_t i, int64_t at, unsigned flags);

/*
 * Whether component v[i] is revoked at the time, whatever else holds of it;
 * a soft reason counts only if no newer self-signature took it back.
 */
bool valid_revoked(struct cert *c, size_t i, int64_t at);

/*
 * The newest signature by which the primary key ever bound component v[i], in
 * force or not; with "weak" also over a hash that nothing counts with any
 * more. False: there is none, and the component is not the owner's to bind
 * anew.
 */
bool valid_bound_once(struct cert *c, size_t i, bool weak, struct sig *out);

/*
 * What valid_cert would give if no self-signature expired, and weak ones of
 * the first "own" components counted.
 */
bool valid_said_once(struct cert *c, int64_t at, size_t own,
    struct sig *out);

/* When key v[i] expires by its self-signatures; 0: never, or not bound. */
int64_t valid_key_expires(struct cert *c, size_t i, int64_t at);

/*
 * Whether the primary key of "by" certified user ID v[i], by a signature in
 * force at the time that it has not revoked.
 */
bool valid_certified(struct cert *c, size_t i, struct cert *by, int64_t at);

/* Whether v[i], a user ID, is bound and not revoked. */
bool valid_user(struct cert *c, size_t i, int64_t at);

#endif
