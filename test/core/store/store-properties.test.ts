import { readFileSync } from "node:fs"
import { build } from "esbuild"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { RecordStore } from "../../../src/core/store/record-store"
import { PROPERTIES, type StoreClass } from "./store-properties"

const SOURCE = new URL("../../../src/core/store/", import.meta.url).pathname
/** The same each time. */
const LOOKS = { numRuns: 120, seed: 20_261_129 }

describe("a record store", () => {
    test.each(Object.entries(PROPERTIES))("%s", async (_, property) => {
        await fc.assert(property(RecordStore) as fc.IAsyncProperty<unknown[]>, { ...LOOKS })
    })
})

/** What a store could do wrong: the file, what is there, and what would be there. */
const BROKEN: Readonly<Record<string, readonly [file: string, is: string, would: string]>> = {
    "serves a copy whatever its checksum": ["slot.ts", "!== littleEndian32(bytes, VALUE_CHECKSUM)", "=== 0.5"],
    "takes any header for sound": ["slot.ts", "crc32(bytes, 0, HEADER_CHECKSUM) !==", "0.5 ==="],
    "takes any head for sound": ["head.ts", "crc32(bytes, 0, end) === littleEndian32(bytes, end)", "true"],
    "serves an older copy": ["head.ts", "listing >> 16 === (generation << 16) >> 16", "true"],
    "takes a lost record for none": [
        "record-store.ts",
        "(listingAt(this.head, place) & TAG_MASK) === tagOf(name)) lost",
        "false) lost",
    ],
    "takes any lost record for the one asked for": [
        "record-store.ts",
        "named[place] === NAMELESS && (listingAt(this.head, place) & TAG_MASK) === tagOf(name)) lost",
        "named[place] === NAMELESS) lost",
    ],
    "writes the head before the place": [
        "record-store.ts",
        "await this.writePlace(place, encodeSlot(this.memory.slotBytes, name, generation, value))",
        "const early = encodeSlot(this.memory.slotBytes, name, generation, value); this.list(name, place, generation); await this.commit(old, generation); await this.writePlace(place, early)",
    ],
    "writes over what counts": [
        "record-store.ts",
        "while (this.named[place] !== undefined) place",
        "while (false) place",
    ],
    "writes one copy": ["record-store.ts", "await this.memory.write(2 * place + 1, bytes)", ""],
    "does not make two of one": ["record-store.ts", "await this.writePlace(place, sound)", ""],
    "makes two of the wrong one": ["record-store.ts", "sound = second\n", "sound = first\n"],
    "takes the older head": [
        "record-store.ts",
        "generationOf(second) > generationOf(first)",
        "generationOf(second) < generationOf(first)",
    ],
    "leaves one old copy of the head": [
        "record-store.ts",
        "await this.writePlace(place, sound)",
        "if (place > 0) await this.writePlace(place, sound)",
    ],
    "goes on with an old head": ["record-store.ts", "generation !== this.generation + 1", "false"],
    "forgets a write that the head does not know of": [
        "record-store.ts",
        "if (await this.readPlace(cursor))",
        "if (false)",
    ],
    "takes up half a write": ["record-store.ts", "if (await this.readPlace(cursor))", "if (true)"],
    "leaves what is left of half a write": [
        "record-store.ts",
        "await this.commit(cursor, this.generation)",
        "await this.writePlace(cursor, Buffer.alloc(this.memory.slotBytes)); this.head[HEAD_KIND] = HeadKind.Settled; await this.commit(cursor, this.generation)",
    ],
    "takes a memory without a head for blank": ["record-store.ts", "if (!(await this.isUnused()))", "if (false)"],
    "never takes a memory for blank": ["record-store.ts", "if (!(await this.isUnused()))", "if (true)"],
    "does not finish an erasure": ["record-store.ts", "if (head[HEAD_KIND] === HeadKind.Cleaning) {", "if (false) {"],
    "does not mark an erasure": [
        "record-store.ts",
        "this.head[HEAD_KIND] = HeadKind.Cleaning\n            await this.commit(place,",
        "await this.commit(place,",
    ],
    "leaves what it cannot tell": ["record-store.ts", ": isBlankHeader(bytes)) continue", ": true) continue"],
    "makes the header blank before what is behind it": ["record-store.ts", "blank[0] = 1", "blank[0] = 0"],
    "writes the sound copy of the head first": ["record-store.ts", "? 0 : 1", "? 0 : 0"],
    "overwrites first copies only": ["record-store.ts", "const slot = 2 * place + copy", "const slot = 2 * place"],
    "overwrites what counts": ["record-store.ts", "if (this.named[place] !== undefined) return\n", ""],
}

describe("is told from one that", () => {
    test.each(Object.entries(BROKEN))("%s", async (_, [file, is, would]) => {
        const Broken = await storeWith(file, is, would)
        for (const property of Object.values(PROPERTIES)) {
            const { failed } = await fc.check(property(Broken) as fc.IAsyncProperty<unknown[]>, {
                ...LOOKS,
                endOnFailure: true,
            })
            if (failed) return
        }
        expect.unreachable("no property tells it")
    })
})

async function storeWith(file: string, is: string, would: string): Promise<StoreClass> {
    const text = readFileSync(SOURCE + file, "utf8")
    if (text.split(is).length !== 2) throw new Error(`${file} has "${is}" ${text.split(is).length - 1} times`)
    const { outputFiles } = await build({
        entryPoints: [`${SOURCE}record-store.ts`],
        bundle: true,
        write: false,
        format: "esm",
        plugins: [
            {
                name: "broken",
                setup: ({ onLoad }) =>
                    onLoad({ filter: new RegExp(`/store/${file.replace(".", "\\.")}$`) }, () => ({
                        contents: text.replace(is, () => would),
                        loader: "ts",
                    })),
            },
        ],
    })
    const code = Buffer.from(outputFiles[0].contents).toString("base64")
    const module = await import(/* @vite-ignore */ `data:text/javascript;base64,${code}`)
    return module.RecordStore
}
