/** Draws from the runtime's random source through the health tests, and from one that is stuck. */
import * as ds from "@devicescript/core"
import { TestedRandom } from "../../src/core/crypto/random"

await ds.sleep(1)
const random = new TestedRandom({ draw: target => (target as unknown as { fillRandom(): void }).fillRandom() })
await ds.sleep(1)
const [a, b] = [Buffer.alloc(32), Buffer.alloc(32)]
random.draw(a)
random.draw(b)
console.log(a.toString("hex") === b.toString("hex") ? "equal" : "different")

try {
    new TestedRandom({ draw: target => target.fillAt(0, target.length, 7) })
} catch (error) {
    console.log((error as Error).message)
}
console.log("done")
