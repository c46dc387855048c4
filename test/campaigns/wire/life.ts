/** What people and devices do meanwhile, who know nothing of an attack. */
import { Role } from "../../../src/core/owner/rights"
import { type Person, Standings, type Unit } from "./people"
import type { World } from "./world"

/** As people do: when nothing comes of it, keys are updated once, and it is said again. */
export async function talk(world: World, person: Person): Promise<void> {
    if (!(await world.say(person)) && (await world.connect(person))) await world.say(person)
}

/** Somebody whom a device knows, or may know. */
export function somebody(world: World): Person | undefined {
    const known = [...world.people(Standings.Known), ...world.people(Standings.Maybe)]
    return known.length > 0 ? world.pick(known) : undefined
}

function ownerOf({ people }: Unit): Person | undefined {
    return people.find(({ standing, way }) => standing === Standings.Known && way.role === Role.Owner)
}

/** Somebody comes, by the label or an invitation, and says that they are there. */
export async function arrive(world: World, unit: Unit, waits: boolean): Promise<void> {
    const owner = ownerOf(unit)
    let [way] = unit.ways
    if (owner) {
        const invited =
            (await world.invite(owner, world.pick([Role.Family, Role.Guest, Role.Child]))) ??
            ((await world.connect(owner)) ? await world.invite(owner, Role.Guest) : undefined)
        if (!invited) return
        way = invited
    }
    const person = await world.pair(unit, way, waits)
    if (person.standing === Standings.Maybe) await world.say(person)
}

interface Step {
    readonly weight: number
    live(world: World): Promise<void>
}

const STEPS: Step[] = [
    { weight: 10, live: async world => void (await withSomebody(world, person => talk(world, person))) },
    { weight: 3, live: async world => void (await withSomebody(world, person => world.connect(person))) },
    { weight: 2, live: async world => void (await world.pick(world.units).device.start()) },
    { weight: 2, live: async world => void (await withSomebody(world, person => world.startHub(person))) },
    {
        weight: 2,
        live: async world => {
            cutSoon(world, world.pick(world.units).device.store)
            await withSomebody(world, person => talk(world, person))
        },
    },
    {
        weight: 1,
        live: async world => {
            await withSomebody(world, async person => {
                cutSoon(world, person.hub.store)
                await talk(world, person)
            })
        },
    },
    { weight: 2, live: async world => await arrive(world, world.units[0], world.random.below(3) > 0) },
    { weight: 2, live: leave },
]
const ALL = STEPS.reduce((sum, { weight }) => sum + weight, 0)

export async function live(world: World): Promise<void> {
    let at = world.random.below(ALL)
    await STEPS.find(({ weight }) => (at -= weight) < 0)!.live(world)
}

/** The power goes in one of the next things that an end puts on record. */
export function cutSoon({ random }: World, store: { operations: number; cut?: { at: number; done: boolean } }): void {
    store.cut = { at: store.operations + random.below(4), done: random.below(2) === 1 }
}

async function withSomebody<T>(world: World, what: (person: Person) => Promise<T>): Promise<void> {
    const person = somebody(world)
    if (person) await what(person)
}

/** An owner removes somebody. */
export async function leave(world: World): Promise<void> {
    const unit = world.units[0]
    const owner = ownerOf(unit)
    const others = unit.people.filter(({ standing, way }) => standing === Standings.Known && way.role !== Role.Owner)
    if (!owner || others.length === 0) return
    await world.connect(owner)
    await world.remove(owner, world.pick(others))
}
