/**
 * The checksum of the part's packets and of its locks: polynomial 0x8005, register 0 at first, each byte least significant bit first
 * (ATECC508A datasheet DS20005927A, "I/O Groups"). It travels low byte first.
 */
export function crc16(bytes: Uint8Array): number {
    let crc = 0
    for (const byte of bytes)
        for (let bit = 0; bit < 8; bit++) {
            const feedback = (crc >> 15) ^ ((byte >> bit) & 1)
            crc = ((crc << 1) & 0xffff) ^ (feedback ? 0x8005 : 0)
        }
    return crc
}

/** Count (itself and the checksum included), payload, checksum: the form of everything the part sends. */
export function group(payload: Uint8Array): Uint8Array {
    const bytes = Uint8Array.of(payload.length + 3, ...payload)
    const crc = crc16(bytes)
    return Uint8Array.of(...bytes, crc & 0xff, crc >> 8)
}
