import * as ds from "@devicescript/core"

/** Time for the console to carry a line away, in milliseconds: while a section runs, bus and USB are not served. */
const CONSOLE_MS = 100

/** What the primitives pause with. It costs next to nothing; firmware pauses with `sleep(1)`, which adds a millisecond each time. */
export const pause = async () => {
    await ds.sleep(0)
}

/**
 * Runs `work` between two lines on the console: `start NAME`, and `end NAME MS ms right` or `wrong`. On a board MS is what it
 * took; the simulator reads its meter when the lines are printed.
 * @param work returns whether its result is what it has to be
 */
export async function section(name: string, work: () => Promise<boolean>): Promise<void> {
    await ds.sleep(CONSOLE_MS)
    const start = ds.millis()
    console.log(`start ${name}`)
    const right = await work()
    // The runtime's clock advances across a pause only.
    await pause()
    console.log(`end ${name} ${ds.millis() - start} ms ${right ? "right" : "wrong"}`)
}

/** The last line: what a reader of the console waits for. */
export async function finish(): Promise<void> {
    await ds.sleep(CONSOLE_MS)
    console.log("finished")
}
