/** C2.3: what has happened is on record, and nobody can take it off unnoticed. */

import { Field } from "../../../core/eventlog/entry"
import { Event, FIRST_ROUTINE, Refused } from "../../../core/eventlog/event"
import { PAIRING_SECRET_BYTES } from "../../../core/identity/identity-records"
import { IdentityRefusal } from "../../../core/identity/identity-state"
import { OwnerRefusal } from "../../../core/owner/owner-refusal"
import { Role } from "../../../core/owner/rights"
import { UpdateState } from "../../../core/update/update-state"
import { checkLog } from "../../eventlog/check-log"
import { entryText } from "../../eventlog/entry-text"
import { type Piece, readExport, type Statement } from "../../eventlog/exported-log"
import type { LogFinding } from "../../eventlog/log-finding"
import { type PulledLog, pullLog } from "../../eventlog/pull-log"
import type { LogEntry, LogReport, LogWitness } from "../../eventlog/verify-log"
import { callWhenFree } from "../../unit/call-when-free"
import { MemoryJournal } from "../../update/journal"
import { authorise } from "../../update/negotiation"
import { packageParts } from "../../update/package-parts"
import { updateRefusalName } from "../../update/refusals"
import { updateUnit } from "../../update/update-unit"
import type { Bench, MemoryDump } from "../bench"
import type { Declaration } from "../declaration"
import { guest, owner } from "../household"
import { found, restart } from "../restart"
import { Broken, type ConformanceTest, require, type Scene, Unclear } from "../scene"
import { disable } from "./people"
import { replay } from "./replay"

const keepsNone = ({ declares }: Declaration) => (declares.log ? undefined : "the device keeps no log")
const keepsNoneOfUpdates = (declared: Declaration) =>
    keepsNone(declared) ?? (declared.declares.updates ? undefined : "the device takes no updates")

/** The device writes within 0.1 s what has happened, some entries one after the other; after a start it reads its log first, and is busy until then. */
const WRITTEN_MS = 2_000

/** What an update leaves on record, in this order. */
const OF_UPDATE = ["MakingSafe", "Authorised", "Installing", "Trial", "Confirmed"]

/** An export taken apart. */
interface Taken {
    pieces: readonly Piece[]
    statement: Buffer
    told: Statement
}

/** What is done to an export on its way, and what has to be found. */
const IN_TRANSIT: readonly { what: string; finding: LogFinding; alter: (taken: Taken) => Buffer }[] = [
    {
        what: "an entry in the middle is removed",
        finding: "removed",
        alter: taken => joined(without(taken.pieces, 1), taken.statement),
    },
    {
        what: "the newest entry is cut off",
        finding: "truncated",
        alter: taken => joined(without(taken.pieces, newestOf(taken)), taken.statement),
    },
    { what: "the end is cut off", finding: "unsigned", alter: ({ pieces }) => joined(pieces, Buffer.alloc(0)) },
    {
        what: "an entry is there twice",
        finding: "inserted",
        alter: ({ pieces, statement }) => joined([pieces[0], ...pieces], statement),
    },
    {
        what: "two entries have changed places",
        finding: "reordered",
        alter: taken => joined(swapped(taken), taken.statement),
    },
    {
        what: "one bit of an entry is another",
        finding: "edited",
        alter: ({ pieces, statement }) => joined([edited(pieces[0]), ...pieces.slice(1)], statement),
    },
    {
        what: "one bit of the signature is another",
        finding: "signature",
        alter: ({ pieces, statement }) => joined(pieces, lastBitFlipped(statement)),
    },
]

