/* Aggregate reports read; see dmarc.h. */
#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/cur.h"
#include "base/ip.h"
#include "base/vec.h"
#include "report/dmarc.h"
#include "report/xml_room.h"

/* Newer libexpat has it in 64 bits, and warns of the other. */
#if XML_MAJOR_VERSION * 100 + XML_MINOR_VERSION >= 209
#define BYTE_INDEX XML_GetCurrentByteIndex64
#else
#define BYTE_INDEX XML_GetCurrentByteIndex
#endif

enum {
	TEXT_MAX = 8 << 10, PATH_MAX_OCTETS = 1024, DEPTH_MAX = 32,
	ITEMS_MAX = 100,	/* signatures of one record */
	/* all texts of one record, and those of the head */
	TEXTS_MAX = 256 << 10,
};

/* Where the elements stand below the root, and where their text goes. */
static const struct place {
	const char *path;
	int list;		/* enum dmarc_list, or -1 */
	int field;
} places[] = {
	{ "/version", -1, DR_VERSION },
	{ "/report_metadata/org_name", -1, DR_ORG },
	{ "/report_metadata/email", -1, DR_EMAIL },
	{ "/report_metadata/extra_contact_info", -1, DR_CONTACT },
	{ "/report_metadata/report_id", -1, DR_ID },
	{ "/report_metadata/date_range/begin", -1, DR_BEGIN },
	{ "/report_metadata/date_range/end", -1, DR_END },
	{ "/report_metadata/error", -1, DR_ERROR },
	{ "/report_metadata/generator", -1, DR_GENERATOR },
	{ "/policy_published/domain", -1, DR_DOMAIN },
	{ "/policy_published/p", -1, DR_P },
	{ "/policy_published/sp", -1, DR_SP },
	{ "/policy_published/np", -1, DR_NP },
	{ "/policy_published/adkim", -1, DR_ADKIM },
	{ "/policy_published/aspf", -1, DR_ASPF },
	{ "/policy_published/pct", -1, DR_PCT },
	{ "/policy_published/fo", -1, DR_FO },
	{ "/policy_published/testing", -1, DR_TESTING },
	{ "/policy_published/discovery_method", -1, DR_DISCOVERY },
	{ "/record/row/source_ip", -1, DR_SOURCE_IP },
	{ "/record/row/count", -1, DR_COUNT },
	{ "/record/row/policy_evaluated/disposition", -1, DR_DISPOSITION },
	{ "/record/row/policy_evaluated/dkim", -1, DR_DKIM },
	{ "/record/row/policy_evaluated/spf", -1, DR_SPF },
	{ "/record/identifiers/header_from", -1, DR_HEADER_FROM },
	{ "/record/identifiers/envelope_from", -1, DR_ENVELOPE_FROM },
	{ "/record/identifiers/envelope_to", -1, DR_ENVELOPE_TO },
	/* what an early schema called them */
	{ "/record/identities/header_from", -1, DR_HEADER_FROM },
	{ "/record/identities/envelope_to", -1, DR_ENVELOPE_TO },
	{ "/record/row/policy_evaluated/reason/type", DR_REASONS, DR_TYPE },
	{ "/record/row/policy_evaluated/reason/comment", DR_REASONS,
	    DR_COMMENT },
	{ "/record/auth_results/dkim/domain", DR_DKIM_RESULTS, DR_A_DOMAIN },
	{ "/record/auth_results/dkim/selector", DR_DKIM_RESULTS,
	    DR_A_SELECTOR },
	{ "/record/auth_results/dkim/result", DR_DKIM_RESULTS, DR_A_RESULT },
	{ "/record/auth_results/dkim/human_result", DR_DKIM_RESULTS,
	    DR_A_HUMAN },
	{ "/record/auth_results/spf/domain", DR_SPF_RESULTS, DR_A_DOMAIN },
	{ "/record/auth_results/spf/scope", DR_SPF_RESULTS, DR_A_SCOPE },
	{ "/record/auth_results/spf/result", DR_SPF_RESULTS, DR_A_RESULT },
	{ "/record/auth_results/spf/human_result", DR_SPF_RESULTS,
	    DR_A_HUMAN },
};

static const char *const items[DR_LISTS] = {
	[DR_REASONS] = "/record/row/policy_evaluated/reason",
	[DR_DKIM_RESULTS] = "/record/auth_results/dkim",
	[DR_SPF_RESULTS] = "/record/auth_results/spf",
};

struct reader {
	XML_Parser xml;
	void (*row)(void *, struct dmarc_row *);
	void *arg;
	const char *why;
	uint64_t at;
	unsigned depth;
	unsigned root;		/* the depth of the feedback element */
	bool done;		/* it has ended */
	struct buf path;	/* of the open element, below the root */
	struct buf text;	/* its own */
	bool mixed;		/* it has elements: no text of interest */
	bool begun;
	uint64_t skipped;	/* octets in front of it */
	size_t kept;		/* octets of texts since the last record */
	struct findings head_fs;
	struct dmarc_row current;
};

