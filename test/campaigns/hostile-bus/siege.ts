/** One unit with a story, a hostile peer on its bus, and somebody who watches. */

import { programDeviceId } from "../../../simulators/bus/frame"
import { US_PER_MS, US_PER_S } from "../../../simulators/clock"
import { Random } from "../../../simulators/random"
import type { Json } from "../../../simulators/trace"
import { Phone } from "../../firmware/phone"
import { Rig } from "../../firmware/rig"
import { Host } from "./host"
import { OverheardChallenge } from "./overheard-challenge"
import { Peer } from "./peer"
import type { Strategy } from "./strategies"
import { type BusSubject, FACTS, type State } from "./subject"
import { Watch } from "./watch"

/** From switching on until either device works and its modules are bound; the doorbell takes 3 s. */
export const START_S = 4

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
    readonly challenge: OverheardChallenge
    /** Of the chip's services, and of the program's. */
    readonly chip: string
    readonly program: string
    /** How long the attack lasts, in milliseconds. */
    lastsMs = 0
    readonly #strategies: readonly Strategy[]
    #phone: Phone | undefined

    constructor(subject: BusSubject, state: State, strategies: readonly Strategy[], seed: number) {
        const { firmware, definition, states, profile, board = profile, deviceId, device } = subject
        this.subject = subject
        this.random = new Random(`bus/${device}/${profile}/${seed}`)
        this.unit = new WatchedRig(firmware, definition, states[state], board, `bus/${seed}`)
        this.chip = deviceId
        this.program = programDeviceId(deviceId)
        this.#strategies = strategies
        this.peer = new Peer(this.unit.bus, this.unit.clock)
        for (const [id, classes] of subject.devices) this.peer.devices.set(id, classes)
        this.challenge = new OverheardChallenge(this.peer, this.program)
        this.watch = new Watch(this)
        this.unit.afterEvent = () => this.watch.afterEvent()
    }

    /** Anna's. */
    get phone(): Phone {
        this.#phone ??= new Phone(this.unit)
        return this.#phone
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

    act(part: string, action: string, argument?: Json): void {
        this.unit.act(part, action, argument)
    }

    /** What happens in the story so many milliseconds from now, whatever the peer does. */
    after(ms: number, act: () => void): void {
        this.unit.clock.after(ms * US_PER_MS, act)
    }

    /** A host at the unit; to be called before the attack. */
    host(): Host {
        return new Host(this.unit)
    }

    /** From here on nothing of the unit may change. */
    attack(seconds: number, first: () => void = () => {}): void {
        const { watch, peer } = this
        this.lastsMs = seconds * 1000
        watch.begin()
        for (const { begin } of this.#strategies) begin(this)
        first()
        this.unit.run(seconds)
        for (const { end } of this.#strategies) end?.(this)
        peer.leave()
        watch.peerLeft()
    }

    /** The peer is gone, and somebody switches the unit off and on again. */
    afterwards(): void {
        const { board } = this.unit
        for (const [part, actions] of MENDING) if (board.parts.has(part)) for (const act of actions) this.act(part, act)
        this.unit.run(0.5)
        board.powerOff()
        this.unit.run(0.2)
        this.watch.expectStart()
        board.powerOn()
        this.unit.run(START_S)
        this.watch.end()
    }
}

/** Takes back what the story did to a memory. */
const MENDING: readonly [string, string[]][] = [
    ["fram", ["plug"]],
    ["element", ["unmute"]],
]
