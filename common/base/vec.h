/*
 * A growable array: "struct { T *v; size_t n, cap; }". VEC_PUSH makes room
 * and gives the new, zeroed element; the array is freed with free(x.v).
 */
#ifndef BASE_VEC_H
#define BASE_VEC_H

#include <stddef.h>
#include <string.h>

#include "base/mem.h"

/* Room for one more element of "size" bytes; returns the (moved) array. */
static inline void *
vec_room(void *v, size_t n, size_t *cap, size_t size)
{
	if (n < *cap)
		return v;
	*cap = *cap ? *cap * 2 : 8;
	return xreallocarray(v, *cap, size);
}

#define VEC_PUSH(vec) \
	((vec)->v = vec_room((vec)->v, (vec)->n, &(vec)->cap, \
	    sizeof(*(vec)->v)), \
	memset(&(vec)->v[(vec)->n], 0, sizeof(*(vec)->v)), \
	&(vec)->v[(vec)->n++])

#endif
