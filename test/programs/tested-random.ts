/** Draws from the runtime's random source through the health tests, and from one that is stuck. */
import * as ds from "@devicescript/core"
import { openRandom } from "../../src/core/crypto/random"

const pause = async () => await ds.sleep(1)
const random = await openRandom({ draw: target => (target as unknown as { fillRandom(): void }).fillRandom() }, pause)
const [a, b] = [Buffer.alloc(32), Buffer.alloc(32)]
random.draw(a)
random.draw(b)
console.log(a.toString("hex") === b.toString("hex") ? "equal" : "different")

try {
    const stuck = await openRandom({ draw: target => target.fillAt(0, target.length, 7) }, pause)
    stuck.draw(a)
} catch (error) {
    console.log((error as Error).message)
}
console.log("done")
