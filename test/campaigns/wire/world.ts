/** Two devices and the people of both, with somebody in between who hears all that is said, and has no keys. */
import { createHash } from "node:crypto"
import { Random } from "../../../simulators/random"
import { Event, Let } from "../../../src/core/eventlog/event"
import { Role } from "../../../src/core/owner/rights"
import { Standing } from "../../../src/core/session/device/household"
import { PAIRING_MS } from "../../../src/core/session/device/pairing"
import type { Answered } from "../../../src/core/session/hub/hub-session"
import type { PairingEnd } from "../../../src/core/session/hub/pair"
import { type Logged, TestHub } from "../../core/session/device/home"
import { PowerCut } from "../../core/session/kudos/ends"
import { ECHOED, LONG_PATH, type Seals, type Spoil, sealsOf, type WireDevice, WireStore, wireDevice } from "./ends"
import { type Person, placeOf, Standings, type Unit, type Way } from "./people"
import { Watch } from "./watch"

/** Something that was said, by whom and to whom. */
export interface Passed {
    readonly frame: Buffer
    readonly unit: Unit
    readonly toDevice: boolean
}

type Deliver = (frame: Buffer) => Promise<Buffer | undefined>
/** What somebody in between does with a hub's frame, and what comes back for it. */
export type Tap = (frame: Buffer, deliver: Deliver, person: Person) => Promise<Buffer | undefined>

/** What is wrong with the ends of a world that has to be found out. */
export interface Wrong {
    readonly device?: Spoil
    /** At each start of it. */
    readonly hub?: (hub: TestHub) => void
    readonly seals?: (seals: Seals) => Seals
}

interface Asked {
    readonly person: Person
    readonly path: string
    /** Whether the person was one that the device may serve, when they asked. */
    readonly isWelcome: boolean
}

export class World {
    readonly watch = new Watch()
    readonly units: Unit[] = []
    readonly passed: Passed[] = []
    /** Kept back on their way to a device. */
    readonly held: Passed[] = []
    readonly asked = new Map<string, Asked>()
    readonly random: Random
    readonly seals: Seals
    tap: Tap | undefined
    private names = 0

    constructor(
        readonly seed: string,
        used: readonly string[] = [],
        readonly wrong: Wrong = {},
    ) {
        this.random = new Random(`wire/world/${seed}`)
        const seals = sealsOf(used)
        this.seals = wrong.seals ? wrong.seals(seals) : seals
    }

    async add(name: string, records?: Map<string, Buffer>): Promise<Unit> {
        const label = createHash("sha256").update(`label of ${name}`).digest().subarray(0, 16)
        const device = wireDevice(`${this.seed}/${name}`, label, this.seals, new WireStore(records))
        if (this.wrong.device) device.spoil = this.wrong.device
        const unit: Unit = { name, device, people: [], ways: [] }
        unit.ways.push({ standing: Standing.ByLabel, secret: label, role: Role.Owner })
        this.units.push(unit)
        await device.start()
        return unit
    }

    /** Somebody with a hub, and so far nothing on record. */
    newcomer(unit: Unit, way: Way, records?: Map<string, Buffer>): Person {
        const { seals, seed } = this
        const name = `${unit.name} ${this.names++}`
        const hub = new TestHub(`${seed}/${name}`, unit.device, undefined, new WireStore(records), seals.suite)
        hub.cipherSuite = seals.cipherSuite
        const person: Person = {
            name,
            unit,
            hub,
            way,
            standing: Standings.Nobody,
            isHeard: false,
            isDoubted: false,
            place: -1,
        }
        hub.wire = async frame => await this.pass(person, frame)
        unit.people.push(person)
        return person
    }

    async startHub({ hub }: Person): Promise<void> {
        await hub.start()
        this.wrong.hub?.(hub)
    }

    people(standing: Standings): Person[] {
        return this.units.flatMap(({ people }) => people.filter(person => person.standing === standing))
    }

    pick<T>(from: readonly T[]): T {
        return from[this.random.below(from.length)]
    }

    /** Frames that come to a device at once. */
    async deliver(unit: Unit, frames: Buffer[]): Promise<(Buffer | undefined)[]> {
        const { device } = unit
        const before = device.meter.mark(device.store.operations)
        const entries = device.log.length
        const ended = await Promise.allSettled(frames.map(async frame => await device.receive(frame)))
        const work = device.meter.since(before, device.store.operations)
        const answers: (Buffer | undefined)[] = []
        let isCut = device.store.isOff
        for (const end of ended) {
            if (end.status === "fulfilled") answers.push(end.value)
            else {
                answers.push(undefined)
                if (end.reason instanceof PowerCut) isCut = true
                else this.watch.expect(false, `the device threw ${reasonOf(end.reason)}`)
            }
        }
        if (isCut) {
            await device.start()
            return frames.map(() => undefined)
        }
        this.watch.took(unit, frames, answers, work, device.log.slice(entries))
        for (const frame of answers) if (frame) this.passed.push({ frame, unit, toDevice: false })
        return answers
    }

