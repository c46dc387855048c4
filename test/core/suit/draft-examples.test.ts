import { expect, test } from "vitest"
import { COSE_ES256 } from "../../../src/core/cose/algorithms"
import { ES256 } from "../../../src/core/cose/es256"
import { algorithmHeader, toBeSigned } from "../../../src/core/cose/sign1"
import { Envelope } from "../../../src/core/suit/envelope"
import { readManifest } from "../../../src/core/suit/manifest"
import { memberDigest } from "../../../src/host/package/manifest"
import { refusalName } from "../../../src/host/package/refusals"
import { readerOf } from "../crypto/vectors/slhdsa"
import { TestMemory } from "./byte-memory"
import { pause, receive, STANDARDS } from "./device"
import { DRAFT_EXAMPLES, DRAFT_KEY } from "./draft-examples"

/** What stands in the way of each for a device that takes one program out of its package. */
const REFUSALS = ["component", "component", "component", "component", "component", "components", "components"]

test.each(DRAFT_EXAMPLES.map(([name, hex], i) => [name, hex, REFUSALS[i]]))(
    "example %s: authentic, and refused by name",
    async (_, hex, reason) => {
        const bytes = Buffer.from(hex, "hex")
        const envelope = new Envelope(new TestMemory(2048), bytes.length, pause)
        await envelope.take(bytes)
        expect(envelope.headComplete).toBe(true)

        const manifest = envelope.members[1]
        const digest = memberDigest(bytes.subarray(manifest.start, manifest.end))
        const [wrapper] = envelope.members
        // The authentication block ends with the signature, and the wrapper with that.
        const signature = bytes.subarray(wrapper.end - 64, wrapper.end)
        const message = toBeSigned(algorithmHeader(COSE_ES256), digest)
        expect(await ES256.verify(DRAFT_KEY, message, readerOf(signature), STANDARDS.digest, pause)).toBe(true)

        await readManifest(envelope, bytes.subarray(manifest.head, manifest.end), STANDARDS.digest)
        expect(refusalName(envelope.refusal)).toBe(reason)

        // Their signatures do not say whose they are.
        expect(refusalName((await receive(bytes)).refusal)).toBe("keyIdMissing")
    },
)
