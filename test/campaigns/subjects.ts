/** The devices that the power-cut campaign is played with. */

import type { Board } from "../../simulators/board/board"
import { loadBoard } from "../../simulators/board/definition"
import type { Fram } from "../../simulators/parts/fram"
import type { SlotMemory } from "../../src/core/ports"
import { RecordStore } from "../../src/core/store/record-store"
import { buildFirmware, type Firmware } from "../../src/host/build/firmware"
import { manufacture } from "../../src/host/unit/simulated-factory"
import { recordNames } from "../core/store/record-names"
import { DEVICE_ID } from "../firmware/rig"
import type { Device } from "../host/update/releases"
import type { Act, Records, Subject } from "./power-cut"
import { settingsIn } from "./settings-image"

/** As `FramSlots` and `SettingsSlots` of devs/stores have them. The runtime keeps what comes over its settings service under `:` and the key. */
const SLOT_BYTES = 128
const FRAM_SLOTS = 60
const SETTINGS_SLOTS = 20

const press = (atMs: number, part: string): Act[] => [
    { atMs, part, action: "press" },
    { atMs: atMs + 150, part, action: "release" },
]
const gas = (atMs: number, argument: number): Act[] => [{ atMs, part: "gas", action: "set", argument }]

/** Count starts of the program and entries of the log, so after a cut they are higher than any day without one has them. */
const COUNTS = ["boots", "log"]

/** Opened, shut, opened, gas, acknowledged; twice. */
const valveDay: Act[] = [0, 8000].flatMap(atMs => [
    ...press(atMs + 2500, "button"),
    ...press(atMs + 3500, "button"),
    ...press(atMs + 4500, "button"),
    ...gas(atMs + 5500, 20),
    ...gas(atMs + 6500, 0),
    ...press(atMs + 9000, "button"),
])

/** Eight rings, the case opened, the lockdown lifted. */
const doorbellDay: Act[] = [
    ...[0, 1, 2, 3, 4, 5, 6, 7].flatMap(ring => press(2500 + 1000 * ring, "button")),
    { atMs: 11_000, part: "tamper", action: "open" },
    { atMs: 12_000, part: "tamper", action: "close" },
    ...press(13_000, "release"),
]

/** Whether no output of a reference device does what could harm anyone. */
export const IS_SAFE: Readonly<Record<Device, (board: Board) => boolean>> = {
    "gas-valve": board => observed(board, "valve").state === "shut",
    doorbell: board => observed(board, "strike").state === "locked" && !board.wiring.level("capture"),
}

export async function subjects(): Promise<Record<"valve" | "doorbell" | "bare", Subject>> {
    const [valve, doorbell, bare] = await Promise.all(
        ["gas-valve", "doorbell", "test/devices/bare-valve.ts"].map(device => buildFirmware(device)),
    )
    return {
        valve: {
            name: "gas-valve, records in FRAM",
            ...(await made(valve, "valve_pico", "boards")),
            memories: ["fram", "flash"],
            day: valveDay,
            redeployAtMs: 19_000,
            isSafe: IS_SAFE["gas-valve"],
            records: recordsInFram,
        },
        doorbell: {
            name: "doorbell, records in FRAM",
            ...(await made(doorbell, "doorbell_c3", "boards")),
            memories: ["fram", "flash"],
            day: doorbellDay,
            redeployAtMs: 15_000,
            isSafe: IS_SAFE.doorbell,
            records: recordsInFram,
        },
        bare: {
            name: "valve on a bare Pico, records in the runtime's settings",
            ...(await made(bare, "pico", "test/boards")),
            memories: ["flash"],
            day: valveDay,
            redeployAtMs: 19_000,
            isSafe: IS_SAFE["gas-valve"],
            records: recordsInSettings,
        },
    }
}

async function made({ image }: Firmware, board: string, folder: string) {
    const definition = loadBoard(board, folder)
    const unit = await manufacture(image, definition, DEVICE_ID)
    if (!unit) throw new Error(`${board}: its program has no identity`)
    return { image, definition, unit }
}

function observed(board: Board, part: string) {
    return board.parts.get(part)!.observe()
}

export async function recordsInFram(board: Board): Promise<Records> {
    const { bytes } = board.parts.get("fram") as Fram
    return recordsIn(FRAM_SLOTS, slot => Buffer.from(bytes.slice(slot * SLOT_BYTES, (slot + 1) * SLOT_BYTES)))
}

async function recordsInSettings(board: Board): Promise<Records> {
    const settings = settingsIn(board.flash.bytes)
    return recordsIn(SETTINGS_SLOTS, slot => {
        const bytes = Buffer.alloc(SLOT_BYTES)
        settings.get(`:domovoi.${slot}`)?.copy(bytes)
        return bytes
    })
}

/** Reads the records with the device's own code. */
async function recordsIn(slots: number, slotAt: (slot: number) => Buffer): Promise<Records> {
    const changed = new Map<number, Buffer>()
    const memory: SlotMemory = {
        slots,
        slotBytes: SLOT_BYTES,
        read: async (slot, length) => (changed.get(slot) ?? slotAt(slot)).subarray(0, length),
        // It makes two copies of one, and finishes what was interrupted; here only the reading of it matters.
        write: async (slot, content) => void changed.set(slot, content),
    }
    const store = new RecordStore(memory, async () => {})
    await store.mount()
    const records: Records = {}
    for (const name of recordNames(store).filter(name => !COUNTS.includes(name)))
        records[name] = (await store.get(name))!.toString("hex")
    return records
}
