import { CborReader } from "../cbor/reader"
import { CborRefusal } from "../cbor/refusal"
import { readSignerHeader, type SignerHeader } from "../cose/header"
import { CoseRefusal } from "../cose/refusal"
import { COSE_SIGN_TAG, toBeSignedBySigner } from "../cose/sign"
import { COSE_SIGN1_TAG, toBeSigned } from "../cose/sign1"
import type { Verifier } from "../cose/verifier"
import { constantTimeEqual } from "../crypto/constant-time"
import type { Digest } from "../crypto/digest"
import { readDigest } from "./digest"
import type { Envelope } from "./envelope"
import { MAX_BLOCKS } from "./labels"
import { type TrustPolicy, verifierOf } from "./policy"
import { SuitRefusal } from "./refusal"

/** The digest in its byte string, and the headers of a signature, are never longer. */
const WINDOW_BYTES = 128
/** Longest SUIT_Digest taken. */
const DIGEST_FRAME_BYTES = 72

/**
 * Checks who signed: the wrapper's digest has to be the manifest's, and as many keys of the policy as it demands have to have signed that
 * digest. Signatures by strangers count as none; a bad one by a trusted key is refused.
 * @returns the manifest with the head of its byte string, unless the envelope was refused: what is read next is what was hashed here
 */
export async function authenticate(
    envelope: Envelope,
    policy: TrustPolicy,
    verifiers: readonly Verifier[],
    digest: Digest,
): Promise<Buffer> {
    const { start, end } = envelope.members[0]
    const wrapper = new CborReader(await envelope.window(start, end, WINDOW_BYTES), end - start)
    const blocks = wrapper.array() - 1
    if (blocks < 1 || blocks > MAX_BLOCKS) wrapper.refuse(SuitRefusal.Blocks)
    const signedDigest = wrapper.bytes(DIGEST_FRAME_BYTES)
    const inner = new CborReader(signedDigest, signedDigest.length)
    const manifestDigest = readDigest(inner)
    inner.finish()
    if (inner.refusal !== CborRefusal.None) wrapper.refuse(inner.refusal)
    envelope.refuseWith(wrapper, start)
    if (envelope.refusal !== 0) return manifestDigest
    const manifest = await envelope.checkedMember(
        envelope.members[1],
        manifestDigest,
        SuitRefusal.ManifestDigest,
        digest,
    )
    const signers = new Signers(envelope, policy, verifiers, signedDigest, digest)
    await signers.readBlocks(start + wrapper.at, end, blocks)
    return manifest
}

/** Goes through the authentication blocks and counts whose signatures are good. */
class Signers {
    private readonly envelope: Envelope
    private readonly policy: TrustPolicy
    private readonly verifiers: readonly Verifier[]
    /** What is signed, detached from the messages. */
    private readonly payload: Buffer
    private readonly digest: Digest
    /** One bit for each key of the policy that has signed. */
    private signed = 0
    private count = 0
    /** Where the next item begins, and where what holds it ends; offsets in the package. */
    private at = 0
    private end = 0

    constructor(
        envelope: Envelope,
        policy: TrustPolicy,
        verifiers: readonly Verifier[],
        payload: Buffer,
        digest: Digest,
    ) {
        this.envelope = envelope
        this.policy = policy
        this.verifiers = verifiers
        this.payload = payload
        this.digest = digest
    }

    async readBlocks(start: number, end: number, blocks: number): Promise<void> {
        this.at = start
        for (let i = 0; i < blocks && this.envelope.refusal === 0; i++) {
            this.end = end
            const wrapper = await this.reader()
            const length = wrapper.bytesAhead()
            this.pass(wrapper)
            this.end = this.at
            this.at -= length
            await this.readBlock()
        }
        if (this.at < end) this.envelope.refuse(CborRefusal.Trailing, this.at)
        if (this.count < this.policy.threshold) this.envelope.refuse(SuitRefusal.Threshold, start)
    }

    private async readBlock(): Promise<void> {
        const block = await this.reader()
        const kind = block.tag()
        if (kind !== COSE_SIGN1_TAG && kind !== COSE_SIGN_TAG) block.refuse(CoseRefusal.Message)
        block.arrayOf(4)
        if (kind === COSE_SIGN1_TAG) await this.readSignature(block, true)
        else await this.readSigners(block)
        if (this.at < this.end) this.envelope.refuse(CborRefusal.Trailing, this.at)
    }

    private async readSigners(block: CborReader): Promise<void> {
        if (block.bytesAhead() + block.map() > 0) block.refuse(CoseRefusal.BodyHeader)
        block.nothing()
        const signers = block.array()
        if (signers < 1 || signers > MAX_BLOCKS) block.refuse(CoseRefusal.Signers)
        this.pass(block)
        for (let i = 0; i < signers && this.envelope.refusal === 0; i++) {
            const signer = await this.reader()
            signer.arrayOf(3)
            await this.readSignature(signer, false)
        }
    }

    /** From the headers to the signature's last byte. */
    private async readSignature(signer: CborReader, isOnly: boolean): Promise<void> {
        const header = readSignerHeader(signer)
        if (isOnly) signer.nothing()
        const length = signer.bytesAhead()
        this.pass(signer)
        if (this.envelope.refusal !== 0) return
        const make = isOnly ? toBeSigned : toBeSignedBySigner
        await this.verify(header, make(header.protectedHeader, this.payload), length)
    }

    /** Checks the signature that ends at `at`, if it claims to be by a key of the policy. */
    private async verify(header: SignerHeader, message: Buffer, length: number): Promise<void> {
        const at = this.at - length
        const keys = this.policy.keys
        for (let i = 0; i < keys.length; i++) {
            if (!constantTimeEqual(keys[i].keyId, header.keyId)) continue
            const verifier = verifierOf(header.algorithm, this.verifiers)
            if (!verifier || header.algorithm !== keys[i].algorithm) this.envelope.refuse(CoseRefusal.Algorithm, at)
            else if (length !== verifier.signatureBytes) this.envelope.refuse(CoseRefusal.SignatureLength, at)
            else if (this.signed & (1 << i)) this.envelope.refuse(SuitRefusal.SignerRepeated, at)
            else {
                const signature = new StagedSignature(this.envelope, at, length)
                const { pause } = this.envelope
                if (await verifier.verify(keys[i].publicKey, message, signature, this.digest, pause)) {
                    this.signed |= 1 << i
                    this.count++
                } else this.envelope.refuse(CoseRefusal.Signature, at)
            }
        }
    }

    /** A reader of what lies between `at` and `end`. */
    private async reader(): Promise<CborReader> {
        return new CborReader(await this.envelope.window(this.at, this.end, WINDOW_BYTES), this.end - this.at)
    }

    /** Goes on behind what a reader has read. */
    private pass(reader: CborReader): void {
        this.envelope.refuseWith(reader, this.at)
        this.at += reader.at
    }
}

/** A signature that lies in the head of an envelope. */
class StagedSignature {
    readonly length: number
    private readonly envelope: Envelope
    private at: number

    constructor(envelope: Envelope, at: number, length: number) {
        this.envelope = envelope
        this.at = at
        this.length = length
    }

    async read(length: number): Promise<Buffer> {
        this.at += length
        return await this.envelope.window(this.at - length, this.at, length)
    }
}
