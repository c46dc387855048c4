import type { RP2040 } from "rp2040js"

/** Application interrupt and reset control register (ARMv6-M Architecture Reference Manual, B3.2.6), and its key. */
const AIRCR = 0xd0c
const VECTKEY = 0x05fa
const SYSRESETREQ = 1 << 2

/** Calls back when a program asks for a reset, or its watchdog does. */
export function onResetRequest(chip: RP2040, reset: () => void): void {
    const write = chip.ppb.writeUint32.bind(chip.ppb)
    chip.ppb.writeUint32 = (offset, value) => {
        if (offset !== AIRCR) write(offset, value)
        else if (value >>> 16 === VECTKEY && value & SYSRESETREQ) reset()
    }
    const watchdog = chip.peripherals[WATCHDOG_INDEX] as unknown as { onWatchdogTrigger: () => void }
    watchdog.onWatchdogTrigger = reset
}

/** Its place in the package's table. */
const WATCHDOG_INDEX = 0x40058
