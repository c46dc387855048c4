/** Manifests as devices take them: see `src/core/suit/manifest.ts` and docs/update-package.md. */

import { createHash } from "node:crypto"
import { ARRAY, MAP } from "../../core/cbor/major"
import { CborWriter } from "../../core/cbor/writer"
import { COSE_SHA256 } from "../../core/cose/algorithms"
import * as suit from "../../core/suit/labels"
import { encodePolicy, type TrustPolicy } from "../../core/suit/policy"
import { imageVersion } from "../image-header"

/** For whom a package is. */
export interface Target {
    sequenceNumber: number
    /** UUIDs, 16 bytes. */
    vendorId: Buffer
    classId: Buffer
}

export interface ProgramTarget extends Target {
    /** Identifier of the board file. */
    board: string
}

/** What a person wants to know of a package, in English. */
export interface Description {
    vendorDomain: string
    model: string
    version: string
    update: string
}

/** A manifest, and the parts severed from it, by key. */
export interface ManifestParts {
    manifest: Buffer
    severed: ReadonlyMap<number, Buffer>
}

/** Room for any manifest that a device takes. */
const CAPACITY = suit.MANIFEST_BYTES
/** Room for the texts. */
const TEXT_CAPACITY = 8192
/** All reports, as the draft's examples ask of conditions; of directives, only failures. */
const REPORT_CONDITION = 15
const REPORT_DIRECTIVE = 2

/** @param image as the compiler makes it */
export function programManifest(target: ProgramTarget, image: Uint8Array, description?: Description): ManifestParts {
    const install = new CborWriter(CAPACITY)
        .head(ARRAY, 10)
        .int(suit.OVERRIDE_PARAMETERS)
        .head(MAP, 3)
        .int(suit.URI)
        .text(suit.PAYLOAD_NAME)
        .int(suit.BOARD)
        .text(target.board)
        .int(suit.RUNTIME)
        .int(imageVersion(image))
    for (const check of [suit.CHECK_BOARD, suit.CHECK_RUNTIME]) install.int(check).int(REPORT_CONDITION)
    install.int(suit.FETCH).int(REPORT_DIRECTIVE).int(suit.CHECK_IMAGE).int(REPORT_CONDITION)
    return assemble(target, suit.PROGRAM_COMPONENT, image, install, description)
}

export function policyManifest(target: Target, policy: TrustPolicy): ManifestParts {
    const content = encodePolicy(policy)
    const install = new CborWriter(CAPACITY)
        .head(ARRAY, 6)
        .int(suit.OVERRIDE_PARAMETERS)
        .head(MAP, 1)
        .int(suit.CONTENT)
        .bytes(content)
        .int(suit.WRITE)
        .int(REPORT_DIRECTIVE)
        .int(suit.CHECK_IMAGE)
        .int(REPORT_CONDITION)
    return assemble(target, suit.POLICY_COMPONENT, content, install)
}

/** SUIT_Digest of some bytes. */
export function suitDigest(bytes: Uint8Array): Buffer {
    const digest = createHash("sha256").update(bytes).digest()
    return new CborWriter(40).head(ARRAY, 2).int(COSE_SHA256).bytes(digest).finish()
}

/** SUIT_Digest of a member: of its bytes with the head of their byte string. */
export function memberDigest(bytes: Buffer): Buffer {
    return suitDigest(new CborWriter(bytes.length + 5).bytes(bytes).finish())
}

function assemble(
    target: Target,
    component: string,
    image: Uint8Array,
    install: CborWriter,
    description?: Description,
): ManifestParts {
    const validate = new CborWriter(8).head(ARRAY, 2).int(suit.CHECK_IMAGE).int(REPORT_CONDITION)
    const writer = new CborWriter(CAPACITY)
        .head(MAP, description ? 6 : 5)
        .int(suit.VERSION)
        .int(suit.MANIFEST_VERSION)
        .int(suit.SEQUENCE_NUMBER)
        .int(target.sequenceNumber)
        .int(suit.COMMON)
        .bytes(common(target, component, image))
        .int(suit.VALIDATE)
        .bytes(validate.finish())
        .int(suit.INSTALL)
        .bytes(install.finish())
    const severed = new Map<number, Buffer>()
    if (description) {
        const text = texts(component, description)
        severed.set(suit.TEXT, text)
        writer.int(suit.TEXT).raw(memberDigest(text))
    }
    return { manifest: writer.finish(), severed }
}

function common(target: Target, component: string, image: Uint8Array): Buffer {
    const shared = new CborWriter(CAPACITY)
        .head(ARRAY, 6)
        .int(suit.OVERRIDE_PARAMETERS)
        .head(MAP, 4)
        .int(suit.VENDOR_ID)
        .bytes(target.vendorId)
        .int(suit.CLASS_ID)
        .bytes(target.classId)
        .int(suit.IMAGE_DIGEST)
        .bytes(suitDigest(image))
        .int(suit.IMAGE_SIZE)
        .int(image.length)
    for (const check of [suit.CHECK_VENDOR, suit.CHECK_CLASS]) shared.int(check).int(REPORT_CONDITION)
    return new CborWriter(CAPACITY)
        .head(MAP, 2)
        .int(suit.COMPONENTS)
        .head(ARRAY, 1)
        .head(ARRAY, 1)
        .bytes(Buffer.from(component))
        .int(suit.SHARED_SEQUENCE)
        .bytes(shared.finish())
        .finish()
}

/** Labels of SUIT Text Values and SUIT Component Text Values. */
const UPDATE_DESCRIPTION = 2
const MODEL_NAME = 2
const VENDOR_DOMAIN = 3
const COMPONENT_VERSION = 6

function texts(component: string, { vendorDomain, model, version, update }: Description): Buffer {
    return new CborWriter(TEXT_CAPACITY)
        .head(MAP, 1)
        .text("en")
        .head(MAP, 2)
        .int(UPDATE_DESCRIPTION)
        .text(update)
        .head(ARRAY, 1)
        .bytes(Buffer.from(component))
        .head(MAP, 3)
        .int(MODEL_NAME)
        .text(model)
        .int(VENDOR_DOMAIN)
        .text(vendorDomain)
        .int(COMPONENT_VERSION)
        .text(version)
        .finish()
}
