import { ARRAY, MAP, TAG, UNSIGNED } from "../cbor/major"
import { CborReader } from "../cbor/reader"
import type { Digest } from "../crypto/digest"
import { hex } from "../crypto/hex"
import { readDigest } from "./digest"
import type { Envelope, Member } from "./envelope"
import {
    BOARD,
    BOARD_BYTES,
    CLASS_ID,
    COMMON,
    COMPONENTS,
    CONTENT,
    IDENTIFIER_BYTES,
    IMAGE_DIGEST,
    IMAGE_SIZE,
    INSTALL,
    MANIFEST_VERSION,
    OVERRIDE_PARAMETERS,
    PAYLOAD_NAME,
    POLICY_BYTES,
    POLICY_COMPONENT,
    PROGRAM_BYTES,
    PROGRAM_COMPONENT,
    REFERENCE_URI,
    RUNTIME,
    SEQUENCE_NUMBER,
    SET_COMPONENT_INDEX,
    SHARED_SEQUENCE,
    TEXT,
    URI,
    URI_BYTES,
    VALIDATE,
    VENDOR_ID,
    VERSION,
} from "./labels"
import { SuitRefusal } from "./refusal"

/** What a package wants installed where. */
export interface Manifest {
    sequenceNumber: number
    /** The trust policy is to be replaced, and not the program. */
    isPolicy: boolean
    /** UUIDs, 16 bytes. */
    vendorId: Buffer
    classId: Buffer
    /** SHA-256 and size in bytes of the program, or of the policy. */
    digest: Buffer
    size: number
    /** Identifier of the board file; empty if a policy is for any board. */
    board: Buffer
    /** Oldest runtime that can run the program, 0xMMmmpppp; 0 if a policy is for any. */
    runtime: number
    /** The policy; empty if it is a program that is to be installed. */
    content: Buffer
}

/** The sequences, as bits. */
const IN_SHARED = 1
const IN_VALIDATE = 2
const IN_INSTALL = 4

/** Parameters, as bits in the order of `PARAMETERS`. */
const HAS_CONTENT = 16
const HAS_URI = 32
/** Labels of the parameters, by bit. */
const PARAMETERS = [VENDOR_ID, CLASS_ID, IMAGE_DIGEST, IMAGE_SIZE, CONTENT, URI, BOARD, RUNTIME]

/** Commands that have an effect on the outcome, as bits of what has been done. */
const DID_FETCH = 16
const DID_WRITE = 32
/** Every manifest checks vendor and class, and in the end the image. */
const ALWAYS_DONE = 7
/** A program is fetched, for one board and a runtime. */
const DONE_FOR_PROGRAM = ALWAYS_DONE | 8 | 64 | DID_FETCH
const DONE_FOR_POLICY = ALWAYS_DONE | DID_WRITE

/**
 * Of each command a byte of its label, where it may stand, the parameters it uses, and its bit. Labels from 0x80 on stand for those 512 below. In
 * order: check vendor, class, image (twice), board and runtime; fetch; write.
 */
const COMMANDS = hex`
    01 01 01 01
    02 01 02 02
    03 02 0c 04
    03 04 0c 00
    ff 04 40 08
    fe 04 80 40
    15 04 20 10
    12 04 10 20`
const PRIVATE_LABELS = 0x80

/** Version, sequence number and common come first, with labels from 1 to 3. */
const REQUIRED_MEMBERS = 3

/** Reporting policies are four bits. */
const MAX_REPORTING_POLICY = 15

/**
 * Reads a manifest that installs one component: the program, which is the payload, or the trust policy, which is in the manifest. All
 * that the draft has beyond that is refused by name. The commands are not run one by one: what they set and check is gathered, and every
 * check that has to be there is there.
 * @param bytes the manifest with the head of its byte string
 * @returns what it says, of use only if the envelope is not refused
 */
