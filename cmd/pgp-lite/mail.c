/* pgp-lite mail: which verb, its message, its status. */
#include "mail.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"

static const struct mail_verb {
	const char *name;
	bool (*run)(struct mail *m);
	bool writes_mail;	/* 0 or 75: nothing may bounce (msgsec(7)) */
} mail_verbs[] = {
	{ "sign", mail_sign, true },
	{ "encrypt", mail_encrypt, true },
	{ "decrypt", mail_decrypt, true },
	{ "verify", mail_verify, false },
};

bool
mail_header(struct mail *m)
{
	struct msg_limits limits = msg_limits_default;
	enum msg_status s = MSG_OK;

	if (m->r.a.onward.max_header > 0)
		limits.header_bytes = (size_t)m->r.a.onward.max_header;
	s = msg_open(&m->msg, mail_source(m), &limits);
	m->eol = m->msg.header.lf > 0 ? "\n" : "\r\n";
	if (s == MSG_OK)
		return true;
	return run_fail(&m->r, s == MSG_IO ? SOP_UNSPECIFIED_FAILURE :
	    SOP_BAD_DATA, "stdin: %s", s == MSG_EMPTY ? "it is empty" :
	    s == MSG_IO ? "it cannot be read" :
	    "its header section is too long");
}

bool
mail_body(struct mail *m, void (*fn)(void *arg, struct span piece),
    void *arg)
{
	struct span piece = { NULL, 0 };

	while (msg_next(&m->msg, &piece))
		fn(arg, piece);
	return m->msg.error == 0 || run_fail(&m->r, SOP_UNSPECIFIED_FAILURE,
	    "stdin: it cannot be read");
}

bool
mail_head_fits(struct mail *m, const struct buf *head)
{
	return !head->over || run_fail(&m->r, SOP_BAD_DATA,
	    "stdin: its header is too long to be written anew");
}

bool
mail_type(struct mail *m, const struct header *h, struct mime_type *out)
{
	size_t at = header_find(h, SPAN("Content-Type"), 0);

	if (header_count(h, SPAN("Content-Type")) > 1)
		return run_fail(&m->r, SOP_BAD_DATA,
		    "stdin: several Content-Type fields");
	if (mime_type_parse(at < h->n ? h->v[at].value : SPAN("text/plain"),
	    out))
		return true;
	return run_fail(&m->r, SOP_BAD_DATA,
	    "stdin: its Content-Type is malformed");
}

/* NULL: there is no such verb. */
static const struct mail_verb *
verb_named(const char *name)
{
	for (size_t i = 0; i < sizeof(mail_verbs) / sizeof(*mail_verbs); i++)
		if (strcmp(name, mail_verbs[i].name) == 0)
			return &mail_verbs[i];
	return NULL;
}

/* The verb is the first operand; it is taken off. NULL after run_fail. */
static const struct mail_verb *
take_verb(struct mail *m)
{
	struct opt_list *args = &m->r.res.operands;
	const struct mail_verb *verb = verb_named(args->v[0]);

	if (verb == NULL) {
		run_fail(&m->r, SOP_UNSUPPORTED_OPTION,
		    "mail %s: there is no such verb", args->v[0]);
		return NULL;
	}
	args->n--;
	memmove(args->v, args->v + 1, args->n * sizeof(*args->v));
	return verb;
}

/*
 * What a command line that is wrong asks for, as far as it can be seen: the
 * verb where it belongs, and --explain, which may stand behind what is wrong.
 */
static const struct mail_verb *
guess_verb(struct mail *m, int argc, char **argv)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		m->r.a.explain |= strcmp(argv[i], "--explain") == 0;
	return argc > 1 ? verb_named(argv[1]) : NULL;
}

/*
 * With --explain nothing is written that could be delivered. Where it is not
 * known what is wanted, a mail may wait.
 */
static bool
writes_mail(const struct mail *m, const struct mail_verb *verb)
{
	return verb == NULL || (verb->writes_mail &&
	    !(m->r.a.explain && verb->run == mail_encrypt));
}

static bool
start(struct mail *m, const struct mail_verb *verb)
{
	if (m->r.a.explain && verb->run != mail_encrypt)
		return run_fail(&m->r, SOP_INCOMPATIBLE_OPTIONS,
		    "mail %s: --explain is for mail encrypt", verb->name);
	if (writes_mail(m, verb)) {
		m->ready = true;
		return mail_onward_start(m);
	}
	return m->r.res.command == NULL || run_fail(&m->r,
	    SOP_INCOMPATIBLE_OPTIONS, "mail %s: it writes no message for a "
	    "command", verb->name);
}

int
mail_main(int argc, char **argv)
{
	struct mail *m = NULL;
	const struct mail_verb *verb = NULL;
	bool begun = false;
	int status = 0;

	/* until it is known which verb this is, it may be one that writes */
	house_start(true);
	m = xcalloc(1, sizeof(*m));
	stage_start(&m->out, &m->r.env, false);
	vault_init(&m->kept, &m->r.env, false);
	begun = run_start(&m->r, SPEC_MAIL, argc, argv, 1, SIZE_MAX);
	verb = begun ? take_verb(m) : guess_verb(m, argc, argv);
	house_start(writes_mail(m, verb));
	if (begun && verb != NULL && start(m, verb))
		verb->run(m);
	status = writes_mail(m, verb) ? mail_onward_end(m) :
	    house_end(&m->r, false);
	stage_free(&m->out);
	vault_free(&m->kept);
	msg_free(&m->msg);
	free(m);
	return status;
}
