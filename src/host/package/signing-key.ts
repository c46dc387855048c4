/** Keys that sign packages, in files: the public half in plain view, the private one encrypted under a passphrase. */
import { createHash, randomBytes } from "node:crypto"
import fs, { existsSync } from "node:fs"
import { z } from "zod"
import { readBoundedFile } from "../../../simulators/bounded-file"
import type { TrustedKey } from "../../core/suit/policy"
import { createOnce } from "../identity/durable-file"
import { decryptKey, encryptedKeySchema, encryptKey } from "../identity/encrypted-key"
import type { RandomBytes } from "../identity/random-bytes"
import { InputError } from "../input-error"
import { MAX_FILE_BYTES } from "../input-file"
import { keepPrivate, PRIVATE_FILE } from "../private-file"
import { IMPLEMENTATIONS, SIGNATURE_ALGORITHMS, type SignatureAlgorithm } from "./algorithms"
import type { Signer } from "./signer"

/** Version of the form of these files. */
const FORMAT = "domovoi-signing-key-1"

const publicKeySchema = z.strictObject({
    format: z.literal(FORMAT),
    algorithm: z.enum(SIGNATURE_ALGORITHMS),
    keyId: z.hex(),
    publicKey: z.hex(),
})
const keyFileSchema = publicKeySchema.extend({ privateKey: encryptedKeySchema.optional() })

/** What a key file tells everybody. */
export type PublicKeyFile = z.infer<typeof publicKeySchema>
export type KeyFile = z.infer<typeof keyFileSchema>

/** How many bytes of the SHA-256 of a public key name it. */
const KEY_ID_BYTES = 8

/** Makes a key. @returns what its file has to hold */
export async function makeKey(
    algorithm: SignatureAlgorithm,
    passphrase: string,
    random: RandomBytes,
): Promise<KeyFile> {
    const { privateKey, publicKey } = IMPLEMENTATIONS[algorithm].makeKey(random)
    const keyId = createHash("sha256").update(publicKey).digest().subarray(0, KEY_ID_BYTES)
    const open: PublicKeyFile = {
        format: FORMAT,
        algorithm,
        keyId: keyId.toString("hex"),
        publicKey: Buffer.from(publicKey).toString("hex"),
    }
    return { ...open, privateKey: await encryptKey(privateKey, passphrase, contextOf(open), random) }
}

/** The part that may be given to others. */
export function publicPart({ privateKey, ...open }: KeyFile): PublicKeyFile {
    return open
}

/**
 * Saves a key, for its owner's eyes only, and its public half beside it as `PATH.pub`.
 * @throws InputError if there is a key already, which is never overwritten, or no such file can be written
 */
export function saveKey(path: string, key: KeyFile): void {
    const publicPath = `${path}.pub`
    // Another key's public half would pass for this one's.
    for (const file of [path, publicPath]) if (existsSync(file)) throw alreadyThere(file)
    if (!createOnce(fs, path, textOf(key), PRIVATE_FILE)) throw alreadyThere(path)
    if (!createOnce(fs, publicPath, textOf(publicPart(key)), 0o644)) throw alreadyThere(publicPath)
}

function alreadyThere(path: string): InputError {
    return new InputError(`${path}: there is a file already; choose another name, or move it away`)
}

/** @throws InputError if there is no such file, or it holds no key */
export function readKeyFile(path: string): KeyFile {
    try {
        return keyFileSchema.parse(JSON.parse(readBoundedFile(path, MAX_FILE_BYTES.record).toString()))
    } catch (error) {
        const why = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message
        throw new InputError(`${path}: no signing key: ${why}; make one with domovoi keygen`)
    }
}

export function trustedKeyOf({ algorithm, keyId, publicKey }: PublicKeyFile): TrustedKey {
    return {
        algorithm: IMPLEMENTATIONS[algorithm].verifier.algorithm,
        keyId: Buffer.from(keyId, "hex"),
        publicKey: Buffer.from(publicKey, "hex"),
    }
}

/** @param path of the file, for messages @throws InputError if the file holds no private key, or the passphrase is not its */
export async function unlockKey(path: string, file: KeyFile, passphrase: string): Promise<Signer> {
    const { privateKey, ...open } = file
    if (!privateKey) throw new InputError(`${path}: only the public half of a key; give the file that keygen made`)
    keepPrivate(path)
    const secret = await decryptKey(privateKey, passphrase, contextOf(open))
    if (!secret) throw new InputError(`${path}: wrong passphrase, or a file that was changed`)
    const { sign } = IMPLEMENTATIONS[open.algorithm]
    const { algorithm, keyId } = trustedKeyOf(open)
    return { algorithm, keyId, sign: async message => Buffer.from(sign(message, secret, randomBytes)) }
}

function textOf(file: PublicKeyFile): string {
    return `${JSON.stringify(file, undefined, 4)}\n`
}

/** Binds the private half to the public one. */
function contextOf({ algorithm, publicKey }: PublicKeyFile): Buffer {
    return Buffer.from(`${FORMAT} ${algorithm} ${publicKey}`)
}
