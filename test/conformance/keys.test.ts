/** The search for private keys finds one where there is one, in whatever form, and none where there is none. */
import { createECDH } from "node:crypto"
import { ed25519 } from "@noble/curves/ed25519.js"
import { expect, test } from "vitest"
import { loadBoard } from "../../simulators/board/definition"
import { simulatedBench } from "../../src/host/conformance/simulated-device"
import { privateKeyIn } from "../../src/host/conformance/tests/keys"
import { requireAuthority } from "../../src/host/identity/authority-certificate"
import { certifiedIn } from "../../src/host/identity/chain"
import { seededBytes } from "../../src/host/identity/random-bytes"
import { certificatesOf } from "../../src/host/unit/certificates-of"
import { simulatedTrust } from "../../src/host/unit/simulated-factory"

const random = seededBytes("keys")
const BYTES = 512
const AT = 200

/** Memory with something at one place, and something else that looks like a key everywhere else. */
function memoryWith(key: Uint8Array): Uint8Array {
    const memory = random(BYTES)
    memory.set(key, AT)
    return memory
}

const seed = random(32)
const ed25519Unit = { algorithm: "ed25519", publicKey: ed25519.getPublicKey(seed) } as const
const { head } = ed25519.utils.getExtendedPublicKey(seed)
const scalar = Buffer.from(random(32))
scalar[0] = 1
const ecdh = createECDH("prime256v1")
ecdh.setPrivateKey(scalar)
const p256Unit = { algorithm: "p256", publicKey: ecdh.getPublicKey().subarray(1) } as const

test.each([
    ["a seed of Ed25519", seed, ed25519Unit],
    ["the scalar that comes of it", head, ed25519Unit],
    ["a scalar of P-256", scalar, p256Unit],
    ["the same with its lowest byte first", Buffer.from(scalar).reverse(), p256Unit],
])("%s is found", (_, key, unit) => {
    expect(privateKeyIn(memoryWith(key), unit)).toBe(AT)
})

test.each([ed25519Unit, p256Unit])("the key of another unit is not taken for that of $algorithm", unit => {
    expect(privateKeyIn(random(BYTES), unit)).toBeUndefined()
})

test("the valve's key lies in its FRAM", async () => {
    const definition = loadBoard("valve_pico", "boards")
    const bench = await simulatedBench({ device: "gas-valve", definition, profile: "stock", seed: "keys" })
    await bench.begin()
    const ca = requireAuthority((await simulatedTrust()).ca, "the simulated factory", "make another")
    const certified = certifiedIn(await certificatesOf(bench.link), ca)
    if ("refusal" in certified) throw new Error(certified.refusal)
    const fram = (await bench.dump()).find(({ name }) => name === "fram")!
    expect(privateKeyIn(fram.bytes, certified.unit)).toBeTypeOf("number")
})
