import { createHash, X509Certificate } from "node:crypto"
import { describe, expect, test } from "vitest"
import { loadBoard } from "../../../simulators/board/definition"
import type { Atecc608 } from "../../../simulators/parts/atecc608"
import type { Fram } from "../../../simulators/parts/fram"
import { CUT_PHASES } from "../../../simulators/power-cut"
import { ELEMENT_LIMIT } from "../../../src/core/identity/element-counters"
import { fingerprint } from "../../../src/host/identity/fingerprint"
import type { SignatureAlgorithm } from "../../../src/host/package/algorithms"
import { attest } from "../../../src/host/unit/attestation"
import { certificatesOf } from "../../../src/host/unit/certificates-of"
import { simulatedRelease } from "../../../src/host/unit/simulated-factory"
import { SimulatedUnit } from "../../../src/host/unit/simulated-unit"
import type { UnitLink } from "../../../src/host/unit/unit-link"
import { authority, der, later, seeded } from "../identity/factory"
import { release } from "../update/releases"
import { assembled, DOORBELL, provisioned, register, VALVE } from "./factory"

const ca = await authority("p256")

const certificateOf = (chain: Uint8Array) => fingerprint(new X509Certificate(chain).raw)

test("a unit gets an identity, once", async () => {
    const units = register(ca)
    const unit = await assembled("valve_pico")
    await unit.powerOn()
    // It looks at its identity after it has begun to answer.
    await certificatesOf(unit)
    expect(await unit.get("identity")).toBe("Missing")
    const first = await provisioned(unit, { ca, register: units, unit: VALVE })
    expect(first.wasDone).toBe(false)
    expect(new X509Certificate(first.chain).verify(new X509Certificate(der(ca)).publicKey)).toBe(true)
    expect(await unit.get("identity")).toBe("Valid")
    expect(await unit.get("serial_number")).toBe("GV-0001")
    expect(await unit.get("state")).toEqual({ state: "Normal", cause: "None" })

    const again = await provisioned(unit, { ca, register: units, unit: VALVE })
    expect(again).toEqual({ ...first, chain: Buffer.from(first.chain), wasDone: true })
})

test("a unit without an identity holds its outputs safe and its heartbeat still, and says why", async () => {
    const unit = await assembled("valve_pico")
    const beats = { count: 0 }
    unit.board.wiring.watch("HEARTBEAT", () => beats.count++)
    await unit.powerOn()
    beats.count = 0
    unit.board.parts.get("button")!.act("press")
    await unit.wait(300)
    unit.board.parts.get("button")!.act("release")
    await unit.wait(5000)
    expect(beats.count).toBe(0)
    expect(unit.board.parts.get("valve")!.observe()).toMatchObject({ state: "shut" })
    expect(await unit.get("state")).toEqual({ state: "Safe", cause: "Identity" })
    expect(await unit.get("serial_number")).toBe("")
    await provisioned(unit, { ca, register: register(ca), unit: VALVE })
    await unit.wait(1000)
    expect(beats.count).toBeGreaterThan(10)
})

test("a unit that waits in the factory writes nothing: it would come between what a command writes and its reading back", async () => {
    const unit = await assembled("valve_pico")
    await unit.powerOn()
    await certificatesOf(unit)
    await unit.wait(3000)
    const fram = unit.board.parts.get("fram") as Fram
    const before = fram.operations
    await unit.wait(5000)
    expect(fram.operations).toBe(before)
    expect(before).toBeGreaterThan(0)
})

/** A link that breaks at one of its calls, before the device hears it or after it has answered. */
function breaking(link: UnitLink, call: number, heard: boolean): UnitLink & { calls: number } {
    const broken = {
        calls: 0,
        get: (name: string) => link.get(name),
        call: async (command: string, values?: Parameters<UnitLink["call"]>[1]) => {
            const breaks = broken.calls++ === call
            if (breaks && !heard) throw new Error("interrupted")
            const report = await link.call(command, values)
            if (breaks) throw new Error("interrupted")
            return report
        },
        programSha256: () => link.programSha256(),
        wait: (ms: number) => link.wait(ms),
        close: () => link.close(),
    }
    return broken
}

test("interrupted at any command and run again, provisioning ends with one certificate", async () => {
    let interruptions = 0
    for (let call = 0, done = false; !done; call++)
        for (const heard of [false, true]) {
            const units = register(ca)
            const unit = await assembled("valve_pico")
            await unit.powerOn()
            const options = { ca, register: units, unit: VALVE }
            done = await provisioned(breaking(unit, call, heard), options).then(
                () => true,
                () => false,
            )
            if (done) break
            interruptions++
            const issued = units.certificate(VALVE.serial)
            const { chain } = await provisioned(unit, options)
            if (issued) expect(certificateOf(chain)).toBe(fingerprint(issued))
            expect(units.serials()).toEqual([VALVE.serial])
            expect(await unit.get("identity")).toBe("Valid")
        }
    // create_key, the pairing secret, seven pieces of the chain, keep_identity, and reading the chain back.
    expect(interruptions).toBeGreaterThanOrEqual(30)
})

