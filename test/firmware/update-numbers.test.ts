/** What sequence numbers the reference devices take in the real runtime: none that they could not confirm. */
import { beforeAll, describe, expect, test } from "vitest"
import { BOARD_PROFILES } from "../../simulators/board/verifier"
import type { Fram } from "../../simulators/parts/fram"
import { RECORD_SLOTS, SLOT_BYTES } from "../../src/core/store/memory-layout"
import { decodeHeader, HEADER_BYTES } from "../../src/core/store/slot"
import { CHUNK_BYTES } from "../../src/core/suit/assembler"
import { UpdateRefusal } from "../../src/core/update/update-refusal"
import { buildFirmware } from "../../src/host/build/firmware"
import type { SimulatedUnit } from "../../src/host/unit/simulated-unit"
import { packageParts } from "../../src/host/update/package-parts"
import { DEVICES, type Device, newUnit, packageOf, release, update } from "../host/update/releases"

const HIGHEST = 0xffff_ffff

/** Lets the unit judge a package whose number is this, whatever its program says. @returns the state it comes to, and the reason */
async function judged(unit: SimulatedUnit, device: Device, number: number) {
    const { image } = await buildFirmware(device)
    const { head } = await packageParts("package", await packageOf(device, number, image))
    const { refusal } = await unit.call("offer_update", { size: head.length })
    expect(refusal).toBe(0)
    for (let offset = 0; offset < head.length; offset += CHUNK_BYTES)
        await unit.call("write_update", { offset, data: new Uint8Array(head.subarray(offset, offset + CHUNK_BYTES)) })
    for (;;) {
        const update = (await unit.get("update")) as { state: string; refusal: number }
        if (update.state !== "Verifying") return update
        await unit.wait(100)
    }
}

describe.each(DEVICES)("%s", device => {
    const isCounted = device === "doorbell"
    /** Farthest above the floor, which is 1, that it takes. */
    const farthest = isCounted ? 100 : 0x8000_0000

    test.each(BOARD_PROFILES)(
        "on a %s board judges what it could confirm, and keeps nothing of what it could not",
        async profile => {
            const unit = await newUnit(device, profile)
            await unit.powerOn()
            await unit.wait(2000)
            for (const number of [1 + farthest + 1, 2 ** 21, HIGHEST]) {
                if (number <= 1 + farthest) continue
                expect(await judged(unit, device, number)).toMatchObject({
                    state: "Refused",
                    refusal: UpdateRefusal.Unconfirmable,
                })
            }
            expect(await judged(unit, device, 1 + farthest)).toMatchObject({ state: "AwaitingConsent", refusal: 0 })
            expect(await unit.get("state")).toMatchObject({ state: "Normal" })
        },
    )
})

describe("the doorbell, as far above its floor as its element counts at once", () => {
    let packages: Buffer[] = []
    beforeAll(async () => {
        packages = await Promise.all(
            [101, 102].map(async number => packageOf("doorbell", number, (await release("doorbell", number)).image)),
        )
    })

    test.each(BOARD_PROFILES)("on a %s board is updated, goes on to the next release, and not back", async profile => {
        const unit = await newUnit("doorbell", profile)
        await unit.powerOn()
        const first = await packageOf("doorbell", 1, (await buildFirmware("doorbell")).image)
        expect(await update(unit, packages[0])).toEqual({ outcome: "confirmed" })
        expect(await update(unit, first)).toMatchObject({ outcome: "refused" })
        expect(await update(unit, packages[1])).toEqual({ outcome: "confirmed" })
        expect(await unit.get("sequence_number")).toBe(102)
        expect(await unit.get("state")).toEqual({ state: "Normal", cause: "None" })
    })
})

test.each(DEVICES)(
    "%s whose record of the program is lost is safe, and the last good release puts it right",
    async device => {
        const unit = await newUnit(device)
        await unit.powerOn()
        await unit.wait(2000)
        await unit.close()
        lose(unit.board.parts.get("fram") as Fram, "program")
        await unit.powerOn()
        await unit.wait(4000)
        expect(await unit.get("state")).toEqual({ state: "Safe", cause: "Update" })
        expect(await unit.get("update")).toMatchObject({ state: "Reverting", refusal: UpdateRefusal.Unauthorised })
        expect(await judged(unit, device, 1)).toMatchObject({ state: "AwaitingConsent", refusal: 0 })
    },
)

/** Flips bits in the value of every copy of a record, so that none of them is whole. */
function lose({ bytes }: Fram, name: string): void {
    for (let at = 0; at < RECORD_SLOTS * SLOT_BYTES; at += SLOT_BYTES)
        if (decodeHeader(Buffer.from(bytes.subarray(at, at + SLOT_BYTES)))?.name === name)
            bytes[at + HEADER_BYTES] ^= 0xff
}
