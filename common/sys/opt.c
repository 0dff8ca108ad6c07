/* Option tables over getopt_long; see opt.h. The texts are in opt_help.c. */
#include "sys/opt.h"

#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/cur.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "sys/child.h"
#include "sys/exit.h"
#include "sys/file.h"
#include "sys/opt_help.h"

/* getopt's value of the n-th row, clear of letters and of its own 1 and -1 */
enum { FIRST_VALUE = 256, TEXT_CEILING = 1 << 20 };

/* A row, and the struct that its field lies in. */
struct row {
	const struct opt *opt;
	size_t base;
};

/* What getopt_long wants to see, made from the table. */
struct view {
	struct row *rows;
	size_t n;
	struct option *longs;
	struct buf letters;
};

static void
view_add(struct view *v, const struct opt *o, size_t base)
{
	int has = o->arg == NULL ? no_argument :
	    o->arg[0] == '[' ? optional_argument : required_argument;

	v->rows[v->n] = (struct row){ o, base };
	v->longs[v->n] = (struct option){
		.name = o->name, .has_arg = has,
		.val = FIRST_VALUE + (int)v->n
	};
	v->n++;
	if (o->letter == 0)
		return;
	buf_byte(&v->letters, (unsigned char)o->letter);
	for (int i = 0; i < has; i++)
		buf_byte(&v->letters, ':');
}

static void
view_make(struct view *v, const struct opt_spec *spec)
{
	size_t total = OPT_OWN_ROWS;

	for (size_t i = 0; i < spec->n; i++)
		total += spec->chunks[i].n;
	v->rows = xcalloc(total, sizeof(*v->rows));
	v->longs = xcalloc(total + 1, sizeof(*v->longs));
	v->letters = BUF(1024);
	/* "-": operands come in order; ":": a missing value is told apart */
	buf_str(&v->letters, "-:");
	for (size_t i = 0; i < spec->n; i++)
		for (size_t j = 0; j < spec->chunks[i].n; j++)
			view_add(v, &spec->chunks[i].rows[j],
			    spec->chunks[i].base);
	for (size_t i = 0; i < OPT_OWN_ROWS; i++)
		view_add(v, &opt_own_rows[i], 0);
	buf_byte(&v->letters, '\0');
}

static void
view_free(struct view *v)
{
	free(v->rows);
	free(v->longs);
	buf_free(&v->letters);
}

/* The row that getopt's value (a letter or a long one) stands for. */
static const struct row *
view_row(const struct view *v, int value)
{
	if (value >= FIRST_VALUE && (size_t)(value - FIRST_VALUE) < v->n)
		return &v->rows[value - FIRST_VALUE];
	for (size_t i = 0; i < v->n; i++)
		if (value != 0 && v->rows[i].opt->letter == value)
			return &v->rows[i];
	return NULL;
}

enum opt_next
opt_wrong(const struct opt_spec *spec, struct opt_result *res,
    const char *fmt, ...)
{
	char *what = NULL;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&what, fmt, ap) < 0)
		mem_exhausted();
	va_end(ap);
	res->status = spec->usage_status;
	buf_reset(&res->text);
	buf_printf(&res->text, "%s: ", spec->tool);
	utf8_clean(&res->text, span_str(what));
	buf_printf(&res->text, "\nhint: %s --help tells more\n", spec->tool);
	free(what);
	return OPT_END;
}

static bool
take_int(const struct opt *o, int *field, const char *value)
{
	struct span s = span_str(value);
	bool minus = s.n > 0 && s.p[0] == '-';
	uint64_t n = 0;
	int64_t v = 0;

	if (!span_dec(span_from(s, minus), 1u << 31, &n))
		return false;
	v = minus ? -(int64_t)n : (int64_t)n;
	if (v < o->min || v > o->max)
		return false;
	*field = (int)v;
	return true;
}

static bool
take_choice(const struct opt *o, int *field, const char *value)
{
	struct span left = span_str(o->arg), word = { NULL, 0 };

	for (int i = 0; span_split(&left, '|', &word); i++)
		if (span_eq(word, span_str(value))) {
			*field = i;
			return true;
		}
	return false;
}

/* Store one option's value; false with what is wrong appended to *why. */
static bool
take(const struct row *r, void *args, const char *value, struct buf *why)
{
	const struct opt *o = r->opt;
	void *field = (char *)args + r->base + o->at;

	switch (o->kind) {
	case OPT_FLAG:
		*(bool *)field = true;
		return true;
	case OPT_COUNT:
		++*(int *)field;
		return true;
	case OPT_STR:
		*(const char **)field = value ? value : "";
		return true;
	case OPT_LIST:
		*VEC_PUSH((struct opt_list *)field) = value;
		return true;
	case OPT_INT:
		if (take_int(o, field, value))
			return true;
		buf_printf(why, "is not a number from %d to %d", o->min,
		    o->max);
		return false;
	case OPT_CHOICE:
		if (take_choice(o, field, value))
			return true;
		buf_printf(why, "is not one of %s", o->arg);
		return false;
	case OPT_CALL:
		return o->call(field, value, why);
	}
	return false;
}

/* One of --help, --version, --dump-options: they end the run at once. */
static enum opt_next
own_row(const struct opt_spec *spec, const struct opt *o,
    struct opt_result *res)
{
	if (o == &opt_own_rows[OPT_OWN_HELP])
		opt_help(spec, &res->text);
	else if (o == &opt_own_rows[OPT_OWN_VERSION])
		opt_version(spec, &res->text);
	else
		opt_dump(spec, &res->text);
	res->status = 0;
	return OPT_END;
}

