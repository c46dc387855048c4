/** Puts a simulated unit behind a serial port of this machine, for commands that reach units at serial ports. */
import { US_PER_MS, US_PER_S } from "../../../simulators/clock"
import { InputError } from "../input-error"
import { Pace } from "../pace"
import { PseudoTerminal } from "./pseudo-terminal"
import { ServedUnit } from "./served-unit"
import { UnitFile } from "./unit-file"

export interface Serving {
    /** Of the simulated unit. */
    file: string
    /** Unit's time, in microseconds; until the signal if left out. */
    forUs?: number
    signal: AbortSignal
    /** Where the port is; the unit is switched on. */
    opened: (port: string) => void
}

export interface ServeReport {
    port: string
    /** Time that passed for the unit, in milliseconds. */
    servedMs: number
    /** Time that this machine was too slow for, in milliseconds: the unit was so much slower than a real one. */
    lostMs: number
    /** How often its chip ended what it did (`ServedUnit`). */
    endings: number
}

/** Unit's time between two looks at the port and the clock. */
const SLICE_US = 2 * US_PER_MS
/** What the unit keeps is in its file after so long at most, whatever becomes of this process; and at the end in any case. */
const KEPT_EVERY_US = 5 * US_PER_S

/**
 * Switches the unit on and serves it, in real time.
 * @throws InputError; also if the port goes away, which leaves the unit as it was then
 */
export async function serveUnit({
    file,
    forUs = Number.POSITIVE_INFINITY,
    signal,
    opened,
}: Serving): Promise<ServeReport> {
    let hear = (_: Uint8Array) => {}
    const port = await PseudoTerminal.open(bytes => hear(bytes), undefined, "domovoi serve")
    try {
        const { unit, keep, close } = await UnitFile.lend(file, (...of) => new ServedUnit(...of))
        try {
            hear = bytes => unit.push(bytes)
            opened(port.path)
            const pace = new Pace()
            for (let keptUs = 0; unit.nowUs < forUs && !signal.aborted && port.isThere; ) {
                const said = unit.runUntil(Math.min(unit.nowUs + SLICE_US, forUs))
                if (said.length > 0) port.write(said)
                if (unit.nowUs - keptUs >= KEPT_EVERY_US) {
                    keep()
                    keptUs = unit.nowUs
                }
                await pace.rest(unit.nowUs)
            }
            if (!port.isThere) throw new InputError(`${port.path}: the port has gone; run the command again`)
            const { nowUs, endings } = unit
            return { port: port.path, servedMs: nowUs / US_PER_MS, lostMs: Math.round(pace.lostMs), endings }
        } finally {
            await close()
        }
    } finally {
        await port.close()
    }
}
