/** A test that sees too little: `slice.test.ts` shows that mutants get past it. */
import { expect, test } from "vitest"
import { judgeProgram } from "../../src/core/update/program-start"

test("the program on record is confirmed", () => {
    const program = { digest: Buffer.alloc(32), sequenceNumber: 7 }
    expect(judgeProgram({ digest: program.digest, program, pending: undefined, floor: 7 })).toBe("confirmed")
})
