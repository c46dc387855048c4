/** Points of a unit's life from which a case begins, each reached by what people, hosts and the world do, and kept as the board kept it. */
import { createHash } from "node:crypto"
import type { BoardState } from "../../../simulators/board/board"
import type { BoardDefinition } from "../../../simulators/board/definition"
import { buildFirmware, type Firmware } from "../../../src/host/build/firmware"
import { manufacture } from "../../../src/host/unit/simulated-factory"
import { packageParts } from "../../../src/host/update/package-parts"
import { ANNA, BEN } from "../../firmware/phone"
import { boardOf, type Device, packageOf, release } from "../../host/update/releases"
import { Host } from "../hostile-bus/host"
import { FACTS } from "./devices"
import { countsIn } from "./format"
import { Unit } from "./unit"

/** Family at first. */
export const CARL = Buffer.from("carlcarl")
/** Becomes an owner, if she does. */
export const DORA = Buffer.from("doradora")

/**
 * `new`: from the factory, without an owner. `lived`: release 2 after an update, Anna its owner, who wants all updates; Carl is of the family, Ben no
 * longer; of two uses of data one was agreed to, of the other the consent was withdrawn. The others are `lived`, and then: its owner has
 * disabled it; an output is latched; release 3 is on trial; a factory reset has begun.
 */
export const SCENES = ["lived", "disabled", "latched", "trial", "resetting", "new"] as const
export type SceneName = (typeof SCENES)[number]

export interface Scene {
    name: SceneName
    state: BoardState
    /** Of the program that is installed. */
    firmware: Firmware
    /** The memory of this unit as it was earlier, in base64. */
    earlier: string
}

export interface MemorySubject {
    device: Device
    definition: BoardDefinition
    deviceId: string
    scenes: Readonly<Record<SceneName, Scene>>
    /** The memory of another unit of the kind, in base64. */
    another: string
    /** What comes before the program in the packages with release 1 and release 3. */
    heads: { old: Buffer; next: Buffer }
}

const ID = "6a1f0c3b5d2e4f17"
const OTHER_ID = "57c2d10f9a6b3e84"
/** A challenge that the unit has answered in its life. */
export const ANSWERED = new Uint8Array(32).fill(0x5a)

export async function memorySubject(device: Device): Promise<MemorySubject> {
    const [one, two, three] = [await buildFirmware(device), await release(device, 2), await release(device, 3)]
    const definition = boardOf(device)
    const heads = await Promise.all(
        [one, two, three].map(async ({ image }, i) => {
            const bytes = await packageOf(device, i + 1, image)
            return (await packageParts("package", bytes)).head
        }),
    )
    const [old, , next] = heads
    const fresh = (await manufacture(one.image, definition, ID))!
    const life = (firmware: Firmware, state: BoardState, id = ID) =>
        new Unit(firmware, definition, state, "stock", id, FACTS[device].outputs)

    const { early, lived } = live(device, life(one, fresh), heads[1], two)
    const other = life(one, (await manufacture(one.image, definition, OTHER_ID))!, OTHER_ID)
    other.boot()
    other.phone.claim(FACTS[device].touch)
    other.board.powerOff()
    const goOn = (go: (unit: Unit) => void) => {
        const unit = life(two, lived)
        unit.boot()
        go(unit)
        unit.board.powerOff()
        return unit.board.save()
    }
    const later = (name: SceneName, state: BoardState, firmware = two): Scene => ({
        name,
        state,
        firmware,
        earlier: framOf(lived),
    })
    return {
        device,
        definition,
        deviceId: ID,
        another: framOf(other.board.save()),
        heads: { old, next },
        scenes: {
            new: { name: "new", state: fresh, firmware: one, earlier: framOf(fresh) },
            lived: { name: "lived", state: lived, firmware: two, earlier: framOf(early) },
            disabled: later(
                "disabled",
                goOn(unit => agreed(unit.phone.disable(ANNA, true))),
            ),
            latched: later(
                "latched",
                goOn(unit => FACTS[device].alarm(unit)),
            ),
            trial: later(
                "trial",
                goOn(unit => install(unit, next, three)),
                three,
            ),
            resetting: later(
                "resetting",
                goOn(unit => beginReset(unit, FACTS[device].touch)),
            ),
        },
    }
}

/** From the factory to `lived`. @returns what the board kept on the way, too: before anything was taken back */
function live(device: Device, unit: Unit, head: Buffer, next: Firmware): { early: BoardState; lived: BoardState } {
    const { phone } = unit
    const { touch, uses, opens, beforePress } = FACTS[device]
    unit.boot()
    phone.claim(touch)
    for (const person of [BEN, CARL]) agreed(phone.give(ANNA, "Family", person))
    for (let use = 0; use < uses; use++) agreed(phone.answer(ANNA, use, "Yes"))
    unit.run(0.5)
    const early = unit.board.save()
    agreed(phone.give(ANNA, "Nobody", BEN))
    if (uses > 0) agreed(phone.answer(ANNA, 0, "No"))
    agreed(unit.ask("domovoi", "attest", { challenge: ANSWERED }, 30)?.refusal)
    beforePress(unit)
    unit.press(touch)
    // Longer than a recording, of which something is kept.
    unit.run(11)
    if (unit.board.wiring.level(opens)) unit.press(touch)
    consentAlways(unit, head, next)
    unit.run(30)
    if ((unit.glance().update as Record<string, unknown> | undefined)?.state !== "Confirmed")
        throw new Error(`${device}: release 2 does not prove itself`)
    unit.board.powerOff()
    return { early, lived: unit.board.save() }
}

/** Anna wants this update and all that come, and it is installed. */
function consentAlways(unit: Unit, head: Buffer, { image }: Firmware): void {
    const host = new Host(unit)
    host.bringUpdate(head, "AwaitingConsent")
    const digest = Buffer.concat([createHash("sha256").update(image).digest(), ANNA])
    agreed(unit.phone.ask("domovoi", "answer_update", { answer: "Always", digest })?.refusal)
    host.install(image)
}

/** Brought, granted without another word, installed, and on trial when the power goes. */
function install(unit: Unit, head: Buffer, { image }: Firmware): void {
    const host = new Host(unit)
    host.bringUpdate(head, "Authorised")
    host.install(image)
    unit.run(3)
}

function beginReset(unit: Unit, touch: string): void {
    unit.act(touch, "press")
    for (let looks = 0; looks < 240; looks++) {
        unit.run(0.05)
        if (countsIn(unit.fram.bytes, "resetting")) return
    }
    throw new Error("the reset does not begin")
}

/** @throws Error if what a life takes is refused */
function agreed(refusal: unknown): void {
    if (refusal !== "None" && refusal !== 0) throw new Error(`refused: ${refusal}`)
}

export function framOf({ parts }: BoardState): string {
    return String(parts.fram)
}
