/** What y of a point takes of which x is known, and what it takes to say that there is none. */

import { finish, pause, section } from "devicescript-domovoi/devs/bench/section"
import { p256FromX } from "devicescript-domovoi/src/core/crypto/p256-lift"

/** RFC 5903 §8.1, the initiator's; and 1, which is x of none. */
const X = hex`dad0b65394221cf9b051e1feca5787d098dfe637fc90b9ef945d0c3772581180`
const Y = "5271a0461cdb8252d61f1c456fa3e59ab1f45b33accf5f58389e0577b8990bb3"
const OTHER_Y = "ad8e5fb8e3247dae29e0e3ba905c1a654e0ba4cd5330a0a7c761fa884766f44c"
const NONE = hex`0000000000000000000000000000000000000000000000000000000000000001`

await section("lift.point", async () => {
    const y = (await p256FromX(X, pause))?.slice(33).toString("hex")
    return y === Y || y === OTHER_Y
})
await section("lift.none", async () => (await p256FromX(NONE, pause)) === undefined)
await finish()
