/** What the fuzzer starts from: packages of every form that a device takes, and the draft's own. */
import { programManifest } from "../../src/host/package/manifest"
import { craft, encode, encodeRaw, sha256, sign } from "../core/suit/craft"
import { DRAFT_EXAMPLES } from "../core/suit/draft-examples"
import { DESCRIPTION, policyPackage, signed, TARGET, testProgram } from "../core/suit/packages"
import { ALICE, BOB, CAROL, MALLORY } from "../core/suit/signers"
import type { Seeds } from "./envelope-fuzz"

const PROGRAM = testProgram(100)
const PARTS = programManifest(TARGET, PROGRAM, DESCRIPTION)

export async function fuzzSeeds(): Promise<Seeds> {
    const good = [
        await signed(PARTS, PROGRAM, ALICE),
        await signed(PARTS, undefined, MALLORY, CAROL),
        await policyPackage({ version: 4, threshold: 2, keys: [ALICE.key, CAROL.key] }, BOB),
        await craft(draft => {
            draft.payload = PROGRAM
            draft.sharedParameters.set(3, encode([-16, sha256(PROGRAM)])).set(14, PROGRAM.length)
            const install = encodeRaw(draft.install)
            draft.manifestMembers.set(20, [-16, sha256(encode(install))])
            draft.envelopeMembers.set(20, install)
            draft.blocks = [digest => sign([MALLORY, ALICE], digest)]
        }),
    ]
    return {
        good,
        policy: { version: 3, threshold: 1, keys: [ALICE.key, BOB.key, CAROL.key] },
        foreign: DRAFT_EXAMPLES.map(([, hex]) => Buffer.from(hex, "hex")),
    }
}
