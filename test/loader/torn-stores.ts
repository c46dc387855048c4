/** Settings stores of a runtime, made from docs/loader.md alone: sound ones, and what a power cut can leave of one. */

const PAGE = 4096

/** An entry, and the value that lies beside it, if one does. */
interface Entry {
    key: string
    offset: number
    size: number
    /** Only the first so many bytes of the entry were written. */
    written?: number
}

/** What a bank holds. */
interface Bank {
    /** Left out: it was never begun with. */
    magic?: readonly [number, number]
    entries?: readonly Entry[]
    /** Bytes at offsets from the start of the bank. */
    values?: Readonly<Record<number, string>>
}

export interface StoreCase {
    banks: readonly [Bank, Bank]
    torn: boolean
    /** In pages; 32, of which two are in each bank, if left out. */
    pages?: number
}

export const STORE_MAGIC = [0x52545346, 0x6becea0a] as const
const magic = STORE_MAGIC
const PAGES = 32
const BANK = (PAGES / 16) * PAGE
const NONE: Bank = {}

/** Of the first bank: a setting of 8 bytes at its end, one of 16 before it, and the program behind the banks. */
const settings: readonly Entry[] = [
    { key: "wifi", offset: BANK - 8, size: 5 },
    { key: "hub", offset: BANK - 24, size: 16 },
]
const program: Entry = { key: "*prog", offset: 2 * BANK, size: 60_000 }
const values = { [BANK - 8]: "hello", [BANK - 24]: "0123456789abcdef" }
const sound: Bank = { magic, entries: [...settings, program], values }
const withEntry = (entry: Partial<Entry>): Bank => ({ magic, entries: [...settings, { ...program, ...entry }], values })
const inSecond = (bank: Bank): Bank => ({
    ...bank,
    entries: bank.entries?.map(entry => (entry.key[0] === "*" ? entry : { ...entry, offset: entry.offset + BANK })),
})

const is = (torn: boolean, first: Bank, second = NONE, pages = PAGES): StoreCase => ({
    torn,
    banks: [first, second],
    pages,
})

export const STORES: Readonly<Record<string, StoreCase>> = {
    "a flash that was erased": is(false, NONE),
    "a store that holds nothing": is(false, { magic }),
    "settings and a program": is(false, sound),
    "settings in both banks": is(false, sound, inSecond(sound)),
    "the second bank alone": is(false, NONE, inSecond(sound)),
    "a program in the last page": is(false, withEntry({ offset: (PAGES - 1) * PAGE, size: PAGE })),
    "a program without a byte": is(false, withEntry({ offset: (PAGES - 1) * PAGE, size: 0 })),
    "a setting without a byte": is(false, { magic, entries: [{ key: "none", offset: BANK - 8, size: 0 }] }),
    "a bank full of entries": is(false, {
        magic,
        entries: Array.from({ length: 340 }, (_, i) => ({ ...program, key: `*${i}` })),
    }),
    "what never was a bank": is(false, { values: { 0: "anything, and more of it than 24 bytes" } }),
    "another first word": is(false, { ...withEntry({ offset: 0 }), magic: [magic[0] ^ 1, magic[1]] }),
    "another second word": is(false, { ...withEntry({ offset: 0 }), magic: [magic[0], magic[1] ^ 1] }),
    "a flash of 17 pages, a page to each bank": is(
        false,
        { magic, entries: [{ key: "*prog", offset: 2 * PAGE, size: 1 }] },
        NONE,
        17,
    ),

    "a program behind the flash": is(true, withEntry({ offset: PAGES * PAGE })),
    "a program without a byte behind the flash": is(true, withEntry({ offset: PAGES * PAGE, size: 0 })),
    "a program that begins inside the flash and ends outside": is(
        true,
        withEntry({ offset: (PAGES - 1) * PAGE, size: PAGE + 1 }),
    ),
    "a program of all the bytes that a number can say": is(true, withEntry({ size: 0xffffffff })),
    "a program at all the bytes that a number can say": is(true, withEntry({ offset: 0xfffffffe, size: 0xffffffff })),
    "a program in the first bank": is(true, withEntry({ offset: 0 })),
    "a program in the second bank": is(true, withEntry({ offset: 2 * BANK - PAGE })),
    "a program in a page that a flash of 17 has in its banks": is(
        true,
        { magic, entries: [{ key: "*prog", offset: PAGE, size: 1 }] },
        NONE,
        17,
    ),
    "half of an entry's size": is(true, withEntry({ written: 22 })),
    "the second bank": is(true, inSecond(sound), inSecond(withEntry({ offset: 0 }))),
    "the second bank, of values": is(true, sound, { magic, values: { [BANK - 8]: "alone" } }),
    "a value without its entry": is(true, {
        ...sound,
        values: { ...values, [BANK - 40]: "a value alone" },
    }),
    "the first value without its entry": is(true, { magic, values: { [BANK - 8]: "alone" } }),
    "half of an entry's key": is(true, withEntry({ written: 3 })),
    "a value among the entries": is(true, withEntry({ key: "low", offset: 60, size: 8 })),
    "a value in front of the bank": is(true, NONE, inSecond(withEntry({ key: "low", offset: 0, size: 8 }))),
    "a value behind its bank": is(true, withEntry({ key: "far", offset: BANK + 8, size: 8 })),
    "a value that ends behind its bank": is(true, withEntry({ key: "long", offset: BANK - 24, size: 25 })),
    "a value of all the bytes that a number can say": is(
        true,
        withEntry({ key: "long", offset: BANK - 24, size: 0xfffffff0 }),
    ),
}

/** The bytes of the whole flash. */
export function flashOf({ banks, pages = PAGES }: StoreCase): Uint8Array {
    const flash = Buffer.alloc(pages * PAGE, 0xff)
    const bankBytes = Math.floor(pages / 16) * PAGE
    for (const [i, bank] of banks.entries()) put(flash.subarray(i * bankBytes, (i + 1) * bankBytes), bank)
    return new Uint8Array(flash)
}

function put(flash: Buffer, { magic, entries = [], values = {} }: Bank): void {
    if (magic) for (const [i, word] of magic.entries()) flash.writeUInt32LE(word, 4 * i)
    if (magic) flash.fill(0, 8, 24)
    for (const [i, { key, offset, size, written = 24 }] of entries.entries()) {
        const entry = Buffer.alloc(24)
        entry.write(key)
        entry.writeUInt32LE(offset, 16)
        entry.writeUInt32LE(size, 20)
        entry.copy(flash, 24 + 24 * i, 0, written)
    }
    for (const [at, value] of Object.entries(values)) flash.write(value, Number(at))
}
