/** One unit with a story, a hostile peer on its bus, and somebody who watches. */

import { programDeviceId } from "../../../simulators/bus/frame"
import { promisesSettled } from "../../../simulators/bus/jacdac-host"
import { US_PER_MS, US_PER_S } from "../../../simulators/clock"
import { Random } from "../../../simulators/random"
import type { Json } from "../../../simulators/trace"
import type { MemorySession } from "../../../src/host/session/kept-session"
import { Phone } from "../../firmware/phone"
import { Rig } from "../../firmware/rig"
import { ANY } from "./memories"
import { Owner } from "./owner"
import { OwnersHost } from "./owners-host"
import { Peer } from "./peer"
import { EXCHANGE } from "./session-strategies"
import { StoryWay } from "./story-way"
import type { Strategy } from "./strategies"
import { type BusSubject, FACTS, type State } from "./subject"
import { Watch } from "./watch"
import { serviceClassOf } from "./words"

/** From switching on until either device works and its modules are bound; the doorbell takes 3 s. */
export const START_S = 4
/** By then the owner is served, once the unit has started and nobody speaks against her: a valve makes a key for the next pairing meanwhile. */
export const SERVED_S = 10
/** So many of what is said to and by sessions now the peer remembers. */
const MOST_OVERHEARD = 40
/** The keys of whoever was paired first. */
const OWNERS_KEYS = ["session0a", "session0b"]

/** A rig whose every event is looked at. */
class WatchedRig extends Rig {
    afterEvent: () => void = () => {}

    override run(seconds: number): void {
        const untilUs = this.clock.nowUs + seconds * US_PER_S
        while (this.clock.step(untilUs)) this.afterEvent()
    }
}

export class Siege {
    readonly subject: BusSubject
    readonly random: Random
    readonly unit: WatchedRig
    readonly watch: Watch
    readonly peer: Peer
    /** What people say to the unit, and what it answers anybody. */
    readonly overheard: { requests: Uint8Array[]; answers: Uint8Array[] } = { requests: [], answers: [] }
    /** If the unit has one. */
    readonly owner: Owner | undefined
    /** Of the chip's services, and of the program's. */
    readonly chip: string
    readonly program: string
    /** How long it took until the owner was served when the peer had left and the unit had started. */
    servedAfterS: number | undefined
    /** How long the attack lasts, in milliseconds. */
    lastsMs = 0
    readonly #strategies: readonly Strategy[]
    readonly #session: MemorySession | undefined
    readonly #ways: StoryWay[] = []
    #stories = 0
    /** Whether the owner uses her unit while the attack lasts. */
    readonly #isUsed: boolean
    /** Somebody has something to do before the clock goes on. */
    #stirred = false

    constructor(subject: BusSubject, state: State, strategies: readonly Strategy[], seed: number) {
        const { firmware, definition, states, owners, profile, board = profile, deviceId, device } = subject
        this.subject = subject
        this.random = new Random(`bus/${device}/${profile}/${seed}`)
        this.unit = new WatchedRig(firmware, definition, states[state], board, `bus/${seed}`)
        this.chip = deviceId
        this.program = programDeviceId(deviceId)
        this.#strategies = strategies
        this.peer = new Peer(this.unit.bus, this.unit.clock)
        for (const [id, classes] of subject.devices) this.peer.devices.set(id, classes)
        this.#session = owners[state]?.copy()
        this.owner = this.#session && new Owner(this.unit, this.#session, `bus/anna/${seed}`)
        this.#isUsed = this.owner !== undefined && seed % 2 === 0
        this.#listen()
        this.watch = new Watch(this)
        this.unit.afterEvent = () => this.watch.afterEvent()
    }

    boot(): void {
        this.unit.board.powerOn()
        this.unit.run(START_S)
    }

    press(part: string): void {
        this.unit.press(part)
    }

    touch(): void {
        this.press(FACTS[this.subject.device].touch)
    }

    /** Somebody has had a hand on the unit: whoever tries to be paired within two minutes makes the next one wait. */
    permitTries(): void {
        this.watch.permit("tries", ANY)
    }

