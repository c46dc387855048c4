/**
 * What the stage in front of a runtime has to look at before the runtime mounts its settings (`jd_fstor` of jacdac-c), because the power may
 * have gone while an entry was written. It can name pages that do not exist, and over it the runtime's C code fails an assertion at every
 * boot; or bytes behind its bank, which the runtime would take along into the next. Or its value is there and it is not: then the runtime
 * formats the first bank, and if it is the second that is broken and newer, it does so at every boot, and forgets everything each time.
 *
 * Two banks at the start of flash, each a header of 24 bytes and entries of 24 bytes (key 16, offset u32, size u32) up to one whose offset is
 * all ones. An entry whose key begins with `*` stands for whole pages behind the banks: `*prog` for those of the program.
 */
import { type NorFlash, PAGE_BYTES } from "../flash"

const MAGIC = [0x52545346, 0x6becea0a] as const
const HEADER_BYTES = 24
const ENTRY = { bytes: 24, offset: 16, size: 20 }
const LARGE = 0x2a
const NO_OFFSET = 0xffffffff

/**
 * Erases both banks if either holds such an entry: then the runtime formats its store, and waits for a program.
 * @returns the time it took, in microseconds; 0 if the store is sound
 * @throws PowerLost if the power is cut at one of the erasures
 */
export function eraseTornStore(flash: NorFlash): number {
    const bankPages = Math.max(1, Math.floor(flash.bytes.length / PAGE_BYTES / 16))
    const bankBytes = bankPages * PAGE_BYTES
    if (![0, bankBytes].some(bank => isTorn(flash.bytes, bank, bankBytes))) return 0
    let us = 0
    for (let page = 0; page < 2 * bankPages; page++) us += flash.erase(page * PAGE_BYTES)
    return us
}

function isTorn(flash: Uint8Array, bank: number, bankBytes: number): boolean {
    const view = new DataView(flash.buffer, flash.byteOffset, flash.length)
    const word = (at: number) => view.getUint32(at, true)
    if (word(bank) !== MAGIC[0] || word(bank + 4) !== MAGIC[1]) return false
    const pagesExist = (offset: number, size: number) => {
        const first = Math.floor(offset / PAGE_BYTES)
        const pages = Math.max(1, Math.ceil(size / PAGE_BYTES))
        return first * PAGE_BYTES >= 2 * bankBytes && (first + pages) * PAGE_BYTES <= flash.length
    }
    const end = bank + bankBytes
    let values = end
    let at = bank + HEADER_BYTES
    for (; at + ENTRY.bytes <= end && word(at + ENTRY.offset) !== NO_OFFSET; at += ENTRY.bytes) {
        const [offset, size] = [word(at + ENTRY.offset), word(at + ENTRY.size)]
        const isLarge = flash[at] === LARGE
        if (isLarge ? !pagesExist(offset, size) : offset + size > end) return true
        if (!isLarge) values = Math.min(values, offset)
    }
    return at > values || flash.subarray(at, values).some(byte => byte !== 0xff)
}
