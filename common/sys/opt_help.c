/* --help in 80 columns, --version, and --dump-options for the scripts. */
#include "sys/opt_help.h"

#include <string.h>

enum { COLUMNS = 79, TEXT_AT = 28, USAGE_AT = 7 };

const struct opt opt_own_rows[OPT_OWN_ROWS] = {
	[OPT_OWN_HELP] = { .name = "help", .letter = 'h',
	    .help = "print this text" },
	[OPT_OWN_VERSION] = { .name = "version", .letter = 'V',
	    .help = "print the versions of the tool and its libraries" },
	[OPT_OWN_DUMP] = { .name = "dump-options",
	    .help = "print the option table for scripts" },
};

static void
pad_to(struct buf *out, size_t line_start, size_t column)
{
	while (out->n - line_start < column)
		buf_byte(out, ' ');
}

/* Words from the current column on, wrapped so that lines start at "at". */
static void
wrapped(struct buf *out, size_t line_start, size_t at, struct span left)
{
	struct span word = { NULL, 0 };

	while (span_split(&left, ' ', &word)) {
		size_t column = out->n - line_start;

		if (column > at && column + 1 + word.n > COLUMNS) {
			buf_byte(out, '\n');
			line_start = out->n;
			pad_to(out, line_start, at);
		} else if (column > at) {
			buf_byte(out, ' ');
		}
		buf_span(out, word);
	}
	buf_byte(out, '\n');
}

/* The left column; a long one keeps its line, the text goes below it. */
static void
entry(struct buf *out, size_t line_start, const char *text)
{
	if (out->n - line_start > TEXT_AT - 2) {
		buf_byte(out, '\n');
		line_start = out->n;
	}
	pad_to(out, line_start, TEXT_AT);
	wrapped(out, line_start, TEXT_AT, span_str(text));
}

static void
help_row(struct buf *out, const struct opt *o)
{
	size_t start = out->n;

	if (o->letter != 0)
		buf_printf(out, "  -%c, --%s", o->letter, o->name);
	else
		buf_printf(out, "      --%s", o->name);
	if (o->arg != NULL && o->arg[0] == '[')
		buf_printf(out, "[=%s", o->arg + 1);
	else if (o->arg != NULL)
		buf_printf(out, "=%s", o->arg);
	entry(out, start, o->help);
}

/* One line a form, "usage:" before the first. */
static void
usage(struct buf *out, const struct opt_spec *spec)
{
	struct span forms = span_str(spec->usage), form = { NULL, 0 };
	const char *before = "usage: ";

	while (span_split(&forms, '\n', &form)) {
		size_t start = out->n;

		buf_printf(out, "%s%s", before, spec->tool);
		wrapped(out, start, USAGE_AT, form);
		before = "       ";
	}
}

/* "--version" is another thing in some verbs; -V stays what it is. */
static bool
is_taken(const struct opt_spec *spec, const char *name)
{
	for (size_t i = 0; i < spec->n; i++)
		for (size_t j = 0; j < spec->chunks[i].n; j++)
			if (strcmp(spec->chunks[i].rows[j].name, name) == 0)
				return true;
	return false;
}

void
opt_help(const struct opt_spec *spec, struct buf *out)
{
	size_t start = 0;

	usage(out, spec);
	wrapped(out, out->n, 0, span_str(spec->about));
	if (spec->verbs != NULL)
		buf_printf(out, "\nVerbs (%s VERB --help):\n", spec->tool);
	for (const struct opt_verb *v = spec->verbs;
	    v != NULL && v->name != NULL; v++) {
		start = out->n;
		buf_printf(out, "  %s", v->name);
		entry(out, start, v->line);
	}
	for (size_t i = 0; i < spec->n; i++) {
		buf_printf(out, "\n%s:\n", spec->chunks[i].title);
		for (size_t j = 0; j < spec->chunks[i].n; j++)
			help_row(out, &spec->chunks[i].rows[j]);
	}
	buf_str(out, "\nHelp:\n");
	help_row(out, &opt_own_rows[OPT_OWN_HELP]);
	if (!is_taken(spec, opt_own_rows[OPT_OWN_VERSION].name)) {
		help_row(out, &opt_own_rows[OPT_OWN_VERSION]);
		return;
	}
	start = out->n;
	buf_str(out, "  -V");
	entry(out, start, opt_own_rows[OPT_OWN_VERSION].help);
}

void
opt_version(const struct opt_spec *spec, struct buf *out)
{
	struct span tool = span_str(spec->tool);

	tool = span_first(tool, span_chr(tool, ' '));
	buf_span(out, tool);
	buf_str(out, " (msgsec) " MSGSEC_VERSION "\n");
	if (spec->version != NULL)
		spec->version(out);
}

static void
dump_row(struct buf *out, const struct opt *o)
{
	static const char *const kinds[] = {
		[OPT_FLAG] = "flag", [OPT_COUNT] = "count", [OPT_STR] = "str",
		[OPT_LIST] = "list", [OPT_INT] = "int",
		[OPT_CHOICE] = "choice", [OPT_CALL] = "call",
	};

	buf_printf(out, "option\t%s\t%c\t%s\t%s\t%s\n", o->name,
	    o->letter ? o->letter : '-', o->arg ? o->arg : "-",
	    kinds[o->kind], o->help);
}

void
opt_dump(const struct opt_spec *spec, struct buf *out)
{
	for (const struct opt_verb *v = spec->verbs;
	    v != NULL && v->name != NULL; v++)
		buf_printf(out, "verb\t%s\t%s\n", v->name, v->line);
	for (size_t i = 0; i < spec->n; i++)
		for (size_t j = 0; j < spec->chunks[i].n; j++)
			dump_row(out, &spec->chunks[i].rows[j]);
	dump_row(out, &opt_own_rows[OPT_OWN_HELP]);
	if (!is_taken(spec, opt_own_rows[OPT_OWN_VERSION].name))
		dump_row(out, &opt_own_rows[OPT_OWN_VERSION]);
}
