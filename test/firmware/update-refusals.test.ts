/** Bad packages that reach a gas valve in the real runtime, from a host that sends anything. Nothing that the valve keeps may change. */
import { createHash } from "node:crypto"
import { beforeAll, describe, expect, test } from "vitest"
import type { Fram } from "../../simulators/parts/fram"
import { EDDSA } from "../../src/core/cose/eddsa"
import { CERTIFICATES_AT, CERTIFICATES_BYTES, POLICIES_AT, POLICIES_BYTES } from "../../src/core/store/memory-layout"
import { refusalName } from "../../src/host/package/refusals"
import { manufacture } from "../../src/host/unit/simulated-factory"
import { SimulatedUnit } from "../../src/host/unit/simulated-unit"
import { recordsInFram } from "../campaigns/subjects"
import { BAD_PACKAGES, type Case } from "../core/suit/bad-packages"
import { craft, encodeRaw } from "../core/suit/craft"
import { POLICY, RECIPIENT, receive } from "../core/suit/device"
import { GOOD_HEAD, PROGRAM } from "../core/suit/packages"
import { boardOf, changed, UNIT_ID } from "../host/update/releases"

const CHUNK_BYTES = 200
const PAYLOAD = encodeRaw(new Map([["#firmware", PROGRAM]])).subarray(1)
/** Offset of the envelope's map, which counts its members in one byte. */
const MEMBERS_AT = 2
const LONGEST_SHORT_MAP = 0xb7

/** A valve of the readers' tests: their vendor, class, keys and floor. */
let unit: SimulatedUnit
let kept: string
beforeAll(async () => {
    const uuid = (bytes: Buffer) => `hex\`${bytes.toString("hex")}\``
    // A gas valve without behaviour and log: both curves' halves are more code beside those than the runtime takes, and nothing here is about them.
    const { image } = await changed(
        "test/devices/no-behaviour.ts",
        ["sequenceNumber: 1,", `sequenceNumber: ${RECIPIENT.programFloor},`],
        [uuid(Buffer.from("aeff6e7219ee513982a79662469f79d1", "hex")), uuid(RECIPIENT.vendorId)],
        [uuid(Buffer.from("536c021121725fc887314330045c27be", "hex")), uuid(RECIPIENT.classId)],
        ["SLH_DSA_SHA2_128S }", "EDDSA }"],
        ["cose/slhdsa", "cose/eddsa"],
        ["[SLH_DSA_SHA2_128S]", "[EDDSA]"],
        ["    log: new DeviceLog(storage.log, storage.ledger),\n", ""],
    )
    unit = new SimulatedUnit(boardOf("gas-valve"), UNIT_ID)
    unit.board.restore((await manufacture(image, boardOf("gas-valve"), UNIT_ID, POLICY))!)
    await unit.powerOn()
    await unit.wait(2000)
    kept = await memories()
})

/** SHA-256 of all of flash, and of what the FRAM keeps but for the log, which tells of refusals. */
async function memories(): Promise<string> {
    const { board } = unit
    const { bytes } = board.parts.get("fram") as Fram
    return createHash("sha256")
        .update(board.flash.bytes)
        .update(JSON.stringify(await recordsInFram(board)))
        .update(bytes.subarray(CERTIFICATES_AT, CERTIFICATES_AT + CERTIFICATES_BYTES))
        .update(bytes.subarray(POLICIES_AT, POLICIES_AT + POLICIES_BYTES))
        .digest("hex")
}

/** @returns the number of the refusal, or 0 if the valve would take it */
async function offer(bytes: Buffer, size = bytes.length): Promise<number> {
    const { refusal } = await unit.call("offer_update", { size })
    if (refusal !== 0) return Number(refusal)
    for (let offset = 0; offset < bytes.length; offset += CHUNK_BYTES) {
        const data = new Uint8Array(bytes.subarray(offset, offset + CHUNK_BYTES))
        const report = await unit.call("write_update", { offset, data })
        if (report.refusal !== 0) return Number(report.refusal)
    }
    for (;;) {
        const { state, refusal } = (await unit.get("update")) as { state: string; refusal: number }
        if (state !== "Verifying") return refusal
        await unit.wait(100)
    }
}

/** The package as a valve is sent it, without its program, if the program is still there and the last thing in it. */
function headOf(bytes: Buffer): Buffer {
    if (!bytes.subarray(-PAYLOAD.length).equals(PAYLOAD)) return bytes
    const head = Buffer.from(bytes.subarray(0, -PAYLOAD.length))
    if (head[MEMBERS_AT] <= LONGEST_SHORT_MAP) head[MEMBERS_AT]--
    return head
}

/** Those that this valve can judge as the readers' tests do: it has one algorithm, and takes no program. */
const CASES = BAD_PACKAGES.map(([over, cases]): [string, Case[]] => [
    over,
    cases.filter(([, reason, , setup]) => setup === undefined && !/^(payload|secondPayload|policyAlg)/.test(reason)),
])

test("more than 60 of them can be shown on a device", () => {
    expect(CASES.flatMap(([, cases]) => cases).length).toBeGreaterThan(150)
})

describe.each(CASES)("refused over %s:", (_, cases) => {
    test.each(cases)("%s: %s", async (_what, reason, change) => {
        const bytes = headOf(await craft(change))
        const isHead = bytes.indexOf(PROGRAM) < 0
        const { refusal } = await receive(bytes, { verifiers: [EDDSA], takesPayload: false })
        if (isHead) expect(refusalName(refusal)).toBe(reason)
        expect(refusalName(await offer(bytes))).toBe(refusalName(refusal))
        expect(await memories()).toBe(kept)
    })
})

test("refused when it ends anywhere", async () => {
    for (let length = 1; length < GOOD_HEAD.length; length += 7) {
        expect(await offer(GOOD_HEAD.subarray(0, length), length)).not.toBe(0)
        expect(await memories()).toBe(kept)
    }
})

test("and after all that it works, and takes the good one", async () => {
    // On a bus that is quiet the runtime's timer stands still now and then, and the device says that it is late.
    for (let looks = 0; looks < 50 && ((await unit.get("state")) as { state: string }).state !== "Normal"; looks++)
        await unit.wait(100)
    expect(await unit.get("state")).toEqual({ state: "Normal", cause: "None" })
    expect(await offer(GOOD_HEAD)).toBe(0)
    expect(await unit.get("update")).toMatchObject({ state: "AwaitingConsent", sequence_number: 7 })
})
