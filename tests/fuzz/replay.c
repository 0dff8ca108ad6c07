/*
 * A main for fuzz targets without libFuzzer: runs the target over each file
 * named and over each file of each folder named. So the corpus is replayed
 * under gcc's sanitizers by the ordinary tests. A copy of the exact size
 * lets AddressSanitizer see the first octet that is read too far.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static unsigned long files;

static int
run_file(const char *path)
{
	FILE *f = fopen(path, "rb");
	uint8_t *data = NULL;
	struct stat st;
	size_t n = 0;

	if (f == NULL || fstat(fileno(f), &st) != 0) {
		perror(path);
		return 1;
	}
	n = (size_t)st.st_size;
	data = malloc(n > 0 ? n : 1);
	if (data == NULL || fread(data, 1, n, f) != n) {
		perror(path);
		return 1;
	}
	fclose(f);
	/* named before, so that a crash is known by its last line */
	fprintf(stderr, "%s\n", path);
	LLVMFuzzerTestOneInput(data, n);
	free(data);
	files++;
	return 0;
}

static int
run_path(const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *e = NULL;
	char name[4096];
	int bad = 0;

	if (dir == NULL)
		return run_file(path);
	while ((e = readdir(dir)) != NULL) {
		if (e->d_name[0] == '.')
			continue;
		snprintf(name, sizeof(name), "%s/%s", path, e->d_name);
		bad |= run_file(name);
	}
	closedir(dir);
	return bad;
}

int
main(int argc, char **argv)
{
	int bad = 0;

	for (int i = 1; i < argc; i++)
		bad |= run_path(argv[i]);
	printf("%lu inputs\n", files);
	return bad != 0 || files == 0;
}
