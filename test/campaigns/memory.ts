/**
 * The memory campaign: a unit that has lived for a while finds its FRAM with flipped bits, stuck, write-protected, stale, too small, blank or swapped,
 * when it is switched on or while it works. What it says it has done has to be so after the next start, nobody may do more than before, and
 * what it withholds it has to explain. docs/memory.md says what came of it.
 */
import { BOARD_PROFILES, type BoardProfile } from "../../simulators/board/verifier"
import { Random } from "../../simulators/random"
import { DEVICES, type Device } from "../host/update/releases"
import { FACTS } from "./memory/devices"
import { DEPTHS, type Depth, examine, type Findings, noteWhatItTells } from "./memory/exam"
import { KINDS, type Kind, type KindName, targetsOf } from "./memory/faults"
import { framOf, type MemorySubject, memorySubject, SCENES, type SceneName } from "./memory/lives"
import { STORIES, tellStory } from "./memory/story"
import { Unit } from "./memory/unit"
import { judge, type Verdict } from "./memory/verdict"

export type { MemorySubject } from "./memory/lives"

/** `at boot`: before the unit is switched on. `running`: while it works; the power goes afterwards. */
export const MOMENTS = ["at boot", "running"] as const
export type Moment = (typeof MOMENTS)[number]

export interface MemoryCase {
    device: Device
    profile: BoardProfile
    scene: SceneName
    moment: Moment
    kind: KindName
    /** A record or an area; empty for the whole memory. */
    target: string
    /** Flipped bits, in each of the copies that are struck; 0 for kinds that flip none. */
    bits: number
    /** The fault is over before the power goes. */
    passes: boolean
}

export interface MemoryOutcome extends Verdict {
    case: MemoryCase
    seed: number
}

/** Records and areas that a scene is about; all if it is not here. */
const ABOUT: Readonly<Partial<Record<SceneName, readonly string[]>>> = {
    disabled: ["disabled"],
    latched: ["latches"],
    trial: ["pending", "program", "floor"],
    resetting: ["resetting", "household"],
    new: ["identity"],
}

/** What has to be asked of a unit to see what became of a record. */
const NEEDED: Readonly<Record<Depth, readonly string[]>> = {
    updates: ["program", "pending", "floor", "policy", "consent", "policy bytes", "head"],
    attestation: ["root", "key", "identity", "challenges", "certificates", "head"],
    log: ["log", "log ring", "ledger", "head"],
    consent: ["consents"],
    reset: ["household"],
}
/** What somebody does about a damaged record. */
const WAYS_OUT: readonly Depth[] = ["consent", "reset"]
const MOST_BITS = 8

/** The reference devices, or one of them. */
export async function memorySubjects(device?: string): Promise<MemorySubject[]> {
    return Promise.all(DEVICES.filter(name => name === (device ?? name)).map(name => memorySubject(name)))
}

/** How a case is named on the command line, and its bits are drawn. */
export function nameOf({ scene, moment, kind, target, bits, passes }: MemoryCase): string {
    return [
        scene,
        moment,
        kind,
        ...(target ? [target] : []),
        ...(bits ? [bits] : []),
        ...(passes ? ["passes"] : []),
    ].join("/")
}

/** Every case there is, on both profiles or one of them. */
export function casesOf(subject: MemorySubject, profile?: string): MemoryCase[] {
    const cases: MemoryCase[] = []
    for (const on of BOARD_PROFILES.filter(on => on === (profile ?? on)))
        for (const scene of SCENES)
            for (const moment of MOMENTS)
                for (const [kind, fault] of Object.entries(KINDS))
                    for (const target of targetsIn(subject, scene, moment, kind))
                        for (const bits of fault.flips ? upTo(MOST_BITS) : [0])
                            for (const passes of moment === "running" && fault.end ? [false, true] : [false])
                                cases.push({
                                    device: subject.device,
                                    profile: on,
                                    scene,
                                    moment,
                                    kind,
                                    target,
                                    bits,
                                    passes,
                                })
    return cases
}

