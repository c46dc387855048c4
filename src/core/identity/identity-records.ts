/**
 * What makes a unit that unit: certificates in plain view, and a sealed record that says which ones, for which key, under which serial
 * number. The record is written last and once.
 */
import { constantTimeEqual } from "../crypto/constant-time"
import type { Digest } from "../crypto/digest"
import { hex } from "../crypto/hex"
import { joinBytes } from "../crypto/join-bytes"
import { sha256Of } from "../crypto/sha256-of"
import type { ByteMemory, Counter, KeyStore, Pause, Store } from "../ports"
import { consistsOf } from "../store/characters"
import { isDamage } from "../store/sound-record"
import { numberRecord } from "../store/stored-number"
import { FACTORY_RECORD, IDENTITY_RECORD, inFactory } from "./factory"
import { IdentityRefusal, IdentityState } from "./identity-state"

export const PAIRING_SECRET_BYTES = 16
export const MAX_SERIAL_BYTES = 30

/** Record of what the label shows. */
export const PAIRING_RECORD = "pairing"

/** Fields of the record `identity`: size of the certificates, their SHA-256, half of the public key's, the serial number. */
const CERTIFICATES_DIGEST = 2
const KEY_DIGEST = 34
const SERIAL = 50

/** Capital letters, digits and `-`, as `consistsOf` takes them. */
const SERIAL_CHARACTERS = hex`0000000000 20 ff03 feffff07`

/** The certificates are read as many bytes at a time: 12 ms at 100 kHz. */
const PIECE_BYTES = 128

/** What a certificate says before the bytes of its key: SubjectPublicKeyInfo of RFC 8410 §4 and RFC 5480 §2. */
const ED25519_KEY_INFO = hex`302a300506032b6570032100`
const P256_KEY_INFO = hex`3059301306072a8648ce3d020106082a8648ce3d03010703420004`
const P256_KEY_BYTES = 64

export class IdentityRecords {
    /** Serial number; empty unless `check` found the identity valid. */
    serial = ""
    /** Size of the certificates in bytes; 0 unless `check` found the identity valid. */
    certificatesBytes = 0
    private readonly sealed: Store
    private readonly certificates: ByteMemory
    private readonly digest: Digest
    private readonly pause: Pause

    /** @param sealed store that notices what others changed */
    constructor(sealed: Store, certificates: ByteMemory, digest: Digest, pause: Pause) {
        this.sealed = sealed
        this.certificates = certificates
        this.digest = digest
        this.pause = pause
    }

    /**
     * Whether the identity is there and the device's own. That there is none yet is only said of a unit in the factory: anywhere else one was lost.
     * @throws StoreError if the memory does not answer; what keys and floor throw
     */
    async check(keys: KeyStore, floor: Counter): Promise<IdentityState> {
        this.serial = ""
        this.certificatesBytes = 0
        try {
            const publicKey = await keys.publicKey()
            const record = await this.sealed.get(IDENTITY_RECORD)
            if (!record) return (await inFactory(this.sealed, floor)) ? IdentityState.Missing : IdentityState.Damaged
            // The power may have gone before `keep` got so far.
            await this.sealed.erase(FACTORY_RECORD)
            const size = record[0] | (record[1] << 8)
            if (!publicKey || !constantTimeEqual(record.slice(KEY_DIGEST, SERIAL), await this.keyDigest(publicKey)))
                return IdentityState.Foreign
            const digest = await sha256Of(this.digest, await this.readCertificates(size), this.pause)
            if (!constantTimeEqual(record.slice(CERTIFICATES_DIGEST, KEY_DIGEST), digest)) return IdentityState.Damaged
            this.serial = record.slice(SERIAL).toString()
            this.certificatesBytes = size
            return IdentityState.Valid
        } catch (error) {
            if (isDamage(error)) return IdentityState.Damaged
            throw error
        }
    }

    /** Keeps the secret that the unit's label shows. @throws StoreError */
    async keepPairingSecret(secret: Buffer): Promise<IdentityRefusal> {
        if (secret.length !== PAIRING_SECRET_BYTES) return IdentityRefusal.Size
        await this.sealed.set(PAIRING_RECORD, secret)
        return IdentityRefusal.None
    }

    /** Writes a piece of the certificates: DER, the device's first, each followed by its issuer's. */
    async writeCertificates(at: number, bytes: Buffer): Promise<IdentityRefusal> {
        if (at + bytes.length > this.certificates.size) return IdentityRefusal.Size
        await this.certificates.write(at, bytes)
        return IdentityRefusal.None
    }

    /** @returns at most 128 bytes of the certificates, from offset `at` on */
    async certificatesFrom(at: number, length: number): Promise<Buffer> {
        return await this.certificates.read(at, Math.min(length, PIECE_BYTES))
    }

    /**
     * Takes the certificates that were written as the device's own, for good: with that the unit leaves the factory.
     * @param size of the certificates in bytes
     * @param digest their SHA-256
     * @throws StoreError
     */
    async keep(size: number, digest: Buffer, serial: string, publicKey: Buffer | undefined): Promise<IdentityRefusal> {
        if (!publicKey || !(await this.sealed.get(PAIRING_RECORD))) return IdentityRefusal.Incomplete
        if (!consistsOf(serial, MAX_SERIAL_BYTES, SERIAL_CHARACTERS)) return IdentityRefusal.Serial
        if (size > this.certificates.size) return IdentityRefusal.Size
        const certificates = await this.readCertificates(size)
        if (!constantTimeEqual(await sha256Of(this.digest, certificates, this.pause), digest))
            return IdentityRefusal.Digest
        if (!(await this.isFor(publicKey, certificates))) return IdentityRefusal.Key
        const head = numberRecord(size).slice(0, CERTIFICATES_DIGEST)
        const key = await this.keyDigest(publicKey)
        await this.sealed.set(IDENTITY_RECORD, joinBytes([head, digest, key, Buffer.from(serial)]))
        await this.sealed.erase(FACTORY_RECORD)
        return IdentityRefusal.None
    }

    private async keyDigest(publicKey: Buffer): Promise<Buffer> {
        return (await sha256Of(this.digest, publicKey, this.pause)).slice(0, SERIAL - KEY_DIGEST)
    }

    private async readCertificates(size: number): Promise<Buffer> {
        const bytes = Buffer.alloc(size)
        for (let at = 0; at < size; at += PIECE_BYTES) {
            bytes.set(await this.certificates.read(at, Math.min(PIECE_BYTES, size - at)), at)
            await this.pause()
        }
        return bytes
    }

    /**
     * Whether the first certificate holds the key, in the form that certificates have it. That the certificate is sound, and signed by
     * somebody to be trusted, is for those to check who are shown it.
     */
    private async isFor(publicKey: Buffer, certificates: Buffer): Promise<boolean> {
        const info = publicKey.length === P256_KEY_BYTES ? P256_KEY_INFO : ED25519_KEY_INFO
        const wanted = joinBytes([info, publicKey])
        // SEQUENCE with a length of two bytes: DER of 256 to 65,535 bytes.
        if (certificates[0] !== 0x30 || certificates[1] !== 0x82) return false
        const end = Math.min(certificates.length, 4 + ((certificates[2] << 8) | certificates[3]))
        for (let at = 4; at + wanted.length <= end; at++) {
            if ((at & 63) === 0) await this.pause()
            let i = 0
            while (i < wanted.length && certificates[at + i] === wanted[i]) i++
            if (i === wanted.length) return true
        }
        return false
    }
}
