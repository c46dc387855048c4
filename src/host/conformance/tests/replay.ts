import type { RandomBytes } from "../../identity/random-bytes"
import type { Bench } from "../bench"
import { require, Unclear } from "../scene"

/**
 * Has a device answer a challenge, and asks it to answer the same once more.
 * @param between is done after the first answer
 * @throws Broken unless it answers once and refuses then; Unclear if an answer to the second question was lost: who is asked a third time refuses
 * what is sound and what is broken alike
 */
export async function replay(
    bench: Bench,
    random: RandomBytes,
    between: (challenge: Uint8Array) => Promise<void> = async () => {},
): Promise<void> {
    const challenge = random(32)
    const first = await bench.ask("domovoi", "attest", { challenge })
    require("the first time", "None", first.refusal)
    await between(challenge)
    const again = await bench.ask("domovoi", "attest", { challenge })
    if (again.wasAskedAgain) throw new Unclear("an answer was lost on the way, and asked for again")
    require("the second time", "ChallengeUsed", again.refusal)
}
