import { hex } from "../../../src/core/crypto/hex"

/**
 * The checksum of the ATECC608B's packets and locks: polynomial 0x8005, register 0 at first, each byte least significant bit first
 * (DS20005927A, "I/O Groups"). It travels low byte first.
 *
 * x^16 + x^15 + x^2 + 1 is (x + 1)(x^15 + x + 1), so eight steps come down to the parity of eight bits and two shifts, in a register that
 * runs the other way round.
 */
export function crc16(bytes: Buffer, start: number, length: number): number {
    let mirrored = 0
    const end = start + length
    for (let i = start; i < end; i++) {
        const byte = (mirrored ^ bytes[i]) & 0xff
        mirrored = (mirrored >> 8) ^ (byte << 6) ^ (byte << 7)
        if ((ODD_NIBBLES >> ((byte ^ (byte >> 4)) & 15)) & 1) mirrored ^= 0xc001
    }
    let crc = 0
    for (let shift = 0; shift < 16; shift += 4) crc = (crc << 4) | MIRRORED_NIBBLES[(mirrored >> shift) & 15]
    return crc
}

const MIRRORED_NIBBLES = hex`0008040c 020a060e 0109050d 030b070f`

/** Bit n says whether n has an odd number of ones. */
const ODD_NIBBLES = 0x6996