/** What is done to the memory of the device while it is switched off, and what it has to tell of itself then. */
const IN_MEMORY: readonly {
    what: string
    finding: LogFinding
    alter: (memory: Buffer, entries: readonly Buffer[]) => void
}[] = [
    {
        what: "one bit of an entry is another",
        finding: "toldDamaged",
        alter: (memory, [, entry]) => void (memory[memory.indexOf(entry) + entry.length - 1] ^= 1),
    },
    {
        what: "an entry is blanked",
        finding: "toldDamaged",
        alter: (memory, [, entry]) => void memory.fill(0, memory.indexOf(entry), memory.indexOf(entry) + entry.length),
    },
    {
        what: "two entries have changed places",
        finding: "toldDamaged",
        alter(memory, [first, second]) {
            const places = [memory.indexOf(first), memory.indexOf(second)]
            const length = Math.max(first.length, second.length)
            const [atFirst, atSecond] = places.map(at => Buffer.from(memory.subarray(at, at + length)))
            memory.set(atSecond, places[0])
            memory.set(atFirst, places[1])
        },
    },
    {
        what: "the newest entry is blanked",
        finding: "toldRolledBack",
        alter(memory, entries) {
            const newest = entries[entries.length - 1]
            const at = memory.indexOf(newest)
            memory.fill(0, at, at + newest.length)
        },
    },
]

/** @param check how a host checks a log */
export function alteredExportTest(check = checkLog): ConformanceTest {
    return {
        id: "C2.3-altered-export",
        title: "Whatever is done to a log on its way is found by whoever checks it, and called by its name.",
        needs: [],
        spares: keepsNone,
        async run(scene) {
            const { note, policy } = scene
            await wholeLog(scene)
            const pulled = await pull(scene, scene.bench)
            const taken = takenApart(pulled)
            for (const { what, finding, alter } of IN_TRANSIT) {
                const checked = check({ ...pulled, exported: alter(taken) }, policy, pulled.challenge, undefined)
                const findings = "refusal" in checked ? [checked.refusal] : checked.report.findings
                note(what, { findings: findings.join(" ") })
                require(what, finding, findings.join(" "))
            }
            const old = check(pulled, policy, scene.random(32), undefined)
            require("a log for another challenge", "replayed", "refusal" in old
                ? old.refusal
                : old.report.findings.join(" "))
            return { verdict: "enforced", expected: "each by its name", seen: `${IN_TRANSIT.length + 1} found` }
        },
    }
}

