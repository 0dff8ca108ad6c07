/* Visits to be made, as octets; see plan.h. */
#include "run/plan.h"

size_t
plan_visit(struct plan *p, struct span host, struct span place)
{
	if (p->n >= PLAN_VISITS_MAX || host.n > PLAN_HOST_MAX ||
	    place.n > PLAN_PLACE_MAX)
		return (size_t)-1;
	buf_byte(&p->visits, (unsigned char)host.n);
	buf_span(&p->visits, host);
	buf_u16(&p->visits, (uint16_t)place.n);
	buf_span(&p->visits, place);
	return p->n++;
}
