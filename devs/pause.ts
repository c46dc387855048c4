import * as ds from "@devicescript/core"
import { freshness } from "./freshness"

/** Milliseconds that long work waits for the bus at most: then it goes on, so that nobody can stop it for ever. */
const MOST_MS = 16
/**
 * What goes over the I2C bus between two pauses, in bytes: 3.6 ms at 100 kHz, 0.9 ms at 400 kHz. The runtime does nothing else meanwhile. A single
 * transaction can be longer, and is then a stretch of its own: half a slot takes 7 ms, a command to the secure element with 128 bytes 13 ms.
 */
const CARRY_BYTES = 40
/** What a transaction costs beside its bytes: 0.6 ms. */
const TRANSACTION_BYTES = 6
/** What went over the bus since the last pause. */
let carried = 0

export const pace = {
    /**
     * Whether the device only just starts: nothing is on yet, and nobody waits. Pauses let other fibers run then and not the bus, once that has brought
     * the first probe and as long as none waits: so it is done the sooner.
     */
    starting: false,
    /** Whether somebody waits for what takes seconds, such as a signature. */
    busy: false,
}

/** Between two stretches of work that nobody waits for, in milliseconds. */
const LEISURE_MS = 8

/**
 * What long work awaits for which nobody waits: the bus and all else come first. Once somebody waits for other work, it hurries: that may need the curve
 * that this one has in its hands, and has it when this one is done.
 */
export async function leisure(): Promise<void> {
    await pause()
    if (!pace.busy) await ds.sleep(LEISURE_MS)
}

/**
 * What long work awaits between two stretches. The runtime takes one frame at a time and lets all fibers that are due run before it takes the
 * next, so work that were due at once, as after `sleep(0)`, would cost each frame that waits a whole stretch. The bus goes first: work goes on
 * after a millisecond in which nothing was heard, if no probe waits.
 */
export async function pause(): Promise<void> {
    carried = 0
    if (pace.starting && freshness.heardUntilMs > 0 && !freshness.isBehind(ds.millis())) {
        await ds.sleep(0)
        return
    }
    for (let ms = 0; ms < MOST_MS; ms++) {
        const { packets } = freshness
        await ds.sleep(1)
        if (packets === freshness.packets && !freshness.isBehind(ds.millis())) return
    }
}

/** To be awaited before a transaction of so many bytes on the I2C bus. */
export async function carry(bytes: number) {
    const size = bytes + TRANSACTION_BYTES
    if (carried + size > CARRY_BYTES) await pause()
    carried += size
}
