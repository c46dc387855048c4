/** No number twice, whenever the power goes: the real record store on a memory that is cut at every byte. */
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { StoredCounter } from "../../../src/core/identity/stored-counter"
import type { Counter } from "../../../src/core/ports"
import { SessionRefusal } from "../../../src/core/session/refusal"
import { NUMBERS_A_BLOCK, SenderSequence } from "../../../src/core/session/sender-sequence"
import { mounted } from "../owner/memory-store"
import { afterPowerCut, MemorySlots, noPause, PowerCut } from "../store/slot-memory"
import { MemoryCounter } from "./memory-counter"

const RECORD = "sent"
const HIGHEST = 2 ** 40 - 257

async function started(memory: MemorySlots): Promise<SenderSequence> {
    return new SenderSequence(new StoredCounter(await mounted(memory), RECORD), noPause)
}

/** Takes numbers until the power goes. @returns those that were given */
async function takenFrom(memory: MemorySlots, count: number): Promise<number[]> {
    const taken: number[] = []
    try {
        const sequence = await started(memory)
        for (let i = 0; i < count; i++) taken.push(await sequence.take())
    } catch (error) {
        // The store says that its memory has failed, whatever that was.
        if (!(error instanceof PowerCut) && memory.writtenBytes < memory.cutAtByte) throw error
    }
    return taken
}

const distinct = (numbers: readonly number[]) => new Set(numbers).size === numbers.length

describe("numbers", () => {
    test("begin at 0, rise by one, and take one write a block", async () => {
        const memory = new MemorySlots(8, 48)
        const taken = await takenFrom(memory, 2 * NUMBERS_A_BLOCK + 1)
        expect(taken).toEqual(taken.map((_, i) => i))
        const after = memory.writes.reduce((sum, n) => sum + n, 0)
        await takenFrom(afterPowerCut(memory), 0)
        const one = new MemorySlots(8, 48)
        await takenFrom(one, NUMBERS_A_BLOCK)
        const first = one.writes.reduce((sum, n) => sum + n, 0)
        expect(after).toBeLessThanOrEqual(3 * first)
    })

    test("that are taken at the same time are different", async () => {
        const counter = new MemoryCounter()
        const slow: Counter = {
            read: async () => {
                await new Promise(setImmediate)
                return await counter.read()
            },
            raise: async to => {
                await new Promise(setImmediate)
                await counter.raise(to)
            },
        }
        const sequence = new SenderSequence(slow, () => new Promise(setImmediate))
        const taken = await Promise.all(Array.from({ length: 600 }, () => sequence.take()))
        expect(taken).toEqual(taken.map((_, i) => i))
    })

    test("go on behind the reserved block after a start, whether it was used or not", async () => {
        const memory = new MemorySlots(8, 48)
        expect(await takenFrom(memory, 1)).toEqual([0])
        expect(await takenFrom(afterPowerCut(memory), 1)).toEqual([NUMBERS_A_BLOCK])
        expect(await takenFrom(afterPowerCut(memory), 0)).toEqual([])
        expect(await takenFrom(afterPowerCut(memory), 1)).toEqual([NUMBERS_A_BLOCK])
    })
})

