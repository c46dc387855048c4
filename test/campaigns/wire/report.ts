/** What many seeds of the wire campaign came to. */
import type { Attack } from "../wire"
import type { Work } from "./meter"

export interface WireReport {
    attacks: number
    /** Frames that passed, nonces that were taken, and requests that were served. */
    frames: number
    nonces: number
    served: number
    /** Seeds that broke a promise. */
    broken: { name: string; seeds: number[] }[]
    /** How often something was done. */
    acts: Record<string, number>
    /** How often a device refused for a reason, by its number. */
    refusals: Record<number, number>
    /** The most that one frame has made a device do. */
    most: Work
}

/** Adds up what seeds came to. */
export class WireTally {
    readonly report: WireReport = {
        attacks: 0,
        frames: 0,
        nonces: 0,
        served: 0,
        broken: [],
        acts: {},
        refusals: {},
        most: { openings: 0, hmacs: 0, hashes: 0, writes: 0, bytes: 0, longest: 0 },
    }

    add({ seed, acts, broken, frames, nonces, served, refusals, most }: Attack): void {
        const { report } = this
        report.attacks++
        report.frames += frames
        report.nonces += nonces
        report.served += served
        for (const act of acts) report.acts[act] = (report.acts[act] ?? 0) + 1
        for (const [number, count] of refusals) report.refusals[number] = (report.refusals[number] ?? 0) + count
        for (const what of Object.keys(most) as (keyof Work)[])
            report.most[what] = Math.max(report.most[what], most[what])
        for (const name of broken) {
            const known = report.broken.find(promise => promise.name === name)
            if (known) known.seeds.push(seed)
            else report.broken.push({ name, seeds: [seed] })
        }
    }
}

export function printWireReport({ attacks, frames, nonces, served, broken, acts, refusals, most }: WireReport): void {
    console.log(`wire: ${attacks} attacks, ${frames} frames, ${nonces} nonces, ${served} requests served`)
    console.table(acts)
    console.log("refusals by number, and the most that one frame has made a device do")
    console.table(refusals)
    console.table(most)
    for (const { name, seeds } of broken)
        console.log(`broken by ${seeds.length}: ${name}. Again: npm run campaign -- wire --seed ${seeds[0]}`)
    if (broken.length === 0) console.log("no promise was broken")
}
