/* mtasts-check cache: what is remembered, shown, exported, forgotten. */
#include <stdlib.h>
#include <unistd.h>

#include "base/date.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "dns/idn.h"
#include "mtasts-check.h"
#include "mtasts/postfix.h"
#include "sys/file.h"
#include "sys/say.h"

/* The octets that a change of one domain takes, and more. */
enum { TEXT_ROOM = 1 << 20, CHANGE_ROOM = 512 };

struct cache_args {
	struct args args;	/* --cache and what is shared */
	bool expired;
};

static const struct opt purge_rows[] = {
	{ .name = "expired", .kind = OPT_FLAG,
	    .at = offsetof(struct cache_args, expired),
	    .help = "purge: forget only what has expired" },
};

static const struct opt format_rows[] = {
	{ .name = "format", .arg = "text|json", .kind = OPT_CHOICE,
	    .at = offsetof(struct cache_args, args.run.format),
	    .help = "dump: for people, or one JSON object a line (default: "
	    "text on a terminal, else json)" },
};

static const struct opt_chunk chunks[] = {
	OPT_CHUNK("The memory", cache_rows),
	OPT_CHUNK("What to do", purge_rows),
	OPT_CHUNK("Output", format_rows),
	RUN_NOW(offsetof(struct cache_args, args.run)),
	RUN_SPEECH(offsetof(struct cache_args, args.run)),
	RUN_SANDBOX(offsetof(struct cache_args, args.run)),
};

static const struct opt_spec spec = {
	.tool = "mtasts-check cache",
	.usage = "[OPTIONS] dump [DOMAIN...]\n"
	    "[OPTIONS] purge [--expired | DOMAIN...]\n"
	    "[OPTIONS] export preload\n"
	    "[OPTIONS] export postfix",
	.about = "Show, export or forget the policies that are remembered.",
	.chunks = chunks, .n = sizeof(chunks) / sizeof(chunks[0]),
	.usage_status = EXIT_USAGE,
};

/* What "each" works with. */
struct output {
	struct buf out;
	struct jw jw;
	int64_t now;
	bool text, failed, broken;
	struct buf *domains;	/* only these, as A-labels; n is 0: all */
	size_t n;
};

static bool
is_wanted(const struct output *o, const struct memory_entry *e)
{
	for (size_t i = 0; i < o->n; i++)
		if (span_eq(buf_get0(&o->domains[i]), span_str(e->domain)))
			return true;
	return o->n == 0;
}

static bool
flush(struct output *o)
{
	o->failed = o->failed ||
	    run_stdout(buf_get0(&o->out)) != EXIT_HOLDS;
	buf_reset(&o->out);
	return !o->failed;
}

static void
dump_json(struct output *o, const struct memory_entry *e,
    const struct sts_policy *p)
{
	struct jw j = JW(&o->out);

	jw_object(&j, NULL);
	jw_str(&j, "domain", e->domain);
	jw_str(&j, "id", e->id);
	jw_str(&j, "mode", sts_mode_name(p->mode));
	jw_int(&j, "max_age", p->max_age);
	jw_array(&j, "mx");
	for (size_t i = 0; i < p->mx.n; i++)
		jw_span(&j, NULL, p->mx.v[i]);
	jw_end(&j);
	jw_time(&j, "fetched", e->fetched);
	jw_time(&j, "expires", e->expires);
	jw_bool(&j, "expired", o->now >= e->expires);
	jw_end(&j);
	buf_byte(&o->out, '\n');
}

static void
dump_text(struct output *o, const struct memory_entry *e,
    const struct sts_policy *p)
{
	char expires[DATE_RFC3339_SIZE];

	utf8_clean(&o->out, span_str(e->domain));
	buf_printf(&o->out, "  %s  %s %s  id %s  mx", sts_mode_name(p->mode),
	    o->now >= e->expires ? "expired" : "until",
	    date_rfc3339(expires, e->expires), e->id);
	for (size_t i = 0; i < p->mx.n; i++) {
		buf_byte(&o->out, ' ');
		buf_span(&o->out, p->mx.v[i]);
	}
	buf_byte(&o->out, '\n');
}

