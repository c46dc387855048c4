/**
 * Memories without end, the same for the same seed: a unit's life as its own store writes it, cut short here and there, and then changed as
 * faults and forgers change memories. A forger makes checksums right again, and knows the secret half the time: so every rule is reached.
 */
import { createHmac } from "node:crypto"
import { Random } from "../../simulators/random"
import { COUNTS_PER_STEP } from "../../src/core/identity/element-counters"
import { FACTORY_RECORD, IDENTITY_RECORD } from "../../src/core/identity/factory"
import { ROOT_RECORD } from "../../src/core/identity/sealed-store"
import { crc32 } from "../../src/core/store/crc32"
import { sealHead, tagOf } from "../../src/core/store/head"
import { RECORD_SLOTS, SLOT_BYTES } from "../../src/core/store/memory-layout"
import { generationOf, putGeneration } from "../../src/core/store/slot"
import { FLOOR_RECORD, PENDING_RECORD, PROGRAM_RECORD, Stage } from "../../src/core/update/records"
import {
    AT,
    CHIP,
    countedTo,
    cutAfter,
    erased,
    floor,
    identity,
    identityWritten,
    MadeMemory,
    onChip,
    pending,
    program,
    type Step,
    sealed,
    unsealed,
} from "./made-memory"
import type { Asked } from "./model"
import { recordsByPage } from "./reading"

/** Memories that are changed from one life. */
const PER_LIFE = 100
const STEPS = 14
const MOST_CHANGES = 4

const IMAGES = ["", "a", "the former program", "the current program", "the next program"].map(text => Buffer.from(text))
const CURRENT = IMAGES[3]
const NUMBERS = [0, 1, 4, 5, 6, 0x7fff_ffff, 0x8000_0001, 0xffff_ffff]
const NAMES = [
    ROOT_RECORD,
    FACTORY_RECORD,
    IDENTITY_RECORD,
    PROGRAM_RECORD,
    PENDING_RECORD,
    FLOOR_RECORD,
    "boots",
    "pairing",
    "",
]
const CHIPS = [CHIP, "fedcba9876543210"]

type Pick = <T>(of: readonly T[]) => T

/** What happens to a unit, as often as it stands here. */
const LIFE: readonly ((random: Random, pick: Pick) => Step)[] = [
    () => identity,
    () => identityWritten,
    (_, pick) => program(pick(IMAGES), pick(NUMBERS)),
    (_, pick) => program(pick(IMAGES), pick(NUMBERS)),
    (_, pick) => pending(pick(IMAGES), pick(NUMBERS), pick([Stage.Granted, Stage.Trial])),
    (_, pick) => pending(pick(IMAGES), pick(NUMBERS), pick([Stage.Granted, Stage.Trial])),
    (_, pick) => floor(pick(NUMBERS.slice(0, 5))),
    () => sealed("boots", Buffer.alloc(4, 7)),
    () => sealed("boots", Buffer.alloc(4, 8)),
    () => sealed("pairing", Buffer.alloc(16)),
    (_, pick) => erased(pick([PENDING_RECORD, IDENTITY_RECORD, FACTORY_RECORD, FLOOR_RECORD])),
    (random, pick) => unsealed(pick(NAMES.slice(1, -1)), Buffer.alloc(random.below(81), 5)),
    (_, pick) => onChip(pick(CHIPS)),
    (_, pick) => countedTo(pick([0xfffd, 0xffff, 0xffff_fffe, 0x1_0000_0000, 0xffff_ffff_fffc])),
]

/** A life: what the memory was after each of its steps. */
type Life = readonly Buffer[]

async function live(random: Random, pick: Pick, seed: string): Promise<Life> {
    const memory = new MadeMemory(seed, pick([0x00, 0x00, 0xff]))
    const moments = [Buffer.from(memory.slots.bytes)]
    // Some lives are those of a unit that its maker did well by.
    const begin = random.below(2) === 0 ? [identity, program(CURRENT, 5)] : []
    const steps = [...begin, ...Array.from({ length: random.below(STEPS) }, () => pick(LIFE)(random, pick))]
    for (const step of steps) {
        const cut = random.below(8) === 0
        const done = await Promise.resolve(
            cut ? cutAfter(random.below(5 * SLOT_BYTES), step)(memory) : step(memory),
        ).then(
            () => !cut,
            // The unit's own code refuses to go on, or the power did not go.
            () => false,
        )
        moments.push(Buffer.from(memory.slots.bytes))
        if (!done) break
    }
    return moments
}

type Change = (memory: Buffer, life: Life, random: Random, pick: Pick) => void

const slotOf = (memory: Buffer, slot: number) => memory.subarray(slot * SLOT_BYTES, (slot + 1) * SLOT_BYTES)
/** A slot that holds something, or any. */
function someSlot(memory: Buffer, random: Random, from = 0): number {
    const used = Array.from({ length: RECORD_SLOTS - from }, (_, i) => i + from).filter(
        slot => slotOf(memory, slot)[AT.kind] % 0xff,
    )
    return used.length > 0 && random.below(8) > 0
        ? used[random.below(used.length)]
        : from + random.below(RECORD_SLOTS - from)
}

