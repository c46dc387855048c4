import { ARRAY } from "../../cbor/major"
import { CborWriter } from "../../cbor/writer"
import type { Digest } from "../../crypto/digest"
import { hex } from "../../crypto/hex"
import { joinBytes } from "../../crypto/join-bytes"
import { wipe } from "../../crypto/wipe"
import type { Pause } from "../../ports"
import type { SessionKeys } from "../session-keys"
import type { PskCredential } from "./credential"
import { byteString, edhocExtract, edhocKdf, exporterKey, HASH_BYTES } from "./derivation"
import { KEYSTREAM_3A } from "./draft"
import { encodeIdentifier } from "./identifier"
import type { CipherSuite } from "./suites"

/** Labels of EDHOC_KDF, RFC 9528 figure 6. */
const KEYSTREAM_2 = 0
const K_3 = 3
const IV_3 = 4
const SALT_4E3M = 5
const PRK_OUT = 7
const K_4 = 8
const IV_4 = 9
/** Labels of EDHOC_Exporter, RFC 9528 appendix A.1. */
const MASTER_SECRET = 0
const MASTER_SALT = 1
/** Length of the Master Salt: the default of appendix A.1. */
export const MASTER_SALT_BYTES = 8
/** Heads and context string of Enc_structure. */
const ENC_STRUCTURE_BYTES = 16

/**
 * The keys of one EDHOC-PSK session (draft-ietf-lake-edhoc-psk §4), the same at both ends, derived step by step in the order of the methods below.
 * Each key seals one message: K_3 and IV_3 message_3, K_4 and IV_4 message_4.
 */
export class PskSchedule {
    private readonly suite: CipherSuite
    private readonly digest: Digest
    private readonly pause: Pause
    /** TH_2, TH_3 or TH_4, whichever is the last so far. */
    private transcript: Buffer = Buffer.alloc(0)
    /** PRK_2e, which is PRK_3e2m too. */
    private streamKey: Buffer = Buffer.alloc(0)
    /** PRK_4e3m. */
    private key: Buffer = Buffer.alloc(0)

    constructor(suite: CipherSuite, digest: Digest, pause: Pause) {
        this.suite = suite
        this.digest = digest
        this.pause = pause
    }

    /** TH_2 and PRK_2e. @param sharedSecret G_XY, which is wiped */
    async begin(message1: Buffer, gY: Buffer, sharedSecret: Buffer): Promise<void> {
        const hash = await this.hash([message1])
        this.transcript = await this.hash([byteString(gY), byteString(hash)])
        this.streamKey = await edhocExtract(this.digest, this.transcript, sharedSecret, this.pause)
        wipe(sharedSecret)
    }

    /** PLAINTEXT_2A of CIPHERTEXT_2A, and the other way round. */
    async cipher2(text: Buffer): Promise<Buffer> {
        return combined(text, await this.derive(this.streamKey, KEYSTREAM_2, text.length))
    }

    /** TH_3. */
    async takePlaintext2(plaintext: Buffer): Promise<void> {
        this.transcript = await this.hash([byteString(this.transcript), plaintext])
    }

    /** PLAINTEXT_3A of CIPHERTEXT_3A, and the other way round. */
    async cipher3(text: Buffer): Promise<Buffer> {
        return combined(text, await this.derive(this.streamKey, KEYSTREAM_3A, text.length))
    }

    /** PRK_4e3m. */
    async takePsk(psk: Buffer): Promise<void> {
        const salt = await this.derive(this.streamKey, SALT_4E3M, HASH_BYTES)
        this.key = await edhocExtract(this.digest, salt, psk, this.pause)
        wipe(salt)
    }

    /** CIPHERTEXT_3B. */
    async seal3(credential: PskCredential, plaintext: Buffer): Promise<Buffer> {
        return await this.seal(K_3, IV_3, this.externalData3(credential), plaintext)
    }

