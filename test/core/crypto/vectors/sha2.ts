import type { BlockHash } from "../../../../src/core/crypto/block-hash"
import { hex } from "../../../../src/core/crypto/hex"
import { Sha256 } from "../../../../src/core/crypto/sha256"
import { Sha512 } from "../../../../src/core/crypto/sha512"
import type { VectorRun } from "./vector-run"

/** The examples of FIPS 180-4 (those of one block and of two), and the empty message. */
export async function sha2Vectors({ check, pause }: VectorRun): Promise<void> {
    async function hash(name: string, hash: BlockHash, message: string, published: Buffer): Promise<void> {
        await hash.update(Buffer.from(message), pause)
        check(name, await hash.digest(pause), published)
    }
    await hash(
        "SHA-256 of nothing",
        new Sha256(),
        "",
        hex`e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855`,
    )
    await hash(
        "SHA-256 of abc",
        new Sha256(),
        "abc",
        hex`ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad`,
    )
    await hash(
        "SHA-256 of two blocks",
        new Sha256(),
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        hex`248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1`,
    )
    await hash(
        "SHA-512 of nothing",
        new Sha512(),
        "",
        hex`cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce
            47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e`,
    )
    await hash(
        "SHA-512 of abc",
        new Sha512(),
        "abc",
        hex`ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a
            2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f`,
    )
    await hash(
        "SHA-512 of two blocks",
        new Sha512(),
        "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
        hex`8e959b75dae313da8cf4f72814fc143f8f7779c6eb9f7fa17299aeadb6889018
            501d289e4900f7e4331b99dec4b5433ac7d329eeb6dd26545e96e55b874be909`,
    )
}