static enum opt_next
one_option(const struct opt_spec *spec, const struct row *r, void *args,
    struct opt_result *res)
{
	struct buf why = BUF(1024);
	enum opt_next next = OPT_RUN;

	if (r->opt >= opt_own_rows && r->opt < opt_own_rows + OPT_OWN_ROWS)
		return own_row(spec, r->opt, res);
	if (!take(r, args, optarg, &why)) {
		res->reason = OPT_WRONG_VALUE;
		next = opt_wrong(spec, res, "--%s: \"%s\" %.*s", r->opt->name,
		    optarg ? optarg : "", (int)why.n, (const char *)why.p);
	}
	buf_free(&why);
	return next;
}

/* The options that the start of a name may mean, if they are several. */
static bool
put_candidates(const struct view *v, const char *word, struct buf *out)
{
	size_t n = 0;
	struct span start = span_str(word);

	start = span_first(start, span_chr(start, '='));
	for (size_t i = 0; span_starts(start, SPAN("--")) && i < v->n; i++) {
		struct span name = span_str(v->rows[i].opt->name);

		if (!span_starts(name, span_from(start, 2)))
			continue;
		buf_printf(out, "%s--%s", n++ > 0 ? ", " : "",
		    v->rows[i].opt->name);
	}
	return n > 1;
}

/* getopt said '?': an unknown option, or a value where none belongs. */
static enum opt_next
refused(const struct opt_spec *spec, const struct view *v, char **argv,
    struct opt_result *res)
{
	const struct row *r = view_row(v, optopt);
	const char *word = argv[optind - 1];
	struct buf many = BUF(1024);
	enum opt_next next = OPT_END;

	res->reason = OPT_WRONG_UNKNOWN;
	if (r != NULL)
		return opt_wrong(spec, res, "--%s takes no value",
		    r->opt->name);
	if (optopt != 0)
		return opt_wrong(spec, res, "there is no option -%c", optopt);
	if (put_candidates(v, word, &many))
		next = opt_wrong(spec, res, "%s is ambiguous: %.*s", word,
		    (int)many.n, (const char *)many.p);
	else
		next = opt_wrong(spec, res, "there is no option %s", word);
	buf_free(&many);
	return next;
}

static enum opt_next
no_value(const struct opt_spec *spec, const struct row *r,
    struct opt_result *res)
{
	res->reason = OPT_WRONG_MISSING;
	return opt_wrong(spec, res, "--%s needs a value (%s)", r->opt->name,
	    r->opt->arg);
}

/* The end of the options: what is left is operands, or the command. */
static enum opt_next
the_rest(const struct opt_spec *spec, int argc, char **argv,
    const char *last_value, struct opt_result *res)
{
	res->dashes = optind > 1 && argv[optind - 1] != last_value &&
	    strcmp(argv[optind - 1], "--") == 0;
	if (res->dashes && spec->takes_command) {
		if (optind == argc)
			return opt_wrong(spec, res, "no command after --");
		res->command = argv + optind;
		return OPT_RUN;
	}
	for (int i = optind; i < argc; i++)
		*VEC_PUSH(&res->operands) = argv[i];
	return OPT_RUN;
}

enum opt_next
opt_parse(const struct opt_spec *spec, int argc, char **argv, void *args,
    struct opt_result *res)
{
	struct view v = { 0 };
	const struct row *r = NULL;
	const char *last_value = NULL;
	enum opt_next next = OPT_RUN;
	int c = 0;

	file_hold_standard();
	child_ends_are_told();
	*res = (struct opt_result){ .text = BUF(TEXT_CEILING) };
	view_make(&v, spec);
	optind = 0;
	opterr = 0;
	while (next == OPT_RUN && (c = getopt_long(argc, argv,
	    (const char *)v.letters.p, v.longs, NULL)) != -1) {
		last_value = optarg;
		if (c == 1)
			*VEC_PUSH(&res->operands) = optarg;
		else if (c == '?')
			next = refused(spec, &v, argv, res);
		else if (c == ':' && (r = view_row(&v, optopt)) != NULL)
			next = no_value(spec, r, res);
		else if ((r = view_row(&v, c)) != NULL)
			next = one_option(spec, r, args, res);
	}
	if (next == OPT_RUN)
		next = the_rest(spec, argc, argv, last_value, res);
	view_free(&v);
	if (next == OPT_RUN && spec->verb_required) {
		res->reason = res->operands.n == 0 ? OPT_WRONG_MISSING :
		    OPT_WRONG_UNKNOWN;
		next = res->operands.n == 0 ?
		    opt_wrong(spec, res, "a verb is missing") :
		    opt_wrong(spec, res, "there is no verb \"%s\"",
		    res->operands.v[0]);
	}
	return next;
}

int
opt_end(struct opt_result *res)
{
	int fd = res->status == 0 ? STDOUT_FILENO : STDERR_FILENO;
	int status = res->status;

	if (!file_write_all(fd, buf_get0(&res->text)) && status == 0)
		status = EXIT_IO;
	opt_result_free(res);
	return status;
}

void
opt_result_free(struct opt_result *res)
{
	free(res->operands.v);
	buf_free(&res->text);
	*res = (struct opt_result){ 0 };
}

const struct opt_verb *
opt_verb_find(const struct opt_verb *verbs, int argc, char **argv)
{
	if (argc < 2)
		return NULL;
	for (; verbs->name != NULL; verbs++)
		if (strcmp(verbs->name, argv[1]) == 0)
			return verbs;
	return NULL;
}
