/* plural.h - the noun that goes with a number.  Layer: base. */
#ifndef SNA_BASE_PLURAL_H
#define SNA_BASE_PLURAL_H

/* The noun for N things: ONE or MANY. */
static inline const char *plural(unsigned long long n, const char *one, const char *many)
{
    return n == 1 ? one : many;
}

/* For the nouns that take an s: "%u error%s", n, plural_s(n). */
static inline const char *plural_s(unsigned long long n)
{
    return plural(n, "", "s");
}

#endif
