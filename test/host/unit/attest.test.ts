import { beforeAll, describe, expect, test } from "vitest"
import type { ChainPolicy } from "../../../src/host/identity/chain"
import { attest } from "../../../src/host/unit/attestation"
import { callWhenFree } from "../../../src/host/unit/call-when-free"
import { readDocument } from "../../../src/host/unit/read-document"
import type { SimulatedUnit } from "../../../src/host/unit/simulated-unit"
import type { UnitLink } from "../../../src/host/unit/unit-link"
import { authority, DAY_MS, der, later, NOW, seeded } from "../identity/factory"
import { assembled, provisioned, register, VALVE } from "./factory"

const ca = await authority("p256", "ca", 10)
const another = await authority("p256", "another")
const policy: ChainPolicy = { ca: der(ca), revoked: new Set(), now: later(), serial: VALVE.serial }

let unit: SimulatedUnit
beforeAll(async () => {
    const units = register(ca)
    unit = await assembled("valve_pico")
    await unit.powerOn()
    await provisioned(unit, { ca, register: units, unit: VALVE })
})

/** The unit's link, with some of it answered by somebody in between. */
function tampered(changes: Partial<UnitLink>): UnitLink {
    return {
        get: name => unit.get(name),
        call: (command, values) => unit.call(command, values),
        programSha256: () => unit.programSha256(),
        wait: ms => unit.wait(ms),
        close: async () => {},
        ...changes,
    }
}

test("a good unit proves itself, and what it says is so", async () => {
    const verdict = await attest(unit, policy, seeded("a"))
    expect(verdict).toMatchObject({
        unit: { serial: "GV-0001", manufacturer: "Hearth Works", algorithm: "ed25519" },
        claims: { serial: "GV-0001", sequenceNumber: 1, securityClass: 1, state: 0, cause: 0, bootCount: 1 },
    })
    await unit.powerOn()
    // As long as it has not judged its program, it says nothing of updates.
    expect(await attest(unit, policy, seeded("b"))).toMatchObject({ claims: { bootCount: 2 } })
    await unit.wait(2000)
    const none = { state: 0, sequenceNumber: 0, digest: "00".repeat(32), floor: 0 }
    expect(await attest(unit, policy, seeded("g"))).toMatchObject({ claims: { update: none } })
})

test("a unit that has just started is waited for until it has looked at itself", async () => {
    // Its first looks at itself, drawn out; nothing else of it is another's.
    let looks = 0
    const starting = tampered({
        get: async name => {
            if (name === "state" && ++looks < 5) return { state: "Safe", cause: "Starting" }
            return name === "identity" && looks < 5 ? "Unknown" : unit.get(name)
        },
        call: async (command, values) =>
            values?.document === 0 && looks < 5 ? { size: 0, data: new Uint8Array(0) } : unit.call(command, values),
    })
    expect(await attest(starting, policy, seeded("starting"))).toHaveProperty("claims")
    expect(looks).toBe(5)
    // One that never does has no identity to show.
    const never = tampered({
        get: async name => (name === "identity" ? "Unknown" : unit.get(name)),
        call: async (command, values) =>
            values?.document === 0 ? { size: 0, data: new Uint8Array(0) } : unit.call(command, values),
        wait: async () => {},
    })
    expect(await attest(never, policy, seeded("never"))).toEqual({ refusal: "noIdentity", detail: "Unknown" })
})

describe("the device refuses", () => {
    test.each([0, 1, 31, 33, 64, 200])("a challenge of %d bytes", async length => {
        expect(await unit.call("attest", { challenge: new Uint8Array(length) })).toEqual({ refusal: "ChallengeSize" })
    })

    test("a challenge that it answered before, also after a restart", async () => {
        expect(await attest(unit, policy, seeded("c"))).toHaveProperty("claims")
        expect(await attest(unit, policy, seeded("c"))).toEqual({ refusal: "deviceRefused", detail: "ChallengeUsed" })
        await unit.powerOn()
        expect(await attest(unit, policy, seeded("c"))).toEqual({ refusal: "deviceRefused", detail: "ChallengeUsed" })
    })

    test("to attest before it has an identity", async () => {
        const bare = await assembled("valve_pico", "f".repeat(16))
        await bare.powerOn()
        const report = await callWhenFree(bare, "attest", { challenge: seeded("d")(32) })
        expect(report).toEqual({ refusal: "NotProvisioned" })
        expect(await attest(bare, policy, seeded("d"))).toEqual({ refusal: "noIdentity", detail: "Missing" })
    })
})

