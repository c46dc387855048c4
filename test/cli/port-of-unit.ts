/** A simulated unit at a serial port of this machine, with whatever may be wrong with it and with the cable. */
import type { BoardState } from "../../simulators/board/board"
import type { BoardDefinition } from "../../simulators/board/definition"
import { US_PER_MS } from "../../simulators/clock"
import { randomStreams } from "../../simulators/random"
import { Pace } from "../../src/host/pace"
import { PseudoTerminal } from "../../src/host/unit/pseudo-terminal"
import { ServedUnit } from "../../src/host/unit/served-unit"

const SLICE_US = 2 * US_PER_MS

export class PortOfUnit {
    readonly unit: ServedUnit
    readonly path: string
    readonly #terminal: PseudoTerminal
    readonly #pumped: Promise<void>
    #isClosed = false
    /** What becomes of the bytes that the unit sends. */
    toHost = (bytes: Uint8Array): Uint8Array => bytes
    /** Hears of each turn; the unit's time is in it. */
    turn = (_unit: ServedUnit): void => {}

    static async open(definition: BoardDefinition, deviceId: string, state: BoardState): Promise<PortOfUnit> {
        const unit = new ServedUnit(definition, deviceId, randomStreams("port"))
        unit.board.restore(state)
        return new PortOfUnit(unit, await PseudoTerminal.open(bytes => unit.push(bytes)))
    }

    private constructor(unit: ServedUnit, terminal: PseudoTerminal) {
        this.unit = unit
        this.#terminal = terminal
        this.path = terminal.path
        void unit.connect()
        this.#pumped = this.#pump()
    }

    /** Takes the port away. */
    unplug(): Promise<void> {
        return this.#terminal.close()
    }

    async close(): Promise<void> {
        this.#isClosed = true
        await this.#pumped
        await this.unplug()
        await this.unit.close()
    }

    async #pump(): Promise<void> {
        const pace = new Pace()
        while (!this.#isClosed) {
            this.turn(this.unit)
            const said = this.toHost(this.unit.runUntil(this.unit.nowUs + SLICE_US))
            if (said.length > 0) this.#terminal.write(said)
            await pace.rest(this.unit.nowUs)
        }
    }
}
