import nodeFiles from "node:fs"
import { dirname, join } from "node:path"
import { z } from "zod"
import { InputError } from "../input-error"
import { keepPrivate, PRIVATE_FILE } from "../private-file"
import { requireAuthority } from "./authority-certificate"
import type { CaFolder } from "./ca-folder"
import { certifiedIn, verifyChain } from "./chain"
import { type CertificateRequest, issueDeviceCertificate } from "./device-certificate"
import { createFolder, createOnce, type FileSystem, foldersIn, readIfThere } from "./durable-file"
import { PAIRING_SECRET_BYTES } from "./pairing-secret"
import type { RandomBytes } from "./random-bytes"
import { REVOCATION_REASONS, type Revocation, type RevocationReason } from "./revocation"
import { isSerial, requireSerial, requireUnit } from "./unit"

/** Why a unit gets no certificate. */
export type IssueRefusal =
    /** Its serial number has a certificate over another key. */
    | "otherKey"
    /** Its serial number has a certificate that says another model, board or class, or only one of both is a test unit. */
    | "otherDescription"
    /** Its certificate was revoked: the serial number is spent. */
    | "revoked"

/**
 * What was made of each unit: the folder `units/SERIAL` beside the CA. Each file there appears whole and is never changed, so whatever
 * was interrupted can be done again, and the result is the same.
 */
export class UnitRegister {
    readonly #ca: Uint8Array
    readonly #path: string
    readonly #files: FileSystem

    constructor(ca: Pick<CaFolder, "path" | "certificate">, files: FileSystem = nodeFiles) {
        this.#ca = new Uint8Array(ca.certificate.rawData)
        this.#path = join(ca.path, "units")
        this.#files = files
    }

    /** Serial numbers of which anything is kept, in order. */
    units(): string[] {
        return foldersIn(this.#files, this.#path).filter(isSerial)
    }

    /** Those that have a certificate. */
    serials(): string[] {
        return this.units().filter(serial => this.certificate(serial) !== undefined)
    }

    /** @returns DER, or undefined if the unit has none yet */
    certificate(serial: string): Uint8Array | undefined {
        return readIfThere(this.#files, this.#file(serial, "certificate.der"))
    }

    /**
     * The unit's certificate: the one that there is, or else a new one. Of several processes that ask for one serial number with
     * different keys, one gets a certificate.
     * @throws InputError if the unit or its key cannot stand in a certificate, or what is kept of the unit is damaged
     */
    async certificateFor(
        request: CertificateRequest,
    ): Promise<{ certificate: Uint8Array } | { refusal: IssueRefusal }> {
        const { unit, isTestUnit, publicKey, now } = request
        requireUnit(unit)
        if (this.revocation(unit.serial)) return { refusal: "revoked" }
        if (!this.certificate(unit.serial))
            this.#create(unit.serial, "certificate.der", await issueDeviceCertificate(request), PUBLIC)
        // Another process may have been first, so what counts is what is there now.
        const certificate = this.certificate(unit.serial)!
        const verdict = verifyChain(certificate, {
            ca: this.#ca,
            revoked: new Set(),
            now,
            serial: unit.serial,
            allowTestUnits: true,
        })
        if ("refusal" in verdict) {
            const file = this.#file(unit.serial, "certificate.der")
            throw new InputError(
                `${file}: not this CA's certificate of the unit (${verdict.detail ?? verdict.refusal}); restore a backup`,
            )
        }
        if (!Buffer.from(publicKey).equals(verdict.unit.publicKey)) return { refusal: "otherKey" }
        const isSame =
            verdict.unit.isTestUnit === isTestUnit && DESCRIPTION.every(field => verdict.unit[field] === unit[field])
        return isSame ? { certificate } : { refusal: "otherDescription" }
    }

    /** The secret that the unit is paired with, the same one every time. @throws InputError if what is kept of it is damaged */
    pairingSecret(serial: string, random: RandomBytes): Uint8Array {
        const name = "pairing-secret"
        const file = this.#file(serial, name)
        if (!readIfThere(this.#files, file)) this.#create(serial, name, random(PAIRING_SECRET_BYTES), PRIVATE_FILE)
        keepPrivate(file)
        const secret = readIfThere(this.#files, file)!
        if (secret.length !== PAIRING_SECRET_BYTES)
            throw new InputError(`${file}: ${secret.length} bytes are no pairing secret; restore a backup`)
        return secret
    }

    /** Keeps the label, which shows the pairing secret. @returns where its files are */
    keepLabel(serial: string, { png, svg }: { png: Uint8Array; svg: string }): { png: string; svg: string } {
        this.#create(serial, "label.png", png, PRIVATE_FILE)
        this.#create(serial, "label.svg", svg, PRIVATE_FILE)
        const label = { png: this.#file(serial, "label.png"), svg: this.#file(serial, "label.svg") }
        for (const file of Object.values(label)) keepPrivate(file)
        return label
    }

    /**
     * Revokes a unit's certificate, for good.
     * @returns the revocation, which is an earlier one if there is one
     * @throws InputError if the unit has no certificate
     */
    revoke(serial: string, reason: RevocationReason, now: Date): Revocation {
        if (!this.certificate(serial)) throw new InputError(`unit ${serial}: this CA has issued no certificate for it`)
        this.#create(serial, "revocation.json", `${JSON.stringify({ reason, at: now.toISOString() })}\n`, PUBLIC)
        return this.revocation(serial)!
    }

    /** @throws InputError if what is kept of it is damaged */
    revocation(serial: string): Revocation | undefined {
        const file = this.#file(serial, "revocation.json")
        const text = readIfThere(this.#files, file)
        if (!text) return undefined
        const kept = revocationIn(text)
        if (!kept) throw new InputError(`${file}: damaged; restore a backup`)
        return { certificateSerial: this.#certificateSerial(serial), reason: kept.reason, at: new Date(kept.at) }
    }

    /** In the order of the units' serial numbers. */
    revocations(): Revocation[] {
        return this.units().flatMap(serial => this.revocation(serial) ?? [])
    }

    /** Serial numbers of the certificates that no longer count, for `verifyChain`. */
    revoked(): ReadonlySet<string> {
        return new Set(this.revocations().map(({ certificateSerial }) => certificateSerial))
    }

    /** @throws InputError if what is kept is not the unit's certificate: its revocation would be another's */
    #certificateSerial(serial: string): string {
        const file = this.#file(serial, "certificate.der")
        const ca = requireAuthority(this.#ca, "the CA", "restore a backup")
        const certified = certifiedIn(this.certificate(serial) ?? Buffer.alloc(0), ca)
        if ("refusal" in certified || certified.unit.serial !== serial)
            throw new InputError(`${file}: not this CA's certificate of the unit; restore a backup`)
        return certified.unit.certificateSerial
    }

    #create(serial: string, name: string, content: string | Uint8Array, mode: number): void {
        const file = this.#file(serial, name)
        createFolder(this.#files, dirname(file))
        createOnce(this.#files, file, content, mode)
    }

    #file(serial: string, name: string): string {
        requireSerial(serial)
        return join(this.#path, serial, name)
    }
}

const DESCRIPTION = ["model", "board", "securityClass"] as const

/** The certificate is for everybody; the secret and the label that shows it are not. */
const PUBLIC = 0o644

const revocationSchema = z.strictObject({ reason: z.enum(REVOCATION_REASONS), at: z.iso.datetime() })

function revocationIn(text: Buffer): z.infer<typeof revocationSchema> | undefined {
    try {
        return revocationSchema.parse(JSON.parse(text.toString()))
    } catch {
        return undefined
    }
}
