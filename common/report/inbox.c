/* Reports as they come; see inbox.h. */
#include "report/inbox.h"

#include "base/ascii.h"
#include "sys/file.h"

/* A report beyond it lies in a file while it is read. */
enum { TEXT_ROOM = 1 << 20 };

struct inbox {
	const struct inbox_ops *ops;
	void *arg;
	size_t max, found;
	bool last;		/* the mail's other parts are no reports */
	struct findings mail;	/* of the part that the report is in */
};

/* What a name promises: gzip and zip for their endings, else nothing. */
static bool
name_differs(struct span name, enum unpack_form form)
{
	if (span_iends(name, SPAN(".gz")))
		return form != UNPACK_GZIP;
	if (span_iends(name, SPAN(".zip")))
		return form != UNPACK_ZIP;
	return (span_iends(name, SPAN(".json")) ||
	    span_iends(name, SPAN(".xml"))) && form != UNPACK_PLAIN;
}

static void
keep(void *arg, struct span piece)
{
	spool_add(arg, piece);
}

/* What its packing says of it, beside what its mail does. */
static void
packing_findings(const struct inbox *in, const struct unpack *u,
    struct span name, struct findings *fs)
{
	static const char *const forms[] = { "plain", "gzip", "zip" };

	for (size_t i = 0; i < in->mail.n; i++)
		finding_add(fs, in->mail.v[i].code, in->mail.v[i].where,
		    "%s", in->mail.v[i].detail);
	if (name_differs(name, unpack_form(u)))
		finding_add(fs, F_REPORT_PACKING, NULL, "it is %s",
		    forms[unpack_form(u)]);
	if (unpack_trailing(u) > 0)
		finding_add(fs, F_REPORT_TRAILING, NULL, "%llu octets",
		    (unsigned long long)unpack_trailing(u));
}

static void
unpack_one(struct inbox *in, struct span octets, struct span name)
{
	struct findings fs = { 0 };
	struct spool text;
	struct unpack *u = unpack_new(in->max, keep, &text);
	enum unpack_result r = UNPACK_OK;
	const char *why = NULL;
	uint64_t at = 0;

	spool_init(&text, TEXT_ROOM);
	unpack_add(u, octets);
	r = unpack_end(u, &why, &at);
	in->found++;
	packing_findings(in, u, name, &fs);
	if (r == UNPACK_OK)
		in->ops->report(in->arg, &text, &fs);
	else
		in->ops->refuse(in->arg, r, why, at, &fs);
	findings_free(&fs);
	spool_free(&text);
	unpack_free(u);
}

static void
take_leaf(void *arg, const struct leaf *leaf)
{
	struct inbox *in = arg;

	if (in->last || !in->ops->is_report(leaf))
		return;
	in->last = in->ops->is_last != NULL && in->ops->is_last(leaf);
	if (leaf->damaged)
		finding_add(&in->mail, F_REPORT_MAIL, NULL,
		    "the transfer encoding is damaged");
	unpack_one(in, leaf->body, leaf->name);
	findings_free(&in->mail);
	in->mail = (struct findings){ 0 };
}

/* Whether it begins as a mail does: a field's name and a colon. */
static bool
is_mail(struct span s)
{
	size_t i = 0;

	if (span_starts(s, SPAN("From ")))
		return true;
	while (i < s.n && ascii_is_graph(s.p[i]) && s.p[i] != ':')
		i++;
	return i > 0 && i < s.n && s.p[i] == ':' && s.p[0] != '{' &&
	    s.p[0] != '[' && s.p[0] != '<';
}

static void
open_mail(struct inbox *in, struct span octets)
{
	size_t found = in->found;
	const char *why = NULL;

	in->last = false;
	why = leaves_each(octets, take_leaf, in);
	/* what is missing may have been the report */
	if (why == NULL || in->found > found)
		return;
	in->found++;
	in->ops->refuse(in->arg, UNPACK_BAD, why, 0, &in->mail);
}

/* Up to the line in front of the next "From " line of an mbox. */
static struct span
first_of_mbox(struct span octets)
{
	struct span rest = octets, line = { NULL, 0 };
	bool blank = false;

	while (rest.n > 0) {
		if (blank && span_starts(rest, SPAN("From ")))
			return span_first(octets, octets.n - rest.n);
		span_split(&rest, '\n', &line);
		blank = span_trim(line).n == 0;
	}
	return octets;
}

/* One mail, or those of an mbox, which begins with a "From " line. */
static void
open_mails(struct inbox *in, struct span octets)
{
	bool mbox = span_starts(octets, SPAN("From "));

	while (octets.n > 0) {
		struct span mail = mbox ? first_of_mbox(octets) : octets;

		open_mail(in, mail);
		octets = span_from(octets, mail.n);
	}
}

enum inbox_result
inbox_read(int fd, const char *name, size_t max,
    const struct inbox_ops *ops, void *arg)
{
	struct inbox in = { .ops = ops, .arg = arg, .max = max };
	struct buf octets = BUF(max);
	enum file_result r = file_slurp_fd(fd, max, &octets);
	enum inbox_result result = INBOX_OK;

	if (r == FILE_TOO_BIG)
		result = INBOX_LIMIT;
	else if (r != FILE_OK)
		result = INBOX_IO;
	else if (is_mail(buf_get0(&octets)))
		open_mails(&in, buf_get0(&octets));
	else
		unpack_one(&in, buf_get0(&octets), span_str(name));
	if (result == INBOX_OK && in.found == 0)
		result = INBOX_NONE;
	findings_free(&in.mail);
	buf_free(&octets);
	return result;
}
