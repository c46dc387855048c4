/**
 * Homes in which a campaign's seeds begin: made once by real pairings, with all that was heard of that, and then played from what is on record, as after
 * a power cut of everything.
 */
import type { Random } from "../../../simulators/random"
import { Role } from "../../../src/core/owner/rights"
import { type Person, Standings, type Unit, type Way } from "./people"
import { World, type Wrong } from "./world"

export const HOMES = ["settled", "invited", "not heard of", "new"] as const
export type HomeName = (typeof HOMES)[number]

interface KeptPerson {
    way: number
    standing: Standings
    isHeard: boolean
    place: number
    records: Map<string, Buffer>
}

interface KeptUnit {
    name: string
    records: Map<string, Buffer>
    ways: Way[]
    people: KeptPerson[]
}

interface Kept {
    units: KeptUnit[]
    passed: { frame: Buffer; unit: number; toDevice: boolean }[]
    nonces: string[]
}

const kept = new Map<HomeName, Promise<Kept>>()

/** @param seed of all that is drawn from here on */
export async function home(name: HomeName, seed: string, wrong: Wrong): Promise<World> {
    if (!kept.has(name)) kept.set(name, keep(name))
    const { units, passed, nonces } = await kept.get(name)!
    const world = new World(seed, nonces, wrong)
    for (const { name, records, ways, people } of units) {
        const unit = await world.add(name, copyOf(records))
        unit.ways.splice(0, 1, ...ways)
        for (const { way, standing, isHeard, place, records } of people) {
            const person = world.newcomer(unit, ways[way], copyOf(records))
            Object.assign(person, { standing, isHeard, place })
            await world.startHub(person)
        }
    }
    for (const { frame, unit, toDevice } of passed) world.passed.push({ frame, unit: world.units[unit], toDevice })
    return world
}

async function keep(name: HomeName): Promise<Kept> {
    const world = new World(`home ${name}`)
    const first = await world.add("first")
    const second = await world.add("second")
    await settle(world, second)
    if (name !== "new") await settle(world, first)
    const owner = first.people[0]
    if (name === "invited" || name === "not heard of") {
        const way = await invited(world, owner, Role.Guest)
        if (name === "not heard of") await world.pair(first, way, true)
    }
    if (world.watch.broken.size > 0) throw new Error(`home ${name}: ${[...world.watch.broken].join(", ")}`)
    return {
        units: world.units.map(({ name, device, ways, people }) => ({
            name,
            ways,
            records: device.store.records,
            people: people.map(({ way, standing, isHeard, place, hub }) => ({
                way: ways.indexOf(way),
                standing,
                isHeard,
                place,
                records: hub.store.records,
            })),
        })),
        passed: world.passed.map(({ frame, unit, toDevice }) => ({ frame, toDevice, unit: world.units.indexOf(unit) })),
        nonces: [...world.seals.nonces],
    }
}

/** An owner, family, a guest, and somebody who was removed, each of whom has said something. */
async function settle(world: World, unit: Unit): Promise<void> {
    const owner = await arrived(world, await world.pair(unit, unit.ways[0], true))
    for (const role of [Role.Family, Role.Guest, Role.Guest])
        await arrived(world, await world.pair(unit, await invited(world, owner, role), true))
    await world.reach(owner, 1)
    await world.remove(owner, unit.people[3])
}

async function invited(world: World, owner: Person, role: Role): Promise<Way> {
    await world.connect(owner)
    const way = await world.invite(owner, role)
    if (!way) throw new Error("not invited")
    return way
}

async function arrived(world: World, person: Person): Promise<Person> {
    if (!(await world.say(person)) || person.standing !== Standings.Known)
        throw new Error(`${person.name} has not arrived`)
    return person
}

const copyOf = (records: Map<string, Buffer>) =>
    new Map([...records].map(([name, value]) => [name, Buffer.from(value)]))

/** Which home a seed is played in. */
export const homeOf = (random: Random): HomeName => HOMES[[0, 0, 0, 1, 1, 2, 3][random.below(7)]]
