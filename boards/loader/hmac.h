#ifndef DOMOVOI_LOADER_HMAC_H
#define DOMOVOI_LOADER_HMAC_H

#include "loader.h"

#define LOADER_KEY_BYTES LOADER_DIGEST_BYTES
/** Longest message in bytes: name, a zero, and a value without its seal. */
#define LOADER_MESSAGE_BYTES 97u

typedef struct loader_bytes {
    const uint8_t *bytes;
    size_t size;
} loader_bytes;

/** HMAC-SHA-256 (RFC 2104) of two pieces, one behind the other, which are no longer than LOADER_MESSAGE_BYTES together. */
void loader_hmac_sha256(loader_hash *sha256, const uint8_t key[LOADER_KEY_BYTES], loader_bytes first, loader_bytes second,
                        uint8_t hmac[LOADER_DIGEST_BYTES]);

#endif
