import type { Pause } from "../ports"
import { copyOf } from "./copy-of"
import { hex } from "./hex"
import { joinBytes } from "./join-bytes"
import { requireBytes } from "./require-bytes"
import { Sha256 } from "./sha256"

/**
 * The runtime's own SHA-256 and HMAC-SHA-256, as `Buffer.digest` of the DeviceScript runtime offers it. Without a key,
 * it hashes.
 */
export type NativeDigest = (key: Buffer | undefined, algorithm: "sha256", parts: Buffer[]) => Buffer

/**
 * Port: SHA-256 as the board computes it fastest. Results are new Buffers of 32 bytes; several parts count as their
 * concatenation.
 */
export interface Digest {
    sha256(parts: Buffer[], pause: Pause): Promise<Buffer>

    /** HMAC-SHA-256 (RFC 2104). The key may have any length. */
    hmacSha256(key: Buffer, parts: Buffer[], pause: Pause): Promise<Buffer>

    /**
     * SHA-256 of at most 128 bytes: without a pause in 0.4 ms where there is a native digest, else with pauses. It has the form of
     * the native function because on the device it is that function: a hash-based signature calls it two thousand times, and
     * a wrapper around it would cost up to half as much as the hash.
     */
    readonly short: (key: undefined, algorithm: "sha256", parts: Buffer[]) => Buffer | Promise<Buffer>
}

/**
 * Chooses the native digest when the board has one, plain TypeScript otherwise, and tests the choice with known
 * answers.
 * @throws Error if an answer is wrong. A board that computes wrong hashes is broken: there is no falling back from
 * that.
 */
export async function openDigest(native: NativeDigest | undefined, pause: Pause): Promise<Digest> {
    return native ? await openNativeDigest(native, pause) : await tested(new PlainDigest(pause), pause)
}

/** As `openDigest`, where there is a native digest: a program that calls this does not link the other. */
export async function openNativeDigest(native: NativeDigest, pause: Pause): Promise<Digest> {
    return await tested(new RuntimeDigest(native), pause)
}

/** 131 bytes, more than a block. */
const LONG_KEY = hex`
    aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
    aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
    aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa`

async function tested(digest: Digest, pause: Pause): Promise<Digest> {
    const alphabet = [Buffer.from("abcdbcdecdefdefgefghfghigh"), Buffer.from("ijhijkijkljklmklmnlmnomnopnopq")]
    const longKeyText = Buffer.from("Test Using Larger Than Block-Size Key - Hash Key First")
    requireAnswer(
        "FIPS 180-4, SHA-256 of two blocks",
        await digest.sha256(alphabet, pause),
        hex`248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1`,
    )
    await pause()
    requireAnswer(
        "RFC 4231 test case 6, HMAC-SHA-256",
        await digest.hmacSha256(LONG_KEY, [longKeyText], pause),
        hex`60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54`,
    )
    await pause()
    return digest
}

class RuntimeDigest implements Digest {
    readonly short: NativeDigest

    constructor(native: NativeDigest) {
        this.short = native
    }

    async sha256(parts: Buffer[]): Promise<Buffer> {
        for (const part of parts) requireBytes(part, "data")
        return this.short(undefined, "sha256", parts)
    }

    async hmacSha256(key: Buffer, parts: Buffer[]): Promise<Buffer> {
        requireBytes(key, "key")
        for (const part of parts) requireBytes(part, "data")
        return this.short(key, "sha256", parts)
    }
}

class PlainDigest implements Digest {
    readonly short: Digest["short"]

    /** @param pause what `short` pauses with */
    constructor(pause: Pause) {
        this.short = async (_key, _algorithm, parts) => await hashPaced(joinBytes(parts), pause)
    }

    async sha256(parts: Buffer[], pause: Pause): Promise<Buffer> {
        for (const part of parts) requireBytes(part, "data")
        return await hashPaced(joinBytes(parts), pause)
    }

    async hmacSha256(key: Buffer, parts: Buffer[], pause: Pause): Promise<Buffer> {
        requireBytes(key, "key")
        for (const part of parts) requireBytes(part, "data")
        const text = joinBytes(parts)
        const short = key.length > 64 ? await this.sha256([key], pause) : copyOf(key)
        const inner = await hashPaced(joinBytes([keyBlock(short, 0x36), text]), pause)
        return await hashPaced(joinBytes([keyBlock(short, 0x5c), inner]), pause)
    }
}

/** Pauses first: what it hashes was put together at once, and a new hash allocates more than any stretch else. */
async function hashPaced(data: Buffer, pause: Pause): Promise<Buffer> {
    await pause()
    const hash = new Sha256()
    await hash.update(data, pause)
    return await hash.digest(pause)
}

/** The key, padded with zeros to a block and masked (RFC 2104 §2: ipad is 0x36, opad 0x5c). */
function keyBlock(key: Buffer, mask: number): Buffer {
    const block = Buffer.alloc(64)
    block.set(key, 0)
    for (let i = 0; i < 64; i++) block[i] ^= mask
    return block
}

function requireAnswer(name: string, answer: Buffer, expected: Buffer): void {
    if (answer.toString("hex") !== expected.toString("hex"))
        throw new Error(`digest self-test "${name}" failed: this board computes wrong hashes, do not use it`)
}
