/** Links every primitive of `src/core/crypto` with its ports, to see how many bytes that takes. Not to be run. */
import { openRuntimeDigest, openRuntimeRandom } from "devicescript-domovoi/devs/crypto"
import { AesCcm } from "devicescript-domovoi/src/core/crypto/ccm"
import { ChaCha20Poly1305 } from "devicescript-domovoi/src/core/crypto/chacha20poly1305"
import { constantTimeEqual } from "devicescript-domovoi/src/core/crypto/constant-time"
import { derFromSignature, signatureFromDer } from "devicescript-domovoi/src/core/crypto/der"
import { ed25519Key, ed25519Sign } from "devicescript-domovoi/src/core/crypto/ed25519"
import { ed25519KnownKeyRefusal } from "devicescript-domovoi/src/core/crypto/ed25519-known"
import { ed25519Refusal } from "devicescript-domovoi/src/core/crypto/ed25519-verify"
import { hkdfExpand, hkdfExtract } from "devicescript-domovoi/src/core/crypto/hkdf"
import { p256Agree, p256PublicKey, p256Sign } from "devicescript-domovoi/src/core/crypto/p256"
import { p256KnownKeyRefusal } from "devicescript-domovoi/src/core/crypto/p256-known"
import { p256Refusal } from "devicescript-domovoi/src/core/crypto/p256-verify"
import { Sha256 } from "devicescript-domovoi/src/core/crypto/sha256"
import { Sha512 } from "devicescript-domovoi/src/core/crypto/sha512"
import { slhDsaRefusal } from "devicescript-domovoi/src/core/crypto/slhdsa"
import { x25519, x25519PublicKey } from "devicescript-domovoi/src/core/crypto/x25519"
import { x25519PublicKeyByComb } from "devicescript-domovoi/src/core/crypto/x25519-comb"

const functions: unknown[] = [
    openRuntimeDigest,
    constantTimeEqual,
    derFromSignature,
    signatureFromDer,
    ed25519Key,
    ed25519KnownKeyRefusal,
    ed25519Refusal,
    ed25519Sign,
    hkdfExpand,
    hkdfExtract,
    p256Agree,
    p256KnownKeyRefusal,
    p256PublicKey,
    p256Refusal,
    p256Sign,
    slhDsaRefusal,
    x25519,
    x25519PublicKey,
    x25519PublicKeyByComb,
]
const hashes = [new Sha256(), new Sha512()]
const pause = async () => {}
for (const hash of hashes) {
    await hash.update(Buffer.alloc(1), pause)
    await hash.digest(pause)
}
const key = Buffer.alloc(32)
for (const cipher of [new AesCcm(key, 16), new ChaCha20Poly1305(key)])
    await cipher.open(key, key, await cipher.seal(key, key, key, pause), pause)
const random = await openRuntimeRandom(pause)
random.draw(key)
console.log(functions.length)
