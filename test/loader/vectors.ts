/** The vectors of docs/loader.md: memories of a unit, and what has to be thought of the image beside each. */
import type { StartVerdict } from "../../simulators/board/verifier"
import { COUNTS_PER_STEP } from "../../src/core/identity/element-counters"
import { FACTORY_RECORD, IDENTITY_RECORD } from "../../src/core/identity/factory"
import { ROOT_RECORD } from "../../src/core/identity/sealed-store"
import { SLOT_BYTES } from "../../src/core/store/memory-layout"
import { FLOOR_RECORD, PENDING_RECORD, PROGRAM_RECORD, Stage } from "../../src/core/update/records"
import {
    AT,
    all,
    CHIP,
    countedTo,
    cutAfter,
    damaged,
    erased,
    firstStartCutAfter,
    flipped,
    floor,
    forged,
    HEAD_KIND_AT,
    headBefore,
    headFlipped,
    headKept,
    identity,
    identityWritten,
    listingOffset,
    lost,
    MadeMemory,
    onChip,
    pending,
    pendingRecord,
    program,
    programRecord,
    reheaded,
    type Step,
    sealed,
    sealedWithoutSecret,
    staleAfter,
    times,
    unsealed,
    writtenAhead,
    writtenOver,
} from "./made-memory"
import type { Given } from "./reading"

export const VECTORS_FILE = "docs/loader-vectors.json"

export interface Vector extends Given {
    name: string
    verdict: StartVerdict
}

/** Makes all vectors anew, and the same each time. */
export async function makeVectors(): Promise<Vector[]> {
    const vectors: Vector[] = []
    for (const [verdict, cases] of Object.entries(CASES) as [StartVerdict, Record<string, Case>][])
        for (const [name, { memory, image = CURRENT, element = null, blank = 0 }] of Object.entries(cases)) {
            const fram = memory === "silent" ? memory : await framOf(memory, name, blank)
            vectors.push({ name, chip: CHIP, image: image.toString("hex"), fram, element, verdict })
        }
    return vectors
}

export function vectorsFile(vectors: readonly Vector[]): string {
    return `${JSON.stringify({ version: 2, vectors }, undefined, 4)}\n`
}

async function framOf(steps: readonly Step[], seed: string, blank: number): Promise<Given["fram"]> {
    const memory = new MadeMemory(`loader vectors/${seed}`, blank)
    for (const step of steps) await step(memory)
    const { bytes } = memory.slots
    const slots: Record<string, string> = {}
    for (let at = 0; at < bytes.length; at += SLOT_BYTES) {
        const slot = bytes.subarray(at, at + SLOT_BYTES)
        if (slot.some(byte => byte !== blank)) slots[at / SLOT_BYTES] = slot.toString("base64")
    }
    return { blank: blank.toString(16).padStart(2, "0"), slots }
}

interface Case {
    /** What happened to the FRAM, or that it does not answer. */
    memory: readonly Step[] | "silent"
    /** `CURRENT` if left out. */
    image?: Buffer
    element?: Given["element"]
    blank?: number
}

/** They are never run, so any bytes will do. */
const [FORMER, CURRENT, NEXT] = ["former", "current", "next"].map(name => Buffer.from(`the ${name} program`))
/** Sequence numbers of the current program and of the next. */
const NOW = 5
const THEN = 6
const LARGE = 0x8000_0001
const OTHER_CHIP = "fedcba9876543210"

const boots = sealed("boots", Buffer.alloc(4, 7))
const confirmed: Step[] = [identity, program(CURRENT, NOW)]
const granted: Step[] = [...confirmed, pending(NEXT, THEN)]
const counts = (steps: number) => steps * COUNTS_PER_STEP
const altered = (record: Buffer, at: number, by: number) =>
    record.map((byte, i) => (i === at ? byte ^ by : byte)) as Buffer

