/** Watches a unit while it is updated, and notes what it must never do. */
import { SealedRecords } from "../../simulators/board/sealed-records"
import { Atecc608 } from "../../simulators/parts/atecc608"
import type { Fram } from "../../simulators/parts/fram"
import type { TraceEntry } from "../../simulators/trace"
import { COUNTS_PER_STEP } from "../../src/core/identity/element-counters"
import { IDENTITY_RECORD } from "../../src/core/identity/factory"
import { CERTIFICATES_AT, CERTIFICATES_BYTES, RECORD_SLOTS, SLOT_BYTES } from "../../src/core/store/memory-layout"
import { FLOOR_RECORD } from "../../src/core/update/records"
import type { SimulatedUnit } from "../../src/host/unit/simulated-unit"
import type { Device } from "../host/update/releases"
import { judgeByPage } from "../loader/reading"
import { IS_SAFE } from "./subjects"

/** Record of the owner's standing consent. */
export const CONSENT_RECORD = "consent"

export type BrokenPromise =
    | "an unauthorised program ran"
    | "an output was on without an authorised program"
    | "the floor fell"
    | "the identity changed"
    | "the standing consent was lost"

/** What a start of a program leaves in the runtime's log: its digest, and then that it starts. */
const MEASURED = /^DevS-SHA256: ([0-9a-f]{64})$/
const STARTS = /^\* start:/
const STOPS = /^\* stop program/
/** Longest that an output may stay on when its program has ended: the dead-man of the boards, and a beat. */
const DEADMAN_US = 550_000
/** Kinds of trace lines after which no program runs. */
const ENDS = ["power", "power-lost", "panic", "runtime-panic", "reset", "hung"]

export class UpdateWatch {
    readonly broken = new Set<BrokenPromise>()
    /** SHA-256 of every program that was started, in lowercase hex. */
    readonly started: string[] = []
    readonly #unit: SimulatedUnit
    readonly #device: Device
    /** What programs there are, by SHA-256. Of all others nothing can be authorised. */
    readonly #images: ReadonlyMap<string, Uint8Array>
    readonly #fram: Fram
    readonly #element: Atecc608 | undefined
    /** What is to stay as it was. */
    readonly #identity: Buffer
    #floor: number
    /** Writes to memories that `#lookAtMemory` has seen. */
    #writes: number
    /** Of the program that starts next, or runs. */
    #measured = ""
    /** An authorised program runs. */
    #authorised = false
    /** When the last one ended. */
    #endedUs = 0
    #wasSafe = true

    /** @param unit before it is switched on, with an identity and a standing consent */
    constructor(unit: SimulatedUnit, device: Device, images: ReadonlyMap<string, Uint8Array>) {
        this.#unit = unit
        this.#device = device
        this.#images = images
        const parts = [...unit.board.parts.values()]
        this.#fram = unit.board.parts.get("fram") as Fram
        this.#element = parts.find(part => part instanceof Atecc608)
        this.#floor = this.#readFloor()
        this.#identity = this.#readIdentity()
        this.#writes = this.#writesSoFar
        unit.trace.watch(entry => this.#look(entry))
    }

    #look({ us, source, kind, line }: TraceEntry): void {
        if (source === this.#unit.board.name) {
            const log = String(line)
            if (this.#authorised && (ENDS.includes(kind) || STOPS.test(log))) {
                this.#authorised = false
                this.#endedUs = us
            }
            this.#measured = MEASURED.exec(log)?.[1] ?? this.#measured
            if (STARTS.test(log)) this.#start()
        }
        const isSafe = IS_SAFE[this.#device](this.#unit.board)
        if (!isSafe && !this.#authorised && (this.#wasSafe || us > this.#endedUs + DEADMAN_US))
            this.broken.add("an output was on without an authorised program")
        this.#wasSafe = isSafe
        if (kind === "power" || this.#writesSoFar !== this.#writes) this.#lookAtMemory()
    }

    #start(): void {
        this.started.push(this.#measured)
        this.#authorised = this.#isAuthorised(this.#measured)
        if (!this.#authorised) this.broken.add("an unauthorised program ran")
    }

    /** By docs/loader.md, as read by somebody else than the simulator's verifier. */
    #isAuthorised(sha256: string): boolean {
        const image = this.#images.get(sha256)
        if (!image) return false
        const slots: Record<string, string> = {}
        for (let slot = 0; slot < RECORD_SLOTS; slot++)
            slots[slot] = this.#bytes(slot * SLOT_BYTES, SLOT_BYTES).toString("base64")
        const verdict = judgeByPage({
            chip: this.#unit.board.deviceId,
            image: Buffer.from(image).toString("hex"),
            fram: { blank: "00", slots },
            element: this.#element ? Number(this.#element.observe().counter0) : null,
        })
        return verdict === "confirmed" || verdict === "trial"
    }

    #lookAtMemory(): void {
        this.#writes = this.#writesSoFar
        const floor = this.#readFloor()
        if (!(floor >= this.#floor)) this.broken.add("the floor fell")
        this.#floor = floor
        if (!this.#readIdentity().equals(this.#identity)) this.broken.add("the identity changed")
        if (!Buffer.isBuffer(this.#record(CONSENT_RECORD))) this.broken.add("the standing consent was lost")
    }

    get #writesSoFar(): number {
        return this.#fram.operations + (this.#element?.operations ?? 0)
    }

    /** Lowest sequence number that may run; NaN if it cannot be read. */
    #readFloor(): number {
        const record = this.#record(FLOOR_RECORD)
        const recorded = record === undefined ? 0 : Buffer.isBuffer(record) ? record.readUInt32LE() : Number.NaN
        const counted = Number(this.#element?.observe().counter0 ?? 0)
        return Math.max(recorded, Math.floor(counted / COUNTS_PER_STEP))
    }

    #readIdentity(): Buffer {
        const record = this.#record(IDENTITY_RECORD)
        return Buffer.concat([Buffer.from(record ?? ""), this.#bytes(CERTIFICATES_AT, CERTIFICATES_BYTES)])
    }

    #record(name: string) {
        return new SealedRecords((at, bytes) => this.#bytes(at, bytes), this.#unit.board.deviceId).get(name)
    }

    #bytes(at: number, length: number): Buffer {
        return Buffer.from(this.#fram.bytes.slice(at, at + length))
    }
}
