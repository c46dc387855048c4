/**
 * What a unit lets people do, asked from outside: registers, reports and outputs. Whoever may not do something tries it first. Each fact says how
 * much it gives, so that two units can be compared: one that gives more than a sound one fails, one that gives less has to say why.
 */
import { Field, readEntry } from "../../../src/core/eventlog/entry"
import { Event, LogFault } from "../../../src/core/eventlog/event"
import { ROW_FIELDS, RowField } from "../../../src/core/eventlog/ledger"
import type { Device } from "../../host/update/releases"
import { FACTS } from "./devices"
import { ANSWERED, framOf, type MemorySubject, type Scene, type SceneName, SIGNED_S } from "./lives"
import type { Glance, Unit } from "./unit"

export interface Fact {
    value: unknown
    /** 0 for nothing. Facts that give nothing to anybody have none. */
    gives?: number
}
export type Facts = ReadonlyMap<string, Fact>

/** What takes long, and is asked only where it matters. */
export const DEPTHS = ["updates", "attestation", "log", "consent", "reset"] as const
export type Depth = (typeof DEPTHS)[number]

export interface Findings {
    facts: Facts
    /** Causes that the unit told, as bits, all that were seen. */
    causes: number
    /** It says of itself that something is wrong with its memory, its identity or its log, or does not run at all and cannot. */
    tells: Set<string>
}

/** Numbers of services/domovoi.md and services/owner.md. */
const CAUSE_STARTING = 1
const HELD = ["Safe", "Lockdown"]
const GRANTED = ["MakingSafe", "Authorised", "Installing"]
/** What the device shows in place of an entry that is none any more: CBOR null. */
const NO_ENTRY = "f6"

/** Examines a unit that has just started. Equal units answer equally. */
export async function examine(
    subject: MemorySubject,
    scene: Scene,
    unit: Unit,
    depths: readonly Depth[],
): Promise<Findings> {
    const exam = new Exam(subject, scene, unit)
    exam.look("")
    await exam.presses()
    await exam.rights()
    await exam.privacy()
    if (depths.includes("log")) await exam.log()
    if (depths.includes("attestation")) await exam.attestation()
    exam.look(", in the end")
    // Last: a unit that is to be updated does nothing else.
    if (depths.includes("updates")) await exam.updates()
    if (depths.includes("consent")) await exam.consentsAnew()
    if (depths.includes("reset")) await exam.resets()
    return exam.findings
}

class Exam {
    readonly findings: Findings & { facts: Map<string, Fact> } = { facts: new Map(), causes: 0, tells: new Set() }
    readonly #subject: MemorySubject
    readonly #unit: Unit
    readonly #device: Device
    readonly #scene: SceneName
    /** What the memory held when the case began. */
    readonly #before: string

    constructor(subject: MemorySubject, scene: Scene, unit: Unit) {
        this.#subject = subject
        this.#scene = scene.name
        this.#before = framOf(scene.state)
        this.#unit = unit
        this.#device = subject.device
    }

    look(when: string): void {
        const unit = this.#unit
        const glance = unit.glance()
        noteWhatItTells(unit, glance, this.findings)
        const state = glance.state as { state: string } | undefined
        const update = (glance.update as { state: string } | undefined)?.state
        this.#note(`state${when}`, glance.state ?? "silent", state && !HELD.includes(state.state) ? 1 : 0)
        this.#note(`causes${when}`, glance.causes ?? "silent")
        this.#note(`update${when}`, update ?? "silent", update === "Confirmed" ? 1 : 0)
        this.#note(`identity${when}`, glance.identity ?? "silent", IDENTITY[String(glance.identity)] ?? 0)
        if (when) return
        for (const register of ["serial_number", "boot_count", "sequence_number"])
            this.#note(register, glance[register] ?? "silent")
        this.#given("output on before anybody asks", unit.unasked.size > 0)
    }

