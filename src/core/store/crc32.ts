/**
 * CRC-32 as in IEEE 802.3 (reflected polynomial 0xEDB88320). Of any four flipped bits in a slot of 128 bytes it notices all; of more, all but one in
 * 2^32. It is not used to put bits right: each one put right would be one more that can be wrong without notice.
 */

/** @returns the checksum of `length` bytes from `start`, as a signed 32-bit number */
export function crc32(bytes: Buffer, start: number, length: number): number {
    let crc = -1
    for (let i = start; i < start + length; i++) {
        crc ^= bytes[i]
        crc = (crc >>> 4) ^ NIBBLES[crc & 15]
        crc = (crc >>> 4) ^ NIBBLES[crc & 15]
    }
    return ~crc
}

/** The checksum's state after each value of four bits: 16 entries take less memory than the usual 256, and little more time. */
const NIBBLES = [
    0x00000000 | 0,
    0x1db71064 | 0,
    0x3b6e20c8 | 0,
    0x26d930ac | 0,
    0x76dc4190 | 0,
    0x6b6b51f4 | 0,
    0x4db26158 | 0,
    0x5005713c | 0,
    0xedb88320 | 0,
    0xf00f9344 | 0,
    0xd6d6a3e8 | 0,
    0xcb61b38c | 0,
    0x9b64c2b0 | 0,
    0x86d3d2d4 | 0,
    0xa00ae278 | 0,
    0xbdbdf21c | 0,
]
