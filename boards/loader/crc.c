#include "crc.h"

/** Reflected: a byte's lowest bit comes first. */
#define POLYNOMIAL_32 0xEDB88320u
/** Not reflected, but the bits of each byte come lowest first as well. */
#define POLYNOMIAL_16 0x8005u

uint32_t loader_crc32(const uint8_t *bytes, size_t size)
{
    uint32_t crc = 0xFFFFFFFFu;
    for (size_t i = 0; i < size; i++) {
        crc ^= bytes[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1u ? POLYNOMIAL_32 : 0u);
    }
    return ~crc;
}

uint16_t loader_crc16(const uint8_t *bytes, size_t size)
{
    uint32_t crc = 0;
    for (size_t i = 0; i < size; i++)
        for (int bit = 0; bit < 8; bit++) {
            const uint32_t feedback = (crc >> 15 ^ (uint32_t)bytes[i] >> bit) & 1u;
            crc = (crc << 1 ^ (feedback ? POLYNOMIAL_16 : 0u)) & 0xFFFFu;
        }
    return (uint16_t)crc;
}
