#include <sqlite3.h>

// What Swift can't import: a variadic function, and a macro that casts -1 to a function pointer.

static inline int csqlite_enable(sqlite3 *db, int option) {
    int enabled = 0;
    int code = sqlite3_db_config(db, option, 1, &enabled);
    return code != SQLITE_OK ? code : enabled ? SQLITE_OK : SQLITE_ERROR;
}

// No bytes are an empty value: a null address would bind NULL.

static inline int csqlite_bind_text(sqlite3_stmt *statement, int index, const void *bytes, int count) {
    return sqlite3_bind_text(statement, index, bytes ? (const char *)bytes : "", count, SQLITE_TRANSIENT);
}

static inline int csqlite_bind_blob(sqlite3_stmt *statement, int index, const void *bytes, int count) {
    return sqlite3_bind_blob(statement, index, bytes ? bytes : "", count, SQLITE_TRANSIENT);
}
