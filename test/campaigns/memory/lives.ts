/** Points of a unit's life from which a case begins, each reached by what people, hosts and the world do, and kept as the board kept it. */
import { createHash } from "node:crypto"
import type { BoardState } from "../../../simulators/board/board"
import type { BoardDefinition } from "../../../simulators/board/definition"
import { buildFirmware, type Firmware } from "../../../src/host/build/firmware"
import { manufacture } from "../../../src/host/unit/simulated-factory"
import { packageParts } from "../../../src/host/update/package-parts"
import { boardOf, type Device, packageOf, release } from "../../host/update/releases"
import { OwnersHost } from "../hostile-bus/owners-host"
import { FACTS } from "./devices"
import { countsIn } from "./format"
import { nobodysSessions, PEOPLE, type Sessions, Unit } from "./unit"

/** Carl's place in the household: behind Anna's and Ben's. */
export const CARLS_PLACE = 2

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
    /** What everybody's phone keeps then. */
    sessions: Sessions
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
/** Longest that a signature takes, beside a key for a pairing. */
export const SIGNED_S = 60
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
    const life = (firmware: Firmware, state: BoardState, sessions: Sessions = nobodysSessions(), id = ID) =>
        new Unit(firmware, definition, state, "stock", id, FACTS[device].outputs, sessions)

    const { early, lived, sessions } = await live(device, life(one, fresh), heads[1], two)
    const other = life(one, (await manufacture(one.image, definition, OTHER_ID))!, undefined, OTHER_ID)
    other.boot()
    agreed(await other.pair("Anna", FACTS[device].touch))
    other.board.powerOff()
    const goOn = async (name: SceneName, go: (unit: Unit) => Promise<unknown>, firmware = two): Promise<Scene> => {
        const unit = life(two, lived, sessions)
        unit.boot()
        await go(unit)
        unit.board.powerOff()
        return { name, state: unit.board.save(), firmware, sessions: sessionsOf(unit), earlier: framOf(lived) }
    }
    return {
        device,
        definition,
        deviceId: ID,
        another: framOf(other.board.save()),
        heads: { old, next },
        scenes: {
            new: { name: "new", state: fresh, firmware: one, sessions: nobodysSessions(), earlier: framOf(fresh) },
            lived: { name: "lived", state: lived, firmware: two, sessions, earlier: framOf(early) },
            disabled: await goOn("disabled", async ({ phones }) => agreed(await phones.Anna.disable(true))),
            latched: await goOn("latched", async unit => FACTS[device].alarm(unit)),
            trial: await goOn("trial", async unit => await install(unit, next, three), three),
            resetting: await goOn("resetting", async unit => beginReset(unit, FACTS[device].touch)),
        },
    }
}

function sessionsOf({ phones }: Unit): Sessions {
    const sessions = nobodysSessions()
    for (const person of PEOPLE) sessions[person] = phones[person].session
    return sessions
}

/** From the factory to `lived`. @returns what the board kept on the way, too: before anything was taken back */
async function live(
    device: Device,
    unit: Unit,
    head: Buffer,
    next: Firmware,
): Promise<{ early: BoardState; lived: BoardState; sessions: Sessions }> {
    const { phones } = unit
    const { touch, uses, opens, beforePress } = FACTS[device]
    unit.boot()
    agreed(await unit.pair("Anna", touch))
    for (const person of ["Ben", "Carl"] as const)
        agreed(await unit.pair(person, touch, await phones.Anna.invite("family")))
    for (let use = 0; use < uses; use++) agreed(await phones.Anna.answer(use, "Yes"))
    unit.run(0.5)
    const early = unit.board.save()
    agreed(await phones.Anna.remove(CARLS_PLACE - 1))
    if (uses > 0) agreed(await phones.Anna.answer(0, "No"))
    agreed((await unit.ask("domovoi", "attest", { challenge: ANSWERED }, SIGNED_S))?.refusal)
    // Of whatever the presses of all these people have left on.
    unit.run(1)
    if (device === "gas-valve" && unit.board.wiring.level(opens)) unit.press(touch)
    beforePress(unit)
    unit.press(touch)
    // Longer than a recording, of which something is kept.
    unit.run(11)
    if (unit.board.wiring.level(opens)) unit.press(touch)
    await consentAlways(unit, head, next)
    unit.run(30)
    if ((unit.glance().update as Record<string, unknown> | undefined)?.state !== "Confirmed")
        throw new Error(`${device}: release 2 does not prove itself`)
    unit.board.powerOff()
    return { early, lived: unit.board.save(), sessions: sessionsOf(unit) }
}

/** Anna wants this update and all that come, and it is installed. */
async function consentAlways(unit: Unit, head: Buffer, { image }: Firmware): Promise<void> {
    const { Anna } = unit.phones
    const host = new OwnersHost(unit, Anna)
    await host.bringUpdate(head, "AwaitingConsent")
    const digest = createHash("sha256").update(image).digest()
    agreed((await Anna.ask("domovoi", "answer_update", { answer: "Always", digest }))?.refusal)
    await deploy(unit, image)
}

/** Brought, granted without another word, installed, and on trial when the power goes. */
async function install(unit: Unit, head: Buffer, { image }: Firmware): Promise<void> {
    await new OwnersHost(unit, unit.phones.Anna).bringUpdate(head, "Authorised")
    await deploy(unit, image)
    unit.run(3)
}

/** Takes the grant of an update that was agreed to, as soon as there is one, and installs its program. */
async function deploy(unit: Unit, image: Uint8Array): Promise<void> {
    const isAt = (state: string) => (unit.register("update") as Record<string, unknown> | undefined)?.state === state
    for (let looks = 0; looks < 100 && !isAt("Authorised"); looks++);
    const challenge = Buffer.alloc(32, 7)
    agreed((await unit.ask("domovoi", "grant_update", { challenge }, SIGNED_S))?.refusal)
    for (let looks = 0; looks < 100 && !isAt("Installing"); looks++);
    unit.board.deploy(image)
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