describe("the verifier refuses", () => {
    test("a token that was recorded earlier", async () => {
        const tokens: Record<string, unknown>[] = []
        const record = tampered({
            call: async (command, values) => {
                const report = await unit.call(command, values)
                if (values?.document === 1) tokens.push(report)
                return report
            },
        })
        expect(await attest(record, policy, seeded("e"))).toHaveProperty("claims")
        const replay = tampered({
            call: async (command, values) => {
                if (command === "attest") return { refusal: "None" }
                return values?.document === 1
                    ? (tokens.find(({ offset }) => offset === values.offset) as never)
                    : unit.call(command, values)
            },
        })
        expect(await attest(replay, policy, seeded("f"))).toEqual({ refusal: "replayed" })
    })

    test("a unit that shows another unit's certificate", async () => {
        const other = await assembled("valve_pico", "e".repeat(16))
        await other.powerOn()
        const genuine = { ...VALVE, serial: "GV-0002" }
        await provisioned(other, { ca, register: register(ca), unit: genuine })
        const clone = tampered({
            call: (command, values) => (values?.document === 0 ? other : unit).call(command, values),
        })
        expect(await attest(other, { ...policy, serial: "GV-0002" }, seeded("g"))).toHaveProperty("claims")
        expect(await attest(clone, { ...policy, serial: "GV-0002" }, seeded("h"))).toEqual({
            refusal: "tokenSignature",
        })
    })

    test("a memory that was copied into another unit: that one stays safe, and proves nothing", async () => {
        const copy = await assembled("valve_pico", "d".repeat(16))
        copy.board.restore(unit.board.save())
        await copy.powerOn()
        await copy.wait(2000)
        expect(await copy.get("identity")).toBe("Damaged")
        expect(await copy.get("state")).toEqual({ state: "Safe", cause: "Identity" })
        expect(await attest(copy, policy, seeded("i"))).toEqual({ refusal: "noIdentity", detail: "Damaged" })
    })

    test.each<[string, Partial<ChainPolicy>, string]>([
        ["a foreign authority", { ca: der(another) }, "foreignCa"],
        ["an authority that has expired", { now: new Date(NOW.getTime() + 11 * 366 * DAY_MS) }, "caExpired"],
        ["a certificate of tomorrow", { now: later(-1) }, "notYetValid"],
        ["another serial number than was asked for", { serial: "GV-0009" }, "serialMismatch"],
    ])("%s", async (_, change, refusal) => {
        expect(await attest(unit, { ...policy, ...change }, seeded("j"))).toMatchObject({ refusal })
    })

    test("certificates with a byte behind them, and says what is wrong with them and what to do", async () => {
        const chain = await readDocument(unit, "certificates")
        const longer = tampered({
            call: async (command, values) =>
                values?.document === 0
                    ? {
                          size: chain.length + 1,
                          data: Buffer.concat([chain, Buffer.of(0)]).subarray(Number(values.offset)),
                      }
                    : unit.call(command, values),
        })
        expect(await attest(longer, policy, seeded("m"))).toEqual({
            refusal: "malformed",
            detail:
                "its certificate is not X.509 in DER with nothing behind it; " +
                "do not trust the unit: only its maker can certify it",
        })
    })

    test("a revoked serial number", async () => {
        const units = register(ca)
        const lost = await assembled("valve_pico", "c".repeat(16))
        await lost.powerOn()
        await provisioned(lost, { ca, register: units, unit: VALVE })
        units.revoke(VALVE.serial, "keyCompromise", later())
        expect(await attest(lost, { ...policy, revoked: units.revoked() }, seeded("k"))).toEqual({ refusal: "revoked" })
    })

    test("a device that answers nonsense", async () => {
        const nonsense = tampered({
            call: async (command, values) => {
                const report = await unit.call(command, values)
                const data = report.data as Uint8Array | undefined
                if (data && values?.document === 1) data[0] ^= 0xff
                return report
            },
        })
        expect(await attest(nonsense, policy, seeded("l"))).toEqual({ refusal: "tokenMalformed" })
    })
})
