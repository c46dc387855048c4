/**
 * CRC-32 as in IEEE 802.3 (reflected polynomial 0xEDB88320). Of any four flipped bits in a slot of 128 bytes it notices all; of more, all but one in
 * 2^32. It is not used to put bits right: each one put right would be one more that can be wrong without notice.
 */

/** @returns the checksum of `length` bytes from `start`, as a signed 32-bit number */
export function crc32(bytes: Buffer, start: number, length: number): number {
    let crc = -1
    const end = start + length
    for (let i = start; i < end; i++) crc = (crc >>> 8) ^ TABLE[(crc ^ bytes[i]) & 255]
    return ~crc
}

/**
 * The checksum's state after each byte: 2 KB, and half the time that 16 entries for four bits would take. It is linear, so each bit doubles the table,
 * from the highest on, which is behind with the polynomial alone.
 */
const TABLE: number[] = [0]
let state = 1
for (let bit = 128; bit > 0; bit >>= 1) {
    state = (state >>> 1) ^ (-(state & 1) & 0xedb88320)
    for (let rest = 0; rest < 256; rest += 2 * bit) TABLE[bit + rest] = state ^ TABLE[rest]
}
