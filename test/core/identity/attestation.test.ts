import { createHash } from "node:crypto"
import { Decoder, Tag } from "cbor-x"
import { describe, expect, test } from "vitest"
import {
    admitChallenge,
    attestationToken,
    CLAIM,
    type Condition,
    REMEMBERED_CHALLENGES,
} from "../../../src/core/identity/attestation"
import { IdentityRefusal } from "../../../src/core/identity/identity-state"
import { type AttestationRefusal, verifyToken } from "../../../src/host/unit/attestation"
import { noPause } from "../store/slot-memory"
import { boot, random } from "./unit"

const CONDITION = {
    serialNumber: () => "GV-1",
    bootCount: () => 12,
    model: "Domovoi gas valve",
    firmwareVersion: "v1.2.3",
    sequenceNumber: 70_000,
    securityClass: 1,
    state: [2, 5] as [number, number],
    uptime: () => 3600,
}

function challenge(): Buffer {
    const bytes = Buffer.alloc(32)
    random.draw(bytes)
    return bytes
}

async function attested(condition: Condition = CONDITION) {
    const { keys } = await boot()
    const publicKey = await keys.createKey()
    const keyDigest = createHash("sha256").update(publicKey).digest()
    const nonce = challenge()
    const token = await attestationToken(keys, nonce, keyDigest, condition, noPause)
    const unit = {
        serial: "GV-1",
        model: "Domovoi gas valve",
        board: "valve_pico",
        securityClass: 1 as const,
        manufacturer: "Works",
        isTestUnit: false,
        algorithm: "ed25519" as const,
        publicKey: new Uint8Array(publicKey),
        certificateSerial: "01",
    }
    return { token, nonce, unit }
}

test("a token is what RFC 9711 and RFC 9052 say, to another reader too", async () => {
    const { token, nonce } = await attested()
    const decoder = new Decoder({ mapsAsObjects: false, useRecords: false })
    const tagged: Tag = decoder.decode(token)
    expect(tagged).toBeInstanceOf(Tag)
    expect(tagged.tag).toBe(18)
    const claims: Map<number, unknown> = decoder.decode((tagged.value as unknown as Buffer[])[2])
    expect([...claims.keys()]).toEqual([10, 256, 261, 263, 267, 270, 271, -70001, -70002, -70003, -70004])
    expect(claims.get(CLAIM.nonce)).toEqual(nonce)
    expect(claims.get(CLAIM.softwareVersion)).toEqual(["v1.2.3"])
    expect(token.length).toBeLessThan(300)
})

test("a good token says what the unit said", async () => {
    const { token, nonce, unit } = await attested()
    expect(verifyToken(token, nonce, unit)).toEqual({
        unit,
        claims: {
            serial: "GV-1",
            model: "Domovoi gas valve",
            version: "v1.2.3",
            sequenceNumber: 70_000,
            securityClass: 1,
            state: 2,
            cause: 5,
            bootCount: 12,
            uptime: 3600,
            debugEnabled: true,
        },
    })
})

const UPDATE = { state: 8, program: { sequenceNumber: 70_000, digest: Buffer.alloc(32, 7) }, floor: 69_999 }
const TAKES_UPDATES: Condition = { ...CONDITION, evidence: async () => UPDATE }

test("of a device that takes updates, a token says its state, what is confirmed, and the floor", async () => {
    const { token, nonce, unit } = await attested(TAKES_UPDATES)
    expect(verifyToken(token, nonce, unit)).toMatchObject({
        claims: {
            sequenceNumber: 70_000,
            update: { state: 8, sequenceNumber: 70_000, digest: "07".repeat(32), floor: 69_999 },
        },
    })
    const decoder = new Decoder({ mapsAsObjects: false, useRecords: false })
    const claims: Map<number, unknown> = decoder.decode((decoder.decode(token).value as Buffer[])[2])
    expect([...claims].at(-1)).toEqual([-70005, [8, 70_000, UPDATE.program.digest, 69_999]])
})

test("the longest names and the highest numbers have room", async () => {
    const most = 0xffff_ffff
    const { nonce, unit, token } = await attested({
        ...TAKES_UPDATES,
        firmwareVersion: "v".repeat(64),
        uptime: () => most,
        sequenceNumber: most,
        evidence: async () => ({ state: 10, program: { ...UPDATE.program, sequenceNumber: most }, floor: most }),
    })
    expect(verifyToken(token, nonce, unit)).toMatchObject({ claims: { update: { floor: most } } })
})

test("any changed or missing byte is refused", async () => {
    const { token, nonce, unit } = await attested(TAKES_UPDATES)
    const reasons = new Set<AttestationRefusal | undefined>()
    for (let at = 0; at < token.length; at++) {
        const changed = Buffer.from(token)
        changed[at] ^= 1 << (at & 7)
        const cut = token.subarray(0, at)
        for (const bad of [changed, cut]) {
            const verdict = verifyToken(bad, nonce, unit)
            reasons.add("refusal" in verdict ? verdict.refusal : undefined)
        }
    }
    expect([...reasons].sort()).toEqual(["claimsDiffer", "tokenAlgorithm", "tokenMalformed", "tokenSignature"])
})

test("a token for another challenge, or of another unit, is refused", async () => {
    const one = await attested()
    const other = await attested()
    expect(verifyToken(one.token, other.nonce, one.unit)).toEqual({ refusal: "replayed" })
    expect(verifyToken(one.token, one.nonce, other.unit)).toEqual({ refusal: "tokenSignature" })
    for (const change of [{ serial: "GV-2" }, { model: "Toaster" }, { securityClass: 2 as const }])
        expect(verifyToken(one.token, one.nonce, { ...one.unit, ...change })).toEqual({ refusal: "claimsDiffer" })
    expect(verifyToken(one.token, one.nonce, { ...one.unit, algorithm: "p256" })).toEqual({ refusal: "tokenAlgorithm" })
})

describe("challenges", () => {
    test("have 32 bytes", async () => {
        const { sealed } = await boot()
        for (const length of [0, 1, 31, 33, 64, 200])
            expect(await admitChallenge(sealed, Buffer.alloc(length))).toBe(IdentityRefusal.ChallengeSize)
        expect(await admitChallenge(sealed, challenge())).toBe(IdentityRefusal.None)
    })

    test("are good once, over reboots too, until ten others were answered", async () => {
        let unit = await boot()
        const first = challenge()
        expect(await admitChallenge(unit.sealed, first)).toBe(IdentityRefusal.None)
        for (let later = 1; later < REMEMBERED_CHALLENGES; later++) {
            unit = await boot(unit)
            expect(await admitChallenge(unit.sealed, first)).toBe(IdentityRefusal.ChallengeUsed)
            expect(await admitChallenge(unit.sealed, challenge())).toBe(IdentityRefusal.None)
        }
        expect(await admitChallenge(unit.sealed, first)).toBe(IdentityRefusal.ChallengeUsed)
        expect(await admitChallenge(unit.sealed, challenge())).toBe(IdentityRefusal.None)
        expect(await admitChallenge(unit.sealed, first)).toBe(IdentityRefusal.None)
    })
})
