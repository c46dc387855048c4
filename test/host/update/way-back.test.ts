/** What was interrupted, damaged or done by others meanwhile does not keep a unit from its program: the command, or what it says next, brings it. */
import { createHash } from "node:crypto"
import { beforeEach, describe, expect, test } from "vitest"
import { PAYLOAD_NAME } from "../../../src/core/suit/labels"
import { UpdateState } from "../../../src/core/update/update-state"
import { type EnvelopeParts, encodeEnvelope, newEnvelope, signEnvelope } from "../../../src/host/package/envelope"
import { policyManifest } from "../../../src/host/package/manifest"
import { readEnvelope } from "../../../src/host/package/read-envelope"
import { classIdOf, vendorIdOf } from "../../../src/host/package/uuid"
import { MemoryJournal } from "../../../src/host/update/journal"
import { packageParts } from "../../../src/host/update/package-parts"
import type { UpdateOptions } from "../../../src/host/update/update-unit"
import { paperReleases, signer, trust } from "./paper-releases"
import { CHIP, PaperUnit } from "./paper-unit"
import { packageOf, update } from "./releases"

const { images, packages } = await paperReleases(1, 2, 3)
let unit: PaperUnit
beforeEach(async () => {
    unit = await PaperUnit.make(images)
})
function run(number: number, options: Partial<Omit<UpdateOptions, "lastGood">> & { lastGood?: Buffer } = {}) {
    const { policy } = unit
    return update(unit, packages.get(number)!, { policy, trust, ...options })
}
/** Hears of every program that is written. */
function spied(): Buffer[] {
    const written: Buffer[] = []
    const install = unit.install.bind(unit)
    unit.install = async image => {
        written.push(Buffer.from(image))
        await install(image)
    }
    return written
}

/** With another last byte. */
function spoiled(bytes: Buffer): Buffer {
    return Buffer.concat([bytes.subarray(0, -1), Buffer.of(bytes.at(-1)! ^ 1)])
}

const digestOf = (number: number) => createHash("sha256").update(images.get(number)!).digest()

test.each([1, 2])("a unit whose record of the confirmed program is damaged takes release %d", async number => {
    unit.forget()
    expect(unit.state).toBe(UpdateState.Reverting)
    expect(await run(number)).toEqual({ outcome: "confirmed" })
    expect(unit.installed).toEqual(images.get(number))
})

test("a release that the unit has confirmed where nobody saw it is not given up", async () => {
    const journal = new MemoryJournal()
    journal.keepLastGood(CHIP, packages.get(1)!)
    const install = unit.install.bind(unit)
    unit.install = async image => {
        await install(image)
        // It confirms, and is not heard.
        if (unit.installs === 1) unit.alive = false
    }
    expect(await run(2, { journal })).toEqual({ outcome: "confirmed" })
    expect(unit.installed).toEqual(images.get(2))
    expect(journal.lastGood(CHIP)).toEqual(packages.get(2))
})

test("the same, where the power goes when the program before is back", async () => {
    const journal = new MemoryJournal()
    journal.keepLastGood(CHIP, packages.get(1)!)
    const install = unit.install.bind(unit)
    unit.cutAt = [3]
    unit.install = async image => {
        await install(image)
        if (unit.installs === 1) unit.alive = false
    }
    await expect(run(2, { journal })).rejects.toThrow("not take")
    expect(await run(2, { journal })).toEqual({ outcome: "confirmed" })
})

describe("a package to go back to that has another program than it says", () => {
    const spoil: [string, (parts: EnvelopeParts) => EnvelopeParts][] = [
        ["", parts => parts],
        [" and a digest that is not its manifest's", parts => ({ ...parts, digest: spoiled(parts.digest) })],
    ]
    test.each(spoil)("is refused before anything is written%s", async (_, also) => {
        const parts = readEnvelope("v1", packages.get(1)!)
        const members = parts.members.map(([key, value]): (typeof parts.members)[number] =>
            key === PAYLOAD_NAME ? [key, spoiled(value)] : [key, value],
        )
        const lastGood = encodeEnvelope(also({ ...parts, members }))
        unit.failing.add(digestOf(2).toString("hex"))
        const written = spied()
        expect(await run(2, { lastGood })).toMatchObject({ outcome: "refused", refusal: "payloadDigest" })
        expect(written).toEqual([])
    })
})

test("a program whose number is not its package's is not installed without a grant either", async () => {
    unit.alive = false
    unit.installed = Buffer.alloc(8)
    const written = spied()
    const lastGood = await packageOf("gas-valve", 9, images.get(3)!, { signer })
    expect(await run(2, { ungranted: true, lastGood })).toEqual({ outcome: "confirmed" })
    expect(written.every(image => image.equals(images.get(2)!))).toBe(true)
})

test("a head without its program is no trust policy, and is not offered", async () => {
    const { head } = await packageParts("v2", packages.get(2)!)
    const { policy } = unit
    expect(await update(unit, head, { policy, trust })).toEqual({ outcome: "refused", refusal: "payloadMissing" })
    expect(unit.state).toBe(UpdateState.Idle)
})

describe("killed while the unit waits for its owner", () => {
    const policyPackage = async () => {
        const target = {
            sequenceNumber: 1,
            vendorId: vendorIdOf("domovoi.example"),
            classId: classIdOf("domovoi.example", "x"),
        }
        return encodeEnvelope(await signEnvelope(newEnvelope(policyManifest(target, { ...trust, version: 1 })), signer))
    }
    test.each([
        ["release", async () => packages.get(2)!],
        ["trust policy", policyPackage],
    ])("the same command goes on with the same %s", async (_, bytesOf) => {
        unit.asks = true
        const { policy } = unit
        const bytes = await bytesOf()
        const killed = update(unit, bytes, {
            policy,
            trust,
            consent: false,
            progress: step => {
                if (step === "waiting for the owner's answer") throw new Error("killed")
            },
        })
        await expect(killed).rejects.toThrow("killed")
        expect(await update(unit, bytes, { policy, trust })).toEqual({ outcome: "confirmed" })
    })

    test("a trust policy that is in force is proved by the same command, and kept", async () => {
        const journal = new MemoryJournal()
        const { policy } = unit
        const bytes = await policyPackage()
        const { attest } = unit
        unit.attest = () => Promise.reject(new Error("killed"))
        await expect(update(unit, bytes, { policy, trust, journal })).rejects.toThrow("killed")
        unit.attest = attest
        expect(await update(unit, bytes, { policy, trust, journal })).toEqual({ outcome: "confirmed" })
        expect(journal.policy(CHIP)).toBeDefined()
    })
})
