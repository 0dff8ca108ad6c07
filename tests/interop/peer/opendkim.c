/*
 * libopendkim as a peer: see tests/interop/README for the verbs and the job
 * lines.  `loop-verify N FILE` and `loop-sign N KEY FILE` are for
 * tests/bench: N messages in one process, keys by DNS.
 */
#include <err.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include <opendkim/dkim.h>

struct key {
	char *domain;
	char *selector;
	char *algorithm;
	unsigned char *pem;
};

static char *
slurp(const char *path, size_t *len)
{
	FILE *f = fopen(path, "rb");
	char *data = NULL;
	size_t cap = 0;

	if (f == NULL)
		err(66, "%s", path);
	*len = 0;
	do {
		cap = cap != 0 ? cap * 2 : 65536;
		data = realloc(data, cap + 1);
		if (data == NULL)
			err(71, NULL);
		*len += fread(data + *len, 1, cap - *len, f);
	} while (*len == cap);
	data[*len] = '\0';
	fclose(f);
	return data;
}

static void
feed(DKIM *dkim, const char *msg, size_t len)
{
	if (dkim_chunk(dkim, (unsigned char *)msg, len) != DKIM_STAT_OK)
		errx(1, "dkim_chunk: %s", dkim_geterror(dkim));
	if (dkim_chunk(dkim, NULL, 0) != DKIM_STAT_OK)
		errx(1, "dkim_chunk: %s", dkim_geterror(dkim));
}

static bool
sig_ok(DKIM_SIGINFO *sig)
{
	return (dkim_sig_getflags(sig) & DKIM_SIGFLAG_PASSED) != 0 &&
	    dkim_sig_getbh(sig) == DKIM_SIGBH_MATCH;
}

static void
verify(DKIM_LIB *lib, const char *path)
{
	DKIM_SIGINFO **sigs = NULL;
	DKIM_STAT stat = DKIM_STAT_OK;
	DKIM *dkim = dkim_verify(lib, (const unsigned char *)"peer", NULL,
	    &stat);
	size_t len = 0;
	char *msg = slurp(path, &len);
	bool testkey = false;
	int n = 0;

	if (dkim == NULL)
		errx(70, "dkim_verify");
	feed(dkim, msg, len);
	(void)dkim_eom(dkim, &testkey);
	if (dkim_getsiglist(dkim, &sigs, &n) != DKIM_STAT_OK)
		n = 0;
	for (int i = 0; i < n; i++) {
		dkim_alg_t alg = -1;

		(void)dkim_sig_getsignalg(sigs[i], &alg);
		(void)dkim_sig_process(dkim, sigs[i]);
		printf("%s %s %s %s %s\n", path, dkim_sig_getdomain(sigs[i]),
		    dkim_sig_getselector(sigs[i]),
		    alg == DKIM_SIGN_ED25519SHA256 ? "ed25519-sha256" :
		    alg == DKIM_SIGN_RSASHA256 ? "rsa-sha256" : "rsa-sha1",
		    sig_ok(sigs[i]) ? "pass" : "fail");
	}
	dkim_free(dkim);
	free(msg);
}

static struct key
read_key(char *item)
{
	struct key key = { 0 };
	char *rest = item;
	char *path = NULL;
	size_t len = 0;

	key.domain = strsep(&rest, ",");
	key.selector = strsep(&rest, ",");
	key.algorithm = strsep(&rest, ",");
	path = rest;
	if (path == NULL)
		errx(64, "a key is DOMAIN,SELECTOR,ALGORITHM,FILE");
	key.pem = (unsigned char *)slurp(path, &len);
	return key;
}

static dkim_canon_t
canon_of(const char *name)
{
	return strcmp(name, "simple") == 0 ? DKIM_CANON_SIMPLE :
	    DKIM_CANON_RELAXED;
}

static char *
signature(DKIM_LIB *lib, const struct key *key, const char *msg, size_t len,
    dkim_canon_t header, dkim_canon_t body)
{
	DKIM_STAT stat = DKIM_STAT_OK;
	unsigned char *out = NULL;
	size_t outlen = 0;
	char *copy = NULL;
	DKIM *dkim = dkim_sign(lib, (const unsigned char *)"peer", NULL,
	    key->pem, (unsigned char *)key->selector,
	    (unsigned char *)key->domain, header, body,
	    strcmp(key->algorithm, "rsa-sha256") == 0 ?
	    DKIM_SIGN_RSASHA256 : DKIM_SIGN_ED25519SHA256, -1, &stat);

	if (dkim == NULL)
		errx(70, "dkim_sign: %d", stat);
	feed(dkim, msg, len);
	if (dkim_eom(dkim, NULL) != DKIM_STAT_OK)
		errx(1, "dkim_eom: %s", dkim_geterror(dkim));
	if (dkim_getsighdr_d(dkim, 16, &out, &outlen) != DKIM_STAT_OK)
		errx(1, "dkim_getsighdr_d: %s", dkim_geterror(dkim));
	copy = strndup((char *)out, outlen);
	dkim_free(dkim);
	return copy;
}

