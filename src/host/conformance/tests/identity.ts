/** C1.1: who a device is. */
import { attest } from "../../unit/attestation"
import { certificatesOf } from "../../unit/certificates-of"
import { readDocument } from "../../unit/read-document"
import { Broken, type ConformanceTest, require } from "../scene"

export const IDENTITY_TESTS: readonly ConformanceTest[] = [
    {
        id: "C1.1-challenge",
        title: "A fresh challenge is answered under the certified key, and the certificate is the declared unit's.",
        needs: [],
        async run({ bench, declared, policy, random, note }) {
            const proof = await attest(bench.link, policy, random)
            if ("refusal" in proof) throw new Broken("an answer under the certified key", proof.refusal)
            const { serial, model, securityClass } = proof.claims
            note("the answer", { serial, model, securityClass, certificate: proof.unit.certificateSerial })
            const { device } = declared
            require("serial number", device.serial, serial)
            require("model", device.model, model)
            require("class", device.class, securityClass)
            return { verdict: "enforced", expected: "an answer under the certified key", seen: `${serial}, ${model}` }
        },
    },
    {
        id: "C1.1-replay",
        title: "A challenge that was answered before is not answered again.",
        needs: [],
        async run({ bench, random, note }) {
            const challenge = random(32)
            const first = await bench.ask("domovoi", "attest", { challenge })
            require("the first time", "None", first.refusal)
            const token = await readDocument(bench.link, "attestation")
            note("answered", { challenge: hex(challenge), tokenBytes: token.length })
            const again = await bench.ask("domovoi", "attest", { challenge })
            require("the second time", "ChallengeUsed", again.refusal)
            return { verdict: "enforced", expected: "ChallengeUsed", seen: `${again.refusal}` }
        },
    },
    {
        id: "C1.1-kept",
        title: "The unit has the same certificate after it was without supply.",
        needs: ["supply"],
        async run({ bench, note }) {
            const before = await certificatesOf(bench.link)
            await bench.supply(false)
            await bench.supply(true)
            await bench.link.find(START_MS)
            const after = await certificatesOf(bench.link)
            note("certificates", { bytesBefore: before.length, bytesAfter: after.length })
            if (hex(before) !== hex(after)) throw new Broken("the same certificates", "others")
            return { verdict: "enforced", expected: "the same certificates", seen: "the same certificates" }
        },
    },
]

const START_MS = 8_000
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex")