    act(part: string, action: string, argument?: Json): void {
        this.unit.act(part, action, argument)
    }

    /** What happens in the story so many milliseconds from now, whatever the peer does. */
    after(ms: number, act: () => void): void {
        this.unit.clock.after(ms * US_PER_MS, act)
    }

    /** The owner's hub at the unit; to be called before the attack. */
    host(): OwnersHost {
        return new OwnersHost(this.unit, new Phone(this.unit, "Anna's hub", this.#session))
    }

    /** The bus, for somebody who waits for answers as long as the story lasts. */
    story(): StoryWay {
        const way = new StoryWay(this.unit, `somebody, ${++this.#stories}`, () => {
            this.#stirred = true
        })
        this.#ways.push(way)
        return way
    }

    /** From here on nothing of the unit may change but the keys of whoever uses it. */
    async attack(seconds: number, first: () => void = () => {}): Promise<void> {
        const { watch, peer, owner } = this
        this.lastsMs = seconds * 1000
        watch.begin()
        const work = this.#strategies.map(({ begin, work }) => {
            begin(this)
            return work?.(this)
        })
        const isUsed = owner !== undefined && (this.#isUsed || owner.attests !== undefined)
        if (owner && isUsed) {
            for (const record of OWNERS_KEYS) watch.permit(record, ANY)
            work.push(owner.work(this.story()))
        }
        first()
        await this.#play(seconds)
        await this.#end(work)
        if (owner && isUsed && !owner.attests && owner.served === 0) watch.gaveAway.add("the owner is kept waiting")
        peer.leave()
        watch.peerLeft()
    }

    /** The peer is gone, and somebody switches the unit off and on again. */
    async afterwards(): Promise<void> {
        const { board } = this.unit
        for (const [part, actions] of MENDING) if (board.parts.has(part)) for (const act of actions) this.act(part, act)
        this.unit.run(0.5)
        board.powerOff()
        this.unit.run(0.2)
        this.watch.expectStart()
        board.powerOn()
        this.unit.run(START_S)
        await this.#serveOwner()
        this.watch.end()
    }

    /** If her unit runs what it should, she gets through. */
    async #serveOwner(): Promise<void> {
        const { owner, watch } = this
        if (!owner || !watch.isOwnProgram) return
        for (const record of OWNERS_KEYS) watch.permit(record, ANY)
        let servedS: number | undefined
        const work = owner.getsThrough(this.story()).then(seconds => {
            servedS = seconds
        })
        await this.#play(SERVED_S, () => servedS !== undefined)
        await this.#end([work])
        if (servedS === undefined) watch.ownerUnserved()
        this.servedAfterS = servedS
    }

    /** Plays on. Whoever has something to do does it before the clock goes on, so every run is the same. */
    async #play(seconds: number, isOver = () => false): Promise<void> {
        const { clock, afterEvent } = this.unit
        const untilUs = clock.nowUs + seconds * US_PER_S
        await promisesSettled()
        while (!isOver() && clock.step(untilUs)) {
            afterEvent()
            while (this.#stirred) {
                this.#stirred = false
                await promisesSettled()
            }
        }
    }

    /** Nobody waits any longer. */
    async #end(work: readonly (Promise<unknown> | undefined)[]): Promise<void> {
        for (const way of this.#ways.splice(0)) way.end()
        await Promise.all(work)
    }

    #listen(): void {
        const { peer, program, overheard } = this
        const domovoi = serviceClassOf("domovoi")
        peer.hear(({ deviceId, serviceIndex, command, payload, isCommand }) => {
            const classes = peer.devices.get(program) ?? []
            if (deviceId !== program || command !== EXCHANGE || classes[serviceIndex - 1] !== domovoi) return
            const heard = isCommand ? overheard.requests : overheard.answers
            if (payload.length > 0) heard.push(Uint8Array.from(payload))
            if (heard.length > MOST_OVERHEARD) heard.shift()
        })
    }
}

/** Takes back what the story did to a memory. */
const MENDING: readonly [string, string[]][] = [
    ["fram", ["plug"]],
    ["element", ["unmute"]],
]
