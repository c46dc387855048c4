/** What the port `Verifier` promises, of each algorithm, with signatures that other libraries made. */
import { describe, expect, test } from "vitest"
import { EDDSA } from "../../../src/core/cose/eddsa"
import { ES256 } from "../../../src/core/cose/es256"
import { toBeSigned } from "../../../src/core/cose/sign1"
import { SLH_DSA_SHA2_128S } from "../../../src/core/cose/slhdsa"
import type { Verifier } from "../../../src/core/cose/verifier"
import type { SignatureReader } from "../../../src/core/crypto/slhdsa"
import { DAVE } from "../suit/dave"
import { pause, STANDARDS } from "../suit/device"
import { ALICE, CAROL } from "../suit/signers"
import { SIGNATURE } from "./sign1-example"

const MESSAGE = Buffer.from("what is signed")

/** Gives a signature piece by piece. */
class Pieces implements SignatureReader {
    readonly length: number
    private at = 0
    constructor(private readonly bytes: Buffer) {
        this.length = bytes.length
    }
    async read(length: number): Promise<Buffer> {
        this.at += length
        return this.bytes.subarray(this.at - length, this.at)
    }
}

const verify = (verifier: Verifier, key: Buffer, message: Buffer, signature: Buffer) =>
    verifier.verify(key, message, new Pieces(signature), STANDARDS.digest, pause)

function changed(bytes: Buffer, at: number): Buffer {
    const copy = Buffer.from(bytes)
    copy[at] ^= 1
    return copy
}

describe.each([
    ["EdDSA", EDDSA, ALICE, { algorithm: -8, publicKeyBytes: 32, signatureBytes: 64 }],
    ["ES256", ES256, CAROL, { algorithm: -7, publicKeyBytes: 64, signatureBytes: 64 }],
    ["SLH-DSA-SHA2-128s", SLH_DSA_SHA2_128S, DAVE, { algorithm: -51, publicKeyBytes: 32, signatureBytes: 7856 }],
])("%s", (_, verifier, signer, facts) => {
    const { publicKey } = signer.key

    test("has its number and sizes, and takes a signature of the message by the key, and no other", async () => {
        expect(verifier).toMatchObject(facts)
        const signature = await signer.sign(MESSAGE)
        expect([publicKey.length, signature.length]).toEqual([facts.publicKeyBytes, facts.signatureBytes])
        expect(await verify(verifier, publicKey, MESSAGE, signature)).toBe(true)
        expect(await verify(verifier, publicKey, changed(MESSAGE, 0), signature)).toBe(false)
        expect(await verify(verifier, publicKey, MESSAGE, changed(signature, 3))).toBe(false)
        expect(await verify(verifier, changed(publicKey, 3), MESSAGE, signature)).toBe(false)
    })
})

test("the signature of RFC 9052, appendix C.2.1", async () => {
    const key = Buffer.from(
        "bac5b11cad8f99f9c72b05cf4b9e26d244dc189f745228255a219a86d6a09eff" +
            "20138bf82dc1b6d562be0fa54ab7804a3a64b6d72ccfed6b6fb6ed28bbfc117e",
        "hex",
    )
    const signed = toBeSigned(Buffer.from("a10126", "hex"), Buffer.from("This is the content."))
    expect(await verify(ES256, key, signed, SIGNATURE)).toBe(true)
})
