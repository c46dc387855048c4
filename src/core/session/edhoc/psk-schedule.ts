import { byteString } from "../../cbor/byte-string"
import { hex } from "../../crypto/hex"
import { joinBytes } from "../../crypto/join-bytes"
import { wipe } from "../../crypto/wipe"
import type { SessionKeys } from "../session-keys"
import type { PskCredential } from "./credential"
import { edhocExtract, edhocKdf, HASH_BYTES, type HashPorts } from "./derivation"
import { encodeIdentifier } from "./identifier"
import type { CipherSuite } from "./suites"

/** Labels of EDHOC_KDF, RFC 9528 figure 6. That of a nonce follows that of its key. */
export const KEYSTREAM_2 = 0
const K_3 = 3
const SALT_4E3M = 5
const PRK_OUT = 7
const K_4 = 8
const PRK_EXPORTER = 10
/** Labels of EDHOC_Exporter, RFC 9528 appendix A.1. */
const MASTER_SECRET = 0
const MASTER_SALT = 1
/** Length of the Master Salt: the default of appendix A.1. */
export const MASTER_SALT_BYTES = 8

/**
 * The keys of one EDHOC-PSK session (draft-ietf-lake-edhoc-psk §4), the same at both ends, derived step by step in the order of the methods below.
 * Each key seals one message: K_3 and IV_3 message_3, K_4 and IV_4 message_4.
 */
export class PskSchedule {
    private readonly suite: CipherSuite
    private readonly ports: HashPorts
    /** TH_2, TH_3 or TH_4, whichever is the last so far. */
    private transcript: Buffer = hex``
    /** PRK_2e, which is PRK_3e2m too. */
    private streamKey: Buffer = Buffer.alloc(0)
    /** PRK_4e3m. */
    private key: Buffer = Buffer.alloc(0)

    constructor(suite: CipherSuite, ports: HashPorts) {
        this.suite = suite
        this.ports = ports
    }

    /** TH_2 and PRK_2e. @param sharedSecret G_XY, which is wiped */
    async begin(message1: Buffer, gY: Buffer, sharedSecret: Buffer): Promise<void> {
        const { digest, pause } = this.ports
        await pause()
        const hash = await digest.sha256([message1], pause)
        this.transcript = gY
        await this.take(byteString(hash))
        this.streamKey = await edhocExtract(this.ports, this.transcript, sharedSecret)
        wipe(sharedSecret)
    }

    /** TH_3 of PLAINTEXT_2A, TH_4 of PLAINTEXT_3B with its credential (`besideCredential`): each hashes the one before. */
    async take(plaintext: Buffer): Promise<void> {
        const { digest, pause } = this.ports
        await pause()
        this.transcript = await digest.sha256([byteString(this.transcript), plaintext], pause)
    }

    /** PLAINTEXT_2A of CIPHERTEXT_2A, PLAINTEXT_3A of CIPHERTEXT_3A, and the other way round. @param label KEYSTREAM_2 or KEYSTREAM_3A */
    async cipher(label: number, text: Buffer): Promise<Buffer> {
        const combined = await this.derive(this.streamKey, label, text.length)
        for (let i = 0; i < text.length; i++) combined[i] ^= text[i]
        return combined
    }

    /** PRK_4e3m. */
    async takePsk(psk: Buffer): Promise<void> {
        const salt = await this.derive(this.streamKey, SALT_4E3M, HASH_BYTES)
        this.key = await edhocExtract(this.ports, salt, psk)
        wipe(salt)
    }

    /**
     * CIPHERTEXT_3B of PLAINTEXT_3B or, without a credential, CIPHERTEXT_4 of PLAINTEXT_4; and the other way round.
     * @returns undefined if what is to be opened was sealed by somebody else, or over other messages
     */
    async aead(opens: boolean, credential: PskCredential | undefined, text: Buffer): Promise<Buffer | undefined> {
        const { aead } = this.suite
        const { digest, pause } = this.ports
        const label = credential ? K_3 : K_4
        const key = await this.derive(this.key, label, aead.keyBytes)
        const nonce = await this.derive(this.key, label + 1, aead.nonceBytes)
        const cipher = await aead.open(key, digest, pause)
        await pause()
        const { transcript } = this
        const externalData = credential ? besideCredential(credential, byteString(transcript)) : transcript
        // Enc_structure of COSE_Encrypt0 without protected header (RFC 9052 §5.3): an array of three, "Encrypt0", no bytes, and the external data.
        const data = joinBytes([hex`83 68456e637279707430 40`, byteString(externalData)])
        const made = opens ? await cipher.open(nonce, data, text, pause) : await cipher.seal(nonce, data, text, pause)
        wipe(key)
        return made
    }

    /** What the application begins with (RFC 9528 appendix A.1): the last that is derived. @param senderId the identifier that the other end has chosen */
    async sessionKeys(senderId: Buffer, recipientId: Buffer): Promise<SessionKeys> {
        const { aead } = this.suite
        const prkOut = await this.derive(this.key, PRK_OUT, HASH_BYTES)
        // The exporter and what it exports have no context.
        this.transcript = hex``
        const exporter = await this.derive(prkOut, PRK_EXPORTER, HASH_BYTES)
        wipe(prkOut)
        const masterSecret = await this.derive(exporter, MASTER_SECRET, aead.keyBytes)
        const masterSalt = await this.derive(exporter, MASTER_SALT, MASTER_SALT_BYTES)
        wipe(exporter)
        return { masterSecret, masterSalt, senderId, recipientId }
    }

    /** Overwrites all keys. */
    forget(): void {
        wipe(this.streamKey)
        wipe(this.key)
    }

    private async derive(key: Buffer, label: number, length: number): Promise<Buffer> {
        return await edhocKdf(this.ports, key, label, this.transcript, length)
    }
}

/** What message_3 binds: the name of the key, something, and the names of both ends. */
export function besideCredential(credential: PskCredential, something: Buffer): Buffer {
    return joinBytes([encodeIdentifier(credential.kid), something, credential.initiator, credential.responder])
}