function targetsIn(subject: MemorySubject, scene: SceneName, moment: Moment, kind: KindName): string[] {
    const { state, earlier } = subject.scenes[scene]
    const fram = framOf(state)
    if (kind === "its own, earlier" && earlier === fram) return []
    // When it is at work, the records are gone.
    if (scene === "resetting" && moment === "running" && KINDS[kind].targets !== "whole") return []
    const isAbout = (target: string) => target === "" || (ABOUT[scene]?.includes(target) ?? true)
    return targetsOf(KINDS[kind], Buffer.from(fram, "base64")).filter(isAbout)
}

function upTo(most: number): number[] {
    return Array.from({ length: most }, (_, i) => i + 1)
}

/** Plays one case. Equal cases and seeds give equal outcomes. */
export async function playCase(subject: MemorySubject, chosen: MemoryCase, seed: number): Promise<MemoryOutcome> {
    const { scene, kind, target } = chosen
    const fault = KINDS[kind]
    const { found, done } = await play(subject, chosen, unit => {
        const random = new Random(`memory/${chosen.device}/${nameOf(chosen)}/${seed}`)
        fault.strike({ fram: unit.fram, subject, scene: subject.scenes[scene], target, bits: chosen.bits, random })
    })
    const all = await soundUnit(subject, chosen)
    const sound = done ? [await soundUnit(subject, chosen, done), all] : [all]
    return { case: chosen, seed, ...judge({ kind, target, flips: fault.flips === true, found, sound }) }
}

interface Played {
    found: Findings
    /** What the unit says that it has done of the scene's story, if that was told. */
    done?: Set<string>
}

/** @param acts of the story; all if left out */
async function play(
    subject: MemorySubject,
    chosen: MemoryCase,
    strike?: (unit: Unit) => void,
    acts?: Set<string>,
): Promise<Played> {
    const { profile, moment, kind, passes } = chosen
    const scene = subject.scenes[chosen.scene]
    const fault: Kind = KINDS[kind]
    const { outputs } = FACTS[subject.device]
    const unit = new Unit(
        scene.firmware,
        subject.definition,
        scene.state,
        profile,
        subject.deviceId,
        outputs,
        scene.sessions,
    )
    if (moment === "at boot") strike?.(unit)
    unit.boot()
    if (moment === "running") strike?.(unit)
    const seen = { causes: 0, tells: new Set<string>() }
    let done: Set<string> | undefined
    if (tellsStory(chosen)) {
        unit.run(STRUCK_S)
        done = await tellStory(subject, chosen.scene, unit, acts)
        noteWhatItTells(unit, unit.glance(), seen)
        if (strike && passes) fault.end?.(unit.fram)
        unit.restart()
    }
    const found = await examine(subject, scene, unit, depthsOf(chosen))
    const tells = new Set([...found.tells, ...seen.tells])
    return { found: { ...found, causes: found.causes | seen.causes, tells }, done }
}

/** Some cycles of the device, and time for the log to be written. */
const STRUCK_S = 0.3

/** A memory with flipped bits is as good as any once they are found; the others go on failing. */
function tellsStory({ moment, kind }: MemoryCase): boolean {
    return moment === "running" || !KINDS[kind].flips
}

function depthsOf({ scene, target }: MemoryCase): Depth[] {
    const isAsked = (depth: Depth) =>
        target === "" ? scene === "lived" && !WAYS_OUT.includes(depth) : NEEDED[depth].includes(target)
    return DEPTHS.filter(isAsked)
}

const known = new WeakMap<MemorySubject, Map<string, Findings>>()

/** What a unit with a sound memory lets people do in the same case. @param acts of the story; all if left out */
async function soundUnit(subject: MemorySubject, chosen: MemoryCase, acts?: Set<string>): Promise<Findings> {
    const all = STORIES[chosen.scene].map(({ name }) => name)
    const told = all.filter(name => acts?.has(name) ?? true)
    const { scene, profile } = chosen
    const key = JSON.stringify([scene, profile, tellsStory(chosen) && told, depthsOf(chosen)])
    const findings = known.get(subject) ?? new Map<string, Findings>()
    known.set(subject, findings)
    const found = findings.get(key) ?? (await play(subject, chosen, undefined, new Set(told))).found
    findings.set(key, found)
    return found
}
