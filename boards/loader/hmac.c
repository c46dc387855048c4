#include "hmac.h"

#include "bytes.h"

#define BLOCK_BYTES 64u
#define IPAD 0x36u
#define OPAD 0x5Cu

/** RFC 2104 §2: the key, filled up with zeros to a block, and a byte that is repeated. */
static void put_pad(uint8_t block[BLOCK_BYTES], const uint8_t key[LOADER_KEY_BYTES], uint32_t pad)
{
    for (size_t i = 0; i < BLOCK_BYTES; i++)
        block[i] = (uint8_t)((i < LOADER_KEY_BYTES ? key[i] : 0u) ^ pad);
}

void loader_hmac_sha256(loader_hash *sha256, const uint8_t key[LOADER_KEY_BYTES], loader_bytes first, loader_bytes second,
                        uint8_t hmac[LOADER_DIGEST_BYTES])
{
    uint8_t message[BLOCK_BYTES + LOADER_MESSAGE_BYTES];
    put_pad(message, key, IPAD);
    loader_copy(message + BLOCK_BYTES, first.bytes, first.size);
    loader_copy(message + BLOCK_BYTES + first.size, second.bytes, second.size);
    sha256(message, BLOCK_BYTES + first.size + second.size, hmac);
    put_pad(message, key, OPAD);
    loader_copy(message + BLOCK_BYTES, hmac, LOADER_DIGEST_BYTES);
    sha256(message, BLOCK_BYTES + LOADER_DIGEST_BYTES, hmac);
}
