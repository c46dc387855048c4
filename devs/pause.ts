import * as ds from "@devicescript/core"

/**
 * What goes over the I2C bus between two pauses, in bytes: 7.2 ms at 100 kHz, 1.8 ms at 400 kHz. The runtime does nothing else meanwhile. A single
 * transaction can be longer: a command to the secure element with 128 bytes takes 13 ms.
 */
const CARRY_BYTES = 80
/** What a transaction costs beside its bytes: 0.6 ms. */
const TRANSACTION_BYTES = 6
/** What went over the bus since the last pause. */
let carried = 0

/**
 * Lets others run, the bus included: long work awaits it between two stretches. `sleep(0)` would not do: the runtime takes no frame from the bus while
 * a fiber is due.
 */
export async function pause() {
    carried = 0
    await ds.sleep(1)
}

/** To be awaited before a transaction of so many bytes on the I2C bus. */
export async function carry(bytes: number) {
    const size = bytes + TRANSACTION_BYTES
    if (carried + size > CARRY_BYTES) await pause()
    carried += size
}
