/**
 * Reads the runtime's settings out of a flash image (`jd_fstor` of jacdac-c). Two banks, the one with the higher generation counts: a
 * header of 24 bytes, then entries of 24 bytes (key 16, offset u32, size u32) up to one that is all ones; the last of a key counts.
 */
const MAGIC = [0x52545346, 0x6becea0a] as const
const HEADER_BYTES = 24
const ENTRY_BYTES = 24
const KEY_BYTES = 16

/** @returns key → value; empty if no bank is valid. Large values, whose keys begin with `*`, are left out. */
export function settingsIn(flash: Uint8Array): Map<string, Buffer> {
    const image = Buffer.from(flash)
    const bankBytes = Math.max(1, Math.floor(flash.length / 4096 / 16)) * 4096
    const banks = [0, bankBytes].filter(
        bank => image.readUInt32LE(bank) === MAGIC[0] && image.readUInt32LE(bank + 4) === MAGIC[1],
    )
    const settings = new Map<string, Buffer>()
    if (banks.length === 0) return settings
    const current = banks.reduce((a, b) => (image.readUInt32LE(b + 8) > image.readUInt32LE(a + 8) ? b : a))
    for (let at = current + HEADER_BYTES; at + ENTRY_BYTES <= current + bankBytes; at += ENTRY_BYTES) {
        const offset = image.readUInt32LE(at + KEY_BYTES)
        if (offset === 0xffffffff) break
        const key = image.toString("latin1", at, image.indexOf(0, at))
        const size = image.readUInt32LE(at + KEY_BYTES + 4)
        if (!key.startsWith("*")) settings.set(key, image.subarray(offset, offset + size))
    }
    return settings
}