test("power cut at any write of the unit's memory, too", async () => {
    const writes = await writesOf(await assembled("valve_pico"))
    const outcomes = { cut: 0 }
    // Each write in one phase, neighbours in different ones.
    for (const operation of writes) {
        const units = register(ca)
        const unit = await assembled("valve_pico")
        const fram = unit.board.parts.get("fram") as Fram
        fram.cutPowerAt({ operation, phase: CUT_PHASES[operation % CUT_PHASES.length] })
        const options = { ca, register: units, unit: VALVE }
        const start = async () => {
            await unit.powerOn()
            await provisioned(unit, options)
        }
        await expect(start()).rejects.toThrow(/does not answer|no Domovoi device answers/)
        outcomes.cut++
        await start()
        expect(await unit.get("identity")).toBe("Valid")
        expect(units.serials()).toEqual([VALVE.serial])
    }
    expect(outcomes.cut).toBe(writes.length)
})

/** Of the writes at the end so many, which are all there is between leaving the factory and being at work. */
const OVERWRITES = 64

/**
 * Numbers of the writes that starting and provisioning take; of those that overwrite what is erased, which are alike, every 21st.
 * test/core/identity/factory.test.ts cuts each of them, at every byte.
 */
async function writesOf(unit: SimulatedUnit): Promise<number[]> {
    await unit.powerOn()
    await provisioned(unit, { ca, register: register(ca), unit: VALVE })
    const { operations } = unit.board.parts.get("fram") as Fram
    await unit.close()
    const others = operations - OVERWRITES
    return Array.from({ length: operations }, (_, operation) => operation).filter(
        operation => operation < others || (operation - others) % 21 === 0,
    )
}

describe("refused, with a reason", () => {
    test("another model, another class, an identity of another unit", async () => {
        const units = register(ca)
        const unit = await assembled("valve_pico")
        await unit.powerOn()
        const attempt = (change: object) => provisioned(unit, { ca, register: units, unit: { ...VALVE, ...change } })
        await expect(attempt({ model: "Toaster" })).rejects.toMatchObject({ refusal: "otherModel" })
        await expect(attempt({ securityClass: 2 })).rejects.toMatchObject({ refusal: "otherClass" })
        expect(units.serials()).toEqual([])
        await attempt({})
        await expect(attempt({ serial: "GV-0002" })).rejects.toMatchObject({ refusal: "otherUnit" })
        units.revoke("GV-0001", "keyCompromise", later())
        await expect(attempt({})).rejects.toMatchObject({ refusal: "revoked" })
        expect(units.serials()).toEqual(["GV-0001"])
    })

    test("a serial number that another unit has", async () => {
        const units = register(ca)
        const [one, other] = [
            await assembled("valve_pico", "1".repeat(16)),
            await assembled("valve_pico", "2".repeat(16)),
        ]
        await Promise.all([one, other].map(unit => unit.powerOn()))
        await provisioned(one, { ca, register: units, unit: VALVE })
        const clone = provisioned(other, { ca, register: units, unit: VALVE })
        await expect(clone).rejects.toMatchObject({ refusal: "otherKey" })
        expect(await other.get("identity")).toBe("Missing")
    })
})

describe("what a peer on the bus may not do", () => {
    const digest = (bytes: Uint8Array) => new Uint8Array(createHash("sha256").update(bytes).digest())

    test("give a unit another unit's certificates", async () => {
        const [one, other] = [
            await assembled("valve_pico", "1".repeat(16)),
            await assembled("valve_pico", "2".repeat(16)),
        ]
        await Promise.all([one, other].map(unit => unit.powerOn()))
        const { chain } = await provisioned(one, { ca, register: register(ca), unit: VALVE })
        await other.call("create_key")
        await other.call("write_pairing_secret", { secret: seeded("secret")(16) })
        for (let offset = 0; offset < chain.length; offset += 128)
            await other.call("write_certificates", { offset, data: chain.slice(offset, offset + 128) })
        const keep = { size: chain.length, serial: "GV-0001", digest: digest(chain) }
        expect(await other.call("keep_identity", keep)).toEqual({ refusal: "Key" })
        expect(await other.get("identity")).toBe("Missing")
    })

    test("change an identity that was given, or lock an element that is not there", async () => {
        const unit = await assembled("valve_pico")
        await unit.powerOn()
        expect(await unit.call("lock_element")).toEqual({ refusal: "Element" })
        await provisioned(unit, { ca, register: register(ca), unit: VALVE })
        const refused = { refusal: "AlreadyProvisioned" }
        expect(await unit.call("create_key")).toMatchObject(refused)
        expect(await unit.call("write_pairing_secret", { secret: new Uint8Array(16) })).toEqual(refused)
        expect(await unit.call("write_certificates", { offset: 0, data: new Uint8Array(16) })).toEqual(refused)
        expect(await unit.call("keep_identity", { size: 1, serial: "A", digest: new Uint8Array(32) })).toEqual(refused)
        expect(await unit.call("lock_element")).toEqual(refused)
    })
})

