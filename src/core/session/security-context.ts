/** Security contexts, RFC 8613 §3: what two ends have in common, and what each has of its own. */
import { ARRAY } from "../cbor/major"
import { CborWriter } from "../cbor/writer"
import type { Aead } from "../crypto/aead"
import { copyOf } from "../crypto/copy-of"
import type { Digest } from "../crypto/digest"
import { hex } from "../crypto/hex"
import { hkdfExpand, hkdfExtract } from "../crypto/hkdf"
import { wipe } from "../crypto/wipe"
import type { Pause } from "../ports"
import type { AeadSuite } from "./aead-suite"
import { ID_CONTEXT_BYTES } from "./bounds"
import { ReplayWindow } from "./replay-window"
import type { SenderSequence } from "./sender-sequence"

/** What both ends have agreed on. The other end has the two identifiers the other way round. */
export interface SharedParameters {
    readonly masterSecret: Buffer
    /** May be empty. */
    readonly masterSalt: Buffer
    /** At most `ID_CONTEXT_BYTES`. */
    readonly idContext?: Buffer
    /** At most 6 bytes less than a nonce has; the two differ. */
    readonly senderId: Buffer
    readonly recipientId: Buffer
}

/** A number of CBOR that has 32 bits or fewer. */
const ALGORITHM_BYTES = 5
/** The longest `info`: heads, identifier, `ID_CONTEXT_BYTES`, algorithm, type and length. */
const INFO_BYTES = 40

export interface DerivedKeys {
    readonly senderKey: Buffer
    readonly recipientKey: Buffer
    readonly commonIv: Buffer
}

/** §3.2.1, with HKDF-SHA-256. @throws RangeError if an identifier is too long, or both are the same */
export async function deriveKeys(
    suite: AeadSuite,
    shared: SharedParameters,
    digest: Digest,
    pause: Pause,
): Promise<DerivedKeys> {
    const { masterSecret, masterSalt, idContext } = shared
    const [senderId, recipientId] = [copyOf(shared.senderId), copyOf(shared.recipientId)]
    const longest = suite.nonceBytes - 6
    if (senderId.length > longest || recipientId.length > longest)
        throw new RangeError(`an identifier has at most ${longest} bytes under COSE algorithm ${suite.algorithm}`)
    if (senderId.toString("hex") === recipientId.toString("hex"))
        throw new RangeError("the two ends have the same identifier: they would use the same key and nonces")
    if (idContext && idContext.length > ID_CONTEXT_BYTES)
        throw new RangeError(`an ID Context has at most ${ID_CONTEXT_BYTES} bytes, not ${idContext.length}`)
    const own = idContext && copyOf(idContext)
    const [secret, salt] = [copyOf(masterSecret), copyOf(masterSalt)]
    await pause()
    const extracted = await hkdfExtract(digest, salt, secret, pause)
    wipe(secret)

    async function derive(id: Buffer, type: string, length: number): Promise<Buffer> {
        await pause()
        const info = new CborWriter(INFO_BYTES).head(ARRAY, 5).bytes(id)
        if (own) info.bytes(own)
        else info.raw(hex`f6`)
        info.int(suite.algorithm).text(type).int(length)
        await pause()
        return await hkdfExpand(digest, extracted, info.finish(), length, pause)
    }

    const senderKey = await derive(senderId, "Key", suite.keyBytes)
    const recipientKey = await derive(recipientId, "Key", suite.keyBytes)
    const commonIv = await derive(hex``, "IV", suite.nonceBytes)
    wipe(extracted)
    await pause()
    return { senderKey, recipientKey, commonIv }
}

/** One end of a session. */
export class SecurityContext {
    /** The number of the AEAD algorithm, as CBOR. */
    readonly algorithm: Buffer
    readonly senderId: Buffer
    readonly recipientId: Buffer
    readonly idContext: Buffer | undefined
    /** Of the Sender Key, and of no other. */
    readonly sequence: SenderSequence
    /** Of the Recipient Key. */
    readonly window = new ReplayWindow()
    sender!: Aead
    recipient!: Aead
    private commonIv!: Buffer

    /** @param shared of keys under which nothing was received yet */
    static async open(
        suite: AeadSuite,
        shared: SharedParameters,
        sequence: SenderSequence,
        digest: Digest,
        pause: Pause,
    ): Promise<SecurityContext> {
        const context = new SecurityContext(suite, shared, sequence)
        const { senderKey, recipientKey, commonIv } = await deriveKeys(suite, shared, digest, pause)
        context.commonIv = commonIv
        context.sender = await suite.open(senderKey, digest, pause)
        await pause()
        context.recipient = await suite.open(recipientKey, digest, pause)
        await pause()
        wipe(senderKey)
        wipe(recipientKey)
        return context
    }

    private constructor(suite: AeadSuite, shared: SharedParameters, sequence: SenderSequence) {
        const { idContext } = shared
        this.algorithm = new CborWriter(ALGORITHM_BYTES).int(suite.algorithm).finish()
        this.senderId = copyOf(shared.senderId)
        this.recipientId = copyOf(shared.recipientId)
        this.idContext = idContext && copyOf(idContext)
        this.sequence = sequence
    }

    /** §5.2. @param id of the end whose sequence number `partialIv` is */
    nonce(id: Buffer, partialIv: Buffer): Buffer {
        const nonce = copyOf(this.commonIv)
        const idEnd = nonce.length - 5
        nonce[0] ^= id.length
        for (let i = 1; i <= id.length; i++) nonce[idEnd - i] ^= id[id.length - i]
        for (let i = 1; i <= partialIv.length; i++) nonce[nonce.length - i] ^= partialIv[partialIv.length - i]
        return nonce
    }
}
