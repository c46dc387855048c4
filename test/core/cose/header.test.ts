import { expect, test } from "vitest"
import { CborReader } from "../../../src/core/cbor/reader"
import { CborRefusal } from "../../../src/core/cbor/refusal"
import { readSignerHeader } from "../../../src/core/cose/header"
import { CoseRefusal } from "../../../src/core/cose/refusal"
import { encode } from "./encode"

const ALGORITHM: Pair = [1, -8]
const NAME: Pair = [4, Buffer.from("alice")]

type Pair = [label: number, value: unknown]
const map = (...pairs: Pair[]) => encode(new Map(pairs))

/** Protected and unprotected header, one behind the other as in a message. */
function read(protectedHeader: Buffer, unprotected: Buffer) {
    const bytes = Buffer.concat([encode(protectedHeader), unprotected])
    const reader = new CborReader(bytes, bytes.length)
    const header = readSignerHeader(reader)
    reader.finish()
    return { header, refusal: reader.refusal }
}

test.each([
    ["a name that is not protected", map(ALGORITHM), map(NAME)],
    ["a name that is protected", map(ALGORITHM, NAME), map()],
])("algorithm and %s", (_, protectedHeader, unprotected) => {
    const { header, refusal } = read(protectedHeader, unprotected)
    expect(refusal).toBe(CborRefusal.None)
    expect(header).toEqual({ protectedHeader, algorithm: -8, keyId: NAME[1] })
})

test("the lowest number of an algorithm and the longest name", () => {
    const name: Pair = [4, Buffer.alloc(32, 1)]
    const protectedHeader = map([1, -0x1_0000_0000], name)
    expect(read(protectedHeader, map())).toMatchObject({
        refusal: CborRefusal.None,
        header: { algorithm: -0x1_0000_0000, keyId: name[1] },
    })
})

test.each<[string, number, Buffer, Buffer]>([
    ["an algorithm that anybody could have changed", CoseRefusal.Header, map(NAME), map(ALGORITHM)],
    ["an algorithm, and another that is not protected", CoseRefusal.Header, map(ALGORITHM), map([1, -7], NAME)],
    ["no algorithm", CoseRefusal.AlgorithmMissing, map(), map(NAME)],
    ["algorithm 0, which is reserved", CoseRefusal.AlgorithmMissing, map([1, 0]), map(NAME)],
    ["no name", CoseRefusal.KeyIdMissing, map(ALGORITHM), map()],
    ["an empty name", CoseRefusal.KeyIdMissing, map(ALGORITHM), map([4, Buffer.alloc(0)])],
    ["a name in both", CoseRefusal.Header, map(ALGORITHM, NAME), map(NAME)],
    ["a name of 33 bytes", CborRefusal.TooLong, map(ALGORITHM), map([4, Buffer.alloc(33)])],
    ["a critical header", CoseRefusal.Header, map(ALGORITHM, [2, [99]]), map(NAME)],
    ["another header that is not protected", CoseRefusal.Header, map(ALGORITHM), map(NAME, [5, 0])],
    ["the algorithm twice", CborRefusal.KeyRepeated, Buffer.from("a201270127", "hex"), map(NAME)],
    ["labels that fall", CborRefusal.KeyOrder, Buffer.from("a20441610127", "hex"), map()],
    ["bytes behind the protected header", CborRefusal.Trailing, Buffer.from("a1012700", "hex"), map(NAME)],
    ["a protected header of 49 bytes", CborRefusal.TooLong, Buffer.alloc(49), map(NAME)],
    ["a protected header that is cut off", CborRefusal.Ended, Buffer.from("a101", "hex"), map(NAME)],
    ["an algorithm by its name", CborRefusal.Type, map([1, "EdDSA"]), map(NAME)],
    ["a name that is a text", CborRefusal.Type, map(ALGORITHM), map([4, "alice"])],
])("refused: %s", (_, refusal, protectedHeader, unprotected) => {
    expect(read(protectedHeader, unprotected).refusal).toBe(refusal)
})