/* A policy in the file that is none makes the file a broken one. */
static bool
read_policy(struct output *o, const struct memory_entry *e,
    struct sts_policy *p)
{
	struct findings unused = { 0 };
	bool ok = sts_policy_parse(buf_get0(&e->body), p, &unused);

	findings_free(&unused);
	o->broken |= !ok;
	return ok;
}

static bool
dump_one(void *arg, const struct memory_entry *e)
{
	struct output *o = arg;
	struct sts_policy p = { 0 };

	if (!is_wanted(o, e) || !read_policy(o, e, &p))
		return !o->broken;
	if (o->text)
		dump_text(o, e, &p);
	else
		dump_json(o, e, &p);
	sts_policy_free(&p);
	return flush(o);
}

static bool
preload_one(void *arg, const struct memory_entry *e)
{
	struct output *o = arg;
	struct sts_policy p = { 0 };

	if (o->now >= e->expires || !read_policy(o, e, &p))
		return !o->broken;
	preload_add(&o->jw, span_str(e->domain), &p);
	sts_policy_free(&p);
	return flush(o);
}

static bool
postfix_one(void *arg, const struct memory_entry *e)
{
	struct output *o = arg;
	struct sts_policy p = { 0 };

	if (o->now >= e->expires || !read_policy(o, e, &p))
		return !o->broken;
	if (p.mode == SENDER_POLICY_ENFORCE) {
		buf_printf(&o->out, "%s\t", e->domain);
		postfix_policy(&p, NULL, &o->out);
		buf_byte(&o->out, '\n');
	}
	sts_policy_free(&p);
	return flush(o);
}

static int
trouble(const char *path, enum memory_result r)
{
	if (r != MEMORY_OK)
		say_error("%s: %s", path, memory_why(r));
	return r == MEMORY_ABSENT ? EXIT_NO_INPUT : job_memory_status(r);
}

static int
write_each(const char *path, struct output *o,
    bool (*one)(void *arg, const struct memory_entry *e))
{
	struct memory *m = NULL;
	enum memory_result r = memory_open(path, &m);

	/* nothing was remembered yet: that is an answer */
	if (r == MEMORY_OK)
		r = memory_each(m, one, o);
	else if (r == MEMORY_ABSENT)
		r = MEMORY_OK;
	memory_free(m);
	if (r == MEMORY_OK && o->broken)
		r = MEMORY_BROKEN;
	return trouble(path, r);
}

static int
export_preload(const char *path, struct output *o)
{
	int status = EXIT_HOLDS;

	/* a day: by then the memory itself would ask again */
	preload_begin(&o->jw, o->now, o->now + STS_REFRESH);
	status = write_each(path, o, preload_one);
	preload_end(&o->jw);
	buf_byte(&o->out, '\n');
	flush(o);
	return status;
}

static int
purge(const char *path, const struct cache_args *a, const struct output *o)
{
	struct buf changes = BUF((o->n + 1) * CHANGE_ROOM);
	struct memory_change c = {
		.kind = MEMORY_FORGET_EXPIRED,
		.at = a->expired ? o->now : INT64_MAX,
	};
	enum memory_result r = MEMORY_OK;

	if (o->n == 0)
		memory_change_add(&changes, &c);
	c.kind = MEMORY_FORGET;
	for (size_t i = 0; i < o->n; i++) {
		c.domain = buf_get0(&o->domains[i]);
		memory_change_add(&changes, &c);
	}
	if (access(path, F_OK) == 0)
		r = memory_apply(path, buf_get0(&changes));
	buf_free(&changes);
	return trouble(path, r);
}

