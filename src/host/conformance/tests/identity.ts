/** C1.1: who a device is. */

import { verifyChain } from "../../identity/chain"
import type { CertifiedUnit } from "../../identity/device-certificate"
import { attest } from "../../unit/attestation"
import { certificatesOf } from "../../unit/certificates-of"
import { readDocument } from "../../unit/read-document"
import type { Bench } from "../bench"
import { requireSafeOutputs } from "../outputs"
import { answers, restart } from "../restart"
import { Broken, type ConformanceTest, require, type Scene } from "../scene"
import { replay } from "./replay"

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
            await replay(bench, random, async challenge => {
                const token = await readDocument(bench.link, "attestation")
                note("answered", { challenge: hex(challenge), tokenBytes: token.length })
            })
            return { verdict: "enforced", expected: "ChallengeUsed", seen: "ChallengeUsed" }
        },
    },
    {
        id: "C1.1-kept",
        title: "The unit has the same certificate after it was without supply.",
        needs: ["supply"],
        async run({ bench, note }) {
            const before = await certificatesOf(bench.link)
            await restart(bench)
            const after = await certificatesOf(bench.link)
            note("certificates", { bytesBefore: before.length, bytesAfter: after.length })
            if (hex(before) !== hex(after)) throw new Broken("the same certificates", "others")
            return { verdict: "enforced", expected: "the same certificates", seen: "the same certificates" }
        },
    },
    {
        id: "C1.1-unique",
        title: "Another unit has another key, another certificate and another serial number.",
        needs: ["units"],
        async run(scene) {
            const other = await scene.bench.unit(1)
            try {
                await other.begin()
                const [own, others] = [await unitOf(scene, scene.bench), await unitOf(scene, other)]
                for (const [what, of] of DISTINCT) {
                    scene.note(what, { own: of(own), other: of(others) })
                    if (of(own) === of(others)) throw new Broken(`another ${what}`, `the same ${what}: ${of(own)}`)
                }
                return { verdict: "enforced", expected: "nothing in common", seen: "nothing in common" }
            } finally {
                await other.close()
            }
        },
    },
    {
        id: "C1.1-clone",
        title: "What is read out of one unit does not make another one it.",
        needs: ["units", "dump", "rewrite"],
        async run(scene) {
            const { bench, policy, random, note } = scene
            const certificates = await certificatesOf(bench.link)
            const memories = await bench.dump()
            const other = await bench.unit(1)
            try {
                await other.begin()
                await other.rewrite(memories)
                await other.supply(true)
                const onOther = { ...scene, bench: other }
                if (!(await answers(other))) {
                    await requireSafeOutputs(onOther, "of the clone")
                    return { verdict: "enforced", expected: "no answer", seen: "its program does not run" }
                }
                const shown = await certificatesOf(other.link)
                const proof = await attest(other.link, policy, random)
                if (!("refusal" in proof))
                    throw new Broken("no answer of the clone", `an answer as ${proof.claims.serial}`)
                const identity = String(await other.link.get("identity"))
                note("the clone", {
                    identity,
                    refusal: proof.refusal,
                    showsCertificate: hex(shown) === hex(certificates),
                })
                if (!CLONE_IS.includes(identity)) throw new Broken(CLONE_IS.join(" or "), identity)
                await requireSafeOutputs(onOther, "of the clone")
                return { verdict: "enforced", expected: CLONE_IS.join(" or "), seen: identity }
            } finally {
                await other.close()
            }
        },
    },
]

/** What a device finds that has another's memories: their seals are not its own, or the certificate is for another key. */
const CLONE_IS = ["Damaged", "Foreign"]

const DISTINCT: readonly (readonly [string, (unit: CertifiedUnit) => string])[] = [
    ["key", ({ publicKey }) => hex(publicKey)],
    ["certificate", ({ certificateSerial }) => certificateSerial],
    ["serial number", ({ serial }) => serial],
]

/** @throws Broken if its certificate is none of the maker's */
async function unitOf({ policy }: Scene, { link }: Bench): Promise<CertifiedUnit> {
    const verdict = verifyChain(await certificatesOf(link), { ...policy, serial: undefined })
    if ("refusal" in verdict) throw new Broken("a certificate of the maker's", verdict.refusal)
    return verdict.unit
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex")
