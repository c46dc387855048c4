import * as ds from "@devicescript/core"

/**
 * Lets others run, the bus included: long work awaits it between two stretches. `sleep(0)` would not do: the runtime takes no frame from the bus while
 * a fiber is due.
 */
export async function pause() {
    await ds.sleep(1)
}