/* Which of the forms of the usage the operands have; 0: none. */
enum form { NO_FORM, DUMP, PURGE, EXPORT_PRELOAD, EXPORT_POSTFIX };

static enum form
form_of(const struct opt_list *words, const struct cache_args *a)
{
	struct span verb = words->n > 0 ? span_str(words->v[0]) : SPAN("");
	struct span what = words->n == 2 ? span_str(words->v[1]) : SPAN("");

	if (span_eq(verb, SPAN("dump")))
		return DUMP;
	if (span_eq(verb, SPAN("purge")))
		return a->expired && words->n > 1 ? NO_FORM : PURGE;
	if (!span_eq(verb, SPAN("export")))
		return NO_FORM;
	return span_eq(what, SPAN("preload")) ? EXPORT_PRELOAD :
	    span_eq(what, SPAN("postfix")) ? EXPORT_POSTFIX : NO_FORM;
}

static int
run_form(enum form form, const struct cache_args *a, const char *path,
    struct output *o)
{
	switch (form) {
	case DUMP:
		return write_each(path, o, dump_one);
	case PURGE:
		return purge(path, a, o);
	case EXPORT_PRELOAD:
		return export_preload(path, o);
	case EXPORT_POSTFIX:
		return write_each(path, o, postfix_one);
	case NO_FORM:
		break;
	}
	return EXIT_USAGE;
}

/* The file, and those that sqlite makes beside it. */
static bool
give_up_power(const struct cache_args *a, const char *path)
{
	char *folder = file_folder(path);
	const char *write[] = { folder, NULL };
	const struct sandbox want = { .write = write };
	bool ok = run_enter_sandbox(&want, a->args.run.sandbox);

	free(folder);
	return ok;
}

/* As they are remembered; false after saying which is none. */
static bool
take_domains(struct output *o, const struct opt_list *words)
{
	o->domains = xcalloc(words->n, sizeof(*o->domains));
	for (size_t i = 1; i < words->n; i++) {
		struct buf *domain = &o->domains[o->n++];

		*domain = BUF(DNS_NAME_MAX);
		if (idn_to_ascii(span_str(words->v[i]), domain))
			continue;
		say_error("%s: not a domain", words->v[i]);
		return false;
	}
	return true;
}

static void
output_free(struct output *o)
{
	for (size_t i = 0; i < o->n; i++)
		buf_free(&o->domains[i]);
	free(o->domains);
	buf_free(&o->out);
}

static int
work(const struct cache_args *a, enum form form,
    const struct opt_list *words)
{
	struct output o = { .out = BUF(TEXT_ROOM) };
	struct run r;
	char *path = job_memory_path(&a->args.cache, false);
	int status = EXIT_CANNOT_CREATE;

	if (path == NULL)
		return status;
	run_open_plain(&r, &a->args.run);
	o.jw = (struct jw)JW(&o.out);
	o.now = env_now(&r.env);
	o.text = r.text;
	if (form <= PURGE && !take_domains(&o, words))
		status = EXIT_USAGE;
	else
		status = give_up_power(a, path) ?
		    run_form(form, a, path, &o) : EXIT_INTERNAL;
	if (o.failed)
		status = exit_worse(status, EXIT_IO);
	output_free(&o);
	free(path);
	return status;
}

int
cache_main(int argc, char **argv)
{
	struct cache_args a = { .args = { .run = RUN_OPTS_DEFAULT } };
	struct opt_result res = { 0 };
	enum form form = NO_FORM;
	int status = EXIT_HOLDS;

	if (opt_parse(&spec, argc, argv, &a, &res) == OPT_END)
		return opt_end(&res);
	form = form_of(&res.operands, &a);
	if (form == NO_FORM) {
		opt_wrong(&spec, &res, "say dump, purge, export preload or "
		    "export postfix");
		return opt_end(&res);
	}
	run_speak("mtasts-check", &a.args.run);
	status = work(&a, form, &res.operands);
	opt_result_free(&res);
	return status;
}
