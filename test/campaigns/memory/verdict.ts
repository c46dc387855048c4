/** What a case came to: compared with a sound unit that was told the same. */
import type { Findings } from "./exam"

export const OUTCOMES = ["corrected", "noticed and safe", "known limit", "wrong"] as const
export type Outcome = (typeof OUTCOMES)[number]

export interface Verdict {
    outcome: Outcome
    /** What is wrong, or what the limit is; or else what the unit told, and what was not as on a sound one. */
    why: string[]
}

/** Records that only count. Whatever happens to them must not stop a device. */
const COUNTERS = ["boots", "openings", "rings", "challenges", "log", "kept1"]

/** What people are served in sessions, of whom nobody knows any more who they are. */
const IN_SESSIONS = [
    "Carl reads what is kept",
    "Anna disables",
    "Anna enables",
    "Anna reads what is kept",
    "kept",
    "consent to use 0",
    "consent to use 1",
    "attests",
    "an older release",
    "the next release",
]

/** What a record's documented safe value withholds without another word (docs/firmware.md). */
const SAFE_VALUES: Readonly<Record<string, readonly string[]>> = {
    // Of the whole memory.
    "": IN_SESSIONS,
    household: IN_SESSIONS,
    session0a: IN_SESSIONS,
    session0b: IN_SESSIONS,
    session2a: ["Carl reads what is kept"],
    session2b: ["Carl reads what is kept"],
    tries: ["a stranger becomes owner"],
    consents: ["capture on when somebody rings", "consent to use 0", "consent to use 1"],
    consent: ["the next release"],
    kept1: ["kept"],
    policy: ["the next release"],
    "policy bytes": ["the next release"],
}

/** What its owner, or somebody on the spot, can do about a damaged record has to work: docs/firmware.md promises it. */
const WAYS_OUT: Readonly<Record<string, readonly string[]>> = {
    disabled: ["Anna enables", "state, in the end"],
    latches: ["opens at one of two presses"],
    household: ["a new owner after a reset"],
    consents: ["consent to use 0 given anew", "consent to use 1 given anew"],
}

/** What may be given again when a record is lost: whoever asks knows best which challenges are fresh. */
const HARMLESS: Readonly<Record<string, readonly string[]>> = { challenges: ["a challenge is answered again"] }

/** What may be more at any time: a unit that shows more of its past gives nobody anything. */
const WELCOME = ["entries that were there before"]

/**
 * What nothing in the memory can tell, because all of it agrees: docs/memory.md says what else stands in the way. By kind of fault, what may be
 * given then; all if there is no list.
 */
const LIMITS: Readonly<Record<string, readonly string[] | "all">> = {
    "blank 00": ["identity", "identity, in the end"],
    "blank ff": ["identity", "identity, in the end"],
    "its own, earlier": "all",
}

export interface Judged {
    kind: string
    target: string
    /** Bits have flipped, and nothing else is wrong with the memory. */
    flips: boolean
    found: Findings
    /** Sound units: one that was told what this one says it has done, and one that was told everything. */
    sound: readonly Findings[]
}

export function judge({ kind, target, flips, found, sound }: Judged): Verdict {
    const [same] = sound
    const more: string[] = []
    const less: string[] = []
    for (const [name, { value, gives }] of found.facts) {
        if (gives === undefined) continue
        const given = sound.map(({ facts }) => facts.get(name)?.gives ?? 0)
        if (gives > Math.max(...given) && ![...WELCOME, ...(HARMLESS[target] ?? [])].includes(name))
            more.push(`${name}: ${told(value)}`)
        if (gives < Math.min(...given) && !SAFE_VALUES[target]?.includes(name)) less.push(name)
    }
    const isNoticed = notices(found, sound)
    const wrong = more.map(what => `gives more: ${what}`)
    if (less.length > 0 && !isNoticed) wrong.push(`withheld without a word: ${less.join(", ")}`)
    const stuck = flips ? less.filter(name => WAYS_OUT[target]?.includes(name)) : []
    if (stuck.length > 0) wrong.push(`no way out: ${stuck.join(", ")}`)
    if (flips && COUNTERS.includes(target) && less.includes("state, in the end"))
        wrong.push("stopped by a mere counter")
    if (wrong.length > 0)
        return isLimit(kind, more, wrong) ? { outcome: "known limit", why: wrong } : outcomeWrong(wrong)
    const different = [...found.facts].filter(([name, { value }]) => told(same.facts.get(name)?.value) !== told(value))
    if (!isNoticed && different.length === 0) return { outcome: "corrected", why: [] }
    return {
        outcome: "noticed and safe",
        why: [...found.tells, ...different.map(([name, { value }]) => `${name}: ${told(value)}`)],
    }
}

function outcomeWrong(why: string[]): Verdict {
    return { outcome: "wrong", why }
}

function isLimit(kind: string, more: readonly string[], wrong: readonly string[]): boolean {
    const limit = LIMITS[kind]
    if (limit === undefined) return false
    return limit === "all" || (more.length === wrong.length && more.every(what => limit.includes(what.split(": ")[0])))
}

/** Whether it tells of anything that a sound unit does not. */
function notices(found: Findings, sound: readonly Findings[]): boolean {
    const known = sound.reduce((causes, each) => causes | each.causes, 0)
    const isKnown = (what: string) => sound.some(({ tells }) => tells.has(what))
    return (found.causes & ~known) !== 0 || [...found.tells].some(what => !isKnown(what))
}

function told(value: unknown): string {
    return typeof value === "string" ? value : JSON.stringify(value)
}
