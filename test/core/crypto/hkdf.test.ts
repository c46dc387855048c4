import { expect, test } from "vitest"
import { openDigest } from "../../../src/core/crypto/digest"
import { hkdfExpand, hkdfExtract } from "../../../src/core/crypto/hkdf"
import { nodeDigest } from "../../../src/host/node-digest"
import { openSsl } from "./openssl"
import { rising } from "./vectors/bytes"

const pause = async () => {}
const salt = rising(20, 1)
const inputKey = rising(32, 2)
const info = rising(10, 3)

async function derive(length: number): Promise<Buffer> {
    const digest = await openDigest(nodeDigest, pause)
    return hkdfExpand(digest, await hkdfExtract(digest, salt, inputKey, pause), info, length, pause)
}

test("every length around the blocks, and the longest there is", async () => {
    for (const length of [1, 31, 32, 33, 64, 65, 8159, 8160])
        expect(await derive(length)).toEqual(await openSsl.hkdf(salt, inputKey, info, length))
})

test("lengths that HKDF cannot make are refused", async () => {
    for (const length of [0, -1, 0.5, 1.5, 8159.5, 8161, Number.NaN, undefined as unknown as number])
        await expect(derive(length)).rejects.toThrow(`HKDF makes 1 to 8160 bytes, not ${length}`)
})

test("an output is no view of another", async () => {
    const first = await derive(32)
    first.fill(0)
    expect(await derive(32)).not.toEqual(first)
})