/* libopendkim folds with LF alone */
static void
put_field(FILE *out, const char *value)
{
	fputs("DKIM-Signature: ", out);
	for (const char *p = value; *p != '\0'; p++) {
		if (*p == '\n' && (p == value || p[-1] != '\r'))
			fputc('\r', out);
		fputc(*p, out);
	}
	fputs("\r\n", out);
}

static void
sign(DKIM_LIB *lib, char *job)
{
	char *out = strsep(&job, " ");
	char *in = strsep(&job, " ");
	char *header = strsep(&job, " ");
	char *fields = strsep(&job, " ");
	char *item = NULL;
	char *body = header != NULL ? strchr(header, '/') : NULL;
	size_t len = 0;
	char *msg = NULL;
	FILE *f = NULL;

	if (fields == NULL || job == NULL || body == NULL)
		errx(64, "job: OUT IN CANON HEADERS KEY...");
	*body++ = '\0';
	msg = slurp(in, &len);
	f = fopen(out, "wb");
	if (f == NULL)
		err(73, "%s", out);
	while ((item = strsep(&job, " ")) != NULL) {
		struct key key = read_key(item);
		char *value = signature(lib, &key, msg, len, canon_of(header),
		    canon_of(body));

		put_field(f, value);
		free(value);
		free(key.pem);
	}
	fwrite(msg, 1, len, f);
	if (fclose(f) != 0)
		err(74, "%s", out);
	free(msg);
}

static void
sign_jobs(DKIM_LIB *lib, const char *path)
{
	FILE *f = fopen(path, "r");
	char *line = NULL;
	size_t cap = 0;
	ssize_t n = 0;

	if (f == NULL)
		err(66, "%s", path);
	while ((n = getline(&line, &cap, f)) > 0) {
		line[strcspn(line, "\n")] = '\0';
		sign(lib, line);
	}
	free(line);
	fclose(f);
}

static void
loop_verify(DKIM_LIB *lib, int count, const char *path)
{
	size_t len = 0;
	char *msg = slurp(path, &len);

	for (int i = 0; i < count; i++) {
		DKIM_STAT stat = DKIM_STAT_OK;
		bool testkey = false;
		DKIM *dkim = dkim_verify(lib, (const unsigned char *)"peer",
		    NULL, &stat);

		feed(dkim, msg, len);
		if (dkim_eom(dkim, &testkey) != DKIM_STAT_OK)
			errx(1, "%s: not verified", path);
		dkim_free(dkim);
	}
	free(msg);
}

static void
loop_sign(DKIM_LIB *lib, int count, char *item, const char *path)
{
	struct key key = read_key(item);
	size_t len = 0;
	char *msg = slurp(path, &len);

	for (int i = 0; i < count; i++)
		free(signature(lib, &key, msg, len, DKIM_CANON_RELAXED,
		    DKIM_CANON_RELAXED));
	free(key.pem);
	free(msg);
}

static void
keys_from(DKIM_LIB *lib, const char *path)
{
	int method = DKIM_QUERY_FILE;

	if (dkim_options(lib, DKIM_OP_SETOPT, DKIM_OPTS_QUERYMETHOD, &method,
	    sizeof method) != DKIM_STAT_OK ||
	    dkim_options(lib, DKIM_OP_SETOPT, DKIM_OPTS_QUERYINFO,
	    (void *)path, strlen(path) + 1) != DKIM_STAT_OK)
		errx(70, "dkim_options");
}

int
main(int argc, char **argv)
{
	DKIM_LIB *lib = dkim_init(NULL, NULL);
	unsigned flags = DKIM_LIBFLAGS_FIXCRLF;

	if (lib == NULL || argc < 4)
		errx(64, "usage: opendkim verify|sign KEYS FILE...");
	(void)dkim_options(lib, DKIM_OP_SETOPT, DKIM_OPTS_FLAGS, &flags,
	    sizeof flags);
	if (strcmp(argv[1], "loop-verify") == 0) {
		loop_verify(lib, atoi(argv[2]), argv[3]);
	} else if (strcmp(argv[1], "loop-sign") == 0 && argc > 4) {
		loop_sign(lib, atoi(argv[2]), argv[3], argv[4]);
	} else {
		keys_from(lib, argv[2]);
		for (int i = 3; i < argc; i++) {
			if (strcmp(argv[1], "verify") == 0)
				verify(lib, argv[i]);
			else
				sign_jobs(lib, argv[i]);
		}
	}
	dkim_close(lib);
	return 0;
}
