import * as ds from "@devicescript/core"
import { freshness } from "./freshness"

/** As far as the program may be behind the bus, in milliseconds, and go on with long work. */
const BEHIND_MS = 200
/** Milliseconds that long work waits for the bus at most: then it goes on, so that nobody can stop it for ever. */
const MOST_MS = 16

/**
 * What long work waits between two stretches. The runtime takes one frame at a time and lets all fibers that are due run before it takes the
 * next, so work that were due at once would cost each frame that waits a whole stretch. The bus goes first: work goes on after a millisecond
 * in which nothing was heard, if what is heard is not old.
 */
export async function pause(): Promise<void> {
    for (let ms = 0; ms < MOST_MS; ms++) {
        const { packets } = freshness
        await ds.sleep(1)
        if (packets === freshness.packets && ds.millis() - freshness.heardUntilMs < BEHIND_MS) return
    }
}
