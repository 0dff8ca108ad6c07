/* The file's form and sqlite's words; for memory*.c only. */
#ifndef MTASTS_MEMORY_SQL_H
#define MTASTS_MEMORY_SQL_H

#include <sqlite3.h>

#include "mtasts/memory.h"

enum {
	MEMORY_APPLICATION = 0x6d737473,	/* "msts" */
	MEMORY_VERSION = 2,	/* 1 had no failed_why */
	MEMORY_WAIT_MS = 10000,	/* for other processes' locks */
};

/* Seconds since 1970, either way: all dates that there are, and room to add. */
#define MEMORY_TIME_MAX (INT64_C(1) << 40)

/* What sqlite's result comes to; "db" knows the errno. */
enum memory_result memory_result_of(sqlite3 *db, int sqlite);

/*
 * Open the file as "flags" say, and see whether it is a memory: *version is
 * its form's, 0 where it has nothing in it yet. *out is written on MEMORY_OK.
 */
enum memory_result memory_connect(const char *path, int flags, sqlite3 **out,
    int *version);

/* A number that a PRAGMA gives; sqlite's result. */
int memory_pragma(sqlite3 *db, const char *sql, int *out);

#endif
