import { Aes } from "../../../../src/core/crypto/aes"
import { AesCcm } from "../../../../src/core/crypto/ccm"
import { hex } from "../../../../src/core/crypto/hex"
import type { VectorRun } from "./vector-run"

/** FIPS 197 appendix B, C.1 and C.3. The second block of the pair is the first, inverted, so that the two differ everywhere. */
export async function aesVectors({ pause, check }: VectorRun): Promise<void> {
    async function encrypt(at: string, key: Buffer, plaintext: Buffer, published: Buffer): Promise<void> {
        const aes = new Aes(key)
        await pause()
        const pair = Buffer.alloc(32)
        for (let i = 0; i < 16; i++) {
            pair[i] = plaintext[i]
            pair[16 + i] = plaintext[i] ^ 0xff
        }
        await aes.encryptPair(pair, pause)
        check(`FIPS 197 ${at}, first block`, pair.slice(0, 16), published)
        for (let i = 0; i < 16; i++) {
            pair[i] = plaintext[i] ^ 0xff
            pair[16 + i] = plaintext[i]
        }
        await aes.encryptPair(pair, pause)
        check(`FIPS 197 ${at}, second block`, pair.slice(16, 32), published)
        await pause()
    }
    await encrypt(
        "B",
        hex`2b7e151628aed2a6abf7158809cf4f3c`,
        hex`3243f6a8885a308d313198a2e0370734`,
        hex`3925841d02dc09fbdc118597196a0b32`,
    )
    await encrypt(
        "C.1",
        hex`000102030405060708090a0b0c0d0e0f`,
        hex`00112233445566778899aabbccddeeff`,
        hex`69c4e0d86a7b0430d8cdb78070b4c55a`,
    )
    await encrypt(
        "C.3",
        hex`000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f`,
        hex`00112233445566778899aabbccddeeff`,
        hex`8ea2b7ca516745bfeafc49904b496089`,
    )
}

/** NIST SP 800-38C appendix C, examples 1 to 3. Example 4 has 65,536 bytes of associated data, more than is taken here. */
export async function ccmExamples({ pause, check }: VectorRun): Promise<void> {
    const key = hex`404142434445464748494a4b4c4d4e4f`
    async function example(
        number: number,
        nonce: Buffer,
        data: Buffer,
        text: Buffer,
        published: Buffer,
    ): Promise<void> {
        const ccm = new AesCcm(key, published.length - text.length)
        check(`SP 800-38C example ${number}, sealed`, await ccm.seal(nonce, data, text, pause), published)
        check(`SP 800-38C example ${number}, opened`, await ccm.open(nonce, data, published, pause), text)
    }
    await example(1, hex`10111213141516`, hex`0001020304050607`, hex`20212223`, hex`7162015b4dac255d`)
    await example(
        2,
        hex`1011121314151617`,
        hex`000102030405060708090a0b0c0d0e0f`,
        hex`202122232425262728292a2b2c2d2e2f`,
        hex`d2a1f0e051ea5f62081a7792073d593d1fc64fbfaccd`,
    )
    await example(
        3,
        hex`101112131415161718191a1b`,
        hex`000102030405060708090a0b0c0d0e0f10111213`,
        hex`202122232425262728292a2b2c2d2e2f3031323334353637`,
        hex`e3b201a9f5b71a7a9b1ceaeccd97e70b6176aad9a4428aa5484392fbc1b09951`,
    )
}

