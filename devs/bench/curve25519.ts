/** Benchmark: Ed25519 and X25519. */
import { ed25519Key, ed25519Sign } from "devicescript-domovoi/src/core/crypto/ed25519"
import { ed25519KnownKeyRefusal } from "devicescript-domovoi/src/core/crypto/ed25519-known"
import { ed25519Refusal } from "devicescript-domovoi/src/core/crypto/ed25519-verify"
import { x25519, x25519PublicKey } from "devicescript-domovoi/src/core/crypto/x25519"
import { x25519PublicKeyByComb } from "devicescript-domovoi/src/core/crypto/x25519-comb"
import { rising, same } from "./bytes"
import { MESSAGE, PUBLIC_KEY, SEED, SHARED_SECRET, SIGNATURE, THEIR_KEY } from "./curve25519-answers"
import { KEY } from "./known-ed25519"
import { finish, pause, section } from "./section"

await section("ed25519.verify", async () => (await ed25519Refusal(PUBLIC_KEY, MESSAGE, SIGNATURE, pause)) === undefined)
await section(
    "ed25519.verifyKnownKey",
    async () => (await ed25519KnownKeyRefusal(KEY, MESSAGE, SIGNATURE, pause)) === undefined,
)
const key = await ed25519Key(SEED, pause)
await section("ed25519.publicKey", async () => same((await ed25519Key(SEED, pause)).publicKey, PUBLIC_KEY))
await section("ed25519.sign", async () => same(await ed25519Sign(key, MESSAGE, pause), SIGNATURE))
await section("x25519.agree", async () => same(await x25519(SEED, THEIR_KEY, pause), SHARED_SECRET))
const OUR_KEY = hex`8f40c5adb68f25624ae5b214ea767a6ec94d829d3d7b5e1ad1ba6f3e2138285f`
await section("x25519.publicKey", async () => same(await x25519PublicKey(rising(32), pause), OUR_KEY))
await section("x25519.publicKeyByComb", async () => same(await x25519PublicKeyByComb(rising(32), pause), OUR_KEY))
await finish()
