/* What the files about sending share. */
#ifndef RATCHET_CHAT_SEND_H
#define RATCHET_CHAT_SEND_H

#include "ratchet-chat.h"

/* Append the next message to the peer, as the options say it is written. */
enum party_result send_seal(struct job *j, const char *name,
    struct span plain, struct buf *out);

#endif