export const LOG_TESTS: readonly ConformanceTest[] = [
    {
        id: "C2.3-whole",
        title: "The log is handed out with a statement under the certified key, for a fresh challenge, and is whole.",
        needs: [],
        spares: keepsNone,
        async run(scene) {
            const { entries } = await wholeLog(scene)
            if (entries.length === 0) throw new Broken("entries", "none")
            return { verdict: "enforced", expected: "no findings", seen: `no findings in ${entries.length} entries` }
        },
    },
    {
        id: "C2.3-tells-refusals",
        title: "A challenge that came again and an update by a stranger are on record, with their reasons.",
        needs: [],
        spares: keepsNone,
        async run(scene) {
            const { bench, declared, policy, random } = scene
            await beRefused(scene)
            const wanted: [Refused, number | string][] = [[Refused.Identity, IdentityRefusal.ChallengeUsed]]
            const bytes = declared.declares.updates ? await scene.packages.get("stranger") : undefined
            if (bytes) {
                const options = { link: bench.link, policy, random, consent: true }
                const decision = await authorise(options, await packageParts("stranger", bytes))
                if ("state" in decision) throw new Unclear("the stranger's package was not refused")
                wanted.push([Refused.Update, decision.refusal])
            }
            const { entries } = await wholeLog(scene)
            for (const [cause, reason] of wanted)
                requireEntry(
                    entries,
                    `a refusal of ${Refused[cause]} for ${reason}`,
                    ({ event, cause: own, detail }) => {
                        const said = cause === Refused.Update ? updateRefusalName(detail) : detail
                        return event === "Refusal" && own === cause && said === reason
                    },
                )
            return {
                verdict: "enforced",
                expected: "each refusal",
                seen: `${wanted.length} refusals with their reasons`,
            }
        },
    },
    {
        id: "C2.3-tells-tamper",
        title: "That the case was opened, and closed again, is on record.",
        needs: ["hands"],
        spares: declared =>
            keepsNone(declared) ?? (declared.declares.caseSwitch ? undefined : "no switch is at its case"),
        async run(scene) {
            const { bench, declared } = scene
            const caseSwitch = declared.declares.caseSwitch!
            for (const action of ["open", "close"]) {
                await bench.act(caseSwitch, action)
                await bench.link.wait(WRITTEN_MS)
            }
            const { entries } = await wholeLog(scene)
            for (const [detail, what] of [
                [1, "opened"],
                [0, "closed"],
            ] as const)
                requireEntry(entries, `the case ${what}`, entry => entry.event === "Tamper" && entry.detail === detail)
            return { verdict: "enforced", expected: "opened, closed", seen: "opened, closed" }
        },
    },
    {
        id: "C2.3-tells-owner",
        title: "That the device got an owner, and that somebody without a right wanted to have it disabled, is on record.",
        needs: ["hands", "label", "supply"],
        spares: declared =>
            keepsNone(declared) ??
            (declared.declares.owner && declared.declares.button
                ? undefined
                : "it has no owner, or no button to claim it by"),
        async run(scene) {
            const by = await owner(scene)
            const other = await guest(scene, by, "guest")
            // In one start a log tells so many kinds of what can be brought about at will apart, and counts the rest.
            await restart(scene.bench)
            require("what a guest disables", "NotAllowed", await disable(other, true))
            const { entries } = await wholeLog(scene, undefined, by)
            requireEntry(
                entries,
                "its first owner",
                ({ event, detail }) => event === "Pairing" && detail === Role.Owner,
            )
            requireEntry(
                entries,
                "a refusal for want of a right",
                ({ event, cause, detail }) =>
                    event === "Refusal" && cause === Refused.Owner && detail === OwnerRefusal.NotAllowed,
            )
            return { verdict: "enforced", expected: "Pairing, Refusal", seen: "Pairing, Refusal" }
        },
    },
    {
        id: "C2.3-critical-apart",
        title: "What nobody can bring about at will from afar is kept apart from what a stranger can, so that it is not displaced.",
        // What is authorised here would have to be installed, or its consent stands.
        needs: ["deployer"],
        spares: keepsNoneOfUpdates,
        async run(scene) {
            const { bench, policy, random, packages } = scene
            const bytes = await packages.get("next")
            if (!bytes) throw new Unclear('no package "next" was given: nothing critical can be brought about')
            const options = { link: bench.link, policy, random, consent: true }
            const decision = await authorise(options, await packageParts("next", bytes))
            if (!("state" in decision)) throw new Unclear(`the next release is refused: ${decision.refusal}`)
            await wholeLog(scene)
            const { pieces, told } = takenApart(await pull(scene, scene.bench))
            const eventOf = ({ entry }: Piece) => (entry ? entry.fields[Field.Event] : undefined)
            const rings = [pieces.slice(0, told.critical), pieces.slice(told.critical, told.critical + told.routine)]
            const events = rings.map(ring => ring.flatMap(piece => eventOf(piece) ?? []))
            scene.note("kept", { critical: events[0].length, routine: events[1].length })
            const displaced = events[1].find(event => event < FIRST_ROUTINE)
            if (displaced !== undefined)
                throw new Broken("critical events apart", `${Event[displaced]} among routine ones`)
            const displacing = events[0].find(event => event >= FIRST_ROUTINE && event !== Event.Log)
            if (displacing !== undefined) throw new Broken("critical events alone", `${Event[displacing]} among them`)
            if (!events[0].includes(Event.Update)) throw new Broken("the update on record", "none of it")
            return {
                verdict: "enforced",
                expected: "critical events apart",
                seen: `${events[0].length} apart from ${events[1].length}`,
            }
        },
    },
    {
        id: "C2.3-kept",
        title: "The log goes on from where it was after the device was without supply.",
        needs: ["supply"],
        spares: keepsNone,
        async run(scene) {
            const before = await wholeLog(scene)
            await restart(scene.bench)
            const after = await wholeLog(scene, before.witness)
            for (const { sequence, event, cause, detail } of before.entries)
                requireEntry(
                    after.entries,
                    `entry ${sequence}, ${event}`,
                    entry =>
                        JSON.stringify([sequence, event, cause, detail]) ===
                        JSON.stringify([entry.sequence, entry.event, entry.cause, entry.detail]),
                )
            return {
                verdict: "enforced",
                expected: "all entries from before",
                seen: `${before.entries.length} of ${after.entries.length}`,
            }
        },
    },
    alteredExportTest(),
    {
        id: "C2.3-altered-memory",
        title: "Whatever is done to the log in the device's memory is told by the device when it starts.",
        needs: ["dump", "rewrite", "supply"],
        spares: keepsNone,
        async run(scene) {
            const { bench, note } = scene
            for (const { what, finding, alter } of IN_MEMORY) {
                await bench.begin()
                await beRefused(scene)
                await wholeLog(scene)
                const entries = routineOf(takenApart(await pull(scene, scene.bench)))
                const memories = await bench.dump()
                const memory = memories.find(({ bytes }) => entries.every(entry => Buffer.from(bytes).includes(entry)))
                if (!memory) throw new Unclear("the entries of the log are in no memory that can be read")
                const bytes = Buffer.from(memory.bytes)
                alter(bytes, entries)
                await bench.rewrite([{ ...memory, bytes }])
                await bench.supply(true)
                await found(bench)
                const { findings } = await reported(scene)
                note(what, { findings: findings.join(" ") })
                if (!findings.includes(finding))
                    throw new Broken(`${what}: ${finding}`, findings.join(" ") || "nothing")
            }
            return { verdict: "enforced", expected: "each by its name", seen: `${IN_MEMORY.length} told` }
        },
    },
    {
        id: "C2.3-set-back",
        title: "A memory that is set back to what it was before is told by the device, or found by whoever has seen the log since.",
        needs: ["dump", "rewrite", "supply"],
        spares: keepsNone,
        async run(scene) {
            const { bench, declared, note } = scene
            await wholeLog(scene)
            const before: MemoryDump[] = (await bench.dump()).filter(({ name }) => name !== "flash")
            await bench.supply(true)
            await found(bench)
            await beRefused(scene)
            const { witness } = await wholeLog(scene)
            await bench.rewrite(before)
            await bench.supply(true)
            await found(bench)
            const { findings } = await reported(scene, witness)
            note("set back", { findings: findings.join(" ") })
            const [told, seen] = [findings.includes("toldRolledBack"), findings.includes("rolledBack")]
            // The counter of an element is not set back with the memory.
            const expected = declared.device.class === 1 ? "toldRolledBack or rolledBack" : "toldRolledBack"
            if (told) return { verdict: "enforced", expected, seen: "toldRolledBack, by the device itself" }
            if (!seen || declared.device.class !== 1) throw new Broken(expected, findings.join(" ") || "nothing")
            return { verdict: "measured", expected, seen: "rolledBack, for who has seen it before" }
        },
    },
    {
        id: "C2.3-tells-update",
        title: "Each step of an update is on record, in its order.",
        needs: ["deployer"],
        spares: keepsNoneOfUpdates,
        async run(scene) {
            const { bench, policy, random, packages } = scene
            const bytes = await packages.get("next")
            if (!bytes) throw new Unclear('no package "next" was given')
            const parts = await packageParts("next", bytes)
            const journal = new MemoryJournal()
            const { outcome } = await updateUnit({ link: bench.link, policy, random, journal, parts, consent: true })
            if (outcome !== "confirmed") throw new Unclear(`the update ends ${outcome}`)
            const { entries } = await wholeLog(scene)
            const number = parts.manifest!.sequenceNumber
            const steps = entries.filter(({ event, detail }) => event === "Update" && detail === number)
            require("steps of the update", OF_UPDATE.join(" "), steps.map(({ cause }) => UpdateState[cause]).join(" "))
            return { verdict: "enforced", expected: OF_UPDATE.join(", "), seen: OF_UPDATE.join(", ") }
        },
    },
]

