/** What tests do to a device with their hands, and what they see happen. */

import type { Json } from "../../../../simulators/trace"
import { Cause } from "../../../core/failsafe/cause"
import type { Bench } from "../bench"
import type { CauseKind, Declaration, DeclaredOutput, Step } from "../declaration"
import { type Scene, Unclear } from "../scene"

/** Between two looks at a part. */
const LOOK_MS = 2
/** In which a device that has just started, or was just held, gets to where a person can use it. */
const READY_MS = 10_000
/** In which an output is there once everything was done for it: what the first use has to write takes longest. */
const COMES_ON_MS = 1500
/** A press of the device's button, and what it takes to be seen and to be over. */
const PRESS_MS = 500
const PRESSED_MS = 300
/** The first press may be one that acknowledges. */
const ATTEMPTS = 3

type Seen = Readonly<Record<string, Json>>

/** Does one thing after the other. */
export async function perform({ bench, note }: Scene, steps: readonly Step[]): Promise<void> {
    for (const { part, do: action, value, forMs, thenMs } of steps) {
        await bench.act(part, action, value)
        note("done", { part, action, ...(value !== undefined && { value }) })
        if (forMs !== undefined) {
            await bench.link.wait(forMs)
            await bench.act(part, "release")
        }
        if (thenMs) await bench.link.wait(thenMs)
    }
}

/** Whether a part looks like that now. */
export async function shows(bench: Bench, part: string, sight: Seen): Promise<boolean> {
    const seen = await bench.observe(part)
    return Object.entries(sight).every(([what, value]) => seen[what] === value)
}

/** Waits until it holds. @returns how long that took, in milliseconds; undefined if it does not within so many */
export async function until(
    bench: Bench,
    holds: () => Promise<boolean>,
    withinMs: number,
): Promise<number | undefined> {
    const startMs = bench.nowMs()
    for (;;) {
        if (await holds()) return bench.nowMs() - startMs
        if (bench.nowMs() - startMs >= withinMs) return undefined
        await bench.link.wait(LOOK_MS)
    }
}

/** Looks again and again. @returns the first time that it does not hold, in milliseconds since the first look; undefined if it always does */
export async function whileHolds(
    bench: Bench,
    holds: () => Promise<boolean>,
    forMs: number,
): Promise<number | undefined> {
    return until(bench, async () => !(await holds()), forMs)
}

/** Waits until the device says that nothing holds it, or no longer. */
export async function ready({ bench }: Scene): Promise<void> {
    await until(bench, async () => USABLE.includes((await stateOf(bench)).state), READY_MS)
}
const USABLE: readonly unknown[] = ["Normal", "Degraded"]

export async function stateOf(bench: Bench): Promise<{ state: Json; cause: Json }> {
    return (await bench.link.get("state")) as { state: Json; cause: Json }
}

export type CauseName = keyof typeof Cause

/** Whether the device gives a cause, by its name, among whatever others: which of them leads depends on the moment. */
export async function givesCause(bench: Bench, cause: CauseName): Promise<boolean> {
    return (Number(await bench.link.get("causes")) & Cause[cause]) !== 0
}

/** Brings an output out of its safe state, as it is declared that a person does. @returns whether it came */
export async function activates(scene: Scene, name: string): Promise<boolean> {
    const { bench, declared, note } = scene
    const { part, active, activate } = declared.declares.outputs[name]
    await ready(scene)
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        await perform(scene, activate)
        if ((await until(bench, () => shows(bench, part, active), COMES_ON_MS)) === undefined) continue
        note("active", { output: name })
        return true
    }
    return false
}

/** @throws Unclear if the output does not come: nothing can be shown of how it goes */
export async function activate(scene: Scene, name: string): Promise<void> {
    if (await activates(scene, name)) return
    throw new Unclear(`the output "${name}" does not become active as "activate" says; put the declaration right`)
}

/**
 * @param meanwhile is done before every look
 * @returns milliseconds from now on until the output is safe and stays so for as long as it is watched; undefined if it is not at the end
 */
export async function msUntilSafe(
    bench: Bench,
    { part, safe }: DeclaredOutput,
    watchMs: number,
    meanwhile: () => Promise<void> = async () => {},
): Promise<number | undefined> {
    const startMs = bench.nowMs()
    let safeMs: number | undefined
    await whileHolds(
        bench,
        async () => {
            await meanwhile()
            if (!(await shows(bench, part, safe))) safeMs = undefined
            else safeMs ??= bench.nowMs() - startMs
            return true
        },
        watchMs,
    )
    return safeMs
}

/** @returns why a test of outputs has nothing to ask of a device */
export function withoutOutputs({ declares }: Declaration): string | undefined {
    return Object.keys(declares.outputs).length > 0 ? undefined : "the device declares no output"
}

export const sensorsOf = ({ declares }: Declaration, output: string) =>
    Object.values(declares.sensors).filter(({ guards }) => guards.includes(output))
export const isGuarded = (declared: Declaration, output: string) => sensorsOf(declared, output).length > 0
export const NO_SENSOR = "no sensor guards an output"

/** What the sensors of an output are to notice comes to all of them. */
export async function hazard(scene: Scene, output: string): Promise<void> {
    for (const { hazard: step } of sensorsOf(scene.declared, output)) await perform(scene, [step])
}

export const limitOf = ({ withinMs, limitsMs }: DeclaredOutput, kind: CauseKind): number => limitsMs[kind] ?? withinMs

/** @throws Unclear if the declaration has none */
export const named = <T>(part: T | null, what: string): T => {
    if (part !== null) return part
    throw new Unclear(`no ${what} is declared`)
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