    /** A stranger has a hand on the device, and its label, and wants it for their own. */
    async presses(): Promise<void> {
        const unit = this.#unit
        const { touch, opens, outputs, beforePress } = FACTS[this.#device]
        const isOn = (net: string) => unit.board.wiring.level(net)
        unit.risen.clear()
        beforePress(unit)
        for (const net of outputs.filter(net => net !== opens))
            this.#given(`${net} on when somebody rings`, unit.risen.has(net))
        unit.press(touch)
        const first = isOn(opens)
        this.#given("opens at the first press", first)
        unit.press(touch)
        this.#given("opens at one of two presses", first || isOn(opens))
        if (this.#device === "gas-valve" && isOn(opens)) unit.press(touch)
        this.#refused("a stranger becomes owner", await unit.pair("a stranger", touch))
        if (this.#device === "gas-valve" && isOn(opens)) unit.press(touch)
    }

    /** Who may disable the device, and whether its owner gets it to work again. */
    async rights(): Promise<void> {
        const { phones } = this.#unit
        const { touch, uses } = FACTS[this.#device]
        for (const name of ["Ben", "Carl", "a stranger"] as const) {
            this.#refused(`${name} disables`, await phones[name].disable(true))
            if (uses > 0) this.#refused(`${name} reads what is kept`, (await phones[name].readKept(1))?.refusal)
        }
        this.#refused(
            "somebody on the bus disables",
            phones.Ben.way.ask("owner", "disable", { disabled: true })?.refusal,
        )
        for (const name of ["Dora", "Anna"] as const) {
            this.#refused(`${name} disables`, await phones[name].disable(true))
            phones[name].touch(touch)
            this.#refused(`${name} enables`, await phones[name].disable(false))
        }
        // Enabling erases a record, for which the store is written over.
        this.#unit.run(3)
    }

    async privacy(): Promise<void> {
        const unit = this.#unit
        for (let use = 0; use < FACTS[this.#device].uses; use++) {
            const answer = (await unit.ask("privacy", "describe", { use }))?.answer
            this.#note(`consent to use ${use}`, answer ?? "silent", answer === "Yes" ? 1 : 0)
        }
        if (FACTS[this.#device].uses === 0) return
        const kept = await unit.phones.Anna.readKept(1)
        this.#refused("Anna reads what is kept", kept?.refusal)
        this.#note("kept", Buffer.from((kept?.data as Uint8Array | undefined) ?? []).toString("hex"))
    }

    /** All entries and rows as the device shows them. What the examination itself brings about is no part of it. */
    async log(): Promise<void> {
        const before = Buffer.from(this.#before, "base64")
        const log = await this.#unit.readLog()
        if ("refusal" in log && log.refusal === "Storage") this.findings.tells.add("a refusal for its memory")
        const entries = "pieces" in log ? log.pieces : []
        if (entries.some(tellsOfHarm)) this.findings.tells.add("log")
        const shown = entries.filter(entry => entry.toString("hex") !== NO_ENTRY && before.includes(entry)).length
        this.#note("entries that were there before", shown, shown)
    }

    async attestation(): Promise<void> {
        const attest = async (challenge: Uint8Array) =>
            (await this.#unit.ask("domovoi", "attest", { challenge }, SIGNED_S))?.refusal
        this.#refused("a challenge is answered again", await attest(ANSWERED))
        this.#refused("attests", await attest(new Uint8Array(32).fill(0xc3)))
    }

    /** Somebody brings the release before, and then the next one. */
    async updates(): Promise<void> {
        const { old, next } = this.#subject.heads
        this.#offered("an older release", await this.#unit.bringPackage(old))
        // On trial, that is the one that runs, and bringing it again a way out.
        if (this.#scene !== "trial") this.#offered("the next release", await this.#unit.bringPackage(next))
    }

    /** Granted without another word gives more than waiting for an answer. */
    #offered(name: string, state: unknown): void {
        const isGranted = GRANTED.includes(String(state))
        this.#note(
            name,
            isGranted ? "granted" : (state ?? "silent"),
            isGranted ? 2 : state === "AwaitingConsent" ? 1 : 0,
        )
    }

    /** Anna is asked anew, and agrees. */
    async consentsAnew(): Promise<void> {
        for (let use = 0; use < FACTS[this.#device].uses; use++)
            this.#refused(`consent to use ${use} given anew`, await this.#unit.phones.Anna.answer(use, "Yes"))
    }

    /** Somebody on the spot makes the device forget whose it is, and takes it. */
    async resets(): Promise<void> {
        const unit = this.#unit
        const { touch } = FACTS[this.#device]
        unit.act(touch, "press")
        unit.run(HELD_S)
        unit.act(touch, "release")
        unit.settle()
        this.#refused("a new owner after a reset", await unit.pair("a stranger", touch))
    }

    /** What somebody is refused gives nothing. */
    #refused(name: string, refusal: unknown): void {
        if (refusal === "Storage") this.findings.tells.add("a refusal for its memory")
        this.#note(name, refusal ?? "silent", refusal === "None" || refusal === 0 ? 1 : 0)
    }

    #given(name: string, given: boolean): void {
        this.#note(name, given, given ? 1 : 0)
    }

    #note(name: string, value: unknown, gives?: number): void {
        this.findings.facts.set(name, { value, gives })
    }
}

/** A unit that has left the factory must not say that it is there: others would give it an identity. */
const IDENTITY: Readonly<Record<string, number>> = { Valid: 1, Missing: 2 }
/** A press of 10 s is a factory reset. */
const HELD_S = 11

export function noteWhatItTells(unit: Unit, glance: Glance, findings: Pick<Findings, "tells"> & { causes: number }) {
    findings.causes |= Number(glance.causes ?? 0) & ~(1 << CAUSE_STARTING)
    const { identity } = glance
    if (identity !== undefined && identity !== "Valid" && identity !== "Unknown")
        findings.tells.add(`identity ${identity}`)
    if (unit.isRefused) findings.tells.add("the verifier starts no program")
    if (unit.board.state === "hung") findings.tells.add("the bus is held")
}

/** Whether a piece says that the log itself has come to harm: a gap, or an entry or row of that kind. */
function tellsOfHarm(piece: Buffer): boolean {
    if (piece.toString("hex") === NO_ENTRY) return true
    const entry = readEntry(piece)?.fields
    const row = readEntry(piece, ROW_FIELDS)?.fields
    const kind = row?.[RowField.Kind] ?? (entry ? 256 * entry[Field.Event] + entry[Field.Cause] : 0)
    return kind >> 8 === Event.Log && (kind & 0xff) !== LogFault.Begun
}
