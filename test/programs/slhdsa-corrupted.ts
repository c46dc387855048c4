/**
 * Verifies a signature, then 200 copies with one bit flipped, then the signature again, and prints how often it met
 * each verdict.
 */
import * as ds from "@devicescript/core"
import { openRuntimeDigest } from "../../devs/crypto"
import { slhDsaRefusal } from "../../src/core/crypto/slhdsa"
import { Draws } from "../core/crypto/random-run"
import { rising } from "../core/crypto/vectors/bytes"
import { PUBLIC_KEY_2, SIGNATURE_2 } from "../core/crypto/vectors/slhdsa-signatures"

const pause = async () => await ds.sleep(1)
const digest = await openRuntimeDigest(pause)
const draws = new Draws(205)
let valid = 0
let refused = 0

async function verify(flippedByte: number) {
    let at = 0
    const reader = {
        length: SIGNATURE_2.length,
        read: async (length: number) => {
            const part = SIGNATURE_2.slice(at, at + length)
            if (flippedByte >= at && flippedByte < at + length) part[flippedByte - at] ^= 1 << draws.below(8)
            at += length
            return part
        },
    }
    const refusal = await slhDsaRefusal(PUBLIC_KEY_2, [rising(64, 0)], rising(5, 0), reader, digest, pause)
    if (refusal === undefined) valid++
    if (refusal === "mismatch") refused++
}

await verify(-1)
for (let i = 0; i < 200; i++) await verify(draws.below(SIGNATURE_2.length))
await verify(-1)
console.log(`valid ${valid}, mismatch ${refused}`)
console.log("done")
