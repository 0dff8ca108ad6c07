/* The client's side of IMAP (RFC 3501, 9051), up to STARTTLS. */
#ifndef NET_IMAP_H
#define NET_IMAP_H

#include "net/caps.h"
#include "net/talk.h"

/*
 * The greeting: OK is STEP_DONE, PREAUTH too (and *preauth). BYE, which
 * does not say for how long, is STEP_TEMPORARY. A CAPABILITY code within the
 * greeting is added to caps.
 */
enum step imap_greeting(struct talk *t, struct caps *caps, bool *preauth);

/*
 * "TAG COMMAND", and what comes until the line with that tag. Untagged lines
 * are kept in the talk's text with their "* "; the tagged line's text comes
 * last. An untagged BYE without the tagged line is STEP_TEMPORARY, and so is
 * a NO with [UNAVAILABLE] or [INUSE] (RFC 5530 section 3).
 */
enum step imap_command(struct talk *t, const char *tag, const char *command);

/* The same for a command that was sent already. */
enum step imap_reply(struct talk *t, const char *tag);

/* CAPABILITY; caps (initialised) is written anew on STEP_DONE. */
enum step imap_capability(struct talk *t, const char *tag,
    struct caps *caps);

/* STARTTLS; notes TALK_UNTAGGED when data come with its reply. */
enum step imap_starttls(struct talk *t, const char *tag);

#endif
