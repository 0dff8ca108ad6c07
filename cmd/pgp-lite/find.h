/* Certificates by mail address, beyond what the draft's commands do. */
#ifndef FIND_H
#define FIND_H

#include "pgp-lite.h"

/*
 * As run_read_files, but an argument may be a mail address: its certificate
 * is in a file of that name or in one of --cert-dir, or pgp-find is started to
 * look for it. To be called once, before run_close_in.
 */
bool find_read(struct run *r, const char *const *args, size_t n,
    struct files *out);

/*
 * As run_parse_files for certificates, after run_close_in. Of those that were
 * found for an address only its own user IDs are left, and one line on stderr
 * says what is used.
 */
bool find_parse(struct run *r, struct files *f);

/*
 * Take the certificate that the message's own header hands out, after
 * find_parse or with nothing found. Without one it is a failure if there is
 * no other certificate.
 */
struct header;
bool find_autocrypt(struct run *r, const struct header *h, struct files *f);

/*
 * As find_keep, but NULL, or why nothing of the file is left: it is no
 * failure.
 */
const char *find_trim(struct run *r, struct files *f, size_t i);

/*
 * Of file i, which is an address's, only what may be used now and is its own;
 * one line on stderr says so. False after run_fail.
 */
bool find_keep(struct run *r, struct files *f, size_t i);

#endif
