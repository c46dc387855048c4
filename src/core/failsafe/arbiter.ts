import type { Level } from "./fail-safe"

/** What somebody, or something, wants an output to be. Times are of the device's own clock, in milliseconds. */
export interface Command {
    /** A person's own act, wherever it was done; anything that acts by itself is an automation. */
    byPerson: boolean
    /** When the device heard it. */
    atMs: number
    /** Until when it stands. */
    untilMs: number
    level: Level
}

/**
 * Decides between commands for one output. A person's command beats every automation's for as long as it stands. Among persons, and among
 * automations, the later command replaces the earlier one, and of two heard in the same millisecond the one for the safe level. What comes
 * out depends on what was said and when it was heard, and not on the order in which it was taken in.
 */
export class Arbiter {
    private readonly safeLevel: Level
    private ofPerson: Command | undefined
    private ofAutomation: Command | undefined

    constructor(safeLevel: Level) {
        this.safeLevel = safeLevel
    }

    take(command: Command): void {
        if (command.byPerson) this.ofPerson = this.stronger(this.ofPerson, command)
        else this.ofAutomation = this.stronger(this.ofAutomation, command)
    }

    /** The level that stands; the safe one if no command does. */
    wanted(nowMs: number): Level {
        for (const command of [this.ofPerson, this.ofAutomation])
            if (command && nowMs < command.untilMs) return command.level
        return this.safeLevel
    }

    /** A total order, so that it does not matter who comes first. */
    private stronger(one: Command | undefined, other: Command): Command {
        if (!one || other.atMs > one.atMs) return other
        if (other.atMs < one.atMs) return one
        if (other.level !== one.level) return other.level === this.safeLevel ? other : one
        return other.untilMs > one.untilMs ? other : one
    }
}
