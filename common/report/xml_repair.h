/*
 * What reporters write for XML and is none: octets that are not UTF-8, "<"
 * and "&" that begin no tag and no reference (addresses in angle brackets,
 * names of firms). A second reading is made of what the first one refused.
 */
#ifndef REPORT_XML_REPAIR_H
#define REPORT_XML_REPAIR_H

#include "sys/spool.h"

/*
 * Copy "from" to the empty spool *to with such "<" and "&" escaped and U+FFFD
 * for what is no UTF-8. Returns how many repairs that took; 0 also for what
 * says that it is in another encoding.
 */
uint64_t xml_repair(struct spool *from, struct spool *to);

#endif
