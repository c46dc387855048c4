import type { Clock, Timer } from "../clock"
import type { Random } from "../random"
import type { Trace } from "../trace"
import type { BusFault, BusFaultKind } from "./faults"

/** Whoever is plugged into a bus: a VM, a module, a host tool. */
export interface BusNode {
    /** Name in traces, unique on its bus. */
    readonly name: string
    /** A frame sent by another node. All nodes get the same bytes: do not change them. */
    receive(frame: Uint8Array): void
}

/** Jacdac runs at 1 Mbaud, ten bits a byte (Jacdac physical layer). */
export const US_PER_BYTE = 10
/** Start and end pulses, and the silence that nodes keep between frames. */
const INTER_FRAME_GAP_US = 100
/** A sender whose frame would wait longer than this drops it, as one with a full transmit queue does. */
const MAX_BACKLOG_US = 50_000

/**
 * A Jacdac bus: one wire, one frame at a time, every frame heard by every other node. A frame is 12 bytes of header (CRC-16, size, flags,
 * device identifier) and packets. Each frame is a line in the trace, and so is each fault that strikes.
 */
export class Bus {
    readonly name: string
    readonly #clock: Clock
    readonly #trace: Trace
    readonly #random: Random
    /** Replaced, never changed, so that a delivery in progress keeps its own list. */
    #nodes: readonly BusNode[] = []
    readonly #faults = new Map<BusFaultKind, { fault: BusFault; expiry?: Timer }>()
    #wireFreeUs = 0
    /** Frames in order are not delivered before this time: the last delay fault holds them. */
    #heldUntilUs = 0

    constructor(options: { name: string; clock: Clock; trace: Trace; random: Random }) {
        this.name = options.name
        this.#clock = options.clock
        this.#trace = options.trace
        this.#random = options.random
    }

    attach(node: BusNode): void {
        if (this.#nodes.some(other => other.name === node.name))
            throw new Error(`bus ${this.name}: a node named ${node.name} is attached already`)
        this.#nodes = [...this.#nodes, node]
    }

    /** Frames on their way to the node are lost to it. */
    detach(node: BusNode): void {
        this.#nodes = this.#nodes.filter(other => other !== node)
    }

    /** Puts a copy of the frame on the wire as soon as the wire is free. A node that is not attached is not heard. */
    send(from: BusNode, frame: Uint8Array): void {
        if (!this.#nodes.includes(from)) return
        const startUs = Math.max(this.#clock.nowUs, this.#wireFreeUs)
        if (startUs - this.#clock.nowUs > MAX_BACKLOG_US) {
            this.#trace.note(this.name, "overrun", { from: from.name })
            return
        }
        const endUs = startUs + frame.length * US_PER_BYTE
        this.#wireFreeUs = endUs + INTER_FRAME_GAP_US
        const copy = new Uint8Array(frame)
        this.#clock.at(endUs, () => this.#onWire(from, copy))
    }

    /** From now on, for `forUs` microseconds or until cleared, the fault strikes frames. One fault of a kind at a time: the newer stands. */
    impose(fault: BusFault, forUs?: number): void {
        this.clear(fault.kind)
        const expiry = forUs === undefined ? undefined : this.#clock.after(forUs, () => this.clear(fault.kind))
        this.#faults.set(fault.kind, { fault, expiry })
        this.#trace.note(this.name, "fault-begins", { fault: fault.kind, probability: fault.probability })
    }

    clear(kind: BusFaultKind): void {
        const imposed = this.#faults.get(kind)
        if (!imposed) return
        this.#clock.cancel(imposed.expiry)
        this.#faults.delete(kind)
        this.#trace.note(this.name, "fault-ends", { fault: kind })
    }

    /** The last bit of a frame leaves its sender, unless the sender left the bus before that. */
    #onWire(from: BusNode, frame: Uint8Array): void {
        if (!this.#nodes.includes(from)) return
        const hex = Buffer.from(frame.buffer, frame.byteOffset, frame.length).toString("hex")
        this.#trace.note(this.name, "frame", { from: from.name, hex })
        if (this.#strikes("loss")) return
        const nowUs = this.#clock.nowUs
        const delay = this.#strikes("delay")
        if (delay) this.#heldUntilUs = Math.max(this.#heldUntilUs, nowUs + this.#random.below(delay.withinUs))
        const inOrderUs = Math.max(this.#heldUntilUs, nowUs)
        const reordering = this.#strikes("reordering")
        const arrivalUs = reordering ? inOrderUs + this.#random.below(reordering.withinUs) : inOrderUs
        this.#clock.at(arrivalUs, () => this.#deliver(from, frame))
        if (this.#strikes("duplication"))
            this.#clock.at(arrivalUs + frame.length * US_PER_BYTE, () => this.#deliver(from, frame))
    }

    #deliver(from: BusNode, frame: Uint8Array): void {
        for (const node of this.#nodes) if (node !== from && this.#nodes.includes(node)) node.receive(frame)
    }

    /** Decides whether an imposed fault of this kind hits the frame at hand. Draws no randomness unless one is imposed. */
    #strikes<K extends BusFaultKind>(kind: K): Extract<BusFault, { kind: K }> | undefined {
        const fault = this.#faults.get(kind)?.fault as Extract<BusFault, { kind: K }> | undefined
        if (!fault || this.#random.unit() >= fault.probability) return undefined
        this.#trace.note(this.name, "fault", { fault: kind })
        return fault
    }
}