static void
wrong(struct reader *r, const char *why)
{
	if (r->why != NULL)
		return;
	r->why = why;
	r->at = r->skipped;
	if (BYTE_INDEX(r->xml) > 0)
		r->at += (uint64_t)BYTE_INDEX(r->xml);
	XML_StopParser(r->xml, XML_FALSE);
}

static void
text_reset(struct dmarc_text *t)
{
	buf_free(&t->text);
	t->given = false;
}

static void
lists_reset(struct dmarc_row *row)
{
	for (int l = 0; l < DR_LISTS; l++) {
		for (size_t i = 0; i < row->lists[l].n; i++)
			for (int k = 0; k < DR_ITEM_FIELDS; k++)
				text_reset(&row->lists[l].v[i].v[k]);
		free(row->lists[l].v);
		memset(&row->lists[l], 0, sizeof(row->lists[l]));
	}
}

/* What belongs to one record; the head stays. */
static void
row_reset(struct dmarc_row *row)
{
	for (int k = DR_ROW; k < DR_FIELDS; k++)
		text_reset(&row->v[k]);
	lists_reset(row);
	findings_free(&row->fs);
	row->fs = (struct findings){ 0 };
}

/* --- a record's end ------------------------------------------------------- */

static struct span
value(const struct dmarc_row *row, enum dmarc_field k)
{
	return buf_get0(&row->v[k].text);
}

static void
need(struct reader *r, enum dmarc_field k, const char *name,
    struct findings *fs)
{
	if (!r->current.v[k].given)
		finding_add(fs, F_REPORT_FIELD_MISSING, name, NULL);
}

static void
end_head(struct reader *r)
{
	struct dmarc_row *row = &r->current;
	struct findings *fs = &r->head_fs;
	uint64_t begin = 0, end = 0;

	need(r, DR_ORG, "org_name", fs);
	need(r, DR_EMAIL, "email", fs);
	need(r, DR_ID, "report_id", fs);
	need(r, DR_DOMAIN, "domain", fs);
	need(r, DR_P, "p", fs);
	row->dated = span_dec(value(row, DR_BEGIN), INT64_MAX, &begin) &&
	    span_dec(value(row, DR_END), INT64_MAX, &end);
	row->begin = (int64_t)begin;
	row->end = (int64_t)end;
	if (!row->dated)
		finding_add(fs, F_REPORT_FIELD_MISSING, "date_range", NULL);
}

bool
dmarc_row_passed(const struct dmarc_row *row)
{
	return span_ieq(value(row, DR_DKIM), SPAN("pass")) ||
	    span_ieq(value(row, DR_SPF), SPAN("pass"));
}

static void
end_record(struct reader *r)
{
	struct dmarc_row *row = &r->current;
	struct ip_addr ip;

	if (row->n == 0)
		end_head(r);
	if (!span_dec(value(row, DR_COUNT), INT64_MAX, &row->count)) {
		wrong(r, "a record's count is no whole number");
		return;
	}
	for (size_t i = 0; row->n == 0 && i < r->head_fs.n; i++)
		finding_add(&row->fs, r->head_fs.v[i].code,
		    r->head_fs.v[i].where, NULL);
	need(r, DR_SOURCE_IP, "source_ip", &row->fs);
	need(r, DR_HEADER_FROM, "header_from", &row->fs);
	need(r, DR_DISPOSITION, "disposition", &row->fs);
	if (row->v[DR_SOURCE_IP].given &&
	    !ip_parse(value(row, DR_SOURCE_IP), &ip))
		finding_add(&row->fs, F_REPORT_FIELD_TYPE, "source_ip",
		    NULL);
	if (!dmarc_row_passed(row))
		finding_add(&row->fs, F_DMARC_ROW_FAILED, NULL, NULL);
	row->n++;
	r->row(r->arg, row);
	row_reset(row);
	r->kept = 0;
}

/* --- elements ------------------------------------------------------------- */

static bool
path_is(const struct reader *r, const char *path)
{
	return span_eq(buf_get0(&r->path), span_str(path));
}

/* The text of an element that is known. */
static void
take_text(struct reader *r)
{
	struct span s = span_trim(buf_get0(&r->text));
	struct dmarc_text *to = NULL;

	if (r->text.over)
		s = SPAN("");
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		const struct place *p = &places[i];

		if (!path_is(r, p->path))
			continue;
		if (p->list < 0)
			to = &r->current.v[p->field];
		else if (r->current.lists[p->list].n > 0)
			to = &r->current.lists[p->list].v[
			    r->current.lists[p->list].n - 1].v[p->field];
		break;
	}
	if (to != NULL && r->text.over)
		finding_add(&r->current.fs, F_REPORT_FIELD_TYPE, NULL,
		    "%.*s is longer than %d octets: left out",
		    (int)r->path.n, (const char *)r->path.p, TEXT_MAX);
	/* the first of several holds; an empty one says nothing */
	if (to == NULL || to->given || s.n == 0)
		return;
	if (r->kept + s.n > TEXTS_MAX) {
		finding_add(&r->current.fs, F_REPORT_FIELD_TYPE, "record",
		    "its texts are longer than %d octets: some are left out",
		    TEXTS_MAX);
		return;
	}
	r->kept += s.n;
	to->text = BUF(TEXT_MAX);
	buf_span(&to->text, s);
	to->given = true;
}

