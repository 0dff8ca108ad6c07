/*
 * Trust anchors: where the system keeps the root's, and whether the servers
 * that are asked hand out what validation from there on needs.
 */
#ifndef ANCHOR_H
#define ANCHOR_H

#include <stdbool.h>

#include "dns/name.h"
#include "dns/servers.h"

/* The path of the system's root anchor, static; NULL when it has none. */
const char *anchor_find0(void);

/* The zone that the first DS or DNSKEY of the file is of. */
bool anchor_zone(const char *file, struct dns_name *zone);

/*
 * Ask each server for the zone's DNSKEY, for a few seconds in all, and leave
 * those out that answer without signatures where one answers with them. False
 * when some answer without, and none with: *servers is as it was then. Who is
 * silent now may answer later, and stays.
 */
bool anchor_servers(const struct dns_name *zone,
    struct dns_servers *servers);

#endif
