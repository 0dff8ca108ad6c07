/*
 * Received fields: what is read lies in the field, an address is there or
 * ambiguous, never both, and stands in the text.
 */
#include "fuzz.h"

#include "base/date.h"
#include "mail/received.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct span in = span_of(data, n);
	struct received r, again;
	char text[DATE_RFC3339_SIZE];
	int64_t back = 0, date = 0;

	received_parse(in, &r);
	received_parse(in, &again);
	inside(r.helo, in);
	inside(r.by, in);
	must(!(r.has_ip && r.ambiguous));
	must(r.has_ip == again.has_ip && r.date == again.date);
	must(!r.has_ip || ip_eq(&r.ip, &again.ip));
	must(r.date >= -62167219200 && r.date < 253402300800);
	if (date_parse_mail(in, &date) && date >= -62167219200 &&
	    date < 253402300800)
		must(date_parse(span_str(date_rfc3339(text, date)), &back) &&
		    back == date);
	if (date_parse(in, &date) && date >= -62167219200 &&
	    date < 253402300800)
		must(date_parse(span_str(date_rfc3339(text, date)), &back) &&
		    back == date);
	return 0;
}
