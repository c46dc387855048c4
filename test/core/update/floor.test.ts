/** The lowest number that is accepted has two witnesses, the counter and the record of the program. The higher one counts, and neither falls. */
import { expect, test } from "vitest"
import { SuitRefusal } from "../../../src/core/suit/refusal"
import { encodeProgram, PROGRAM_RECORD } from "../../../src/core/update/records"
import { UpdateRefusal } from "../../../src/core/update/update-refusal"
import { UpdateState } from "../../../src/core/update/update-state"
import { programManifest } from "../../../src/host/package/manifest"
import { PROGRAM, signed, TARGET } from "../suit/packages"
import { ALICE } from "../suit/signers"
import { TestUnit } from "./test-unit"

/** A package by its number. */
const numbered = (sequenceNumber: number) =>
    signed(programManifest({ ...TARGET, sequenceNumber }, PROGRAM), undefined, ALICE)

const ACCEPTED = { state: UpdateState.AwaitingConsent }

test.each([
    // The record is not of what was confirmed last, which may come again.
    { counter: 9, program: 6, offered: 7, expected: { refusal: SuitRefusal.SequenceOlder } },
    { counter: 9, program: 6, offered: 8, expected: { refusal: SuitRefusal.SequenceEqual } },
    { counter: 9, program: 6, offered: 9, expected: ACCEPTED },
    { counter: 9, program: 9, offered: 8, expected: { refusal: SuitRefusal.SequenceOlder } },
    { counter: 9, program: 9, offered: 9, expected: { refusal: SuitRefusal.SequenceEqual } },
    { counter: 9, program: 9, offered: 10, expected: ACCEPTED },
    { counter: 0, program: 9, offered: 8, expected: { refusal: SuitRefusal.SequenceOlder } },
    { counter: 0, program: 9, offered: 9, expected: { refusal: SuitRefusal.SequenceEqual } },
    { counter: 0, program: 9, offered: 10, expected: ACCEPTED },
])(
    "counter $counter, program $program on record, package $offered",
    async ({ counter, program, offered, expected }) => {
        const unit = await TestUnit.made()
        await unit.store.set("floor", Buffer.from([counter, 0, 0, 0]))
        await unit.store.set(PROGRAM_RECORD, encodeProgram({ digest: Buffer.alloc(32, 1), sequenceNumber: program }))
        // Neither of the two runs, so the start leaves both as they are.
        await unit.start(5)
        await unit.send(await numbered(offered))
        expect(unit.agent).toMatchObject(expected)
    },
)

test("a program starts at the floor, and not below it", async () => {
    for (const [floor, refusal] of [
        [6, 0],
        [7, UpdateRefusal.BelowFloor],
    ]) {
        const unit = await TestUnit.made()
        await unit.store.set("floor", Buffer.from([floor, 0, 0, 0]))
        await unit.start(6)
        expect(unit.agent.refusal).toBe(refusal)
    }
})
