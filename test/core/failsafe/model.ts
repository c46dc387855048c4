import { Cause } from "../../../src/core/failsafe/cause"
import type { DeclaredOutput, Level } from "../../../src/core/failsafe/fail-safe"

/** The fail-safe machine once more, from the words and without bit arithmetic: sets of names, and nothing computed in advance. */
export class Model {
    readonly present = new Set<string>(["Starting"])
    readonly #outputs: { declared: DeclaredOutput; forces: Set<string>; latches: Set<string>; waiting: Set<string> }[]

    constructor(outputs: readonly DeclaredOutput[]) {
        this.#outputs = outputs.map(declared => ({
            declared,
            forces: namesIn(declared.forcedBy),
            latches: namesIn(declared.latchedBy),
            waiting: new Set(),
        }))
        this.#latch()
    }

    tell(observed: number, present: number): void {
        for (const name of namesIn(observed))
            if (namesIn(present).has(name)) this.present.add(name)
            else this.present.delete(name)
        this.#latch()
    }

    release(output: number, rank: number): void {
        const { declared, forces, waiting } = this.#outputs[output]
        const forced = [...forces].some(name => this.present.has(name))
        if (!forced && rank >= declared.releasedBy) waiting.clear()
    }

    /** Everything but what waits for a person is forgotten, and the device is starting. */
    powerCycle(): void {
        this.present.clear()
        this.present.add("Starting")
        this.#latch()
    }

    heldBy(output: number): Set<string> {
        const { forces, waiting } = this.#outputs[output]
        return new Set([...[...forces].filter(name => this.present.has(name)), ...waiting])
    }

    level(output: number, wanted: Level): Level {
        return this.heldBy(output).size > 0 ? this.#outputs[output].declared.safeLevel : wanted
    }

    state(): string {
        const holding = this.#outputs.flatMap((_, i) => [...this.heldBy(i)])
        if (holding.includes("Tamper") || holding.includes("Owner")) return "Lockdown"
        if (holding.length > 0) return "Safe"
        return this.present.size > 0 ? "Degraded" : "Normal"
    }

    causes(): Set<string> {
        return new Set([...this.present, ...this.#outputs.flatMap((_, i) => [...this.heldBy(i)])])
    }

    #latch(): void {
        for (const { latches, waiting } of this.#outputs)
            for (const name of latches) if (this.present.has(name)) waiting.add(name)
    }
}

/** Names of the causes in a set. */
export function namesIn(causes: number): Set<string> {
    const names = Object.keys(Cause).filter(key => Number.isNaN(Number(key)))
    return new Set(names.filter(name => causes & Cause[name as keyof typeof Cause]))
}

export const ALL_CAUSES = [...namesIn(-1)].map(name => Cause[name as keyof typeof Cause] as number)