static void
begin_item(struct reader *r)
{
	for (int l = 0; l < DR_LISTS; l++) {
		if (!path_is(r, items[l]))
			continue;
		if (r->current.lists[l].n == ITEMS_MAX)
			wrong(r, "a record has too many results");
		else
			VEC_PUSH(&r->current.lists[l]);
	}
}

/* Prefixes are the author's own choice. */
static const char *
local_name(const char *name)
{
	const char *colon = strrchr(name, ':');

	return colon != NULL ? colon + 1 : name;
}

/* Some put their report into the schema that describes it. */
static void
find_root(struct reader *r, const char *name)
{
	if (strcmp(name, "feedback") == 0)
		r->root = r->depth;
	else if (r->depth > 1 || strcmp(name, "schema") != 0)
		wrong(r, "the root is no feedback element");
}

static void XMLCALL
start_element(void *arg, const XML_Char *name, const XML_Char **attributes)
{
	struct reader *r = arg;

	(void)attributes;
	r->depth++;
	if (r->done)
		return;
	if (r->root == 0) {
		find_root(r, local_name(name));
		return;
	}
	if (r->depth > DEPTH_MAX) {
		wrong(r, "elements lie too deep");
		return;
	}
	buf_byte(&r->path, '/');
	buf_str(&r->path, local_name(name));
	if (r->path.over)
		wrong(r, "element names are too long");
	buf_reset(&r->text);
	r->mixed = false;
	begin_item(r);
}

static void XMLCALL
end_element(void *arg, const XML_Char *name)
{
	struct reader *r = arg;

	(void)name;
	r->done |= r->root > 0 && r->depth == r->root;
	r->depth--;
	if (r->done || r->root == 0)
		return;
	if (!r->mixed)
		take_text(r);
	if (path_is(r, "/record"))
		end_record(r);
	r->path.n = span_rchr(buf_get0(&r->path), '/');
	r->mixed = true;
}

static void XMLCALL
add_text(void *arg, const XML_Char *s, int n)
{
	struct reader *r = arg;

	if (!r->mixed)
		buf_add(&r->text, s, (size_t)n);
}

static void XMLCALL
refuse_doctype(void *arg, const XML_Char *name, const XML_Char *system,
    const XML_Char *public, int internal)
{
	(void)name;
	(void)system;
	(void)public;
	(void)internal;
	wrong(arg, "it has a DOCTYPE");
}

/* --- the whole ------------------------------------------------------------ */

static bool
parse(struct reader *r, struct span piece, bool last)
{
	if (r->why != NULL)
		return false;
	if (XML_Parse(r->xml, (const char *)piece.p, (int)piece.n, last) ==
	    XML_STATUS_OK)
		return true;
	/* what stands behind the report is none of it */
	if (!r->done)
		wrong(r, XML_GetErrorCode(r->xml) == XML_ERROR_NO_MEMORY ?
		    "its XML has more names, or longer ones, than a report" :
		    XML_ErrorString(XML_GetErrorCode(r->xml)));
	return false;
}

/* Blanks in front of it are no XML, and yet they are sent. */
static bool
parse_piece(void *arg, struct span piece)
{
	struct reader *r = arg;

	while (!r->begun && piece.n > 0 && ascii_is_fws(piece.p[0])) {
		piece = span_from(piece, 1);
		r->skipped++;
	}
	r->begun |= piece.n > 0;
	return parse(r, piece, false);
}

bool
dmarc_report_read(struct spool *xml,
    void (*row)(void *, struct dmarc_row *), void *arg, const char **why,
    uint64_t *at)
{
	struct reader r = { .xml = xml_room_parser(), .row = row,
	    .arg = arg, .path = BUF(PATH_MAX_OCTETS),
	    .text = BUF(TEXT_MAX), .mixed = true };

	if (r.xml == NULL)
		mem_exhausted();
	XML_SetUserData(r.xml, &r);
	XML_SetElementHandler(r.xml, start_element, end_element);
	XML_SetCharacterDataHandler(r.xml, add_text);
	XML_SetStartDoctypeDeclHandler(r.xml, refuse_doctype);
	if (spool_each(xml, parse_piece, &r) != SPOOL_OK)
		wrong(&r, "it cannot be read again");
	parse(&r, SPAN(""), true);
	row_reset(&r.current);
	for (int k = 0; k < DR_FIELDS; k++)
		text_reset(&r.current.v[k]);
	findings_free(&r.head_fs);
	buf_free(&r.path);
	buf_free(&r.text);
	XML_ParserFree(r.xml);
	*why = r.why;
	*at = r.at;
	return r.why == NULL;
}
