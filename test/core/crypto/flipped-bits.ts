import { expect } from "vitest"

/** What is signed, and what under; whole, it is valid. */
interface Signed {
    message: Buffer
    signature: Buffer
}

/** Flips a bit of every byte of message and signature, one at a time: neither takes it, and both say the same. */
export async function refuseFlippedBits<S extends Signed>(
    parts: S,
    verdict: (parts: S) => Promise<string>,
    other: (parts: S) => Promise<string>,
): Promise<void> {
    expect(await verdict(parts)).toBe("valid")
    for (const part of [parts.message, parts.signature])
        for (let i = 0; i < part.length; i++) {
            const bit = 1 << (i & 7)
            part[i] ^= bit
            const refusal = await verdict(parts)
            expect(refusal, `byte ${i}`).not.toBe("valid")
            expect(refusal, `byte ${i}`).toBe(await other(parts))
            part[i] ^= bit
        }
}
