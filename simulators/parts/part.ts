import type { Bus } from "../bus/bus"
import type { Clock } from "../clock"
import type { Random } from "../random"
import type { Json } from "../trace"

/** What a part gets from the board it sits on. */
export interface PartContext {
    /** Full name, `device.part`. */
    readonly name: string
    readonly clock: Clock
    /** The part's own stream of the world's seed. */
    readonly random: Random
    readonly bus: Bus
    /** Writes a trace line with the part as its source. */
    note(kind: string, detail?: Record<string, Json>): void
}

/**
 * A component on a board. Built once per world, it keeps what the real one keeps without power (a FRAM its bytes, a valve its spring).
 * The board calls `setPower` whenever the part's supply comes or goes, and `setDrive` whenever the net that drives it changes; both begin
 * low. A part that has no supply of its own, or no drive, leaves that one out.
 */
export interface Part {
    readonly kind: string
    /** A part without power does nothing and reads as absent. */
    setPower?(on: boolean): void
    setDrive?(high: boolean): void
    /**
     * What a person, the environment or a fault does to it, by name (`press`, `set`, `stick`, `unplug` …).
     * @throws InvalidAction for an action or argument that the part does not know
     */
    act(action: string, argument?: Json): void
    /** Whether it could be done to it, without doing it. @throws InvalidAction if not */
    checkAct(action: string, argument?: Json): void
    /** What an onlooker could see of it now: `{ "state": "open" }`, `{ "lit": true }`. */
    observe(): Record<string, Json>
}

/** A part with a memory that outlives power: what it holds can be taken out, and put into another. */
export interface Memory {
    save(): Json
    /** @throws Error if it is not what `save` of such a part gave */
    load(state: Json): void
}

export function isMemory(part: Part): part is Part & Memory {
    return "save" in part
}

/** A part reached through the chip's I2C controller. */
export interface I2cTarget {
    /** 7-bit address. */
    readonly address: number
    /** Whether it holds a line of the bus low: then no transaction with anyone can go on. */
    readonly holdsBus: boolean
    /**
     * One transaction: START, `write`, then if `readLength` is not 0 a repeated START and a read.
     * @param atUs when it ends; the processor's work since its turn began makes that later than the board's clock
     * @returns the bytes read (empty if none were asked for), or undefined if the target does not acknowledge
     * @throws PowerLost if the power is cut inside it
     */
    transfer(write: Uint8Array, readLength: number, atUs: number): Uint8Array | undefined
    /** A transaction that this target did not acknowledge, its own or another's, kept SDA low for `us` at a stretch. */
    sdaLow?(us: number, atUs: number): void
}

export class InvalidAction extends Error {}
