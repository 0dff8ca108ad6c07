/*
 * An XML parser with a ceiling for its memory: a document of names that are
 * all different, or of one that does not end, would fill any machine's.
 */
#ifndef REPORT_XML_ROOM_H
#define REPORT_XML_ROOM_H

#include <expat.h>

/*
 * A parser that fails with XML_ERROR_NO_MEMORY beyond the ceiling, which
 * counts for all parsers of the process together. XML_ParserFree.
 */
XML_Parser xml_room_parser(void);

#endif
