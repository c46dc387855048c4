#ifndef DOMOVOI_LOADER_CRC_H
#define DOMOVOI_LOADER_CRC_H

#include <stddef.h>
#include <stdint.h>

/** CRC-32 of IEEE 802.3: of the ASCII text `123456789` it is 0xCBF43926. */
uint32_t loader_crc32(const uint8_t *bytes, size_t size);

/** The checksum of an ATECC608B's packets (DS20005927A, "I/O Groups"); it travels low byte first. */
uint16_t loader_crc16(const uint8_t *bytes, size_t size);

#endif