describe("whenever the power goes", () => {
    test("at every byte that is written in three lives, no number is given twice", async () => {
        const whole = new MemorySlots(8, 48)
        await takenFrom(whole, 2 * NUMBERS_A_BLOCK + 2)
        const total = whole.writtenBytes
        expect(total).toBeGreaterThan(300)
        let cuts = 0
        for (let cut = 0; cut <= total; cut++) {
            const memory = new MemorySlots(8, 48)
            memory.cutAtByte = cut
            const first = await takenFrom(memory, 2 * NUMBERS_A_BLOCK + 2)
            // The second life is cut, too, at another place.
            const second = afterPowerCut(memory)
            second.cutAtByte = (7 * cut) % total
            const more = await takenFrom(second, NUMBERS_A_BLOCK + 2)
            const last = await takenFrom(afterPowerCut(second), NUMBERS_A_BLOCK + 2)
            const all = [...first, ...more, ...last]
            expect(distinct(all), `cut at byte ${cut}`).toBe(true)
            expect(all).toEqual([...all].sort((a, b) => a - b))
            expect(last).toHaveLength(NUMBERS_A_BLOCK + 2)
            cuts++
        }
        expect(cuts).toBe(total + 1)
    })

    test("in any row of lives, no number is given twice", async () => {
        const life = fc.record({ numbers: fc.nat(2 * NUMBERS_A_BLOCK), cutAtByte: fc.nat(1200) })
        await fc.assert(
            fc.asyncProperty(fc.array(life, { maxLength: 6 }), async lives => {
                let memory = new MemorySlots(8, 48)
                const all: number[] = []
                for (const { numbers, cutAtByte } of lives) {
                    memory = afterPowerCut(memory)
                    memory.cutAtByte = cutAtByte
                    all.push(...(await takenFrom(memory, numbers)))
                }
                all.push(...(await takenFrom(afterPowerCut(memory), 3)))
                expect(distinct(all)).toBe(true)
                expect(all.length).toBeGreaterThanOrEqual(3)
            }),
            { numRuns: 100 },
        )
    })

    test("a sequence that gave numbers before they are reserved would be found", async () => {
        /** As it is, except that it forgets what it reserves. */
        class Forgetful extends MemoryCounter {
            override async raise(): Promise<void> {}
        }
        expect(await new SenderSequence(new Forgetful(), noPause).take()).toBe(-SessionRefusal.SequenceLost)
    })
})

describe("there is no number", () => {
    test("when all are used, which is said", async () => {
        const counter = new MemoryCounter()
        counter.value = 0xffff_fffe
        const sequence = new SenderSequence(counter, noPause)
        let last = 0
        for (let i = 0; i < NUMBERS_A_BLOCK; i++) last = await sequence.take()
        expect(last).toBe(HIGHEST)
        for (let i = 0; i < 3; i++) expect(await sequence.take()).toBe(-SessionRefusal.Exhausted)
        expect(await new SenderSequence(counter, noPause).take()).toBe(-SessionRefusal.Exhausted)
        expect(counter.value).toBe(0xffff_ffff)
    })

    test("when the counter has fallen, or was raised by somebody else meanwhile", async () => {
        const counter = new MemoryCounter()
        const sequence = new SenderSequence(counter, noPause)
        for (let i = 0; i < NUMBERS_A_BLOCK; i++) await sequence.take()
        counter.value = 0
        expect(await sequence.take()).toBe(-SessionRefusal.SequenceLost)
        const raced: Counter = { read: () => counter.read(), raise: to => counter.raise(to + 1) }
        expect(await new SenderSequence(raced, noPause).take()).toBe(-SessionRefusal.SequenceLost)
    })

    test("twice, when two count under one key", async () => {
        const counter = new MemoryCounter()
        const [one, two] = [new SenderSequence(counter, noPause), new SenderSequence(counter, noPause)]
        const all: number[] = []
        for (let i = 0; i < 3 * NUMBERS_A_BLOCK; i++) all.push(await one.take(), await two.take())
        expect(distinct(all)).toBe(true)
    })

    test("when the memory does not answer, and none is lost or given twice by that", async () => {
        const memory = new MemorySlots(8, 48)
        const store = await mounted(memory)
        const sequence = new SenderSequence(new StoredCounter(store, RECORD), noPause)
        memory.absent = true
        await expect(sequence.take()).rejects.toMatchObject({ fault: "memory" })
        memory.absent = false
        await store.mount()
        expect(await sequence.take()).toBe(0)
    })

    test("when the record is damaged: a counter that began anew would repeat all", async () => {
        const memory = new MemorySlots(8, 48)
        await takenFrom(memory, 1)
        const damaged = afterPowerCut(memory)
        for (let slot = 2; slot < 8; slot++) damaged.bytes.fill(0xa5, slot * 48 + 10, slot * 48 + 48)
        const sequence = await started(damaged)
        await expect(sequence.take()).rejects.toMatchObject({ fault: "corrupt" })
    })
})
