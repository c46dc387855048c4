import type { RP2040 } from "rp2040js"

const IRQ_QUIET = 1 << 21
/** As the package has them, closed to others in its types. */
interface Channel {
    ctrl: number
    readonly active: number | boolean
    abort(): void
}
interface Dma {
    intRaw: number
    channels: Channel[]
    checkInterrupts(): void
}

/**
 * A channel that is aborted before it is done raises its interrupt all the same (RP2040 datasheet, erratum E13). The port's Jacdac driver relies on
 * it: it aborts each reception, and takes another only after that interrupt.
 */
export function interruptOnAbort(chip: RP2040): void {
    const dma = chip.dma as unknown as Dma
    for (const [index, channel] of dma.channels.entries()) {
        const abort = channel.abort.bind(channel)
        channel.abort = () => {
            const wasActive = Boolean(channel.active)
            abort()
            if (!wasActive || channel.ctrl & IRQ_QUIET) return
            dma.intRaw |= 1 << index
            dma.checkInterrupts()
        }
    }
}
