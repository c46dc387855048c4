/**
 * The hostile-peer campaign: a device on the bus does what it can to a unit that lives its life there. It may hear everything and say everything
 * in anybody's name, at any moment; it is owner of nothing, and reaches nothing but the bus. docs/hostile-bus.md says what is looked at.
 */
import { BOARD_PROFILES, type BoardProfile } from "../../simulators/board/verifier"
import { Random } from "../../simulators/random"
import { DEVICES, type Device } from "../host/update/releases"
import { MOMENTS, type Moment } from "./hostile-bus/moments"
import { Siege } from "./hostile-bus/siege"
import { drawStrategies, type Strategy } from "./hostile-bus/strategies"
import { type BusSubject, busSubject } from "./hostile-bus/subject"

export type { BusSubject } from "./hostile-bus/subject"

/** What a seed came to. */
export interface Assault {
    device: Device
    profile: BoardProfile
    seed: number
    moment: string
    strategies: string[]
    /** Promises that were broken: there should be none. */
    broken: string[]
    /** Those that a program of the peer's broke, which a unit without a verifier has to run. */
    brokenByProgram: string[]
    /** What the runtime and the bus give away, by name. */
    gaveAway: string[]
    /** When the peer had left and the unit had started, it took so long until its owner was served, in seconds; undefined if she is not to be. */
    servedAfterS: number | undefined
}

/** The reference devices on both profiles, or some of them. */
export async function busSubjects(device?: string, profile?: string): Promise<BusSubject[]> {
    const subjects: BusSubject[] = []
    for (const name of DEVICES.filter(name => name === (device ?? name))) {
        const subject = await busSubject(name)
        for (const on of BOARD_PROFILES.filter(on => on === (profile ?? on))) subjects.push({ ...subject, profile: on })
    }
    return subjects
}

/** What a seed is about: a moment, and what the peer does then. */
export function planOf(device: Device, seed: number): { moment: Moment; strategies: Strategy[] } {
    const random = new Random(`bus/${seed}`)
    const moments = MOMENTS.filter(moment => (moment.device ?? device) === device)
    return { moment: moments[random.below(moments.length)], strategies: drawStrategies(random) }
}

/**
 * Plays one seed. Equal seeds give equal assaults.
 * @param plan another than the seed's own
 */
export async function assault(
    subject: BusSubject,
    seed: number,
    plan = planOf(subject.device, seed),
): Promise<Assault> {
    const { device, profile } = subject
    const { moment, strategies } = plan
    const siege = new Siege(subject, moment.state, strategies, seed)
    const { broken, brokenByProgram, gaveAway } = siege.watch
    try {
        await moment.play(siege)
        await siege.afterwards()
    } catch (error) {
        // A story that cannot be told, or a simulator that gives up, has shown nothing.
        broken.add(`not played: ${(error as Error).message}`)
    }
    return {
        device,
        profile,
        seed,
        moment: moment.name,
        strategies: strategies.map(({ name }) => name),
        broken: [...broken].sort(),
        brokenByProgram: [...brokenByProgram].sort(),
        gaveAway: [...gaveAway.names].sort(),
        servedAfterS: siege.servedAfterS,
    }
}
