/** What many seeds came to, counted by name. */
import type { Assault } from "../bus"

export interface Count {
    name: string
    seeds: number
    /** The first of them: what repeats it. */
    first: number
}

export interface BusReport {
    device: string
    profile: string
    seeds: number
    /** Seeds that broke a promise. */
    broke: number
    /** Afterwards the owner was served in so many seeds, and within so many seconds. */
    served: { seeds: number; withinS: number }
    broken: Count[]
    gaveAway: Count[]
    /** What the peer's own program did where no verifier keeps it from running. */
    brokenByProgram: Count[]
    moments: Count[]
    strategies: Count[]
}

/** Counts the seeds of one device on one profile as they come. */
export class BusTally {
    readonly #device: string
    readonly #profile: string
    readonly #counts = {
        broken: new Map<string, Count>(),
        gaveAway: new Map<string, Count>(),
        brokenByProgram: new Map<string, Count>(),
        moments: new Map<string, Count>(),
        strategies: new Map<string, Count>(),
    }
    #seeds = 0
    #broke = 0
    readonly #served = { seeds: 0, withinS: 0 }

    constructor({ device, profile }: { device: string; profile: string }) {
        this.#device = device
        this.#profile = profile
    }

    add({ seed, moment, strategies, broken, brokenByProgram, gaveAway, servedAfterS }: Assault): void {
        this.#seeds++
        if (servedAfterS !== undefined) {
            this.#served.seeds++
            this.#served.withinS = Math.max(this.#served.withinS, servedAfterS)
        }
        if (broken.length > 0) this.#broke++
        const names = { broken, brokenByProgram, gaveAway, strategies, moments: [moment] }
        for (const kind of KINDS)
            for (const name of names[kind]) {
                const count = this.#counts[kind].get(name)
                if (count) count.seeds++
                else this.#counts[kind].set(name, { name, seeds: 1, first: seed })
            }
    }

    get report(): BusReport {
        const sorted = (kind: (typeof KINDS)[number]) =>
            [...this.#counts[kind].values()].sort((a, b) => b.seeds - a.seeds || (a.name < b.name ? -1 : 1))
        const [broken, gaveAway, brokenByProgram, moments, strategies] = KINDS.map(sorted)
        return {
            device: this.#device,
            profile: this.#profile,
            seeds: this.#seeds,
            broke: this.#broke,
            served: this.#served,
            broken,
            gaveAway,
            brokenByProgram,
            moments,
            strategies,
        }
    }
}

const KINDS = ["broken", "gaveAway", "brokenByProgram", "moments", "strategies"] as const

/** For people. */
export function printReport({ device, profile, seeds, broke, served, ...counts }: BusReport): void {
    console.log(`${device}, ${profile}: ${seeds} seeds, of which ${broke} broke a promise`)
    console.log(`the owner was served afterwards in ${served.seeds} seeds, within ${served.withinS.toFixed(1)} s`)
    for (const [kind, heading] of HEADINGS) {
        if (counts[kind].length === 0) continue
        console.log(heading)
        console.table(Object.fromEntries(counts[kind].map(({ name, ...count }) => [name, count])))
    }
}

const HEADINGS: readonly [(typeof KINDS)[number], string][] = [
    ["broken", "promises that were broken"],
    ["gaveAway", "what the runtime and the bus give away"],
    ["brokenByProgram", "what the peer's own program did, where nothing keeps it from running"],
]
