import { expect, test } from "vitest"
import { programManifest } from "../../../src/host/package/manifest"
import { receive } from "./device"
import { DESCRIPTION, policyPackage, signed, TARGET, testProgram } from "./packages"
import { ALICE, BOB } from "./signers"

const PROGRAM = testProgram(60)
const PACKAGE = await signed(programManifest(TARGET, PROGRAM, DESCRIPTION), PROGRAM, ALICE)
const POLICY_PACKAGE = await policyPackage({ version: 4, threshold: 2, keys: [ALICE.key, BOB.key] }, ALICE)

test.each([
    ["a program", PACKAGE],
    ["a policy", POLICY_PACKAGE],
])("%s cut off at any byte is refused, whether or not its end was announced there", async (_, bytes) => {
    for (let length = 0; length < bytes.length; length++) {
        const cut = bytes.subarray(0, length)
        expect((await receive(cut)).refusal, `${length} bytes`).not.toBe(0)
        const { refusal } = await receive(cut, { length: bytes.length })
        expect(refusal, `${length} of ${bytes.length} bytes`).not.toBe(0)
    }
})