/** Does what leaves two entries: sends a challenge again, and what only a factory may. */
async function beRefused({ bench, random }: Scene): Promise<void> {
    await replay(bench, random)
    const values = { secret: random(PAIRING_SECRET_BYTES) }
    require("write_pairing_secret", "AlreadyProvisioned", (await bench.ask("domovoi", "write_pairing_secret", values))
        .refusal)
}

/** Lets the device write what has happened, and asks for its log. @param by whoever may see it: anybody, while nobody is known */
async function pull({ random }: Scene, { link }: Pick<Bench, "link">): Promise<PulledLog> {
    await callWhenFree(link, "read_log", { piece: 0 })
    await link.wait(WRITTEN_MS)
    return pullLog(link, random, () => {})
}

/** @throws Broken if it is not the log of a unit of the maker's */
async function reported(scene: Scene, seen?: LogWitness, by: Pick<Bench, "link"> = scene.bench): Promise<LogReport> {
    const pulled = await pull(scene, by)
    const check = checkLog(pulled, scene.policy, pulled.challenge, seen)
    if ("refusal" in check) throw new Broken("a log of this unit's", check.refusal)
    return check.report
}

/** @throws Broken if anything is wrong with it */
async function wholeLog(scene: Scene, seen?: LogWitness, by?: Pick<Bench, "link">): Promise<LogReport> {
    const report = await reported(scene, seen, by)
    scene.note("log", { findings: report.findings.join(" "), entries: report.entries.map(entryText).join("; ") })
    require("findings", "none", report.findings.join(" ") || "none")
    return report
}

