/** The people around a device: who owns it, who is given what, and who stands at it with a hand on its button. */
import type { FieldValue } from "../../../../simulators/bus/service-spec"
import { START_MS } from "../../unit/patience"
import { Broken, type Scene } from "../scene"
import { named, ready } from "./hands"

/** Roles as services/owner.md names them. */
export const ROLES = ["Owner", "Family", "Guest", "Child", "Service"] as const
export type Role = (typeof ROLES)[number]

export const CREDENTIAL_BYTES = 8
/** A press of the device's button, and what it takes to be seen and to be over. */
const PRESS_MS = 500
const PRESSED_MS = 300
/** A button is held for so long to have the owner forgotten, with room. */
const RESET_HOLD_MS = 10_500
/** Until a reset is done: credentials of a network take longest. */
const RESET_MS = 30_000

type Challenge = Record<string, FieldValue>

/** What a command needs of whoever is at the device: a challenge that was drawn before the button was pressed. */
export async function touch(scene: Scene): Promise<Challenge> {
    const challenge = await scene.bench.link.challenge()
    await pressed(scene)
    return challenge
}

/** Somebody at the device presses its button. */
export async function pressed({ bench, declared, note }: Scene): Promise<void> {
    const button = named(declared.declares.button, "button")
    await bench.act(button, "press")
    await bench.link.wait(PRESS_MS)
    await bench.act(button, "release")
    await bench.link.wait(PRESSED_MS)
    note("pressed", { part: button })
}

/** Somebody holds the device's button until it forgets its owner, and waits until it has. */
export async function factoryReset(scene: Scene): Promise<void> {
    const { bench, declared, note } = scene
    const button = named(declared.declares.button, "button")
    await bench.act(button, "press")
    await bench.link.wait(RESET_HOLD_MS)
    await bench.act(button, "release")
    await bench.link.wait(RESET_MS)
    await bench.link.find(START_MS)
    await ready(scene)
    note("reset", { part: button, heldMs: RESET_HOLD_MS })
}

/** @returns the refusal's name, `None` if there was none */
export async function give(
    { bench }: Scene,
    by: Uint8Array,
    role: Role | "Nobody",
    credential: Uint8Array,
    challenge: Challenge = {},
): Promise<string> {
    const credentials = Buffer.concat([by, credential])
    return String((await bench.ask("owner", "give", { ...challenge, role, credentials })).refusal)
}

/** The device gets its first owner, at its button. @returns the owner's credential @throws Broken if it is refused */
export async function claimed(scene: Scene): Promise<Uint8Array> {
    const owner = scene.random(CREDENTIAL_BYTES)
    const refusal = await give(scene, scene.random(CREDENTIAL_BYTES), "Owner", owner, await touch(scene))
    scene.note("claimed", { refusal })
    if (refusal !== "None") throw new Broken("whoever touches a new device becomes its owner", refusal)
    return owner
}

/** Lets the owner have the device disabled, or enabled. @returns the refusal's name */
export async function disable(
    { bench }: Scene,
    by: Uint8Array,
    disabled: boolean,
    challenge: Challenge = {},
): Promise<string> {
    return String((await bench.ask("owner", "disable", { ...challenge, disabled, by })).refusal)
}

/** A use of data, as the device describes it. */
export interface Use {
    use: number
    version: number
    answer: string
    retentionS: number
    notice: string
}

export async function usesOf({ bench, declared }: Scene): Promise<Use[]> {
    const uses: Use[] = []
    for (let use = 0; use < declared.declares.uses; use++) {
        const { version, answer, retention, notice } = await bench.ask("privacy", "describe", { use })
        uses.push({
            use,
            version: Number(version),
            answer: String(answer),
            retentionS: Number(retention),
            notice: String(notice),
        })
    }
    return uses
}

/** @returns the refusal's name */
export async function answer(
    { bench }: Scene,
    by: Uint8Array,
    { use, version }: Pick<Use, "use" | "version">,
    yes: boolean,
    challenge: Challenge = {},
): Promise<string> {
    const values = { use, version, answer: yes ? "Yes" : "No", by }
    return refusalName((await bench.ask("privacy", "answer", { ...challenge, ...values })).refusal)
}

/** @throws Broken if one is refused */
export async function answerAll(scene: Scene, by: Uint8Array, yes: boolean): Promise<void> {
    for (const use of await usesOf(scene)) {
        const refusal = await answer(scene, by, use, yes)
        scene.note("answered", { use: use.use, yes, refusal })
        if (refusal !== "None") throw new Broken(`the owner's ${yes ? "yes" : "no"} to use ${use.use}`, refusal)
    }
}

/** A new device gets its owner, who agrees to everything. @returns the owner's credential @throws Broken if something of it is refused */
export async function agreed(scene: Scene): Promise<Uint8Array> {
    await ready(scene)
    const owner = await claimed(scene)
    await answerAll(scene, owner, true)
    return owner
}

/** What is kept for a use, for whoever may see it. */
export async function kept({ bench }: Scene, by: Uint8Array, use: number, challenge: Challenge = {}) {
    const { refusal, data, age } = await bench.ask("privacy", "read_kept", { ...challenge, use, by })
    return { refusal: refusalName(refusal), data: data as Uint8Array, ageS: Number(age) }
}

/** The numbers of services/owner.md, by which the service privacy refuses. */
const REFUSALS = [
    "None",
    "Size",
    "Full",
    "NoOwner",
    "Unknown",
    "NotAllowed",
    "NotReady",
    "Storage",
    "Use",
    "NotFresh",
] as const

export const refusalName = (refusal: FieldValue): string => REFUSALS[Number(refusal)] ?? String(refusal)