    /** PLAINTEXT_3B; undefined if it was sealed by somebody else, or over other messages. */
    async open3(credential: PskCredential, ciphertext: Buffer): Promise<Buffer | undefined> {
        return await this.open(K_3, IV_3, this.externalData3(credential), ciphertext)
    }

    /** TH_4. */
    async takePlaintext3({ kid, initiator, responder }: PskCredential, plaintext: Buffer): Promise<void> {
        const { transcript } = this
        const parts = [byteString(transcript), encodeIdentifier(kid), plaintext, initiator, responder]
        this.transcript = await this.hash(parts)
    }

    /** CIPHERTEXT_4. */
    async seal4(plaintext: Buffer): Promise<Buffer> {
        return await this.seal(K_4, IV_4, this.transcript, plaintext)
    }

    /** PLAINTEXT_4, or undefined, as `open3`. */
    async open4(ciphertext: Buffer): Promise<Buffer | undefined> {
        return await this.open(K_4, IV_4, this.transcript, ciphertext)
    }

    /** What the application begins with (RFC 9528 appendix A.1). @param senderId the connection identifier that the other end has chosen */
    async sessionKeys(senderId: Buffer, recipientId: Buffer): Promise<SessionKeys> {
        const { digest, pause, suite } = this
        const prkOut = await this.derive(this.key, PRK_OUT, HASH_BYTES)
        const exporter = await exporterKey(digest, prkOut, pause)
        const masterSecret = await edhocKdf(digest, exporter, MASTER_SECRET, hex``, suite.applicationKeyBytes, pause)
        const masterSalt = await edhocKdf(digest, exporter, MASTER_SALT, hex``, MASTER_SALT_BYTES, pause)
        wipe(prkOut)
        wipe(exporter)
        return { masterSecret, masterSalt, senderId, recipientId, aead: suite.applicationAead }
    }

    /** Overwrites all keys. */
    forget(): void {
        wipe(this.streamKey)
        wipe(this.key)
    }

    private externalData3({ kid, initiator, responder }: PskCredential): Buffer {
        return joinBytes([encodeIdentifier(kid), byteString(this.transcript), initiator, responder])
    }

    private async seal(keyLabel: number, nonceLabel: number, externalData: Buffer, plaintext: Buffer): Promise<Buffer> {
        const { suite, pause } = this
        const key = await this.derive(this.key, keyLabel, suite.keyBytes)
        const nonce = await this.derive(this.key, nonceLabel, suite.nonceBytes)
        const sealed = await suite.aead(key).seal(nonce, encStructure(externalData), plaintext, pause)
        wipe(key)
        return sealed
    }

    private async open(
        keyLabel: number,
        nonceLabel: number,
        externalData: Buffer,
        ciphertext: Buffer,
    ): Promise<Buffer | undefined> {
        const { suite, pause } = this
        const key = await this.derive(this.key, keyLabel, suite.keyBytes)
        const nonce = await this.derive(this.key, nonceLabel, suite.nonceBytes)
        const plaintext = await suite.aead(key).open(nonce, encStructure(externalData), ciphertext, pause)
        wipe(key)
        return plaintext
    }

    private async derive(key: Buffer, label: number, length: number): Promise<Buffer> {
        return await edhocKdf(this.digest, key, label, this.transcript, length, this.pause)
    }

    private async hash(parts: Buffer[]): Promise<Buffer> {
        await this.pause()
        return await this.digest.sha256(parts, this.pause)
    }
}

/** Enc_structure of COSE_Encrypt0 without protected header (RFC 9052 §5.3). */
function encStructure(externalData: Buffer): Buffer {
    return new CborWriter(ENC_STRUCTURE_BYTES + externalData.length)
        .head(ARRAY, 3)
        .text("Encrypt0")
        .bytes(hex``)
        .bytes(externalData)
        .finish()
}

function combined(text: Buffer, stream: Buffer): Buffer {
    const out = Buffer.alloc(text.length)
    for (let i = 0; i < text.length; i++) out[i] = text[i] ^ stream[i]
    return out
}
