import { randomBytes } from "node:crypto"
import files from "node:fs"
import { join } from "node:path"
import { z } from "zod"
import { InputError } from "../input-error"
import { keepPrivate, PRIVATE_FILE } from "../private-file"
import { requireAuthority } from "./authority-certificate"
import { base64Schema } from "./base64"
import {
    type AuthorityOptions,
    type CertificateAuthority,
    createAuthority,
    openAuthority,
} from "./certificate-authority"
import { createFolder, createOnce, readIfThere } from "./durable-file"
import { decryptKey, type EncryptedKey, encryptedKeySchema, encryptKey } from "./encrypted-key"
import { X509Certificate } from "./x509"

/** Where a manufacturer keeps its authority: `ca.json`, and what was made of each unit beside it. */
export interface CaFolder {
    readonly path: string
    readonly certificate: X509Certificate
    readonly encryptedKey: EncryptedKey
}

/**
 * Makes an authority and its folder. The private key is written under the passphrase and never otherwise.
 * @throws InputError if there is an authority already, or the folder cannot be written
 */
export async function createCaFolder(
    path: string,
    passphrase: string,
    options: Omit<AuthorityOptions, "random">,
): Promise<CaFolder> {
    const file = join(path, FILE_NAME)
    if (readIfThere(files, file)) throw alreadyThere(file)
    const authority = await createAuthority({ ...options, random: randomBytes })
    const encryptedKey = await encryptKey(authority.privateKey, passphrase, authority.certificate, randomBytes)
    const document: CaDocument = {
        version: 1,
        certificate: Buffer.from(authority.certificate).toString("base64"),
        privateKey: encryptedKey,
    }
    const text = `${JSON.stringify(document, undefined, 4)}\n`
    createFolder(files, path)
    if (!createOnce(files, file, text, PRIVATE_FILE)) throw alreadyThere(file)
    return openCaFolder(path)
}

/** @throws InputError if there is no authority, or it cannot be read */
export function openCaFolder(path: string): CaFolder {
    const file = join(path, FILE_NAME)
    const text = readIfThere(files, file)
    if (!text) throw new InputError(`${file}: no such file; make a CA with "domovoi ca init", or give its --dir`)
    const document = documentIn(text)
    if (!document) throw new InputError(`${file}: this is no CA of version 1; ${RESTORE}`)
    const { content } = requireAuthority(Buffer.from(document.certificate, "base64"), file, RESTORE)
    return { path, certificate: new X509Certificate(content), encryptedKey: document.privateKey }
}

/** @throws InputError if the passphrase is wrong, or somebody changed `ca.json` */
export async function unlockCa(folder: CaFolder, passphrase: string): Promise<CertificateAuthority> {
    const file = join(folder.path, FILE_NAME)
    keepPrivate(file)
    const certificate = new Uint8Array(folder.certificate.rawData)
    const privateKey = await decryptKey(folder.encryptedKey, passphrase, certificate)
    if (!privateKey)
        throw new InputError(`${file}: wrong passphrase (or the file was changed); try again, or restore a backup`)
    return openAuthority({ certificate, privateKey })
}

const FILE_NAME = "ca.json"
const RESTORE = "restore it from a backup"

const documentSchema = z.strictObject({
    version: z.literal(1),
    /** X.509, DER in base64. The private key is bound to it. */
    certificate: base64Schema,
    privateKey: encryptedKeySchema,
})

type CaDocument = z.infer<typeof documentSchema>

function documentIn(text: Buffer): CaDocument | undefined {
    try {
        return documentSchema.parse(JSON.parse(text.toString()))
    } catch {
        return undefined
    }
}

function alreadyThere(file: string): InputError {
    return new InputError(`${file}: there is a CA already, and it is never overwritten; choose another --dir`)
}