export async function readManifest(envelope: Envelope, bytes: Buffer, digest: Digest): Promise<Manifest> {
    const { members } = envelope
    const reader = new ManifestReader(envelope, digest)
    const cbor = new CborReader(bytes, bytes.length)
    const outer = cbor.enter()
    const pairs = cbor.head(MAP)
    let previous: number | undefined
    for (let i = 0; i < pairs; i++) {
        await envelope.pause()
        previous = cbor.key(previous)
        if (i < REQUIRED_MEMBERS && previous !== VERSION + i) cbor.refuse(SuitRefusal.ManifestMemberMissing)
        await reader.readMember(cbor, previous)
    }
    cbor.leave(outer)
    reader.checkDone(cbor)
    envelope.refuseWith(cbor, members[1].head)
    if (members.length > reader.severed) envelope.refuse(SuitRefusal.MemberUnexpected, members[2].head)
    return reader.manifest
}

class ManifestReader {
    readonly manifest: Manifest
    /** Members of the envelope whose digests were checked. */
    severed = 2
    private readonly envelope: Envelope
    private readonly digest: Digest
    /** Parameters set and commands met so far, as bits. */
    private has = 0
    private done = 0

    constructor(envelope: Envelope, digest: Digest) {
        this.envelope = envelope
        this.digest = digest
        const none = hex``
        this.manifest = {
            sequenceNumber: 0,
            isPolicy: false,
            vendorId: none,
            classId: none,
            digest: none,
            size: 0,
            board: none,
            runtime: 0,
            content: none,
        }
    }

    async readMember(cbor: CborReader, key: number): Promise<void> {
        if (key === VERSION) {
            if (cbor.uint() !== MANIFEST_VERSION) cbor.refuse(SuitRefusal.Version)
        } else if (key === SEQUENCE_NUMBER) this.manifest.sequenceNumber = cbor.uint()
        else if (key === COMMON) await this.readCommon(cbor)
        else if (key === REFERENCE_URI) cbor.text(URI_BYTES)
        else if (key === VALIDATE) await this.readSequence(cbor, IN_VALIDATE)
        else if (key !== INSTALL && key !== TEXT) cbor.refuse(SuitRefusal.ManifestMember)
        else if (cbor.major() === ARRAY) await this.readSevered(cbor, key)
        else if (key === INSTALL) await this.readSequence(cbor, IN_INSTALL)
        else cbor.bytesAhead()
    }

    /** A digest in place of a member, which lies in the envelope instead. Text may be missing there. */
    private async readSevered(cbor: CborReader, key: number): Promise<void> {
        const { envelope } = this
        const expected = readDigest(cbor)
        let member: Member | undefined
        for (const known of envelope.members) if (known.key === key) member = known
        if (!member && key === INSTALL) cbor.refuse(SuitRefusal.MemberMissing)
        if (!member || cbor.refusal !== 0) return
        this.severed++
        const bytes = await envelope.checkedMember(member, expected, SuitRefusal.MemberDigest, this.digest)
        if (key === TEXT) return
        const inner = new CborReader(bytes, bytes.length)
        await this.readSequence(inner, IN_INSTALL)
        envelope.refuseWith(inner, member.head)
    }

    private async readCommon(cbor: CborReader): Promise<void> {
        const outer = cbor.enter()
        const pairs = cbor.head(MAP)
        let previous: number | undefined
        for (let i = 0; i < pairs; i++) {
            previous = cbor.key(previous)
            if (previous === COMPONENTS) {
                if (cbor.head(ARRAY) !== 1) cbor.refuse(SuitRefusal.Components)
                if (cbor.head(ARRAY) !== 1) cbor.refuse(SuitRefusal.Component)
                const name = cbor.bytes(PROGRAM_COMPONENT.length).toString()
                this.manifest.isPolicy = name === POLICY_COMPONENT
                if (name !== PROGRAM_COMPONENT && name !== POLICY_COMPONENT) cbor.refuse(SuitRefusal.Component)
            } else if (previous === SHARED_SEQUENCE) await this.readSequence(cbor, IN_SHARED)
            else cbor.refuse(SuitRefusal.CommonMember)
        }
        cbor.leave(outer)
    }