    /** Says something that nobody has said before. @returns whether it was done, and the hub knows */
    async say(person: Person): Promise<boolean> {
        const { random, asked, watch } = this
        const payload = `secret ${asked.size} ${random.uint32().toString(16)}`
        const path = random.below(2) ? "echo" : LONG_PATH
        asked.set(payload, { person, path, isWelcome: person.standing !== Standings.Nobody })
        const answer = await this.asHub(person, async hub => await hub.post(path, payload))
        if (answer?.refusal !== 0) return false
        const { code, payload: echoed } = answer.response!
        watch.expect(code === ECHOED && echoed.toString() === payload, "a hub took what is not its answer")
        if (person.standing === Standings.Maybe && !person.isDoubted) person.standing = Standings.Known
        person.isHeard = true
        return true
    }

    async connect(person: Person): Promise<boolean> {
        const answer: Answered | undefined = await this.asHub(person, async ({ session }) => await session.connect())
        return answer?.refusal === 0
    }

    /** As a hub does it: keys are updated if nothing comes of it without. @param connects at most @returns whether it was done */
    async reach(person: Person, connects: number): Promise<boolean> {
        for (let i = 0; i < connects; i++) if ((await this.connect(person)) && (await this.say(person))) return true
        return false
    }

    /** Somebody touches the device, and tries to be paired. @param waits as long as the device tells them to */
    async pair(unit: Unit, way: Way, waits: boolean, touches = true): Promise<Person> {
        const { device } = unit
        await device.pairing.prepare()
        if (waits) device.nowMs += waitOf(device)
        if (touches) device.pairing.touched()
        const person = this.newcomer(unit, way)
        await this.startHub(person)
        const entries = device.log.length
        const isGuess = !unit.ways.includes(way)
        const end: PairingEnd | undefined = await this.asHub(
            person,
            async hub => await hub.pair(way.secret, way.standing),
        )
        if (isGuess) this.watch.expect(!letsIn(device.log.slice(entries)), "a guess has let somebody in")
        if (end?.refusal === 0) {
            person.place = placeOf(person.hub)
            if (!isGuess) person.standing = Standings.Maybe
            const isUsed = unit.people.some(other => other.way === way && other.isHeard)
            this.watch.expect(!isUsed, "somebody was paired by what is used up")
        }
        this.watch.expect(person.standing !== Standings.Nobody || !person.hub.session.exists(), "keys for a guess")
        return person
    }

    /** @returns undefined if no answer came */
    async invite(owner: Person, role: Role): Promise<Way | undefined> {
        const { unit } = owner
        const answer = await this.asHub(owner, async hub => await hub.post("people/invite", Buffer.from([role])))
        const said = answer?.refusal === 0 ? answer.response!.payload : undefined
        if (said?.length !== 17) return undefined
        const way: Way = { standing: Standing.ByInvitation + said[0], secret: Buffer.from(said.subarray(1)), role }
        unit.ways.push(way)
        return way
    }

    async remove(owner: Person, person: Person): Promise<void> {
        person.standing = Standings.Maybe
        person.isDoubted = true
        const answer = await this.asHub(
            owner,
            async hub => await hub.post("people/remove", Buffer.from([person.place])),
        )
        if (answer?.refusal !== 0) return
        person.standing = Standings.Nobody
        const names = [...person.unit.device.store.records.keys()]
        const isForgotten = !names.some(name => name.startsWith(`session${person.place}`))
        this.watch.expect(isForgotten, "keys are on record of somebody who was removed")
    }

    /** @returns undefined if its power went, or it should not have come to this */
    private async asHub<T>(person: Person, what: (hub: TestHub) => Promise<T>): Promise<T | undefined> {
        try {
            return await what(person.hub)
        } catch (error) {
            if (error instanceof PowerCut) await this.startHub(person)
            else this.watch.expect(false, `a hub threw ${reasonOf(error)}`)
            return undefined
        }
    }

    private async pass(person: Person, frame: Buffer): Promise<Buffer | undefined> {
        const { unit } = person
        this.passed.push({ frame, unit, toDevice: true })
        const deliver: Deliver = async changed => (await this.deliver(unit, [changed]))[0]
        return this.tap ? await this.tap(frame, deliver, person) : await deliver(frame)
    }
}

const letsIn = (entries: Logged[]) => entries.some(({ event, cause }) => event === Event.Credential && cause === Let.In)

/** Without what differs from seed to seed. */
function reasonOf(error: unknown): string {
    return (error instanceof Error ? error.message : String(error)).split(":")[0]
}

/** How long a pairing is put off at most, in milliseconds: after failures, and by another one that was begun. docs/session.md. */
export function waitOf(device: WireDevice): number {
    const tries = device.store.records.get("tries")?.readUInt32LE(0) ?? 0
    return PAIRING_MS + (tries === 0 ? 0 : Math.min(1000 * 2 ** (tries - 1), 3_600_000))
}
