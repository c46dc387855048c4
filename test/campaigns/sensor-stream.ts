/** Readings of a sensor on the bus, at any rate: the simulator's own modules keep to what Jacdac allows, 20 ms and more. */
import { encodeFrame } from "../../simulators/bus/frame"
import { deviceIdOf } from "../../simulators/bus/server"
import { US_PER_MS } from "../../simulators/clock"
import type { Workbench } from "../simulators/board/workbench"

/** Jacdac `_sensor`: report of the register `reading`. */
const READING = 0x1101
/** Of the only service that the reference devices' modules have. */
const SERVICE_INDEX = 1

export interface SensorStream {
    /** Encodes what it is told to say: u16.16 of combustible gas, u0.16 of a sound level. */
    say(reading: Buffer): void
}

/**
 * Streams readings in the name of a module of the board.
 * @param part name of the module's part
 * @param everyMs time between two readings
 * @param afterMs time until the first
 */
export function streamAs(
    { bus, clock }: Workbench,
    part: string,
    everyMs: number,
    afterMs: number,
    first: Buffer,
): SensorStream {
    const module = { name: `fast ${part}`, receive() {} }
    const deviceId = deviceIdOf(part)
    let payload: Buffer = first
    const next = () => {
        bus.send(module, encodeFrame(deviceId, 0, { serviceIndex: SERVICE_INDEX, command: READING, payload }))
        clock.after(everyMs * US_PER_MS, next)
    }
    bus.attach(module)
    clock.after(afterMs * US_PER_MS, next)
    return {
        say(reading) {
            payload = reading
        },
    }
}
