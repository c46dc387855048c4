/** CRC-32 as in IEEE 802.3 (reflected polynomial 0xEDB88320), and the repair of single flipped bits with it. */

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

export type Soundness = "sound" | "repaired" | "damaged"

/**
 * Compares bytes with their stored checksum. If one bit has flipped in the bytes, it is put right.
 * @param stored the checksum that was made of the bytes when they were sound
 */
export function checkAndRepair(bytes: Buffer, start: number, length: number, stored: number): Soundness {
    const difference = crc32(bytes, start, length) ^ stored
    if (difference === 0) return "sound"
    // One bit of difference: it was the checksum that was hit.
    if ((difference & (difference - 1)) === 0) return "repaired"
    const bit = flippedBit(difference, length)
    if (bit === undefined) return "damaged"
    bytes[start + (bit >> 3)] ^= 1 << (bit & 7)
    return "repaired"
}

/**
 * The difference between two checksums depends only on where the messages differ, and no two single bits of a short message leave the
 * same difference. So it is enough to compare with the difference that each bit would leave.
 * @param length size of the message in bytes
 * @returns the bit, counted from the least significant one of the first byte, or undefined if no single bit explains the difference
 */
function flippedBit(difference: number, length: number): number | undefined {
    let trace = POLYNOMIAL
    for (let bit = length * 8 - 1; bit >= 0; bit--) {
        if (trace === difference) return bit
        trace = (trace >>> 1) ^ (trace & 1 ? POLYNOMIAL : 0)
    }
    return undefined
}

const POLYNOMIAL = 0xedb88320 | 0

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
