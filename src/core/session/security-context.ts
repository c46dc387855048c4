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
import type { ReplayWindow } from "./replay-window"
import type { Sequence } from "./sender-sequence"

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
    readonly sender: Aead
    readonly recipient: Aead
    /** Of the Sender Key, and of no other. */
    readonly sequence: Sequence
    /** Of the Recipient Key. */
    readonly window: ReplayWindow
    private readonly commonIv: Buffer

    /** @param window whether the keys are new is not to be told from them: `ReplayWindow` has a maker for either case */
    static async open(
        suite: AeadSuite,
        shared: SharedParameters,
        sequence: Sequence,
        window: ReplayWindow,
        digest: Digest,
        pause: Pause,
    ): Promise<SecurityContext> {
        const { masterSecret, masterSalt } = shared
        const own = {
            masterSecret,
            masterSalt,
            senderId: copyOf(shared.senderId),
            recipientId: copyOf(shared.recipientId),
            idContext: shared.idContext ? copyOf(shared.idContext) : undefined,
        }
        const keys = await deriveKeys(suite, own, digest, pause)
        const sender = await suite.open(keys.senderKey, digest, pause)
        await pause()
        const recipient = await suite.open(keys.recipientKey, digest, pause)
        await pause()
        wipe(keys.senderKey)
        wipe(keys.recipientKey)
        const algorithm = new CborWriter(ALGORITHM_BYTES).int(suite.algorithm).finish()
        return new SecurityContext(algorithm, own, keys.commonIv, sender, recipient, sequence, window)
    }

    private constructor(
        algorithm: Buffer,
        shared: SharedParameters,
        commonIv: Buffer,
        sender: Aead,
        recipient: Aead,
        sequence: Sequence,
        window: ReplayWindow,
    ) {
        this.algorithm = algorithm
        this.senderId = shared.senderId
        this.recipientId = shared.recipientId
        this.idContext = shared.idContext
        this.commonIv = commonIv
        this.sender = sender
        this.recipient = recipient
        this.sequence = sequence
        this.window = window
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
