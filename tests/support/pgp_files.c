/* Vectors of OpenPGP; see pgp_files.h. */
#include "pgp_files.h"

#include <stdio.h>
#include <stdlib.h>

struct buf
vector(const char *name)
{
	struct buf b = BUF(1 << 20);
	char path[256] = "";
	FILE *f = NULL;
	size_t n = 0;

	snprintf(path, sizeof(path), "tests/vectors/openpgp/%s", name);
	f = fopen(path, "rb");
	if (f == NULL) {
		perror(path);
		exit(99);
	}
	n = fread(buf_room(&b, 1 << 19), 1, 1 << 19, f);
	b.n = n;
	fclose(f);
	return b;
}