    private async readSequence(cbor: CborReader, place: number): Promise<void> {
        const outer = cbor.enter()
        const items = cbor.head(ARRAY)
        if (items & 1) cbor.refuse(SuitRefusal.CommandArgument)
        for (let i = 0; i < items; i += 2) {
            await this.envelope.pause()
            const label = cbor.int()
            if (label === OVERRIDE_PARAMETERS) this.readParameters(cbor, place)
            else if (label === SET_COMPONENT_INDEX) {
                if (cbor.major() !== UNSIGNED || cbor.uint() !== 0) cbor.refuse(SuitRefusal.ComponentIndex)
            } else {
                cbor.refuse(this.admit(label, place))
                if (cbor.uint() > MAX_REPORTING_POLICY) cbor.refuse(SuitRefusal.ReportingPolicy)
            }
        }
        cbor.leave(outer)
    }

    /** Notes that a command has been met. @returns why it is refused, or 0 */
    private admit(label: number, place: number): number {
        let reason: number = SuitRefusal.Command
        for (let i = 0; i < COMMANDS.length; i += 4) {
            const code = COMMANDS[i]
            if ((code < PRIVATE_LABELS ? code : code - 512) !== label) continue
            if (COMMANDS[i + 1] === place) {
                this.done |= COMMANDS[i + 3]
                return (this.has & COMMANDS[i + 2]) === COMMANDS[i + 2] ? 0 : SuitRefusal.ParameterMissing
            }
            reason = SuitRefusal.CommandPlace
        }
        return reason
    }

    private readParameters(cbor: CborReader, place: number): void {
        const pairs = cbor.head(MAP)
        let previous: number | undefined
        for (let i = 0; i < pairs; i++) {
            previous = cbor.key(previous)
            const index = PARAMETERS.indexOf(previous)
            if (index < 0) cbor.refuse(SuitRefusal.Parameter)
            const bit = 1 << index
            if (previous < 0 && place === IN_SHARED) cbor.refuse(SuitRefusal.ParameterPlace)
            if (this.has & bit) cbor.refuse(SuitRefusal.ParameterRepeated)
            this.has |= bit
            this.readParameter(cbor, previous)
        }
    }

    private readParameter(cbor: CborReader, label: number): void {
        const manifest = this.manifest
        if (label === VENDOR_ID) {
            if (cbor.major() === TAG) cbor.refuse(SuitRefusal.VendorNumber)
            manifest.vendorId = readIdentifier(cbor)
        } else if (label === CLASS_ID) manifest.classId = readIdentifier(cbor)
        else if (label === IMAGE_DIGEST) {
            const outer = cbor.enter()
            manifest.digest = readDigest(cbor)
            cbor.leave(outer)
        } else if (label === IMAGE_SIZE) {
            manifest.size = cbor.uint()
            if (manifest.size === 0 || manifest.size > PROGRAM_BYTES) cbor.refuse(SuitRefusal.ImageSize)
        } else if (label === CONTENT) manifest.content = cbor.bytes(POLICY_BYTES)
        else if (label === URI) {
            if (cbor.text(URI_BYTES).toString() !== PAYLOAD_NAME) cbor.refuse(SuitRefusal.Uri)
        } else if (label === BOARD) manifest.board = cbor.text(BOARD_BYTES)
        else manifest.runtime = cbor.uint()
    }

    checkDone(cbor: CborReader): void {
        const { isPolicy } = this.manifest
        const needed = isPolicy ? DONE_FOR_POLICY : DONE_FOR_PROGRAM
        if (this.has & (isPolicy ? HAS_URI : HAS_CONTENT)) cbor.refuse(SuitRefusal.Source)
        if ((this.done & needed) !== needed) cbor.refuse(SuitRefusal.CommandMissing)
    }
}

function readIdentifier(cbor: CborReader): Buffer {
    const identifier = cbor.bytes(2 * IDENTIFIER_BYTES)
    if (identifier.length !== IDENTIFIER_BYTES) cbor.refuse(SuitRefusal.IdentifierLength)
    return identifier
}
