import { describe, expect, test } from "vitest"
import { attack, planOf } from "./wire"
import { WRONG_ENDS } from "./wire/wrong-ends"

/** `npm run campaign -- wire` plays 100,000. */
const SEEDS = 60
/** So many seeds in which this is done have wrong ends to be found out. */
const WRONG_SEEDS = 20

const seeds = (count: number) => Array.from({ length: count }, (_, seed) => seed)

/** Seeds in which one of these is done. */
function seedsWith(names: readonly string[]): number[] {
    const isWith = (seed: number) => planOf(seed).acts.some(({ name }) => names.includes(name))
    return seeds(3000).filter(isWith).slice(0, WRONG_SEEDS)
}

test("somebody on the wire who has no keys breaks no promise", async () => {
    let [frames, nonces, served] = [0, 0, 0]
    const refusals = new Set<number>()
    for (const seed of seeds(SEEDS)) {
        const came = await attack(seed)
        expect(came.broken, `seed ${seed}`).toEqual([])
        frames += came.frames
        nonces += came.nonces
        served += came.served
        for (const [number] of came.refusals) refusals.add(number)
    }
    // What is looked at has taken place.
    expect(served).toBeGreaterThan(10 * SEEDS)
    expect(nonces).toBeGreaterThan(served)
    expect(frames).toBeGreaterThan(2 * served)
    expect(refusals.size).toBeGreaterThan(15)
})

test("a seed tells its attack twice", async () => {
    for (const seed of [3, 14]) expect(await attack(seed)).toEqual(await attack(seed))
})

/** What is wrong, in which seeds that is found, and the promise that is then broken. */
const FOUND: [wrong: string, acts: string[], promise: string][] = [
    [
        "the window admits the highest number again",
        ["say the last again, with another token"],
        "a request was served twice",
    ],
    ["there is no window", ["say again", "say the last again, with another token"], "a request was served twice"],
    [
        "new keys are put in force by whatever comes",
        ["lose the answer to an offer, and speak under its keys"],
        "somebody does not get through with 2 updates of keys",
    ],
    [
        "another nonce is drawn for the same keys",
        ["keep an offer back, and let it go behind the next"],
        "somebody does not get through with 2 updates of keys",
    ],
    [
        "the number of an offer that was answered is forgotten",
        ["offer a nonce of before again"],
        "the device threw the nonce was used before",
    ],
    [
        "the device goes on under its keys after a start",
        ["say again after a start"],
        "the device threw the nonce was used before",
    ],
    [
        "a hub goes on under its keys after a start",
        ["say again", "garbage", "lose a request"],
        "a hub threw the nonce was used before",
    ],
    [
        "a hub begins with the number of its offer",
        ["give the answer of before for what is asked next"],
        "a hub took what is not its answer",
    ],
    ["a response is taken for any request", ["give an answer of before"], "a hub took what is not its answer"],
    ["the seal of a message is not looked at", ["seal with no key"], "something was served that nobody has asked for"],
    [
        "whoever names a place is taken for who is there",
        ["say it in somebody else's name"],
        "a request was served in another's name",
    ],
    [
        "the label is good for ever",
        ["the label of a device that has an owner"],
        "somebody was paired by what is used up",
    ],
    [
        "an invitation is not closed",
        ["a way in that is used up", "an invitation used twice"],
        "somebody was paired by what is used up",
    ],
    [
        "a guess counts after it was looked at",
        ["guess a secret while somebody has touched"],
        "a guess was looked at before it counted",
    ],
    [
        "the proof of a pairing is not looked at",
        ["guess a secret while somebody has touched"],
        "a guess has let somebody in",
    ],
    [
        "nobody needs to touch the device",
        ["the right secret, and nobody there"],
        "somebody was paired while nobody was there",
    ],
    [
        "keys of somebody who was removed are kept",
        ["somebody who is removed now"],
        "keys are on record of somebody who was removed",
    ],
    ["as many wait as come", ["flood"], "hmacs for"],
    ["a refusal is not taken down", ["say again", "garbage"], "a refusal is not in the log"],
    ["an answer says what is inside", ["say again"], "a secret is readable on the wire"],
]

describe("within a few seeds it is found that", () => {
    test.each(FOUND)("%s", async (wrong, acts, promise) => {
        const broken = new Set<string>()
        for (const seed of seedsWith(acts)) {
            for (const name of (await attack(seed, WRONG_ENDS[wrong])).broken) broken.add(name)
            if ([...broken].some(name => name.includes(promise))) return
        }
        expect([...broken]).toContain(promise)
    })

    test("every wrong end is tried", () => {
        expect(FOUND.map(([wrong]) => wrong).sort()).toEqual(Object.keys(WRONG_ENDS).sort())
    })
})
