/** PV.7: whether traffic shows when a device is used, by what is said and how often, and by when. */

import { owner } from "../household"
import { Broken, type ConformanceTest, type Scene, Unclear } from "../scene"
import { type HeardPacket, packetsHeard } from "./frames"
import { perform, ready } from "./hands"
import { answerAll } from "./people"

/** Compared with each other, of the traffic. */
const TRAFFIC_MS = 20_000
/** Until the answers to what was asked before are heard. */
const QUIET_MS = 1000
/** Of what is there both times: a sensor speaks a little more often at one time than at another. */
const TOLERANCE = 0.05
const CMD_EVENT = 0x8000

/** One good device in so many is flagged, where each interval is drawn on its own: by any of its kinds, of which each has its share of that chance. */
const FLAGGED_ONE_IN = 1_000_000
/** With fewer intervals a distance says nothing. */
const FEWEST_INTERVALS = 8
/** One gap that is that much longer than any of before tells when something was done, though no distribution shows it: a wire has its own jitter. */
const LONGER_MS = 50
/** The clock of whoever listens. */
const TICK_MS = 1

export const TRAFFIC_TESTS: readonly ConformanceTest[] = [
    {
        id: "PV.7-shape",
        title: "Traffic has the same shape whether the device is used or not.",
        needs: ["hands", "label", "listener"],
        async run(scene) {
            const [idle, used] = (await idleAndUsed(scene)).map(countsOf)
            const kinds = [...new Set([...idle.keys(), ...used.keys()])].sort()
            const counts = kinds.map(kind => ({ kind, idle: idle.get(kind) ?? 0, used: used.get(kind) ?? 0 }))
            for (const count of counts) scene.note("packets of a kind", count)
            const telling = counts.filter(
                ({ idle, used }) =>
                    (idle === 0) !== (used === 0) || Math.abs(idle - used) > Math.max(2, TOLERANCE * idle),
            )
            const expected = `of each kind of packet as many, within ${100 * TOLERANCE} %`
            const shown = telling.map(({ kind, idle, used }) => `${kind}: idle ${idle}, used ${used}`)
            if (shown.length > 0) throw new Broken(expected, shown.slice(0, 3).join("; "))
            return { verdict: "measured", expected, seen: `${counts.length} kinds, each as often idle as used` }
        },
    },
    {
        id: "PV.7-timing",
        title: "What is said whether the device is used or not, is said at the same intervals.",
        needs: ["hands", "label", "listener"],
        async run(scene) {
            const [idle, used] = (await idleAndUsed(scene)).map(intervalsOf)
            const compared = [...idle].flatMap(([kind, before]) => {
                const during = used.get(kind) ?? []
                return Math.min(before.length, during.length) < FEWEST_INTERVALS ? [] : [{ kind, before, during }]
            })
            const longerMs: number[] = []
            const telling: string[] = []
            for (const { kind, before, during } of compared) {
                const distance = rounded(distanceOf(before, during))
                const limit = rounded(limitOf(before.length, during.length, 1 / (FLAGGED_ONE_IN * compared.length)))
                const [longestIdle, longestUsed] = [Math.max(...before), Math.max(...during)]
                scene.note("intervals of a kind", { kind, distance, limit, longestIdle, longestUsed })
                longerMs.push(Math.max(0, longestUsed - longestIdle))
                if (distance > limit) telling.push(`${kind}: distance ${distance}, limit ${limit}`)
                else if (longestUsed > longestIdle + LONGER_MS)
                    telling.push(`${kind}: a gap of ${longestUsed} ms, idle of ${longestIdle} ms at most`)
            }
            if (longerMs.length === 0) throw new Unclear("nothing is said often enough to compare its intervals")
            const expected = `intervals of one distribution (Kolmogorov and Smirnov, one in ${FLAGGED_ONE_IN}), none longer by ${LONGER_MS} ms`
            if (telling.length > 0) throw new Broken(expected, telling.slice(0, 3).join("; "))
            const seen = `${longerMs.length} kinds, none of which tells; a gap that is longer by ${Math.max(...longerMs)} ms`
            return { verdict: "measured", expected, seen }
        },
    },
]

/** @returns what was heard in two times of the same length, in the second of which people use the device */
async function idleAndUsed(scene: Scene): Promise<HeardPacket[][]> {
    const { bench, declared } = scene
    await ready(scene)
    if (declared.declares.owner && declared.declares.uses > 0) await answerAll(scene, await owner(scene), true)
    await bench.link.wait(QUIET_MS)
    const idleMs = bench.nowMs()
    await bench.link.wait(TRAFFIC_MS)
    const usedMs = bench.nowMs()
    for (const { activate: steps } of Object.values(declared.declares.outputs)) await perform(scene, steps)
    await perform(scene, declared.declares.capturedBy)
    await bench.link.wait(TRAFFIC_MS - (bench.nowMs() - usedMs))
    return [idleMs, usedMs].map(fromMs => packetsHeard(bench, fromMs, fromMs + TRAFFIC_MS))
}

/** Of or for whom, what, and how long. */
function kindOf({ deviceId, isCommand, serviceIndex, command, frameBytes }: HeardPacket): string {
    // Events are counted in the upper half.
    const what = (command & CMD_EVENT) !== 0 ? command & 0x80ff : command
    return `${isCommand ? "to" : "from"} ${deviceId}/${serviceIndex} 0x${what.toString(16)}, ${frameBytes} bytes`
}

function timesOf(packets: readonly HeardPacket[]): Map<string, number[]> {
    const times = new Map<string, number[]>()
    for (const packet of packets) {
        const kind = kindOf(packet)
        times.set(kind, [...(times.get(kind) ?? []), packet.atMs])
    }
    return times
}

const countsOf = (packets: readonly HeardPacket[]): Map<string, number> =>
    new Map([...timesOf(packets)].map(([kind, times]) => [kind, times.length]))

/** In milliseconds, as whoever listens can tell them. */
function intervalsOf(packets: readonly HeardPacket[]): Map<string, number[]> {
    const intervals = (times: readonly number[]) =>
        times.slice(1).map((time, at) => TICK_MS * Math.round((time - times[at]) / TICK_MS))
    return new Map([...timesOf(packets)].map(([kind, times]) => [kind, intervals(times)]))
}

/** @returns how far the distributions of two samples are apart at most (Kolmogorov and Smirnov), from 0 to 1 */
function distanceOf(one: readonly number[], other: readonly number[]): number {
    const share = (sample: readonly number[], upTo: number) =>
        sample.filter(value => value <= upTo).length / sample.length
    return Math.max(...[...one, ...other].map(value => Math.abs(share(one, value) - share(other, value))))
}

/** @returns the distance that samples of n and m of the same distribution go beyond with that probability */
function limitOf(n: number, m: number, probability: number): number {
    return Math.sqrt((-Math.log(probability / 2) / 2) * ((n + m) / (n * m)))
}

const rounded = (share: number): number => Math.round(1000 * share) / 1000
