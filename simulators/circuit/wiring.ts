import type { Clock } from "../clock"
import type { Trace } from "../trace"
import { type Circuit, evaluate, type Level, type Levels, type Pull } from "./circuit"
import { DeadmanTimer } from "./deadman"

/**
 * A circuit that is live: it keeps its inputs (supply, pins, contacts, timers, burnt LEDs), evaluates itself whenever one changes, tells
 * whoever watches a net, and traces every change of a net, heartbeats excepted.
 */
export class Wiring {
    readonly circuit: Circuit
    readonly #trace: Trace
    readonly #source: string
    readonly #labels: ReadonlyMap<number, string>
    readonly #deadmen: readonly DeadmanTimer[]
    /** Lines that feed a dead-man: they change many times a second and say nothing that its output does not. */
    readonly #untraced: ReadonlySet<string>
    readonly #watchers = new Map<string, ((high: boolean) => void)[]>()
    #supply = false
    /** By label; pins that are wired to nothing are kept too, by number. */
    readonly #pins = new Map<string, { level?: Level; pull?: Pull }>()
    readonly #switches = new Map<string, boolean>()
    readonly #burnt = new Set<string>()
    #levels: Levels
    #settling = false
    #stale = false

    /** @param options.name source of trace lines, the board's name */
    constructor(options: { name: string; circuit: Circuit; clock: Clock; trace: Trace }) {
        const { circuit, clock } = options
        this.circuit = circuit
        this.#trace = options.trace
        this.#source = options.name
        this.#labels = new Map([...circuit.pins].map(([label, gpio]) => [gpio, label]))
        const { switches, deadmen } = circuit.description
        for (const [name, { closed }] of Object.entries(switches)) this.#switches.set(name, closed)
        this.#deadmen = Object.entries(deadmen).map(
            ([name, { input, power, timeoutMs }]) =>
                new DeadmanTimer({ name, input, power, timeoutMs, clock, onExpiry: () => this.#settle() }),
        )
        this.#untraced = new Set(this.#deadmen.map(timer => timer.input))
        this.#levels = this.#evaluate()
    }

    /** Plugs the board in or out. */
    setPower(on: boolean): void {
        this.#supply = on
        this.#settle()
    }

    /** The chip resets: it lets go of every pin. */
    reset(): void {
        this.#pins.clear()
        this.#settle()
    }

    /**
     * What the chip does with a pin.
     * @param level undefined when the pin is an input
     * @param pull the chip's own resistor; one on the board is stronger
     */
    drivePin(gpio: number, level: Level | undefined, pull?: Pull): void {
        const pin = this.#pinName(gpio)
        const before = this.#pins.get(pin)
        if (before?.level === level && before?.pull === pull) return
        this.#pins.set(pin, { level, pull })
        this.#settle()
    }

    /** What the chip reads at a pin. A pin wired to nothing reads what the chip itself puts on it. */
    readPin(gpio: number): Level {
        const pin = this.#pinName(gpio)
        if (this.circuit.pins.has(pin)) return this.level(pin) ? 1 : 0
        const { level, pull } = this.#pins.get(pin) ?? {}
        return level ?? (pull === "up" ? 1 : 0)
    }

    /** As `watch`, for the net at a pin. A pin wired to nothing never changes by itself. */
    watchPin(gpio: number, callback: (high: boolean) => void): () => void {
        const pin = this.#pinName(gpio)
        return this.circuit.pins.has(pin) ? this.watch(pin, callback) : () => {}
    }

    /** Whether the net is high, the contact closed, the current flowing. */
    level(net: string): boolean {
        const level = this.#levels.get(net)
        if (level === undefined) throw new Error(`${this.circuit.file}: no net ${net}`)
        return level
    }

    /** Closes or opens a contact. */
    setSwitch(name: string, closed: boolean): void {
        if (!this.#switches.has(name)) throw new Error(`${this.circuit.file}: no switch ${name}`)
        this.#switches.set(name, closed)
        this.#settle()
    }

    /** Breaks an indicator for good, or puts in a new one. */
    setBurnt(indicator: string, burnt: boolean): void {
        if (burnt) this.#burnt.add(indicator)
        else this.#burnt.delete(indicator)
        this.#settle()
    }

    /**
     * Calls `callback` whenever the level of the net changes. Before the board is first plugged in, all but closed contacts are low.
     * @returns a function that ends the watch
     */
    watch(net: string, callback: (high: boolean) => void): () => void {
        this.level(net)
        this.#watchers.set(net, [...(this.#watchers.get(net) ?? []), callback])
        return () => {
            const others = this.#watchers.get(net)!.filter(other => other !== callback)
            this.#watchers.set(net, others)
        }
    }

    #pinName(gpio: number): string {
        return this.#labels.get(gpio) ?? `GPIO${gpio}`
    }

    #evaluate(): Levels {
        return evaluate(this.circuit, {
            supply: this.#supply,
            pins: this.#pins,
            switches: this.#switches,
            deadmen: new Map(this.#deadmen.map(timer => [timer.name, timer.running])),
            burnt: this.#burnt,
        })
    }

    /** Brings every net up to date and tells the watchers. A watcher that changes an input is heard after the others. */
    #settle(): void {
        this.#stale = true
        if (this.#settling) return
        this.#settling = true
        try {
            while (this.#stale) {
                this.#stale = false
                const before = this.#levels
                const now = this.#evaluate()
                this.#levels = now
                for (const timer of this.#deadmen) if (timer.observe(before, now)) this.#stale = true
                for (const [net, high] of now) if (high !== before.get(net)) this.#announce(net, high)
            }
        } finally {
            this.#settling = false
        }
    }

    #announce(net: string, high: boolean): void {
        if (!this.#untraced.has(net)) this.#trace.note(this.#source, "net", { net, high })
        for (const callback of this.#watchers.get(net) ?? []) callback(high)
    }
}
