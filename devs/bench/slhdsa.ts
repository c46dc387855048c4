/** Benchmark: verifying a hash-based signature. */
import { openRuntimeDigest } from "devicescript-domovoi/devs/crypto"
import { slhDsaRefusal } from "devicescript-domovoi/src/core/crypto/slhdsa"
import { rising } from "./bytes"
import { finish, pause, section } from "./section"
import { PUBLIC_KEY, SIGNATURE } from "./slhdsa-signature"

const MESSAGE = rising(64)
const digest = await openRuntimeDigest(pause)
let at = 0
const reader = {
    length: SIGNATURE.length,
    read: async (length: number) => {
        at += length
        return SIGNATURE.slice(at - length, at)
    },
}

await section("slhDsaSha2128s.verify", async () => {
    const refusal = await slhDsaRefusal(PUBLIC_KEY, [MESSAGE], Buffer.alloc(0), reader, digest, pause)
    return refusal === undefined
})
await finish()