function requireEntry(entries: readonly LogEntry[], what: string, is: (entry: LogEntry) => boolean): void {
    if (!entries.some(is)) throw new Broken(`${what} on record`, "no such entry")
}

function takenApart({ exported }: PulledLog): Taken {
    const whole = Buffer.from(exported)
    const { pieces, statement: told } = readExport(whole)
    if (!told) throw new Broken("a statement about the log", "none")
    const length = pieces.reduce((sum, { bytes }) => sum + bytes.length, 0)
    return { pieces, statement: whole.subarray(length), told }
}

/** Entries of the ring in which there are several soon, oldest first. */
function routineOf({ pieces, told }: Taken): Buffer[] {
    const ring = pieces.slice(told.critical, told.critical + told.routine)
    const entries = ring.flatMap(({ bytes, entry }) => (entry ? [bytes] : []))
    if (entries.length < 3) throw new Unclear(`the log has ${entries.length} routine entries: too few to alter them`)
    return entries
}

function joined(pieces: readonly Piece[], statement: Buffer): Buffer {
    return Buffer.concat([...pieces.map(({ bytes }) => bytes), statement])
}

function without(pieces: readonly Piece[], at: number): Piece[] {
    return pieces.filter((_, other) => other !== at)
}

function newestOf({ pieces, told }: Taken): number {
    return pieces.findIndex(({ entry }) => entry?.fields[Field.Sequence] === told.sequence)
}

/** The first two of the routine ring in each other's place. */
function swapped({ pieces, told: { critical } }: Taken): Piece[] {
    return [...pieces.slice(0, critical), pieces[critical + 1], pieces[critical], ...pieces.slice(critical + 2)]
}

/** The last byte of an entry is its count. */
function edited(piece: Piece): Piece {
    return { ...piece, bytes: lastBitFlipped(piece.bytes) }
}

function lastBitFlipped(bytes: Buffer): Buffer {
    const copy = Buffer.from(bytes)
    copy[copy.length - 1] ^= 1
    return copy
}