const CHANGES: readonly Change[] = [
    function flip(memory, _, random) {
        for (let bits = 1 + random.below(3); bits > 0; bits--)
            slotOf(memory, someSlot(memory, random))[random.below(SLOT_BYTES)] ^= 1 << random.below(8)
    },
    function goBack(memory, life, random, pick) {
        const slot = someSlot(memory, random)
        slotOf(pick(life), slot).copy(slotOf(memory, slot))
    },
    function oldHeads(memory, life, random, pick) {
        const earlier = pick(life)
        for (const slot of random.below(2) ? [0, 1] : [random.below(2)])
            slotOf(earlier, slot).copy(slotOf(memory, slot))
    },
    function copySlot(memory, _, random) {
        slotOf(memory, someSlot(memory, random)).copy(slotOf(memory, someSlot(memory, random)))
    },
    function fill(memory, _, random, pick) {
        slotOf(memory, someSlot(memory, random)).fill(pick([0x00, 0xff, 0x56]))
    },
    forge,
    forge,
    forge,
    forgeHead,
    forgeHead,
]

/** One field of a copy, or of both, is changed, and what follows from it made right. */
function forge(memory: Buffer, _: Life, random: Random, pick: Pick): void {
    const slot = someSlot(memory, random, 2)
    const copies = random.below(3) > 0 ? [slot & ~1, slot | 1] : [slot]
    const kind = random.below(6)
    const [by, name, at, byte] = [pick([-65_536, -1, 1, 2, 65_536]), pick(NAMES), random.below(96), random.below(256)]
    const secret = random.below(2) === 0 ? rootOf(memory) : undefined
    for (const number of copies) {
        const copy = slotOf(memory, number)
        if (kind === 0) putGeneration(copy, Math.max(0, generationOf(copy) + by))
        if (kind === 1) copy.fill(0, AT.name, AT.headerChecksum).write(name, AT.name, "latin1")
        if (kind === 2) copy[AT.length] = pick([0, 4, 15, 16, 20, 52, 53, 54, 55, 96, 97, byte])
        if (kind === 3) copy[AT.value + at] = byte
        if (kind === 4) copy[AT.value + pick([0, 31, 32, 35, 36, 37])] ^= 1
        if (kind === 5) slotOf(memory, pick([0, 1])).copy(copy, 0, 0, 6)
        if (kind === 5) putGeneration(copy, generationOf(copy) + pick([0, 1, 1, 1, 2]))
        if (secret) sealAnew(copy, secret)
        const end = Math.min(memory.length, copy.byteOffset - memory.byteOffset + AT.value + copy[AT.length])
        const start = copy.byteOffset - memory.byteOffset + AT.value
        copy.writeInt32LE(crc32(memory, start, end - start), AT.valueChecksum)
        copy.writeInt32LE(crc32(copy, 0, AT.headerChecksum), AT.headerChecksum)
    }
}

function rootOf(memory: Buffer): Buffer | undefined {
    try {
        const root = recordsByPage(memory, CHIP)(ROOT_RECORD)
        return Buffer.isBuffer(root) ? root : undefined
    } catch {
        return undefined
    }
}

function sealAnew(copy: Buffer, root: Buffer): void {
    const length = copy[AT.length]
    if (length < 16 || length > 96) return
    const key = createHmac("sha256", root).update("seal").update(Buffer.from(CHIP, "hex")).digest()
    const name = copy.toString("latin1", AT.name, AT.headerChecksum).replace(/\0.*$/, "")
    const end = AT.value + length - 16
    const seal = createHmac("sha256", key).update(`${name}\0`).update(copy.subarray(AT.value, end)).digest()
    seal.copy(copy, end, 0, 16)
}

function forgeHead(memory: Buffer, _: Life, random: Random, pick: Pick): void {
    const kind = random.below(5)
    const [place, name, by] = [1 + random.below(12), pick(NAMES), pick([-2, -1, 1, 2])]
    for (const number of random.below(3) > 0 ? [0, 1] : [random.below(2)]) {
        const head = slotOf(memory, number)
        const at = 3 + 4 * place
        if (kind === 0) head.writeInt32LE(0, at)
        if (kind === 1) head.writeUInt16LE(tagOf(name), at)
        if (kind === 2) head.writeUInt16LE((head.readUInt16LE(at + 2) + by) & 0xffff, at + 2)
        if (kind === 3) head[AT.kind] = pick([0x48, 0x43, 0x49])
        // A free place that a copy lies at is listed as if it counted.
        if (kind === 4) slotOf(memory, 2 * place).copy(head, at + 2, 0, 2)
        if (kind === 4) head.writeUInt16LE(tagOf(name), at)
        sealHead(head, Math.max(0, generationOf(head) + (random.below(4) === 0 ? by : 0)))
    }
}

/** @yields as many as are asked for */
export async function* generatedMemories(count: number, seed: number): AsyncGenerator<Asked> {
    const random = new Random(`generated memories/${seed}`)
    const pick: Pick = of => of[random.below(of.length)]
    let life: Life = []
    for (let i = 0; i < count; i++) {
        if (i % PER_LIFE === 0) life = await live(random, pick, `life ${seed}/${i}`)
        const memory = Buffer.from(random.below(2) === 0 ? life[life.length - 1] : pick(life))
        for (let changes = random.below(MOST_CHANGES + 1); changes > 0; changes--)
            pick(CHANGES)(memory, life, random, pick)
        const counts = COUNTS_PER_STEP * pick(NUMBERS.slice(0, 5))
        yield {
            chip: CHIP,
            image: pick([...IMAGES, CURRENT, CURRENT, CURRENT]),
            memory: random.below(100) === 0 ? "silent" : memory,
            element: random.below(50) === 0 ? "silent" : pick([null, null, 0, counts, counts + COUNTS_PER_STEP - 1]),
        }
    }
}
