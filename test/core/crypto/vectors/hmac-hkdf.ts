import { hex } from "../../../../src/core/crypto/hex"
import { hkdfExpand, hkdfExtract } from "../../../../src/core/crypto/hkdf"
import { filled, rising } from "./bytes"
import type { VectorRun } from "./vector-run"

/** RFC 4231 §4.2 to §4.8. Case 5 is printed truncated to 128 bits. */
export async function hmacVectors({ digest, pause, check }: VectorRun): Promise<void> {
    async function hmac(testCase: number, key: Buffer, data: Buffer, published: Buffer): Promise<void> {
        const tag = await digest.hmacSha256(key, [data], pause)
        check(`RFC 4231 test case ${testCase}`, tag.slice(0, published.length), published)
    }
    await hmac(
        1,
        filled(20, 0x0b),
        Buffer.from("Hi There"),
        hex`b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7`,
    )
    await hmac(
        2,
        Buffer.from("Jefe"),
        Buffer.from("what do ya want for nothing?"),
        hex`5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843`,
    )
    await hmac(
        3,
        filled(20, 0xaa),
        filled(50, 0xdd),
        hex`773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe`,
    )
    await hmac(
        4,
        rising(25, 0x01),
        filled(50, 0xcd),
        hex`82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b`,
    )
    await hmac(5, filled(20, 0x0c), Buffer.from("Test With Truncation"), hex`a3b6167473100ee06e0c796c2955552b`)
    await hmac(
        6,
        filled(131, 0xaa),
        Buffer.from("Test Using Larger Than Block-Size Key - Hash Key First"),
        hex`60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54`,
    )
    await hmac(
        7,
        filled(131, 0xaa),
        Buffer.from(
            "This is a test using a larger than block-size key and a larger than block-size data. The key needs to be hashed before being used by the HMAC algorithm.",
        ),
        hex`9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2`,
    )
}

/** RFC 5869 appendix A.1 to A.3. The others use SHA-1. */
export async function hkdfVectors({ digest, pause, check }: VectorRun): Promise<void> {
    async function hkdf(name: string, inputKey: Buffer, salt: Buffer, info: Buffer, key: Buffer, output: Buffer) {
        const extracted = await hkdfExtract(digest, salt, inputKey, pause)
        check(`RFC 5869 ${name} PRK`, extracted, key)
        check(`RFC 5869 ${name} OKM`, await hkdfExpand(digest, extracted, info, output.length, pause), output)
    }
    await hkdf(
        "A.1",
        filled(22, 0x0b),
        rising(13, 0x00),
        rising(10, 0xf0),
        hex`077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5`,
        hex`3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865`,
    )
    await hkdf(
        "A.2",
        rising(80, 0x00),
        rising(80, 0x60),
        rising(80, 0xb0),
        hex`06a6b88c5853361a06104c9ceb35b45cef760014904671014a193f40c15fc244`,
        hex`b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09
            da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87`,
    )
    await hkdf(
        "A.3",
        filled(22, 0x0b),
        Buffer.alloc(0),
        Buffer.alloc(0),
        hex`19ef24a32c717b167f33a91d6f648bdf96596776afdb6377ac434c1c293ccb04`,
        hex`8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8`,
    )
}
