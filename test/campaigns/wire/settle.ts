/** What is looked at when the attack is over, and nobody disturbs any more. */

import { MOST_PEOPLE } from "../../../src/core/owner/owner-records"
import { Role } from "../../../src/core/owner/rights"
import { decodeRecord } from "../../../src/core/session/kudos/record"
import { LONG_PATH } from "./ends"
import { type Person, Standings, type Unit } from "./people"
import { type World, waitOf } from "./world"

/** So many times a hub updates its keys, until it gets through. */
export const MOST_CONNECTS = 2

export async function settle(world: World): Promise<void> {
    world.tap = undefined
    for (const unit of world.units) {
        unit.device.store.cut = undefined
        if (world.random.below(2)) {
            await unit.device.start()
            keys(world, unit)
        }
        for (const person of unit.people) {
            person.hub.store.cut = undefined
            if (world.random.below(3) === 0) await world.startHub(person)
        }
        await peopleGetThrough(world, unit)
        await somebodyCanCome(world, unit)
        served(world, unit)
        known(world, unit)
        await unit.device.start()
        keys(world, unit)
    }
    secrets(world)
}

async function peopleGetThrough(world: World, { people }: Unit): Promise<void> {
    for (const person of people) {
        const { standing, isDoubted, hub } = person
        if (!hub.session.exists()) {
            world.watch.expect(standing !== Standings.Known, "a hub has lost its keys")
            continue
        }
        const isThrough = await world.reach(person, MOST_CONNECTS)
        if (standing === Standings.Known && !isDoubted)
            world.watch.expect(isThrough, `somebody does not get through with ${MOST_CONNECTS} updates of keys`)
        if (standing === Standings.Nobody)
            world.watch.expect(!isThrough, "somebody gets through whom nobody has let in")
    }
}

async function somebodyCanCome(world: World, unit: Unit): Promise<void> {
    const owner = unit.people.find(({ standing, way }) => standing === Standings.Known && way.role === Role.Owner)
    const isNew = unit.device.household.count() === 0
    world.watch.expect(isNew || owner !== undefined, "the device has an owner whom nobody knows")
    if (!owner && !isNew) return
    if (owner) {
        await world.connect(owner)
        await makeRoom(world, owner)
    }
    const way = owner ? await world.invite(owner, Role.Guest) : unit.ways[0]
    world.watch.expect(way !== undefined, "nobody can be invited")
    if (!way) return
    await unit.device.pairing.prepare()
    unit.device.nowMs += waitOf(unit.device)
    const person = await world.pair(unit, way, false)
    world.watch.expect(person.place >= 0, "somebody who is there and has the secret is not paired in time")
    world.watch.expect(person.place < 0 || (await world.say(person)), "somebody who was paired is not heard")
}

/** If as many are known as can be, somebody has to go. */
async function makeRoom(world: World, owner: Person): Promise<void> {
    const { device, people } = owner.unit
    if (device.household.free() >= 0) return
    const known = people.filter(({ standing }) => standing !== Standings.Nobody)
    world.watch.expect(known.length >= MOST_PEOPLE, "the device is full of people whom nobody has let in")
    await world.remove(owner, known.at(-1)!)
}

/** What reached a handler is what somebody has asked this device for, once, in their place and role; of those who came by the same way, one is served. */
function served({ watch, asked }: World, unit: Unit): void {
    const seen = new Set<string>()
    const byWay = new Map<unknown, Person>()
    for (const { payload, path, who, role } of unit.device.served) {
        watch.expect(!seen.has(payload), "a request was served twice")
        seen.add(payload)
        const request = asked.get(payload)
        if (!request || request.path !== path) {
            watch.broken.add("something was served that nobody has asked for")
            continue
        }
        const { person, isWelcome } = request
        watch.expect(person.unit === unit, "a request was served by another device")
        watch.expect(isWelcome, "somebody was served whom nobody has let in")
        watch.expect(person.place === who, "a request was served in another's name")
        watch.expect(person.way.role === role, "a request was served in another role")
        if (byWay.has(person.way)) watch.expect(byWay.get(person.way) === person, "one way in has let two in")
        byWay.set(person.way, person)
    }
}

function known({ watch }: World, { device, people }: Unit): void {
    const { household } = device
    for (let place = 0; place < MOST_PEOPLE; place++) {
        const role = household.roleOf(place)
        if (role === undefined) continue
        const isOne = people.some(
            person => person.standing !== Standings.Nobody && person.place === place && person.way.role === role,
        )
        watch.expect(isOne, "the device knows somebody whom nobody has let in")
    }
    for (const { standing, isDoubted, place, way } of people)
        if (standing === Standings.Known && !isDoubted)
            watch.expect(household.roleOf(place) === way.role, "the device does not know somebody any more")
}

function keys({ watch }: World, { device }: Unit): void {
    for (const name of device.store.records.keys()) {
        const place = /^session(\d)/.exec(name)?.[1]
        if (place) watch.expect(device.household.isTaken(Number(place)), "keys are on record of nobody")
    }
}

/** Nothing of what was said inside, and no secret, is readable in anything that has passed. */
function secrets({ watch, passed, asked, units }: World): void {
    const all = Buffer.concat(passed.map(({ frame }) => frame))
    const said: Buffer[] = [...asked.keys(), LONG_PATH, ...LONG_PATH.split("/"), "people/", "invite"].map(text =>
        Buffer.from(text),
    )
    for (const { people, ways, device } of units) {
        said.push(...ways.map(({ secret }) => secret))
        for (const { records } of [device.store, ...people.map(({ hub }) => hub.store)])
            for (const [name, bytes] of records) {
                const record = /^(session|hub)/.test(name) ? decodeRecord(bytes) : undefined
                if (record) said.push(record.keys.masterSecret)
            }
    }
    watch.expect(!said.some(secret => all.includes(secret)), "a secret is readable on the wire")
}