describe("a trust policy", () => {
    const policyOf = (...algorithms: SignatureAlgorithm[]) => ({
        version: 0,
        threshold: 1,
        keys: algorithms.map(algorithm => simulatedRelease(algorithm).key),
    })
    const DEVICE = {
        valve_pico: { unit: VALVE, good: "SLH-DSA-SHA2-128s", bad: "EdDSA" },
        doorbell_c3: { unit: DOORBELL, good: "ES256", bad: "SLH-DSA-SHA2-128s" },
    } as const

    describe.each(["valve_pico", "doorbell_c3"] as const)("of %s", board => {
        const { unit, good, bad } = DEVICE[board]
        const memories = ({ board }: SimulatedUnit) => {
            const element = board.parts.get("element") as Atecc608 | undefined
            return [records(board.parts.get("fram") as Fram), element?.operations]
        }
        const records = ({ bytes }: Fram) => Buffer.from(bytes).toString("base64")

        test("that its firmware can check is kept, and the unit shows it; without one it says that it takes no updates", async () => {
            for (const policy of [policyOf(good), undefined]) {
                const made = await assembled(board)
                await made.powerOn()
                const options = { ca, register: register(ca), unit, policy }
                const takesUpdates = policy !== undefined
                expect(await provisioned(made, options)).toMatchObject({ wasDone: false, takesUpdates })
                expect(await provisioned(made, options)).toMatchObject({ wasDone: true, takesUpdates })
            }
        })

        test.each([
            ["alone", policyOf(bad)],
            ["beside one that it can", policyOf(good, bad)],
        ])(
            "with an algorithm that its firmware cannot check, %s, is refused before anything is kept",
            async (_, policy) => {
                const made = await assembled(board)
                await made.powerOn()
                await made.wait(2000)
                const before = memories(made)
                const units = register(ca)
                const refusal = provisioned(made, { ca, register: units, unit, policy })
                await expect(refusal).rejects.toMatchObject({ refusal: "policyAlgorithm" })
                await expect(refusal).rejects.toThrow(bad)
                expect(memories(made)).toEqual(before)
                expect(await made.get("identity")).toBe(board === "doorbell_c3" ? "ElementOpen" : "Missing")
                const options = { ca, register: units, unit, policy: policyOf(good) }
                expect(await provisioned(made, options)).toMatchObject({ wasDone: false, takesUpdates: true })
            },
        )
    })

    test("that no firmware could find met is refused by the host", async () => {
        const made = await assembled("valve_pico")
        await made.powerOn()
        const [key] = policyOf("SLH-DSA-SHA2-128s").keys
        const policy = { version: 0, threshold: 2, keys: [key, key] }
        await expect(provisioned(made, { ca, register: register(ca), unit: VALVE, policy })).rejects.toThrow(
            "no update could meet the trust policy (policyKeyRepeated)",
        )
    })

    test("for a firmware that takes no updates is refused", async () => {
        const made = await assembled("valve_pico")
        await made.powerOn()
        const policy = policyOf("SLH-DSA-SHA2-128s")
        const link: UnitLink = {
            ...breaking(made, -1, true),
            get: async register => {
                if (register === "update") throw new Error("no answer")
                return made.get(register)
            },
        }
        await expect(provisioned(link, { ca, register: register(ca), unit: VALVE, policy })).rejects.toMatchObject({
            refusal: "noUpdates",
        })
    })

    test.each([
        [150, "its element counts up to it first"],
        [600_000, "sequenceNumber"],
    ])("of a unit whose first release is number %d: %s", async (number, outcome) => {
        const { image } = await release("doorbell", number)
        const made = new SimulatedUnit(loadBoard("doorbell_c3", "boards"), "0123456789abcdef")
        made.board.install(image)
        await made.powerOn()
        const done = provisioned(made, { ca, register: register(ca), unit: DOORBELL, policy: policyOf("ES256") })
        if (number > ELEMENT_LIMIT) {
            await expect(done).rejects.toMatchObject({ refusal: outcome })
            return
        }
        expect(await done).toMatchObject({ wasDone: false })
        await made.wait(30_000)
        expect(await made.get("state")).toEqual({ state: "Normal", cause: "None" })
        const { update } = await attested(made)
        expect(update).toMatchObject({ sequenceNumber: number, floor: number })
    })

    async function attested(made: SimulatedUnit) {
        const trust = { ca: der(ca), revoked: new Set<string>(), now: later(), serial: DOORBELL.serial }
        const verdict = await attest(made, trust, seeded("attested"))
        if ("refusal" in verdict) throw new Error(verdict.refusal)
        return verdict.claims
    }
})
