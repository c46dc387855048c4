import * as ds from "@devicescript/core"
import { randomBuffer } from "@devicescript/crypto"
import "@devicescript/gpio"
import { i2c } from "@devicescript/i2c"

/** What a program can do to a board, at random. The chip's random source decides what, so a simulated run follows from its seed. */

/** Longest time between two acts, and, once in a while, longest time of doing nothing; in milliseconds. */
const PAUSE_MS = 5
const LONG_PAUSE_MS = 900
/** One act in so many is the last. */
const LAST_ACT = 300
const LONG_PAUSE = 60

/** Driven levels are the most dangerous, so they are the most frequent. */
const MODES = [
    ds.GPIOMode.OutputHigh,
    ds.GPIOMode.OutputHigh,
    ds.GPIOMode.OutputHigh,
    ds.GPIOMode.OutputLow,
    ds.GPIOMode.OutputLow,
    ds.GPIOMode.Output,
    ds.GPIOMode.Off,
    ds.GPIOMode.OffPullUp,
    ds.GPIOMode.OffPullDown,
    ds.GPIOMode.Input,
    ds.GPIOMode.InputPullUp,
    ds.GPIOMode.InputPullDown,
]

/** FRAM and secure element of the reference boards, and whatever answers to any other address. */
const TARGETS = [0x50, 0x60]

const settings = new ds.Settings("settings")

let state = 1

/** xorshift32 (Marsaglia, 2003), from the lower bits of what the chip drew at the start. */
function below(bound: number): number {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 1) % bound
}

function anyBytes(length: number): Buffer {
    const bytes = Buffer.alloc(length)
    for (let i = 0; i < length; i++) bytes[i] = below(2) ? below(2) : below(256)
    return bytes
}

/** The setting of a register that every actuator has, or of any, or a command, or anything at all. */
function anyCommand(): number {
    const kind = below(4)
    if (kind === 0) return below(0x10000)
    if (kind === 1) return 0x80 + below(8)
    if (kind === 2) return 0x2000 + (below(2) ? 0x100 : 0) + below(16)
    return 0x2001
}

async function tell(role: ds.Role) {
    if (await role.binding().read()) await role.sendCommand(anyCommand(), anyBytes(below(12)))
}

async function writeTarget() {
    const address = below(8) ? TARGETS[below(TARGETS.length)] : 8 + below(112)
    await i2c.xfer(address, anyBytes(below(10)), below(8))
}

/** Ways to end, none of which tidies up. */
const LAST_ACTS = [
    async () => {
        throw new Error("nobody catches this")
    },
    async () => {
        let n = 0
        while (n >= 0) n = (n + 1) & 0xff
    },
    async () => {
        const kept: Buffer[] = []
        while (true) kept.push(Buffer.alloc(1024))
    },
    async () => {
        await ds.sleep(3600_000)
    },
    async () => ds.restart(),
    async () => ds.reboot(),
]

/**
 * Does its worst until it ends itself.
 * @param pins all that the GPIO API gives it
 * @param roles of everything on the bus
 */
export async function doItsWorst(pins: ds.OutputPin[], roles: ds.Role[]) {
    state = randomBuffer(4).getAt(0, "u32") | 1
    while (below(LAST_ACT)) {
        try {
            const act = below(8)
            if (act < 5) pins[below(pins.length)].setMode(MODES[below(MODES.length)])
            else if (act < 7) await tell(roles[below(roles.length)])
            else if (below(8)) await writeTarget()
            else await tell(settings)
        } catch (_) {
            // It was refused; the next act may not be.
        }
        await ds.sleep(below(LONG_PAUSE) ? below(PAUSE_MS) : below(LONG_PAUSE_MS))
    }
    await LAST_ACTS[below(LAST_ACTS.length)]()
}
