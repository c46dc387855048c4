/** Benchmark: ECDSA and ECDH on P-256. */
import { openRuntimeDigest } from "devicescript-domovoi/devs/crypto"
import { p256Agree, p256PublicKey, p256Sign } from "devicescript-domovoi/src/core/crypto/p256"
import { p256KnownKeyRefusal } from "devicescript-domovoi/src/core/crypto/p256-known"
import { p256Refusal } from "devicescript-domovoi/src/core/crypto/p256-verify"
import { rising, same } from "./bytes"
import { KEY } from "./known-p256"
import { finish, pause, section } from "./section"

const SECRET_KEY = rising(33).slice(1)
const MESSAGE = rising(64)
const PUBLIC_KEY = hex`04
    515c3d6eb9e396b904d3feca7f54fdcd0cc1e997bf375dca515ad0a6c3b4035f4536be3a50f318fbf9a5475902a221502bef0d57e08c53b2cc0a56f17d9f9354`
const SIGNATURE = hex`
    164f826ed1d6528baddeb98fc93b8f0d2160cc3e61e49ba215c108a334ed14db3fad6be780de2bf8bb8a7188d2304ffad49ef726d51f66608293516a287f18fa`
const THEIR_KEY = hex`04
    c97bbadd6403facb60fea5d16046e2cf22778b26b0f7b2caf57c40c9e7378dc562d8672f80667c4dac97cfa9e7d774e4e687391c8fcfdb6ec9726bba5ec88062`
const SHARED_SECRET = hex`49e5dc12f6cec3de6a831975bf900e8394bbd2198a49237fd1027d6045cd8b63`

const digest = await openRuntimeDigest(pause)

await section("p256.verify", async () => {
    const refusal = await p256Refusal(PUBLIC_KEY, MESSAGE, SIGNATURE, digest, pause)
    return refusal === undefined
})
await section("p256.verifyKnownKey", async () => {
    const refusal = await p256KnownKeyRefusal(KEY.comb, MESSAGE, SIGNATURE, digest, pause)
    return refusal === undefined
})
await section("p256.publicKey", async () => same(await p256PublicKey(SECRET_KEY, pause), PUBLIC_KEY))
await section("p256.sign", async () => same(await p256Sign(SECRET_KEY, MESSAGE, digest, pause), SIGNATURE))
await section("p256.agree", async () =>
    same((await p256Agree(SECRET_KEY, THEIR_KEY, pause)).sharedSecret, SHARED_SECRET),
)
await finish()
