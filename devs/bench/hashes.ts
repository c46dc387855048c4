/** Benchmark: hashes, key derivation, randomness. */
import { openRuntimeDigest, openRuntimeRandom } from "devicescript-domovoi/devs/crypto"
import { constantTimeEqual } from "devicescript-domovoi/src/core/crypto/constant-time"
import { openDigest } from "devicescript-domovoi/src/core/crypto/digest"
import { hkdfExpand, hkdfExtract } from "devicescript-domovoi/src/core/crypto/hkdf"
import type { Random } from "devicescript-domovoi/src/core/crypto/random"
import { Sha256 } from "devicescript-domovoi/src/core/crypto/sha256"
import { Sha512 } from "devicescript-domovoi/src/core/crypto/sha512"
import { rising, same } from "./bytes"
import { finish, pause, section } from "./section"

const MESSAGE = rising(64)
const KEY = rising(32)
const SHA256 = hex`fdeab9acf3710362bd2658cdc9a29e8f9c757fcf9811603a8c447cd1d9151108`
const SHA512 = hex`
    ee4320ebaf3fdb4f2c832b137200c08e235e0fa7bbd0eb1740c7063ba8a0d151da77e003398e1714a955d475b05e3e950b639503b452ec185de4229bc4873949`
const HMAC = hex`173206781c3b828a0dc2a716fe0ddb5e6e56ec171170952ff6b3f4de44fa18d7`
const HKDF = hex`81e0ee9797efe9953b2e64a7c9b41ae74aaf378f8bce5d5375d34b1db3a3097a`

const native = await openRuntimeDigest(pause)
const plain = await openDigest(undefined, pause)

await section("sha256.hash64", async () => {
    const hash = new Sha256()
    await hash.update(MESSAGE, pause)
    return same(await hash.digest(pause), SHA256)
})
await section("sha512.hash64", async () => {
    const hash = new Sha512()
    await hash.update(MESSAGE, pause)
    return same(await hash.digest(pause), SHA512)
})
await section("digest.hash64", async () => same(await native.sha256([MESSAGE], pause), SHA256))
await section("digest.selfTest", async () => (await openRuntimeDigest(pause)) !== undefined)
await section("hmacSha256.native64", async () => same(await native.hmacSha256(KEY, [MESSAGE], pause), HMAC))
await section("hmacSha256.plain64", async () => same(await plain.hmacSha256(KEY, [MESSAGE], pause), HMAC))
await section("hkdfSha256.native32", async () => {
    const key = await hkdfExtract(native, rising(16), KEY, pause)
    return same(await hkdfExpand(native, key, rising(8), 32, pause), HKDF)
})
await section("constantTime.equal32", async () => constantTimeEqual(KEY, KEY))

let random: Random
await section("random.start", async () => {
    random = await openRuntimeRandom(pause)
    return true
})
const drawn = Buffer.alloc(32)
await section("random.draw32", async () => {
    random.draw(drawn)
    return !same(drawn, Buffer.alloc(32))
})
await finish()
