/**
 * The wire campaign: somebody between two devices and their people's hubs, who hears all and has no keys, does what can be done to sessions and
 * pairings. docs/wire.md says what is played and looked at.
 */
import { Random } from "../../simulators/random"
import { type Act, drawActs } from "./wire/acts"
import { type HomeName, home, homeOf } from "./wire/homes"
import { live, somebody, talk } from "./wire/life"
import { allocating, type Work } from "./wire/meter"
import { settle } from "./wire/settle"
import type { World, Wrong } from "./wire/world"

/** What a seed came to. */
export interface Attack {
    seed: number
    home: HomeName
    acts: string[]
    /** Promises that were broken: there should be none. */
    broken: string[]
    /** Frames that passed since the seed began, nonces taken at all ends, and requests that were served. */
    frames: number
    nonces: number
    served: number
    /** Refusals by number. */
    refusals: [number: number, count: number][]
    /** The most that one frame has made a device do. */
    most: Work
}

/** What a seed is about: where it begins, and what is done in a row. */
export function planOf(seed: number): { home: HomeName; acts: Act[] } {
    const random = new Random(`wire/${seed}`)
    return { home: homeOf(random), acts: drawActs(random) }
}

/** Plays one seed. Equal seeds give equal attacks. @param wrong what is wrong with the ends */
export async function attack(seed: number, wrong: Wrong = {}, plan = planOf(seed)): Promise<Attack> {
    const world = await home(plan.home, `${seed}`, wrong)
    const [before, nonces] = [world.passed.length, world.seals.nonces.size]
    await allocating(async () => {
        try {
            await play(world, plan.acts)
        } catch (error) {
            // What cannot be told has shown nothing.
            world.watch.broken.add(`not played: ${(error as Error).message}`)
        }
    })
    const { watch, passed, seals, units } = world
    return {
        seed,
        home: plan.home,
        acts: plan.acts.map(({ name }) => name),
        broken: [...watch.broken].sort(),
        frames: passed.length - before,
        nonces: seals.nonces.size - nonces,
        served: units.reduce((sum, { device }) => sum + device.served.length, 0),
        refusals: [...watch.refusals].sort(([a], [b]) => a - b),
        most: watch.most,
    }
}

async function play(world: World, acts: readonly Act[]): Promise<void> {
    for (let i = world.random.below(3); i >= 0; i--) {
        const person = somebody(world)
        if (person) await talk(world, person)
    }
    for (const act of acts) {
        await act.play(world)
        if (world.random.below(2)) await live(world)
    }
    await settle(world)
}
