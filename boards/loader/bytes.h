/** Little-endian numbers and runs of bytes. */
#ifndef DOMOVOI_LOADER_BYTES_H
#define DOMOVOI_LOADER_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

static inline uint32_t loader_u16(const uint8_t *at)
{
    return (uint32_t)at[0] | (uint32_t)at[1] << 8;
}

static inline uint32_t loader_u32(const uint8_t *at)
{
    return loader_u16(at) | loader_u16(at + 2) << 16;
}

static inline void loader_copy(uint8_t *to, const uint8_t *from, size_t size)
{
    for (size_t i = 0; i < size; i++)
        to[i] = from[i];
}

static inline bool loader_equal(const uint8_t *one, const uint8_t *other, size_t size)
{
    uint8_t difference = 0;
    for (size_t i = 0; i < size; i++)
        difference |= (uint8_t)(one[i] ^ other[i]);
    return difference == 0;
}

#endif
