import { littleEndian32, putLittleEndian32 } from "../crypto/words"
import { Cause, causeNumber } from "./cause"

/** As `services/domovoi.md` numbers them. */
export enum SafetyState {
    /** Everything works. */
    Normal = 0,
    /** There are causes, but none that holds an output. */
    Degraded = 1,
    /** An output is held in the state that harms nobody. */
    Safe = 2,
    /** As `Safe`, by a cause that only a person at the device lifts. */
    Lockdown = 3,
}

/** Causes that lead to `Lockdown` where they hold an output. */
export const LOCKDOWN_CAUSES = Cause.Tamper | Cause.Owner

/** Of a line. */
export type Level = 0 | 1

/** Who stands at the device and asks it to release an output. */
export enum Releaser {
    Person = 1,
    Owner = 2,
}

/**
 * The word of somebody on the spot, which releases, unlocks and counts as touch: a `Releaser` that nobody can write down. It is made where
 * nobody else can be, by `InsideButton` of devs/io, and nowhere else. Whatever is on the bus says of itself what it is, and has none.
 */
export type PersonsWord = Releaser & { readonly givenOnTheSpot: true }

/** One of a device's outputs, as its table declares it. */
export interface DeclaredOutput {
    /** The level that harms nobody. */
    readonly safeLevel: Level
    /** Causes that hold the output there as long as they last. */
    readonly forcedBy: number
    /** Those among them that hold it on when they are gone, until somebody on the spot releases it. */
    readonly latchedBy: number
    /** Who may do that; whoever stands higher may too. */
    readonly releasedBy: Releaser
    /**
     * Longest time in milliseconds from a cause to the safe level. The machine answers at once; the limit is for the whole way, through
     * supervisor, dead-man circuit and actuator.
     */
    readonly withinMs: number
}

/**
 * Which outputs of a device are held in their safe state, by what, and the state of the device that follows. An output is held while any
 * cause that forces it is present; a cause that latches goes on holding until all causes are gone and somebody on the spot releases it.
 * A device starts with `Cause.Starting`.
 */
export class FailSafe {
    /** Rises with every change: who has seen this number knows the machine as it is. */
    changes = 0
    private readonly outputs: readonly DeclaredOutput[]
    private present: number = Cause.Starting
    /** Of each output, the causes that hold it until it is released. */
    private readonly latched: number[] = []

    constructor(outputs: readonly DeclaredOutput[]) {
        this.outputs = outputs
        this.latch(this.present)
    }

    /** Of the causes in `observed`, those in `present` are there now and the others are not. */
    tell(observed: number, present: number): void {
        const now = (this.present & ~observed) | (observed & present)
        // Most cycles find what the last one found: it has latched what it latches.
        if (now === this.present) return
        this.present = now
        this.latch(now)
    }

    /** The causes that hold an output; 0 if it is free. */
    heldBy(output: number): number {
        return (this.present & this.outputs[output].forcedBy) | this.latched[output]
    }

    /** The level of an output's line if the device would like to have it at `wanted`. */
    levelOf(output: number, wanted: Level): Level {
        return this.heldBy(output) === 0 ? wanted : this.outputs[output].safeLevel
    }

    /** Somebody on the spot releases an output. @returns whether it is free now; a cause that forces it, or too low a rank, prevents that */
    release(output: number, by: PersonsWord): boolean {
        const { forcedBy, latchedBy, releasedBy } = this.outputs[output]
        if ((this.present & forcedBy) === 0 && by >= releasedBy) {
            this.latched[output] = this.present & latchedBy
            this.changes++
        }
        return this.heldBy(output) === 0
    }

    /** Every cause that is present or holds an output. */
    causes(): number {
        return this.present | this.holding()
    }

    state(): SafetyState {
        const holding = this.holding()
        if ((holding & LOCKDOWN_CAUSES) !== 0) return SafetyState.Lockdown
        if (holding !== 0) return SafetyState.Safe
        return this.present === 0 ? SafetyState.Normal : SafetyState.Degraded
    }

    /** Number of the cause that says most about the state, as `services/domovoi.md` counts; 0 in `Normal`. */
    leadingCause(): number {
        const holding = this.holding()
        const locking = holding & LOCKDOWN_CAUSES
        return causeNumber(locking !== 0 ? locking : holding !== 0 ? holding : this.present)
    }

    /** What has to survive power loss: 4 bytes an output, in the order of the table. */
    save(): Buffer {
        const bytes = Buffer.alloc(4 * this.outputs.length)
        for (let i = 0; i < this.outputs.length; i++) putLittleEndian32(bytes, 4 * i, this.latched[i])
        return bytes
    }

    /**
     * Takes up what `save` gave before the power went. Later firmware may have more outputs, behind those it had.
     * @param bytes none if what was saved is damaged: then each output is held by all that could have latched it
     */
    restore(bytes: Buffer): void {
        for (let i = 0; 4 * i < bytes.length; i++) this.latched[i] |= littleEndian32(bytes, 4 * i)
        this.latch(bytes.length > 0 ? 0 : -1)
    }

    /** Lets each output be held by those among the causes that latch it. */
    private latch(causes: number): void {
        const { outputs, latched } = this
        for (let i = 0; i < outputs.length; i++) latched[i] |= causes & outputs[i].latchedBy
        this.changes++
    }

    private holding(): number {
        let holding = 0
        for (let i = 0; i < this.outputs.length; i++) holding |= this.heldBy(i)
        return holding
    }
}
