import { type SignatureReader, slhDsaRefusal } from "../../../../src/core/crypto/slhdsa"
import { rising } from "./bytes"
import { PUBLIC_KEY_1, PUBLIC_KEY_2, PUBLIC_KEY_3, SIGNATURE_1, SIGNATURE_2, SIGNATURE_3 } from "./slhdsa-signatures"
import type { VectorRun } from "./vector-run"

/** Hands out a signature that lies in memory. */
export function readerOf(signature: Buffer): SignatureReader {
    let at = 0
    return {
        length: signature.length,
        read: async (length: number) => {
            const part = signature.slice(at, at + length)
            at += length
            return part
        },
    }
}

export async function slhDsaVectors({ digest, pause, check }: VectorRun): Promise<void> {
    async function verify(name: string, key: Buffer, messageLength: number, contextLength: number, signature: Buffer) {
        const message = rising(messageLength, 0)
        const context = rising(contextLength, 0)
        const refusal = await slhDsaRefusal(key, [message], context, readerOf(signature), digest, pause)
        check(name, refusal === undefined ? undefined : Buffer.from(refusal), undefined)
    }
    await verify("empty message, no context", PUBLIC_KEY_1, 0, 0, SIGNATURE_1)
    await verify("64 bytes, short context", PUBLIC_KEY_2, 64, 5, SIGNATURE_2)
    await verify("300 bytes, longest context", PUBLIC_KEY_3, 300, 255, SIGNATURE_3)
}
