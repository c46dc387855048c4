/** SHA-256, FIPS 180-4 §6.2.2, with the message schedule in a ring of 16 words. */
#include "loader.h"

#define BLOCK_BYTES 64u
/** Of a message's last block: its length in bits stands there. */
#define LENGTH_AT 56u
#define STATE_WORDS 8u
#define ROUNDS 64u
#define SCHEDULE_WORDS 16u

/** §4.2.2: fractional parts of the cube roots of the first 64 primes. */
static const uint32_t K[ROUNDS] = {
    0x428a2f98u, 0x71374491u, 0xb5c0fbcfu, 0xe9b5dba5u, 0x3956c25bu, 0x59f111f1u, 0x923f82a4u, 0xab1c5ed5u, 0xd807aa98u, 0x12835b01u, 0x243185beu,
    0x550c7dc3u, 0x72be5d74u, 0x80deb1feu, 0x9bdc06a7u, 0xc19bf174u, 0xe49b69c1u, 0xefbe4786u, 0x0fc19dc6u, 0x240ca1ccu, 0x2de92c6fu, 0x4a7484aau,
    0x5cb0a9dcu, 0x76f988dau, 0x983e5152u, 0xa831c66du, 0xb00327c8u, 0xbf597fc7u, 0xc6e00bf3u, 0xd5a79147u, 0x06ca6351u, 0x14292967u, 0x27b70a85u,
    0x2e1b2138u, 0x4d2c6dfcu, 0x53380d13u, 0x650a7354u, 0x766a0abbu, 0x81c2c92eu, 0x92722c85u, 0xa2bfe8a1u, 0xa81a664bu, 0xc24b8b70u, 0xc76c51a3u,
    0xd192e819u, 0xd6990624u, 0xf40e3585u, 0x106aa070u, 0x19a4c116u, 0x1e376c08u, 0x2748774cu, 0x34b0bcb5u, 0x391c0cb3u, 0x4ed8aa4au, 0x5b9cca4fu,
    0x682e6ff3u, 0x748f82eeu, 0x78a5636fu, 0x84c87814u, 0x8cc70208u, 0x90befffau, 0xa4506cebu, 0xbef9a3f7u, 0xc67178f2u,
};

static uint32_t rotr(uint32_t word, int bits)
{
    return word >> bits | word << (32 - bits);
}

static uint32_t big_endian_32(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | (uint32_t)at[3];
}

static void put_big_endian_32(uint8_t *at, uint32_t word)
{
    for (int i = 0; i < 4; i++)
        at[i] = (uint8_t)(word >> (24 - 8 * i));
}

/** W of round t, from the 16 before it. */
static uint32_t scheduled(uint32_t w[SCHEDULE_WORDS], uint32_t t)
{
    const uint32_t w15 = w[(t + 1) % SCHEDULE_WORDS], w2 = w[(t + 14) % SCHEDULE_WORDS];
    const uint32_t sigma0 = rotr(w15, 7) ^ rotr(w15, 18) ^ w15 >> 3;
    const uint32_t sigma1 = rotr(w2, 17) ^ rotr(w2, 19) ^ w2 >> 10;
    return w[t % SCHEDULE_WORDS] += sigma0 + w[(t + 9) % SCHEDULE_WORDS] + sigma1;
}

static void compress(uint32_t state[STATE_WORDS], const uint8_t block[BLOCK_BYTES])
{
    uint32_t w[SCHEDULE_WORDS];
    for (uint32_t t = 0; t < SCHEDULE_WORDS; t++)
        w[t] = big_endian_32(block + 4 * t);
    uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
    uint32_t e = state[4], f = state[5], g = state[6], h = state[7];
    for (uint32_t t = 0; t < ROUNDS; t++) {
        const uint32_t word = t < SCHEDULE_WORDS ? w[t] : scheduled(w, t);
        const uint32_t sum1 = rotr(e, 6) ^ rotr(e, 11) ^ rotr(e, 25);
        const uint32_t t1 = h + sum1 + ((e & f) ^ (~e & g)) + K[t] + word;
        const uint32_t sum0 = rotr(a, 2) ^ rotr(a, 13) ^ rotr(a, 22);
        const uint32_t t2 = sum0 + ((a & b) ^ (a & c) ^ (b & c));
        h = g, g = f, f = e, e = d + t1;
        d = c, c = b, b = a, a = t1 + t2;
    }
    state[0] += a, state[1] += b, state[2] += c, state[3] += d;
    state[4] += e, state[5] += f, state[6] += g, state[7] += h;
}

/** Puts a byte behind those of the last block; a block that is full goes into the state. */
static size_t put(uint32_t state[STATE_WORDS], uint8_t block[BLOCK_BYTES], size_t used, uint8_t byte)
{
    block[used] = byte;
    if (used + 1 < BLOCK_BYTES)
        return used + 1;
    compress(state, block);
    return 0;
}

void loader_sha256(const uint8_t *bytes, size_t size, uint8_t digest[LOADER_DIGEST_BYTES])
{
    /* §5.3.3: fractional parts of the square roots of the first 8 primes. */
    uint32_t state[STATE_WORDS] = {0x6a09e667u, 0xbb67ae85u, 0x3c6ef372u, 0xa54ff53au, 0x510e527fu, 0x9b05688cu, 0x1f83d9abu, 0x5be0cd19u};
    size_t at = 0;
    for (; size - at >= BLOCK_BYTES; at += BLOCK_BYTES)
        compress(state, bytes + at);
    /* §5.1.1: a bit 1, zeros, and the length. */
    uint8_t block[BLOCK_BYTES];
    size_t used = 0;
    for (; at < size; at++)
        block[used++] = bytes[at];
    used = put(state, block, used, 0x80);
    while (used != LENGTH_AT)
        used = put(state, block, used, 0);
    put_big_endian_32(block + LENGTH_AT, (uint32_t)((uint64_t)size >> 29));
    put_big_endian_32(block + LENGTH_AT + 4, (uint32_t)size << 3);
    compress(state, block);
    for (uint32_t i = 0; i < STATE_WORDS; i++)
        put_big_endian_32(digest + 4 * i, state[i]);
}
