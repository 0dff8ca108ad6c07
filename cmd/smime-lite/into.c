/* Where pieces go; see smime-lite.h. */
#include "smime-lite.h"

void
into_qp(void *qp, struct span s)
{
	mime_qp_add(qp, s);
}

void
into_crlf(void *to_crlf, struct span s)
{
	to_crlf_add(to_crlf, s);
}

void
into_eol(void *to_eol, struct span s)
{
	to_eol_add(to_eol, s);
}

void
into_b64(void *b64, struct span s)
{
	mime_b64_encode(b64, s);
}

void
into_vault(void *vault, struct span s)
{
	vault_add(vault, s);
}

void
into_cms(void *writer, struct span s)
{
	cms_write(writer, s);
}

void
into_buf(void *buf, struct span s)
{
	buf_span(buf, s);
}
