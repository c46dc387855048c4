/** A private key at rest: scrypt (RFC 7914) makes a key of the passphrase, and AES-256-GCM encrypts under that. */
import { createCipheriv, createDecipheriv, type ScryptOptions, scrypt } from "node:crypto"
import { promisify } from "node:util"
import { z } from "zod"
import { base64Schema } from "./base64"
import type { RandomBytes } from "./random-bytes"

/** As it stands in a file. Bytes are in base64. */
export const encryptedKeySchema = z.strictObject({
    kdf: z.literal("scrypt"),
    // Closed, so that a file that somebody changed cannot choose how much memory is taken. It takes 128 * N * r bytes.
    N: z.literal([2 ** 17, 2 ** 18, 2 ** 19]),
    r: z.literal(8),
    p: z.literal(1),
    salt: base64Schema,
    cipher: z.literal("aes-256-gcm"),
    nonce: base64Schema,
    ciphertext: base64Schema,
    tag: base64Schema,
})

export type EncryptedKey = z.infer<typeof encryptedKeySchema>

/**
 * Takes 128 MiB of memory, and about half a second.
 * @param context what the key belongs to: it is not in the result, and decrypting wants the same
 */
export async function encryptKey(
    key: Uint8Array,
    passphrase: string,
    context: Uint8Array,
    random: RandomBytes,
): Promise<EncryptedKey> {
    const [salt, nonce] = [Buffer.from(random(16)), Buffer.from(random(12))]
    const cipher = createCipheriv(CIPHER, await wrappingKey(passphrase, salt, COST), nonce).setAAD(context)
    const ciphertext = Buffer.concat([cipher.update(key), cipher.final()])
    return {
        kdf: "scrypt",
        ...COST,
        salt: salt.toString("base64"),
        cipher: CIPHER,
        nonce: nonce.toString("base64"),
        ciphertext: ciphertext.toString("base64"),
        tag: cipher.getAuthTag().toString("base64"),
    }
}

/** @returns undefined if the passphrase or the context is another one, or somebody changed the file */
export async function decryptKey(
    { N, r, p, salt, nonce, ciphertext, tag }: EncryptedKey,
    passphrase: string,
    context: Uint8Array,
): Promise<Buffer | undefined> {
    const wrapping = await wrappingKey(passphrase, Buffer.from(salt, "base64"), { N, r, p })
    try {
        const decipher = createDecipheriv(CIPHER, wrapping, Buffer.from(nonce, "base64"), { authTagLength: TAG_BYTES })
        decipher.setAAD(context).setAuthTag(Buffer.from(tag, "base64"))
        return Buffer.concat([decipher.update(ciphertext, "base64"), decipher.final()])
    } catch {
        return undefined
    }
}

/** OWASP's first choice for scrypt. */
const COST = { N: 2 ** 17, r: 8, p: 1 } as const
const CIPHER = "aes-256-gcm"
const KEY_BYTES = 32
const TAG_BYTES = 16

type Cost = Pick<EncryptedKey, "N" | "r" | "p">

function wrappingKey(passphrase: string, salt: Buffer, { N, r, p }: Cost): Promise<Buffer> {
    // One person's keyboard composes an accented letter, another's does not.
    const password = passphrase.normalize("NFKC")
    return scryptKey(password, salt, KEY_BYTES, { N, r, p, maxmem: 2 * 128 * N * r })
}

const scryptKey = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt)
