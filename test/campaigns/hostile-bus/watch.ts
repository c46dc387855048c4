/**
 * Watches a unit under attack from outside: its memories byte by byte, its nets, and which program its runtime measures and starts. Nothing is
 * taken from what the unit says of itself, but for what it gives away.
 */
import { deviceIdOf } from "../../../simulators/bus/server"
import type { Fram } from "../../../simulators/parts/fram"
import type { TraceEntry } from "../../../simulators/trace"
import { RECORD_SLOTS, SLOT_BYTES } from "../../../src/core/store/memory-layout"
import { type Watch as BoardWatch, DOORBELL_SIGHTS, GAS_VALVE_SIGHTS, watchBoard } from "../hostile-sights"
import { GiveAways } from "./give-aways"
import { changes, LATCHES, logOf, type Memories, memoriesOf, type Permitted } from "./memories"
import type { Siege } from "./siege"
import { FACTS } from "./subject"

/** What a start of a program leaves in the runtime's log: its digest, and then that it starts. */
const MEASURED = /^DevS-SHA256: ([0-9a-f]{64})$/
const STARTS = /^\* start:/
/** The gas sensor says that there is gas, or cannot be heard, and the valve stays open. */
export const OPEN_IN_GAS = "valve open in gas"
/** Counts the entries of the event log; the other is the floor. */
const LOG_COUNTER = 1
const RECORDS_BYTES = RECORD_SLOTS * SLOT_BYTES

export class Watch {
    /** Promises that were broken, and those that were broken when a program of the peer's had run on a unit that asks no verifier. */
    readonly broken = new Set<string>()
    readonly brokenByProgram = new Set<string>()
    readonly gaveAway: GiveAways
    readonly #siege: Siege
    readonly #board: BoardWatch
    readonly #fram: Fram
    readonly #permitted: Map<string, (string | undefined)[]> = new Map()
    /** SHA-256 of the programs that may run. */
    readonly #authorised = new Set<string>()
    /** Until when an output may be on, in microseconds. */
    readonly #allowedUntilUs = new Map<string, number>()
    readonly #overdue = new Map<string, string>()
    #before: Memories | undefined
    #log: ReadonlySet<string> = new Set()
    #lastRecords = Buffer.alloc(0)
    #measured = ""
    /** A program that nobody authorised has run. */
    #overrun = false
    #started: string[] = []
    #boardBroken = 0

    constructor(siege: Siege) {
        this.#siege = siege
        const { unit, subject } = siege
        this.#fram = unit.board.parts.get("fram") as Fram
        this.#authorised.add(subject.firmware.sha256)
        this.gaveAway = new GiveAways(siege)
        const sights = subject.device === "doorbell" ? DOORBELL_SIGHTS : GAS_VALVE_SIGHTS
        const { board, clock, bus, trace } = unit
        const observe = (part: string) => unit.see(part)
        this.#board = watchBoard({ board, clock, bus, trace, observe, entries: [], runMs() {}, act() {} }, sights)
        trace.watch(entry => this.#look(entry))
    }

    /**
     * The story has an output on for so long.
     * @param then what it is if the output is on any longer
     */
    allow(output: string, seconds: number, then = `${output} on`): void {
        this.#allowedUntilUs.set(output, this.#siege.unit.clock.nowUs + seconds * 1e6)
        this.#overdue.set(output, then)
    }

    /** The story may give a record these values. */
    permit(record: string, ...values: (string | undefined)[]): void {
        this.#permitted.set(record, [...(this.#permitted.get(record) ?? []), ...values])
    }

    /** The owner wants this program. */
    authorise(sha256: string): void {
        this.#authorised.add(sha256)
    }

    /** Somebody without a secret has keys of the unit. */
    strangerPaired(): void {
        this.#break("a stranger was paired")
    }

    /** Anna is the unit's owner, and it does not serve her. */
    ownerUnserved(): void {
        this.#break("the owner does not get through")
    }

    /** Whether the program that started last is one that may run. */
    get isOwnProgram(): boolean {
        const started = this.#started.at(-1)
        return started !== undefined && this.#authorised.has(started)
    }

    /** The unit has told a secret. */
    leak(secret: string): void {
        this.#break(`the secret ${secret} told`)
    }

    begin(): void {
        this.#before = memoriesOf(this.#siege.unit.board)
        this.#log = logOf(this.#siege.unit.board)
        this.gaveAway.begin()
    }

    peerLeft(): void {
        this.gaveAway.peerLeft()
    }

    expectStart(): void {
        this.#started = []
    }

    end(): void {
        const { board } = this.#siege.unit
        this.#lookAtMemories()
        const now = logOf(board)
        const lost = [...this.#log].some(entry => !now.has(entry))
        this.gaveAway.end(this.#started.at(-1), lost)
        // A module is believed by its identifier. It has to be seen that the peer has spoken under that of the valve's own.
        const { impersonated } = this.#siege.peer
        if (
            this.broken.has(OPEN_IN_GAS) &&
            impersonated.has(deviceIdOf("device.gas")) &&
            this.broken.delete(OPEN_IN_GAS)
        )
            this.gaveAway.add("a reading under the own gas module's identifier holds the valve open")
    }

    afterEvent(): void {
        this.#board.afterEvent()
        if (this.#board.broken.size > this.#boardBroken) {
            this.#boardBroken = this.#board.broken.size
            // The circuit holds whatever program runs: no give-away excuses it.
            for (const promise of this.#board.broken) this.broken.add(promise)
        }
        const { unit, subject } = this.#siege
        for (const [output, net] of Object.entries(FACTS[subject.device].outputs))
            if (unit.board.wiring.level(net) && !(unit.clock.nowUs <= (this.#allowedUntilUs.get(output) ?? -1)))
                this.#break(this.#overdue.get(output) ?? `${output} on`)
        this.#lookAtRecords()
    }

    #break(promise: string): void {
        ;(this.#overrun ? this.brokenByProgram : this.broken).add(promise)
    }

    #look({ source, kind, line }: TraceEntry): void {
        if (source !== this.#siege.unit.board.name || kind !== "log") return
        const log = String(line)
        this.#measured = MEASURED.exec(log)?.[1] ?? this.#measured
        if (!STARTS.test(log)) return
        this.#started.push(this.#measured)
        if (this.#authorised.has(this.#measured)) return
        if (this.#siege.subject.profile === "verified") this.#break("an unauthorised program ran")
        else this.#overrun = true
    }

    /** As soon as one is written: what was changed and put back was changed. */
    #lookAtRecords(): void {
        if (!this.#before) return
        const records = this.#fram.bytes.subarray(0, RECORDS_BYTES)
        if (this.#lastRecords.equals(records)) return
        this.#lastRecords = Buffer.from(records)
        this.#lookAtMemories()
    }

    #lookAtMemories(): void {
        const { unit } = this.#siege
        const now = memoriesOf(unit.board)
        for (const what of changes(this.#before!, now, this.#permitted as Permitted)) this.#break(`${what} changed`)
        // What latched meanwhile is to stay latched, too.
        const latches = now.records.get(LATCHES)
        if (latches)
            this.#before = { ...this.#before!, records: new Map([...this.#before!.records, [LATCHES, latches]]) }
        const permitted = this.#permitted.get("counter")
        now.counters.forEach((count, i) => {
            const before = this.#before!.counters[i]
            const may = i === LOG_COUNTER ? count >= before : count === before || permitted?.includes(String(count))
            if (!may) this.#break(`counter ${i} of the element changed`)
        })
    }
}
