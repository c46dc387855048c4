/** A simulated unit at a serial port of this machine, with whatever may be wrong with it and with the cable. */
import { mkdtempSync, rmSync, symlinkSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
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
    /** A name of its own, as udev gives one: the system's is given to somebody else as soon as the port has gone. */
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
        this.path = join(mkdtempSync(join(tmpdir(), "domovoi-port-")), "port")
        symlinkSync(terminal.path, this.path)
        void unit.connect()
        this.#pumped = this.#pump()
    }

    /** Takes the port away. */
    unplug(): Promise<void> {
        rmSync(dirname(this.path), { recursive: true, force: true })
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
