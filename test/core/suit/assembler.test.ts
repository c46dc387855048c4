import fc from "fast-check"
import { expect, test } from "vitest"
import { Assembler, CHUNK_BYTES, MAX_WAITING } from "../../../src/core/suit/assembler"
import { Envelope } from "../../../src/core/suit/envelope"
import { Payload } from "../../../src/core/suit/payload"
import { TestMemory } from "./byte-memory"
import { judge, pause, STAGING_BYTES } from "./device"
import { GOOD } from "./packages"

const chunkAt = (at: number, length = CHUNK_BYTES) => GOOD.subarray(at, at + length)

function start() {
    const payload = new Payload()
    const memory = new TestMemory(STAGING_BYTES)
    const envelope = new Envelope(memory, GOOD.length, pause, payload)
    return { memory, envelope, payload, assembler: new Assembler(envelope) }
}

async function verdict({ envelope, payload }: ReturnType<typeof start>): Promise<number> {
    const offer = await judge(envelope)
    if (offer) await payload.check(envelope, offer.manifest)
    return envelope.refusal
}

test("chunks in any order, repeated, cut anew and at the same time make the package", async () => {
    await fc.assert(
        fc.asyncProperty(fc.infiniteStream(fc.nat()), fc.boolean(), async (numbers, atOnce) => {
            const draw = (below: number) => numbers.next().value % below
            const reception = start()
            const { envelope, assembler } = reception
            for (let sent = 0; envelope.received < GOOD.length; sent++) {
                expect(sent).toBeLessThan(10_000)
                const from = Math.max(0, envelope.received - 2 * CHUNK_BYTES)
                const at = draw(4) === 0 ? envelope.received : from + draw(6 * CHUNK_BYTES)
                const taken = assembler.accept(at, chunkAt(at, 1 + draw(CHUNK_BYTES)))
                if (!atOnce || draw(3) === 0) await taken
            }
            await pause()
            expect(await verdict(reception)).toBe(0)
        }),
        { numRuns: 40 },
    )
})

test("chunks that come too early wait, as many as there is room for", async () => {
    const { envelope, assembler } = start()
    for (let i = MAX_WAITING + 1; i > 0; i--) await assembler.accept(i * CHUNK_BYTES, chunkAt(i * CHUNK_BYTES))
    expect(envelope.received).toBe(0)
    await assembler.accept(0, chunkAt(0))
    // The first that came were kept, down to chunk 2: chunk 1 was one too many.
    expect(envelope.received).toBe(CHUNK_BYTES)
    await assembler.accept(CHUNK_BYTES, chunkAt(CHUNK_BYTES))
    expect(envelope.received).toBe((MAX_WAITING + 2) * CHUNK_BYTES)
})

test("a chunk that waits takes one place, however often it comes", async () => {
    const { envelope, assembler } = start()
    for (let i = 0; i < 9; i++) await assembler.accept(CHUNK_BYTES, chunkAt(CHUNK_BYTES))
    for (let i = 2; i <= MAX_WAITING; i++) await assembler.accept(i * CHUNK_BYTES, chunkAt(i * CHUNK_BYTES))
    await assembler.accept(0, chunkAt(0))
    expect(envelope.received).toBe((MAX_WAITING + 1) * CHUNK_BYTES)
})

test("what is known already is not written again", async () => {
    const { memory, assembler } = start()
    await assembler.accept(0, chunkAt(0))
    memory.write = async () => expect.unreachable()
    await assembler.accept(0, chunkAt(0))
    await assembler.accept(0, chunkAt(0, 100))
    await assembler.accept(CHUNK_BYTES, Buffer.alloc(0))
})

test("of bytes that arrive twice the first count", async () => {
    const reception = start()
    const { assembler } = reception
    await assembler.accept(0, chunkAt(0))
    await assembler.accept(0, Buffer.alloc(CHUNK_BYTES))
    await assembler.accept(100, Buffer.concat([Buffer.alloc(100), GOOD.subarray(200, 300)]))
    for (let at = 300; at < GOOD.length; at += 200) await assembler.accept(at, chunkAt(at))
    expect(await verdict(reception)).toBe(0)
})

test("a chunk of more than 200 bytes is dropped", async () => {
    const { envelope, assembler } = start()
    await assembler.accept(0, chunkAt(0, CHUNK_BYTES + 1))
    expect(envelope.received).toBe(0)
})

test("a chunk from beyond the end is refused when its turn comes", async () => {
    const { envelope, assembler } = start()
    for (let at = 0; at < GOOD.length; at += 200) await assembler.accept(at, chunkAt(at))
    await assembler.accept(GOOD.length, Buffer.alloc(1))
    expect(envelope.refusal).not.toBe(0)
})
