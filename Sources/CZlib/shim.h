#include <zlib.h>

// A macro in zlib.h, which Swift can't call. 31: fifteen bits of window, and a gzip wrapper only (RFC 1952).
static inline int czlib_inflate_init_gzip(z_streamp stream) { return inflateInit2(stream, 31); }
