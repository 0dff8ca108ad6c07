/* Reports made, whatever their format; see making.h. */
#include "report/making.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "crypto/digest.h"
#include "sys/exit.h"
#include "sys/file.h"

enum { TEXT_MAX = 8192, MAIL_MAX = 1 << 30, NAME_PART_MAX = 90 };

#define ROW_AT(field) .at = offsetof(struct make_opts, field)

const struct opt make_rows[MAKE_ROWS] = {
	{ .name = "org", .arg = "NAME", .kind = OPT_STR, ROW_AT(org),
	    .help = "the organization that reports" },
	{ .name = "email", .arg = "ADDRESS", .kind = OPT_STR, ROW_AT(email),
	    .help = "whom to ask about the reports; mails come from there" },
	{ .name = "contact", .arg = "TEXT", .kind = OPT_STR,
	    ROW_AT(contact), .help = "more about whom to ask" },
	{ .name = "submitter", .arg = "DOMAIN", .kind = OPT_STR,
	    ROW_AT(submitter),
	    .help = "who reports (default: the domain of --email)" },
	{ .name = "output", .letter = 'o', .arg = "FOLDER", .kind = OPT_STR,
	    ROW_AT(output), .help = "write each report to a file there" },
	{ .name = "mail", .kind = OPT_FLAG, ROW_AT(mail),
	    .help = "write mails to those that want reports" },
};

const struct opt_chunk make_chunks[MAKE_CHUNKS] = {
	OPT_CHUNK("The reports", make_rows),
	RUN_DNS(offsetof(struct make_opts, run)),
	RUN_NOW(offsetof(struct make_opts, run)),
	RUN_SANDBOX(offsetof(struct make_opts, run)),
	RUN_SPEECH(offsetof(struct make_opts, run)),
};

const char *
make_opts_wrong0(const struct make_opts *o)
{
	if (o->org == NULL || *o->org == '\0' || o->email == NULL)
		return "give --org and --email";
	if (!parcel_is_address(span_str(o->email)))
		return "--email is a plain address, without a name";
	if (o->submitter != NULL && !parcel_is_domain(span_str(o->submitter)))
		return "--submitter is a domain";
	if (o->mail && o->output == NULL)
		return "--mail needs -o FOLDER";
	return NULL;
}

struct span
report_submitter(const char *submitter, const char *email)
{
	struct span all = span_str(email);

	return submitter != NULL ? span_str(submitter) :
	    span_from(all, span_rchr(all, '@') + 1);
}

struct span
make_submitter(const struct make_opts *o)
{
	return report_submitter(o->submitter, o->email);
}

struct span
report_name_part(struct span domain)
{
	return span_from(domain, domain.n > NAME_PART_MAX ?
	    domain.n - NAME_PART_MAX : 0);
}

void
made_id(const struct make_opts *o, const struct made *m,
    struct span says, char out[static MADE_ID_SIZE])
{
	unsigned char digest[SHA256_SIZE];
	struct digest *h = digest_new(DIGEST_SHA256);
	struct buf b = BUF(TEXT_MAX);

	buf_counted(&b, make_submitter(o));
	buf_counted(&b, m->domain);
	buf_u64(&b, (uint64_t)m->begin);
	digest_add(h, buf_get0(&b));
	digest_add(h, says);
	digest_final(h, digest);
	digest_free(h);
	buf_reset(&b);
	buf_hex(&b, span_of(digest, (MADE_ID_SIZE - 1) / 2));
	memcpy(out, b.p, MADE_ID_SIZE - 1);
	out[MADE_ID_SIZE - 1] = '\0';
	buf_free(&b);
}

static void
put_name(const struct make_opts *o, const struct made *m,
    const char *ending, struct buf *out)
{
	buf_span(out, report_name_part(make_submitter(o)));
	buf_byte(out, '!');
	buf_span(out, report_name_part(m->domain));
	buf_printf(out, "!%" PRId64 "!%" PRId64 "!", m->begin, m->end);
	buf_span(out, m->id);
	buf_printf(out, ".%s", ending);
}

static void
put_mail(const struct make_opts *o, const struct env *env,
    const struct made *m, struct span gz, struct buf *out)
{
	struct span who = make_submitter(o);
	struct buf name = BUF(TEXT_MAX), subject = BUF(TEXT_MAX);
	char *ending = xasprintf("%s.gz", m->extension);
	struct parcel p = { .from = span_str(o->email), .to = m->to,
	    .submitter = who, .fields = m->fields, .kind = m->kind,
	    .text = m->text, .type = m->type, .octets = gz };

	put_name(o, m, ending, &name);
	buf_printf(&subject, "Report Domain: %.*s\r\n\tSubmitter: %.*s\r\n"
	    "\tReport-ID: <%.*s@%.*s>", (int)m->domain.n,
	    (const char *)m->domain.p, (int)who.n, (const char *)who.p,
	    (int)m->id.n, (const char *)m->id.p, (int)who.n,
	    (const char *)who.p);
	p.id = m->id;
	p.name = buf_get0(&name);
	p.subject = buf_get0(&subject);
	parcel_write(&p, env, out);
	free(ending);
	buf_free(&name);
	buf_free(&subject);
}

static int
save(const struct make_opts *o, const struct buf *name, struct span octets,
    struct buf *why)
{
	char *path = xasprintf("%s/%.*s", o->output, (int)name->n,
	    (const char *)name->p);
	struct file_out f;
	enum file_result r = file_out_open(&f, path, 0644);

	if (r == FILE_OK && !file_write_all(f.fd, octets)) {
		file_out_abort(&f);
		r = FILE_IO;
	} else if (r == FILE_OK) {
		r = file_out_commit(&f, true);
	}
	if (r != FILE_OK)
		buf_printf(why, "%s: %s", path, file_why(r));
	free(path);
	return file_status(r);
}

static int
write_plain(const struct made *m, int fd, struct buf *why)
{
	if (file_write_all(fd, m->octets))
		return EXIT_HOLDS;
	buf_printf(why, "stdout: %s", strerror(errno));
	return EXIT_IO;
}

int
made_write(const struct make_opts *o, const struct env *env,
    const struct made *m, int fd, struct buf *why)
{
	struct buf gz = BUF(MAIL_MAX), mail = BUF(MAIL_MAX);
	struct buf name = BUF(TEXT_MAX);
	char *ending = xasprintf("%s.gz", m->extension);
	int status = EXIT_HOLDS;

	if (o->output == NULL) {
		free(ending);
		return write_plain(m, fd, why);
	}
	parcel_gzip(m->octets, &gz);
	put_name(o, m, o->mail ? "eml" : ending, &name);
	if (o->mail)
		put_mail(o, env, m, buf_get0(&gz), &mail);
	status = save(o, &name, buf_get0(o->mail ? &mail : &gz), why);
	free(ending);
	buf_free(&gz);
	buf_free(&mail);
	buf_free(&name);
	return status;
}
