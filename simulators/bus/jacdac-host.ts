import { type Clock, US_PER_MS, type VirtualClock } from "../clock"
import type { Bus, BusNode } from "./bus"
import { decodeHeader } from "./frame"
import { type JDBus, type JDServiceServer, jacdac } from "./jacdac"

/**
 * A `jacdac-ts` bus object as a node of a simulated bus: a host tool, or a device with `jacdac-ts` servers. Its time is the simulator's and
 * its identities are given, so what it sends is the same in every run.
 */
export class JacdacHost implements BusNode {
    readonly name: string
    /** Devices, services and registers as the library sees them. */
    readonly jdbus: JDBus
    readonly #clock: Clock
    readonly #bus: Bus
    readonly #bridge: NodeBridge

    /** @param options.deviceId of the host itself, 16 hex digits in wire order */
    constructor(options: { name: string; deviceId: string; bus: Bus; clock: Clock }) {
        this.name = options.name
        this.#bus = options.bus
        this.#clock = options.clock
        this.jdbus = new jacdac.JDBus([], {
            deviceId: options.deviceId,
            scheduler: schedulerOn(options.clock),
            disableRoleManager: true,
        })
        this.#bridge = new NodeBridge(frame => this.#bus.send(this, frame))
        this.#bridge.bus = this.jdbus
        this.#bus.attach(this)
    }

    /** Takes the host off the bus for good. */
    async detach(): Promise<void> {
        this.#bus.detach(this)
        await this.jdbus.stop()
    }

    /** Adds a device with these services to the host's bus. */
    serve(name: string, deviceId: string, services: JDServiceServer[]): void {
        const provider = new jacdac.JDServerServiceProvider(name, services, { deviceId })
        // The library takes the time of repeated events and the uptime from the machine's clock. They have to be the simulator's.
        provider.delayedSend = (packet, timestampMs) => {
            const delayMs = timestampMs - this.jdbus.timestamp
            this.jdbus.scheduler.setTimeout(() => provider.sendPacketAsync(packet), delayMs)
        }
        const { uptime } = provider.controlService
        const setUptime = uptime.setValues.bind(uptime)
        const bornUs = this.#clock.nowUs
        uptime.setValues = (_, skipChangeEvent) => setUptime([this.#clock.nowUs - bornUs], skipChangeEvent)
        this.jdbus.addServiceProvider(provider)
    }

    /** What no node takes for a frame the library would print. */
    receive(frame: Uint8Array): void {
        if (decodeHeader(frame)) this.#bridge.receiveFrameOrPacket(frame.slice())
    }
}

/** As `clock.runUntil`, with time for the promises of `jacdac-ts` between events: they settle before the clock moves on. */
export async function runWithHosts(clock: VirtualClock, untilUs: number): Promise<void> {
    await promisesSettled()
    while (clock.step(untilUs)) await promisesSettled()
}

export function promisesSettled(): Promise<void> {
    return new Promise(resolve => setImmediate(resolve))
}

class NodeBridge extends jacdac.JDBridge {
    constructor(readonly transmit: (frame: Uint8Array) => void) {
        super("simulated bus")
    }

    protected override sendPacket(frame: Uint8Array): void {
        this.transmit(frame)
    }
}

type Scheduler = JDBus["scheduler"]
type Callback = Parameters<Scheduler["setTimeout"]>[0]

/** How long is waited before a command without acknowledgement is repeated: the library draws a fraction between 90 and 120. */
const REPEAT_MS = 105

function schedulerOn(clock: Clock): Scheduler {
    return {
        get timestamp() {
            return clock.nowUs / US_PER_MS
        },
        resetTime() {},
        setTimeout: (callback: Callback, ms: number, ...args: unknown[]) =>
            clock.after((Number.isInteger(ms) ? ms : REPEAT_MS) * US_PER_MS, () => callback(...args)),
        clearTimeout: timer => clock.cancel(timer),
        setInterval(callback: Callback, ms: number, ...args: unknown[]) {
            const interval = { timer: clock.after(ms * US_PER_MS, tick) }
            function tick() {
                interval.timer = clock.after(ms * US_PER_MS, tick)
                callback(...args)
            }
            return interval
        },
        clearInterval: interval => clock.cancel(interval?.timer),
    }
}
