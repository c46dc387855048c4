import {
    createECDH,
    createPrivateKey,
    createPublicKey,
    diffieHellman,
    type ECDH,
    type KeyObject,
    sign,
    verify,
} from "node:crypto"
import { ed25519, x25519 } from "@noble/curves/ed25519.js"
import { p256 } from "@noble/curves/nist.js"
import type { Curves } from "./curve-run"

/** The primitives of noble. Its Ed25519 equation has the cofactor, but random inputs have no small-order part. */
export const nobleCurves: Curves = {
    ed25519PublicKey: async seed => Buffer.from(ed25519.getPublicKey(seed)),
    ed25519Sign: async (seed, message) => Buffer.from(ed25519.sign(message, seed)),
    ed25519Verify: async (publicKey, message, signature) =>
        attempted(() => ed25519.verify(signature, message, publicKey, { zip215: false })) ?? false,
    x25519PublicKey: async secret => Buffer.from(x25519.getPublicKey(secret)),
    x25519: async (secret, publicKey) => attempted(() => Buffer.from(x25519.getSharedSecret(secret, publicKey))),
    p256PublicKey: async secret => Buffer.from(p256.getPublicKey(secret, false)),
    p256Sign: async (secret, message) => Buffer.from(p256.sign(message, secret, { lowS: false })),
    p256Verify: async (publicKey, message, signature) =>
        attempted(() => p256.verify(signature, message, publicKey, { lowS: false })) ?? false,
    p256Agree: async (secret, publicKey) =>
        attempted(() => Buffer.from(p256.getSharedSecret(secret, publicKey, false)).subarray(1, 33)),
}

/**
 * The primitives of OpenSSL, by way of Node; what it does not offer (the nonce of RFC 6979) is noble's. It also takes hybrid keys, which
 * nobody makes: they are not shown to it.
 */
export const openSslCurves: Curves = {
    ed25519PublicKey: async seed => rawPublic(privateKey(OKP.ed25519, seed)),
    ed25519Sign: async (seed, message) => sign(null, message, privateKey(OKP.ed25519, seed)),
    ed25519Verify: async (key, message, signature) =>
        attempted(() => verify(null, message, publicKey(OKP.ed25519, key), signature)) ?? false,
    x25519PublicKey: async secret => rawPublic(privateKey(OKP.x25519, secret)),
    x25519: async (secret, key) =>
        attempted(() =>
            diffieHellman({ privateKey: privateKey(OKP.x25519, secret), publicKey: publicKey(OKP.x25519, key) }),
        ),
    p256PublicKey: async secret => ecdh(secret).getPublicKey(),
    p256Sign: nobleCurves.p256Sign,
    p256Verify: async (key, message, signature) =>
        key[0] === 4 &&
        (attempted(() => verify("sha256", message, { key: p256Key(key), dsaEncoding: "ieee-p1363" }, signature)) ??
            false),
    p256Agree: async (secret, key) => (key[0] === 4 ? attempted(() => ecdh(secret).computeSecret(key)) : undefined),
}

const OKP = { ed25519: "06032b6570", x25519: "06032b656e" }

/** RFC 8410. */
function privateKey(oid: string, key: Buffer): KeyObject {
    const der = Buffer.concat([Buffer.from(`302e0201003005${oid}04220420`, "hex"), key])
    return createPrivateKey({ key: der, format: "der", type: "pkcs8" })
}

function publicKey(oid: string, key: Buffer): KeyObject {
    const der = Buffer.concat([Buffer.from(`302a3005${oid}032100`, "hex"), key])
    return createPublicKey({ key: der, format: "der", type: "spki" })
}

const rawPublic = (key: KeyObject): Buffer => createPublicKey(key).export({ format: "der", type: "spki" }).subarray(-32)

/** RFC 5480. */
function p256Key(point: Buffer): KeyObject {
    const head = Buffer.from("3059301306072a8648ce3d020106082a8648ce3d030107034200", "hex")
    return createPublicKey({ key: Buffer.concat([head, point]), format: "der", type: "spki" })
}

function ecdh(secret: Buffer): ECDH {
    const agreement = createECDH("prime256v1")
    agreement.setPrivateKey(secret)
    return agreement
}

function attempted<T>(attempt: () => T): T | undefined {
    try {
        return attempt()
    } catch {
        return undefined
    }
}
