/*
 * smime-lite inspect: what is in the message, without any key. Nothing is
 * verified: names are what the sender wrote.
 */
#include "smime-lite.h"

#include "base/utf8.h"
#include "cms/decrypt.h"
#include "sys/jw.h"

/* Text for people: the names of all recipients. */
enum { TEXT_MAX = 64 << 20 };

struct job {
	struct args a;
	struct run run;
	struct onward mail;	/* read only */
	struct vault nothing;	/* is written onward */
	struct layer layer;
};

static void
json_recipient(void *arg, const struct cms_recipient *r)
{
	struct jw *j = arg;

	jw_object(j, NULL);
	jw_str(j, "key", r->kind);
	if (r->issuer.n > 0)
		jw_span(j, "issuer", r->issuer);
	else
		jw_null(j, "issuer");
	jw_span(j, "serial", r->serial);
	jw_end(j);
}

static const char *
form_of(const struct layer *l)
{
	if (l->kind == LAYER_NONE)
		return "none";
	if (l->why != NULL)
		return "malformed";
	return l->kind == LAYER_DETACHED ? "multipart/signed" :
	    cms_type_name(l->parts.type);
}

static void
json_layer(struct jw *j, const struct layer *l)
{
	bool ok = l->kind != LAYER_NONE && l->why == NULL;
	bool encrypted = ok && l->parts.type != CMS_SIGNED;

	jw_str(j, "form", form_of(l));
	jw_str(j, "reason", l->kind != LAYER_NONE ? l->why : NULL);
	jw_str(j, "cipher", encrypted ? cms_cipher_name(&l->parts) : NULL);
	jw_bool(j, "header_protected", layer_is_signed(l) &&
	    protect_covers(&l->content.header, SPAN("From")));
	jw_int(j, "signers", ok ? (int64_t)l->parts.signers : 0);
	jw_int(j, "certificates", ok ? (int64_t)l->parts.certs : 0);
	jw_array(j, "recipients");
	if (encrypted)
		cms_recipients(&l->parts, json_recipient, j);
	jw_end(j);
}

/* What every server on the way can read. */
static void
json_visible(struct jw *j, const struct header *h)
{
	jw_array(j, "visible");
	for (size_t i = 0; i < h->n; i++)
		if (h->v[i].name.n > 0)
			jw_span(j, NULL, h->v[i].name);
	jw_end(j);
}

static void
render(struct job *j, struct buf *out)
{
	struct buf member = BUF(MEMBER_MAX);
	struct jw w = JW(&member);

	run_member(&j->run, &w, "smime-lite-inspect/1", "none");
	json_layer(&w, &j->layer);
	json_visible(&w, &j->mail.msg.header);
	jw_array(&w, "findings");
	jw_end(&w);
	jw_end(&w);
	render_record(&member, out);
	buf_free(&member);
}

static void
text_recipient(void *arg, const struct cms_recipient *r)
{
	struct buf *out = arg;

	buf_printf(out, "recipient: %s, serial %.*s\n  issued by ", r->kind,
	    (int)r->serial.n, (const char *)r->serial.p);
	utf8_clean(out, r->issuer);
	buf_byte(out, '\n');
}

static void
render_people(struct job *j, struct buf *out)
{
	const struct layer *l = &j->layer;
	bool ok = l->kind != LAYER_NONE && l->why == NULL;

	buf_printf(out, "form: %s\n", form_of(l));
	if (l->kind != LAYER_NONE && l->why != NULL)
		buf_printf(out, "reason: %s\n", l->why);
	if (ok && l->parts.type != CMS_SIGNED) {
		const char *name = cms_cipher_name(&l->parts);

		buf_printf(out, "cipher: %s\n", name ? name : "not read");
		cms_recipients(&l->parts, text_recipient, out);
	} else if (ok) {
		buf_printf(out, "signers: %zu\ncertificates: %zu\n",
		    l->parts.signers, l->parts.certs);
	}
}

static int
print(struct job *j)
{
	struct buf out = BUF(TEXT_MAX);
	int status = EXIT_INTERNAL;

	(j->run.text ? render_people : render)(j, &out);
	status = run_stdout_last(buf_get0(&out));
	buf_free(&out);
	return status;
}

static int
inspect(struct job *j)
{
	struct cms_source body = source_of_message(&j->mail);
	int status = EXIT_PERMISSION;

	if (give_up_power(&j->a, NULL)) {
		status = EXIT_MALFORMED;
		if (onward_header(&j->mail))
			status = read_layer(&j->layer, &j->mail.msg.header,
			    &body, false, &j->run.env) ? print(j) : EXIT_IO;
	}
	layer_free(&j->layer);
	vault_free(&j->nothing);
	return status;
}

int
inspect_main(int argc, char **argv)
{
	struct job j = { .a = { .run = RUN_OPTS_DEFAULT },
	    .layer = LAYER };
	struct opt_result res;

	if (opt_parse(&inspect_spec, argc, argv, &j.a, &res) == OPT_END ||
	    onward_check(&inspect_spec, &res) == OPT_END)
		return opt_end(&res);
	start_reading(&j.a, &j.run, &j.mail, &j.nothing);
	return inspect(&j);
}