const CASES: Readonly<Record<StartVerdict, Readonly<Record<string, Case>>>> = {
    confirmed: {
        "the program on record, at the floor": { memory: [...confirmed, floor(NOW)] },
        "a floor that was never raised": { memory: confirmed },
        "a floor below": { memory: [...confirmed, floor(NOW - 1)] },
        "a memory that held 0xff when it was new": { memory: [...confirmed, floor(NOW)], blank: 0xff },
        "a memory that was written round and round": {
            memory: [...confirmed, floor(NOW), times(150, boots)],
        },
        "numbers of 32 bits": { memory: [identity, program(CURRENT, LARGE), floor(LARGE)] },
        "generations of more than 32 bits": {
            memory: [identity, countedTo(0xffff_fffd), program(FORMER, NOW - 1), boots, program(CURRENT, NOW), boots],
        },
        "an older copy that lies behind": {
            memory: [identity, times(20, boots), program(FORMER, NOW - 1), times(8, boots), program(CURRENT, NOW)],
        },
        "another one is pending": { memory: granted },
        "confirmed, and the power went before the floor rose": {
            memory: [...granted, pending(NEXT, THEN, Stage.Trial, 1), program(NEXT, THEN), floor(NOW)],
            image: NEXT,
        },
        "confirmed, and the power went before pending was erased": {
            memory: [...granted, pending(NEXT, THEN, Stage.Trial, 1), program(NEXT, THEN), floor(THEN)],
            image: NEXT,
        },
        "a bit flipped in a value": { memory: [...confirmed, flipped(PROGRAM_RECORD, AT.value + 7)] },
        "a bit flipped in a value's CRC": { memory: [...confirmed, flipped(PROGRAM_RECORD, AT.valueChecksum)] },
        "a bit flipped in a header": { memory: [...confirmed, flipped(PROGRAM_RECORD, AT.name)] },
        "a bit flipped in a header's CRC": { memory: [...confirmed, flipped(PROGRAM_RECORD, AT.headerChecksum)] },
        "the first copy damaged": { memory: [...confirmed, damaged(PROGRAM_RECORD, [0])] },
        "the second copy damaged": { memory: [...confirmed, damaged(PROGRAM_RECORD, [1])] },
        "the first copy an older one": {
            memory: [identity, program(FORMER, NOW - 1), staleAfter(PROGRAM_RECORD, program(CURRENT, NOW))],
        },
        "a write of the record cut short in its header": {
            memory: [...confirmed, cutAfter(20, program(NEXT, THEN))],
        },
        "a write of the record cut short in its value": {
            memory: [...confirmed, cutAfter(AT.value + 40, program(NEXT, THEN))],
        },
        "a write of the record cut short in the head": {
            memory: [identity, program(FORMER, NOW - 1), cutAfter(2 * SLOT_BYTES + 60, program(CURRENT, NOW))],
        },
        "a write that the head does not know of": {
            memory: [identity, program(FORMER, NOW - 1), headBefore(program(CURRENT, NOW))],
        },
        "a write that the head does not know of, to a record that was lost": {
            memory: [identity, program(FORMER, NOW - 1), lost(PROGRAM_RECORD), headBefore(program(CURRENT, NOW))],
        },
        "a write that the head does not know of, its value damaged": {
            memory: [...confirmed, headBefore(all(program(NEXT, THEN), damaged(PROGRAM_RECORD)))],
        },
        "a copy of an unknown kind": {
            memory: [
                ...confirmed,
                forged(
                    PROGRAM_RECORD,
                    copy => {
                        copy[AT.kind] ^= 1
                        copy[AT.value] ^= 1
                    },
                    [0],
                ),
            ],
        },
        "a copy with more bytes than fit": {
            memory: [
                ...confirmed,
                forged(
                    PROGRAM_RECORD,
                    copy => {
                        copy[AT.length] = 100
                    },
                    [0],
                ),
            ],
        },
        "another record lost": { memory: [...confirmed, boots, lost("boots")] },
        "a bit flipped in the first head": {
            memory: [...confirmed, m => headFlipped(listingOffset(m, PROGRAM_RECORD) + 2, [0])(m)],
        },
        "a bit flipped in the second head": { memory: [...confirmed, headFlipped(9, [1])] },
        "a head of an unknown kind": {
            memory: [
                ...confirmed,
                m =>
                    reheaded(
                        head => {
                            head[HEAD_KIND_AT] ^= 1
                            head.writeInt32LE(0, listingOffset(m, PROGRAM_RECORD))
                        },
                        [0],
                    )(m),
            ],
        },
        "an erasure that was not finished": {
            memory: [...granted, cutAfter(2 * SLOT_BYTES, erased(PENDING_RECORD))],
        },
        "the first head older by two writes": {
            memory: [identity, headBefore(all(program(FORMER, NOW - 1), program(CURRENT, NOW)), [0])],
        },
        "the second head older by two writes": {
            memory: [identity, headBefore(all(program(FORMER, NOW - 1), program(CURRENT, NOW)), [1])],
        },
        "a damaged record pending": { memory: [...granted, damaged(PENDING_RECORD)] },
        "the element at the program's number": { memory: confirmed, element: counts(NOW) },
        "the element a little above, after a power cut": { memory: confirmed, element: counts(NOW) + 3 },
        "the power went before record factory was erased": { memory: [identityWritten, program(CURRENT, NOW)] },
    },
    trial: {
        "granted, and not started yet": { memory: [...granted, floor(NOW)], image: NEXT },
        "on trial": { memory: [...confirmed, pending(NEXT, THEN, Stage.Trial, 1), floor(NOW)], image: NEXT },
        "three failed starts": { memory: [...confirmed, pending(NEXT, THEN, Stage.Trial, 3), floor(NOW)], image: NEXT },
        "the pending number is the floor": { memory: [...granted, floor(THEN)], image: NEXT },
        "the confirmed image again, under a higher number": {
            memory: [...confirmed, pending(CURRENT, THEN), floor(THEN)],
        },
        "the mark of an erasure cut short": {
            memory: [...granted, cutAfter(SLOT_BYTES - 3, erased(PENDING_RECORD))],
            image: NEXT,
        },
        "no program on record": { memory: [identity, pending(NEXT, THEN)], image: NEXT },
        "a damaged record program": { memory: [...granted, damaged(PROGRAM_RECORD)], image: NEXT },
    },
    belowFloor: {
        "the program on record, below the record of the floor": { memory: [...confirmed, floor(NOW + 1)] },
        "the program on record, below the element": { memory: confirmed, element: counts(NOW + 1) },
        "an older copy of the whole memory": { memory: [...confirmed, floor(NOW)], element: counts(NOW + 1) },
        "the record of the floor above the element": { memory: [...confirmed, floor(NOW + 1)], element: counts(NOW) },
        "the pending one": { memory: [...granted, floor(THEN + 1)], image: NEXT },
        "the confirmed image again, under a number below the floor": {
            memory: [...confirmed, pending(CURRENT, THEN), floor(THEN + 1)],
        },
        "a floor of 32 bits": { memory: [...confirmed, floor(LARGE)] },
    },
    unauthorised: {
        "a foreign image": { memory: granted, image: Buffer.from("a foreign program") },
        "the image, altered by a bit": { memory: granted, image: altered(CURRENT, 3, 1) },
        "the image, cut short": { memory: granted, image: CURRENT.subarray(0, -1) },
        "no image": { memory: granted, image: Buffer.alloc(0) },
        "the program before the confirmed one": {
            memory: [identity, program(FORMER, NOW - 1), ...confirmed],
            image: FORMER,
        },
        "a digest that differs in its last byte": {
            memory: [identity, sealed(PROGRAM_RECORD, altered(programRecord(CURRENT, NOW), 31, 1))],
        },
        "no program on record": { memory: [identity] },
        "the pending one, once pending is erased": { memory: [...granted, erased(PENDING_RECORD)], image: NEXT },
        "the pending one, after an erasure cut short": {
            memory: [...granted, cutAfter(SLOT_BYTES, erased(PENDING_RECORD))],
            image: NEXT,
        },
        "a damaged record pending": { memory: [...granted, damaged(PENDING_RECORD)], image: NEXT },
        "both copies damaged": { memory: [...confirmed, damaged(PROGRAM_RECORD)] },
        "the record lost": { memory: [...confirmed, lost(PROGRAM_RECORD)] },
        "the record lost, and an older copy sound": {
            memory: [...confirmed, program(NEXT, THEN), lost(PROGRAM_RECORD)],
        },
        "records sealed by another chip": { memory: [onChip(OTHER_CHIP), ...confirmed] },
        "a program record sealed by another chip": { memory: [identity, onChip(OTHER_CHIP), program(CURRENT, NOW)] },
        "another record under the name of program": {
            memory: [
                identity,
                sealed("history", programRecord(CURRENT, NOW)),
                forged("history", copy => void copy.write(PROGRAM_RECORD, AT.name)),
            ],
        },
        "an edited sequence number": {
            memory: [
                ...confirmed,
                forged(PROGRAM_RECORD, copy => {
                    copy[AT.value + 32]++
                }),
            ],
        },
        "a record without a seal": { memory: [identity, unsealed(PROGRAM_RECORD, programRecord(CURRENT, NOW))] },
        "the secret of the seals damaged": { memory: [...confirmed, damaged(ROOT_RECORD)] },
        "the secret of the seals overwritten": { memory: [...confirmed, lost(ROOT_RECORD)] },
        "a secret of another length": { memory: [unsealed(ROOT_RECORD, Buffer.alloc(33, 7)), ...confirmed] },
        "a secret shorter than it is": { memory: [unsealed(ROOT_RECORD, Buffer.alloc(16, 7)), ...confirmed] },
        "no secret, and records sealed without one": {
            memory: [
                sealedWithoutSecret(IDENTITY_RECORD, Buffer.from("this unit")),
                sealedWithoutSecret(PROGRAM_RECORD, programRecord(CURRENT, NOW)),
            ],
        },
        "a seal that differs in its last byte": {
            memory: [
                ...confirmed,
                forged(PROGRAM_RECORD, copy => {
                    copy[AT.value + copy[AT.length] - 1] ^= 1
                }),
            ],
        },
        "a damaged record identity": { memory: [identity, damaged(IDENTITY_RECORD)] },
        "an identity sealed by another chip": { memory: [onChip(OTHER_CHIP), identity] },
        "a program record with a byte more": {
            memory: [identity, sealed(PROGRAM_RECORD, Buffer.concat([programRecord(CURRENT, NOW), Buffer.alloc(1)]))],
        },
        "a program record that ends with 1": {
            memory: [identity, sealed(PROGRAM_RECORD, altered(programRecord(CURRENT, NOW), 36, 1))],
        },
        "a pending record of an unknown stage": {
            memory: [...confirmed, sealed(PENDING_RECORD, altered(pendingRecord(NEXT, THEN), 36, 2))],
            image: NEXT,
        },
        "a pending record with a byte less": {
            memory: [...confirmed, sealed(PENDING_RECORD, pendingRecord(NEXT, THEN).subarray(0, -1))],
            image: NEXT,
        },
        "an emptied memory, the element raised": { memory: [], element: counts(1) },
        "record factory, and a floor on record": { memory: [floor(1)] },
        "the identity lost": { memory: [identity, erased(IDENTITY_RECORD)] },
        "the identity lost, a foreign image": {
            memory: [...granted, erased(IDENTITY_RECORD)],
            image: Buffer.from("a foreign program"),
        },
        "record factory beside an identity": { memory: [identityWritten] },
        "record factory beside a damaged identity": { memory: [identityWritten, damaged(IDENTITY_RECORD)] },
        "a damaged record factory": { memory: [sealed("pairing", Buffer.alloc(16)), damaged(FACTORY_RECORD)] },
        "record factory with a secret that was overwritten": {
            memory: [sealed("pairing", Buffer.alloc(16)), lost(ROOT_RECORD)],
        },
        "record factory sealed by another chip": { memory: [onChip(OTHER_CHIP)] },
        "nothing but a record of boots": { memory: [unsealed("boots", Buffer.alloc(4))] },
        "nothing but record factory, and a secret that was lost": { memory: [onChip(CHIP), lost(ROOT_RECORD)] },
        "record factory beside an identity that was lost": { memory: [identityWritten, lost(IDENTITY_RECORD)] },
    },
    factory: {
        "a new memory": { memory: [] },
        "a new memory of 0xff": { memory: [], blank: 0xff },
        "the first head cut short": { memory: [firstStartCutAfter(50)] },
        "the first head cut short, in a memory of 0xff": { memory: [firstStartCutAfter(50)], blank: 0xff },
        "the second head cut short": { memory: [firstStartCutAfter(SLOT_BYTES + 50)] },
        "the first write cut short in its value": { memory: [firstStartCutAfter(2 * SLOT_BYTES + 40)] },
        "the power went before the secret was written": { memory: [firstStartCutAfter(6 * SLOT_BYTES)], element: 0 },
        "the secret's write cut short in its value": { memory: [firstStartCutAfter(6 * SLOT_BYTES + 40)] },
        "the first start cut short three times": {
            memory: [60, SLOT_BYTES + 60, 3 * SLOT_BYTES].map(firstStartCutAfter),
            blank: 0xff,
        },
        "record factory lost, and a write of it that the head does not know of": {
            memory: [
                firstStartCutAfter(6 * SLOT_BYTES),
                lost(FACTORY_RECORD),
                headKept(unsealed(FACTORY_RECORD, Buffer.alloc(0))),
            ],
        },
        "a memory with a secret": { memory: [sealed("pairing", Buffer.alloc(16))], element: 0 },
        "a program on record": { memory: [program(FORMER, NOW)] },
        "a floor of 0 on record": { memory: [floor(0)] },
        "the element short of one step": { memory: [], element: counts(1) - 1 },
    },
    unreadable: {
        "the FRAM silent": { memory: "silent" },
        "the FRAM silent, the element not": { memory: "silent", element: counts(NOW) },
        "the element silent": { memory: [...confirmed, floor(NOW)], element: "silent" },
        "the element silent, in the factory": { memory: [], element: "silent" },
        "the floor damaged": { memory: [...confirmed, floor(NOW), damaged(FLOOR_RECORD)] },
        "the floor lost": { memory: [...confirmed, floor(NOW), lost(FLOOR_RECORD)] },
        "both heads damaged": { memory: [...confirmed, headFlipped(9)] },
        "both heads damaged, the factory's": { memory: [onChip(CHIP), headFlipped(9)] },
        "both heads older by two writes": {
            memory: [identity, headBefore(all(program(FORMER, NOW - 1), program(CURRENT, NOW)))],
        },
        "a write that the head does not know of, and not the next": {
            memory: [...confirmed, writtenAhead(PROGRAM_RECORD, 2)],
        },
        "two writes that the head does not know of, each as the next": {
            memory: [...confirmed, writtenAhead(PROGRAM_RECORD, 1, 28), writtenAhead(PROGRAM_RECORD, 1, 29)],
        },
        "no head, and a byte at the end of the memory": {
            memory: [
                ({ slots }) => {
                    slots.bytes[slots.bytes.length - 1] ^= 1
                },
            ],
        },
        "the next write where another is listed": {
            memory: [...confirmed, boots, writtenOver("boots", PROGRAM_RECORD)],
        },
        "the floor damaged, the element above": {
            memory: [...confirmed, floor(NOW), damaged(FLOOR_RECORD)],
            element: counts(NOW),
        },
        "the floor sealed by another chip": { memory: [...confirmed, onChip(OTHER_CHIP), floor(0)] },
        "the floor without a seal": { memory: [...confirmed, unsealed(FLOOR_RECORD, Buffer.from([NOW, 0, 0, 0]))] },
        "a floor of 2 bytes": { memory: [...confirmed, sealed(FLOOR_RECORD, Buffer.from([NOW, 0]))] },
        "a lowered floor": {
            memory: [
                ...confirmed,
                floor(NOW + 1),
                forged(FLOOR_RECORD, copy => {
                    copy[AT.value]--
                }),
            ],
        },
        "the secret of the seals damaged, and a floor on record": {
            memory: [...confirmed, floor(NOW), damaged(ROOT_RECORD)],
        },
        "a damaged floor, in the factory": { memory: [floor(1), damaged(FLOOR_RECORD)] },
    },
}
