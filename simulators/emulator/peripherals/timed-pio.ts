/** Programmable I/O (RP2040 datasheet §3) that keeps the chip's time; the package lets it run as fast as the host can. */
import { type RP2040, RPPIO, type StateMachine } from "rp2040js"
import type { ChipClock } from "../chip-clock"

const CTRL = 0x00
/** A divider of 0 counts as 65,536 (§3.5.5). */
const LARGEST_DIVIDER = 65_536

export class TimedPio extends RPPIO {
    readonly #clock: ChipClock
    /** When each machine was enabled; its cycles count from there. */
    readonly #sinceNanos: number[] = [0, 0, 0, 0]
    #stepNanos: number | undefined

    constructor(chip: RP2040, { name, firstIrq, index }: RPPIO, clock: ChipClock) {
        super(chip, name, firstIrq, index)
        this.#clock = clock
    }

    /** Whether a machine has something to do now, other than to wait for a pin or a FIFO. Asked at every turn, so it makes nothing. */
    get isBusy(): boolean {
        if (this.stopped) return false
        for (const { enabled, waiting } of this.machines) if (enabled && !waiting) return true
        return false
    }

    /** When the step happens that is under way: the processor may be some way ahead of it. */
    get stepNanos(): number | undefined {
        return this.#stepNanos
    }

    /** Carries out what the machines do until now. To be called before anything that they wait for changes. */
    catchUp(): void {
        if (this.stopped) return
        for (const [index, machine] of this.machines.entries()) {
            if (!machine.enabled) continue
            const since = this.#sinceNanos[index]
            const cycleNanos = this.#cycleNanos(machine)
            const now = Math.floor((this.#clock.nanos - since) / cycleNanos)
            while (machine.enabled && machine.cycles < now) {
                this.#stepNanos = since + machine.cycles * cycleNanos
                machine.step()
                if (machine.waiting) machine.cycles = now
                this.checkChangedPins()
            }
        }
        this.#stepNanos = undefined
    }

    override writeUint32(offset: number, value: number): void {
        this.catchUp()
        const wasEnabled = this.machines.map(({ enabled }) => enabled)
        super.writeUint32(offset, value)
        if (offset === CTRL)
            for (const [index, machine] of this.machines.entries())
                if (machine.enabled && !wasEnabled[index]) {
                    this.#sinceNanos[index] = this.#clock.nanos
                    machine.cycles = 0
                }
        this.checkChangedPins()
    }

    override readUint32(offset: number): number {
        this.catchUp()
        return super.readUint32(offset)
    }

    /** Time is not its own. */
    override run(): void {}

    #cycleNanos({ clockDivInt, clockDivFrac }: StateMachine): number {
        return (((clockDivInt || LARGEST_DIVIDER) + clockDivFrac / 256) * 1e9) / this.rp2040.clkSys
    }
}