/** RFC 3610 §8, packet vectors 1 to 24. */
export async function ccmPacketVectors({ pause, check }: VectorRun): Promise<void> {
    let number = 0
    let ccm = new AesCcm(hex`c0c1c2c3c4c5c6c7c8c9cacbcccdcecf`, 8)
    async function packet(nonce: Buffer, header: Buffer, text: Buffer, published: Buffer): Promise<void> {
        number++
        check(`RFC 3610 packet ${number}, sealed`, await ccm.seal(nonce, header, text, pause), published)
        check(`RFC 3610 packet ${number}, opened`, await ccm.open(nonce, header, published, pause), text)
    }
    await packet(
        hex`00000003020100a0a1a2a3a4a5`,
        hex`0001020304050607`,
        hex`08090a0b0c0d0e0f101112131415161718191a1b1c1d1e`,
        hex`588c979a61c663d2f066d0c2c0f989806d5f6b61dac38417e8d12cfdf926e0`,
    )
    await packet(
        hex`00000004030201a0a1a2a3a4a5`,
        hex`0001020304050607`,
        hex`08090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f`,
        hex`72c91a36e135f8cf291ca894085c87e3cc15c439c9e43a3ba091d56e10400916`,
    )
    await packet(
        hex`00000005040302a0a1a2a3a4a5`,
        hex`0001020304050607`,
        hex`08090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20`,
        hex`51b1e5f44a197d1da46b0f8e2d282ae871e838bb64da8596574adaa76fbd9fb0c5`,
    )
    await packet(
        hex`00000006050403a0a1a2a3a4a5`,
        hex`000102030405060708090a0b`,
        hex`0c0d0e0f101112131415161718191a1b1c1d1e`,
        hex`a28c6865939a9a79faaa5c4c2a9d4a91cdac8c96c861b9c9e61ef1`,
    )
    await packet(
        hex`00000007060504a0a1a2a3a4a5`,
        hex`000102030405060708090a0b`,
        hex`0c0d0e0f101112131415161718191a1b1c1d1e1f`,
        hex`dcf1fb7b5d9e23fb9d4e131253658ad86ebdca3e51e83f077d9c2d93`,
    )
    await packet(
        hex`00000008070605a0a1a2a3a4a5`,
        hex`000102030405060708090a0b`,
        hex`0c0d0e0f101112131415161718191a1b1c1d1e1f20`,
        hex`6fc1b011f006568b5171a42d953d469b2570a4bd87405a0443ac91cb94`,
    )
    ccm = new AesCcm(hex`c0c1c2c3c4c5c6c7c8c9cacbcccdcecf`, 10)
    await packet(
        hex`00000009080706a0a1a2a3a4a5`,
        hex`0001020304050607`,
        hex`08090a0b0c0d0e0f101112131415161718191a1b1c1d1e`,
        hex`0135d1b2c95f41d5d1d4fec185d166b8094e999dfed96c048c56602c97acbb7490`,
    )
    await packet(
        hex`0000000a090807a0a1a2a3a4a5`,
        hex`0001020304050607`,
        hex`08090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f`,
        hex`7b75399ac0831dd2f0bbd75879a2fd8f6cae6b6cd9b7db24c17b4433f434963f34b4`,
    )
    await packet(
        hex`0000000b0a0908a0a1a2a3a4a5`,
        hex`0001020304050607`,
        hex`08090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20`,
        hex`82531a60cc24945a4b8279181ab5c84df21ce7f9b73f42e197ea9c07e56b5eb17e5f4e`,
    )
    await packet(
        hex`0000000c0b0a09a0a1a2a3a4a5`,
        hex`000102030405060708090a0b`,
        hex`0c0d0e0f101112131415161718191a1b1c1d1e`,
        hex`07342594157785152b074098330abb141b947b566aa9406b4d999988dd`,
    )
    await packet(
        hex`0000000d0c0b0aa0a1a2a3a4a5`,
        hex`000102030405060708090a0b`,
        hex`0c0d0e0f101112131415161718191a1b1c1d1e1f`,
        hex`676bb20380b0e301e8ab79590a396da78b834934f53aa2e9107a8b6c022c`,
    )
    await packet(
        hex`0000000e0d0c0ba0a1a2a3a4a5`,
        hex`000102030405060708090a0b`,
        hex`0c0d0e0f101112131415161718191a1b1c1d1e1f20`,
        hex`c0ffa0d6f05bdb67f24d43a4338d2aa4bed7b20e43cd1aa31662e7ad65d6db`,
    )
    ccm = new AesCcm(hex`d7828d13b2b0bdc325a76236df93cc6b`, 8)
    await packet(
        hex`00412b4ea9cdbe3c9696766cfa`,
        hex`0be1a88bace018b1`,
        hex`08e8cf97d820ea258460e96ad9cf5289054d895ceac47c`,
        hex`4cb97f86a2a4689a877947ab8091ef5386a6ffbdd080f8e78cf7cb0cddd7b3`,
    )
    await packet(
        hex`0033568ef7b2633c9696766cfa`,
        hex`63018f76dc8a1bcb`,
        hex`9020ea6f91bdd85afa0039ba4baff9bfb79c7028949cd0ec`,
        hex`4ccb1e7ca981befaa0726c55d378061298c85c92814abc33c52ee81d7d77c08a`,
    )
    await packet(
        hex`00103fe41336713c9696766cfa`,
        hex`aa6cfa36cae86b40`,
        hex`b916e0eacc1c00d7dcec68ec0b3bbb1a02de8a2d1aa346132e`,
        hex`b1d23a2220ddc0ac900d9aa03c61fcf4a559a4417767089708a776796edb723506`,
    )
    await packet(
        hex`00764c63b8058e3c9696766cfa`,
        hex`d0d0735c531e1becf049c244`,
        hex`12daac5630efa5396f770ce1a66b21f7b2101c`,
        hex`14d253c3967b70609b7cbb7c499160283245269a6f49975bcadeaf`,
    )
    await packet(
        hex`00f8b678094e3b3c9696766cfa`,
        hex`77b60f011c03e1525899bcae`,
        hex`e88b6a46c78d63e52eb8c546efb5de6f75e9cc0d`,
        hex`5545ff1a085ee2efbf52b2e04bee1e2336c73e3f762c0c7744fe7e3c`,
    )
    await packet(
        hex`00d560912d3f703c9696766cfa`,
        hex`cd9044d2b71fdb8120ea60c0`,
        hex`6435acbafb11a82e2f071d7ca4a5ebd93a803ba87f`,
        hex`009769ecabdf48625594c59251e6035722675e04c847099e5ae0704551`,
    )
    ccm = new AesCcm(hex`d7828d13b2b0bdc325a76236df93cc6b`, 10)
    await packet(
        hex`0042fff8f1951c3c9696766cfa`,
        hex`d85bc7e69f944fb8`,
        hex`8a19b950bcf71a018e5e6701c91787659809d67dbedd18`,
        hex`bc218daa947427b6db386a99ac1aef23ade0b52939cb6a637cf9bec2408897c6ba`,
    )
    await packet(
        hex`00920f40e56cdc3c9696766cfa`,
        hex`74a0ebc9069f5b37`,
        hex`1761433c37c5a35fc1f39f406302eb907c6163be38c98437`,
        hex`5810e6fd25874022e80361a478e3e9cf484ab04f447efff6f0a477cc2fc9bf548944`,
    )
    await packet(
        hex`0027ca0c7120bc3c9696766cfa`,
        hex`44a3aa3aae6475ca`,
        hex`a434a8e58500c6e41530538862d686ea9e81301b5ae4226bfa`,
        hex`f2beed7bc5098e83feb5b31608f8e29c38819a89c8e776f1544d4151a4ed3a8b87b9ce`,
    )
    await packet(
        hex`005b8ccbcd9af83c9696766cfa`,
        hex`ec46bb63b02520c33c49fd70`,
        hex`b96b49e21d621741632875db7f6c9243d2d7c2`,
        hex`31d750a09da3ed7fddd49a2032aabf17ec8ebf7d22c8088c666be5c197`,
    )
    await packet(
        hex`003ebe94044b9a3c9696766cfa`,
        hex`47a65ac78b3d594227e85e71`,
        hex`e2fcfbb880442c731bf95167c8ffd7895e337076`,
        hex`e882f1dbd38ce3eda7c23f04dd65071eb41342acdf7e00dccec7ae52987d`,
    )
    await packet(
        hex`008d493b30ae8b3c9696766cfa`,
        hex`6e37a6ef546d955d34ab6059`,
        hex`abf21c0b02feb88f856df4a37381bce3cc128517d4`,
        hex`f32905b88a641b04b9c9ffb58cc390900f3da12ab16dce9e82efa16da62059`,
    )
}
