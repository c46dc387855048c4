import fc from "fast-check"
import { expect, test } from "vitest"
import {
    decodePending,
    decodeProgram,
    encodeProgram,
    FLOOR_RECORD,
    IMAGE_DIGEST_BYTES,
    PENDING_RECORD,
    type PendingRecord,
    POLICY_RECORD,
    PROGRAM_RECORD,
    Stage,
} from "../../../src/core/update/records"

const digest = fc
    .uint8Array({ minLength: IMAGE_DIGEST_BYTES, maxLength: IMAGE_DIGEST_BYTES })
    .map(bytes => Buffer.from(bytes))
const sequenceNumber = fc.integer({ min: 0, max: 0xffff_ffff })
const stage = fc.constantFrom(Stage.Granted, Stage.Trial)

const encodePending = (pending: PendingRecord) =>
    encodeProgram(pending, Buffer.from([pending.stage, pending.failedBoots]))

test("records read as what was written", () => {
    const program = fc.record({ digest, sequenceNumber })
    const pending = fc.record({ digest, sequenceNumber, stage, failedBoots: fc.nat({ max: 255 }) })
    fc.assert(
        fc.property(program, pending, (program, pending) => {
            expect(decodeProgram(encodeProgram(program))).toEqual(program)
            expect(decodePending(encodePending(pending))).toEqual(pending)
        }),
    )
})

test("records lie in the memory as documented", () => {
    expect([PROGRAM_RECORD, PENDING_RECORD, POLICY_RECORD, FLOOR_RECORD]).toEqual([
        "program",
        "pending",
        "policy",
        "floor",
    ])
    const record = { digest: Buffer.alloc(IMAGE_DIGEST_BYTES, 0xab), sequenceNumber: 0xfedcba98 }
    expect(encodeProgram(record).toString("hex")).toBe(`${"ab".repeat(32)}98badcfe00`)
    expect(encodePending({ ...record, stage: Stage.Trial, failedBoots: 3 }).toString("hex")).toBe(
        `${"ab".repeat(32)}98badcfe0203`,
    )
})

test("what is not of the form is no record", () => {
    const programBytes = encodeProgram({ digest: Buffer.alloc(IMAGE_DIGEST_BYTES), sequenceNumber: 1 })
    const pendingBytes = encodePending({
        digest: Buffer.alloc(IMAGE_DIGEST_BYTES),
        sequenceNumber: 1,
        stage: Stage.Granted,
        failedBoots: 0,
    })
    for (let length = 0; length < 80; length++) {
        // Stage 0 is the program's, 1 a pending one's: only the length is wrong.
        if (length !== programBytes.length) expect(decodeProgram(Buffer.alloc(length, 0))).toBeUndefined()
        if (length !== pendingBytes.length) expect(decodePending(Buffer.alloc(length, 1))).toBeUndefined()
    }
    const others = fc.uint8Array({ maxLength: 48 }).map(bytes => Buffer.from(bytes))
    fc.assert(
        fc.property(others, bytes => {
            if (bytes.length !== programBytes.length) expect(decodeProgram(bytes)).toBeUndefined()
            if (bytes.length !== pendingBytes.length) expect(decodePending(bytes)).toBeUndefined()
        }),
    )
    expect(decodeProgram(pendingBytes)).toBeUndefined()
    expect(decodePending(programBytes)).toBeUndefined()
    programBytes[36] = 1
    expect(decodeProgram(programBytes)).toBeUndefined()
    for (const stage of [0, 3, 255]) {
        pendingBytes[36] = stage
        expect(decodePending(pendingBytes)).toBeUndefined()
    }
})
