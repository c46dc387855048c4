/** What does not keep a unit from its program: a record that is gone, and an owner who has disabled it. */
import { beforeAll, expect, test } from "vitest"
import type { BoardState } from "../../simulators/board/board"
import type { Fram } from "../../simulators/parts/fram"
import { RECORD_SLOTS, SLOT_BYTES } from "../../src/core/store/memory-layout"
import { RecordStore } from "../../src/core/store/record-store"
import { PROGRAM_RECORD } from "../../src/core/update/records"
import { buildFirmware, type Firmware } from "../../src/host/build/firmware"
import type { MemorySession } from "../../src/host/session/kept-session"
import { PairedUnit } from "../../src/host/session/paired-unit"
import { SessionLink } from "../../src/host/session/session-link"
import { SimulatedUnit } from "../../src/host/unit/simulated-unit"
import type { WholeLink } from "../../src/host/unit/unit-link"
import { noPause } from "../core/store/slot-memory"
import { boardOf, newUnit, packageOf, release, update, vendorPolicy } from "../host/update/releases"
import { giveOwner, Phone } from "./phone"
import { DEVICE_ID, Rig, rig } from "./rig"

let [one, two]: Firmware[] = []
let [first, second]: Buffer[] = []
beforeAll(async () => {
    one = await buildFirmware("gas-valve")
    two = await release("gas-valve", 2)
    first = await packageOf("gas-valve", 1, one.image)
    second = await packageOf("gas-valve", 2, two.image)
})

const trust = vendorPolicy("gas-valve")

/** The unit has no record any more of which program is confirmed. */
async function loseProgram(unit: SimulatedUnit): Promise<void> {
    const { bytes } = unit.board.parts.get("fram") as Fram
    const slots = {
        slots: RECORD_SLOTS,
        slotBytes: SLOT_BYTES,
        read: async (slot: number, length: number) =>
            Buffer.from(bytes.subarray(slot * SLOT_BYTES, slot * SLOT_BYTES + length)),
        write: async (slot: number, written: Buffer) => void bytes.set(written, slot * SLOT_BYTES),
    }
    const store = new RecordStore(slots, noPause)
    await store.mount()
    await store.erase(PROGRAM_RECORD)
}

test("the last good release, and then the next one, where no record says which program is confirmed", async () => {
    const unit = await newUnit("gas-valve")
    await loseProgram(unit)
    await unit.powerOn()
    await unit.wait(5000)
    expect(await unit.get("state")).toEqual({ state: "Safe", cause: "Update" })
    expect(await update(unit, first, { trust })).toEqual({ outcome: "confirmed" })
    expect(await update(unit, second, { trust })).toEqual({ outcome: "confirmed" })
    expect(await unit.get("state")).toEqual({ state: "Normal", cause: "None" })
})

/** The same unit, with a host that can update it, in its owner's session. */
async function atHost(state: BoardState, anna: MemorySession): Promise<{ unit: SimulatedUnit; link: WholeLink }> {
    const unit = new SimulatedUnit(boardOf("gas-valve"), DEVICE_ID)
    unit.board.restore(state)
    await unit.powerOn()
    return { unit, link: new SessionLink(unit, await PairedUnit.of(unit, anna)) }
}

test("no trial fails over an owner who has disabled the unit: it goes on when that is lifted", async () => {
    const before = await rig("gas-valve", "valve_pico")
    const { kept, anna } = await giveOwner(before)
    before.board.restore(kept)
    before.boot()
    expect(await new Phone(before, "Anna at home", anna).disable(true)).toBe("None")
    before.board.powerOff()
    const { unit, link } = await atHost(before.board.save(), anna)
    expect(await update(link, second, { trust })).toMatchObject({
        outcome: "unproved",
        refusal: "notSettled",
    })
    expect(await unit.get("state")).toEqual({ state: "Lockdown", cause: "Owner" })
    unit.board.powerOff()
    const after = new Rig(two, boardOf("gas-valve"), unit.board.save())
    const phone = new Phone(after, "Anna again", anna)
    after.boot()
    phone.touch("button")
    expect(await phone.disable(false)).toBe("None")
    after.run(10)
    after.board.powerOff()
    const again = await atHost(after.board.save(), anna)
    expect(await update(again.link, second, { trust })).toEqual({ outcome: "confirmed" })
})
