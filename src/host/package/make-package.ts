import { z } from "zod"
import { COMMON, COMPONENTS, MANIFEST, PAYLOAD_NAME, POLICY_COMPONENT, SEQUENCE_NUMBER } from "../../core/suit/labels"
import { MAX_POLICY_KEYS, type TrustPolicy } from "../../core/suit/policy"
import { decoded } from "../cbor"
import { isImage } from "../image-header"
import { InputError } from "../input-error"
import { type EnvelopeParts, newEnvelope } from "./envelope"
import { type Description, policyManifest, programManifest } from "./manifest"
import { readEnvelope } from "./read-envelope"
import { numberWarnings, policyNumberWarnings, requireNumber } from "./sequence-number"
import { readKeyFile, trustedKeyOf } from "./signing-key"
import { classIdOf, vendorIdOf } from "./uuid"

/** For which devices a new package is, and what it says of itself. A package that is there already needs none of it. */
export interface PackageOptions {
    sequence?: number
    /** Domain name of the vendor, and the vendor's name of the device: their identifiers are made of them. */
    vendor?: string
    model?: string
    /** Identifier of the board file. */
    board?: string
    /** For people: what the release is called, and what the update does. */
    release?: string
    update?: string
}

const BRACE = "{".charCodeAt(0)

const policySchema = z.strictObject({
    threshold: z.int().min(1),
    /** Paths of key files. */
    keys: z.array(z.string()).min(1).max(MAX_POLICY_KEYS),
})

/**
 * A package to be signed: a new one around an image, a new one that brings a trust policy, or one that is signed already.
 * @param path for messages
 * @throws InputError if the file is none of these, or an option is missing
 */
export function makePackage(path: string, bytes: Buffer, options: PackageOptions): EnvelopeParts {
    if (isImage(bytes)) {
        const { board, ...names } = required(path, options, ["sequence", "vendor", "model", "board"])
        requireNumber(path, bytes, names.sequence)
        const target = { ...targetOf(names), board }
        return newEnvelope(programManifest(target, bytes, descriptionOf(names, options)), bytes)
    }
    if (bytes[0] === BRACE) {
        const names = required(path, options, ["sequence", "vendor", "model"])
        return newEnvelope(policyManifest(targetOf(names), readPolicyFile(path, bytes, names.sequence)))
    }
    const envelope = readEnvelope(path, bytes)
    refuseOptions(path, options)
    const [manifest, program] = [MANIFEST, PAYLOAD_NAME].map(
        wanted => envelope.members.find(([key]) => key === wanted)?.[1],
    )
    if (program) requireNumber(path, program, sequenceNumberOf(manifest!))
    return envelope
}

/** What is dangerous about the number of a package, a sentence each. */
export function packageWarnings({ members }: EnvelopeParts): string[] {
    const manifest = Buffer.from(members.find(([key]) => key === MANIFEST)![1])
    const sequenceNumber = sequenceNumberOf(manifest)
    return isPolicy(manifest) ? policyNumberWarnings(sequenceNumber) : numberWarnings(sequenceNumber)
}

/** NaN if the manifest has none. */
function sequenceNumberOf(manifest: Buffer): number {
    return Number(memberOf(manifest, SEQUENCE_NUMBER))
}

function isPolicy(manifest: Buffer): boolean {
    const common = memberOf(manifest, COMMON)
    const components = common instanceof Buffer ? memberOf(common, COMPONENTS) : undefined
    return JSON.stringify(components) === JSON.stringify([[Buffer.from(POLICY_COMPONENT)]])
}

function memberOf(map: Buffer, key: number): unknown {
    const members = decoded(map)
    return members instanceof Map ? members.get(key) : undefined
}

/** @param path for messages @throws InputError if it is no trust policy */
export function readPolicyFile(path: string, bytes: Buffer, version: number): TrustPolicy {
    const { threshold, keys } = parsePolicy(path, bytes)
    return { version, threshold, keys: keys.map(file => trustedKeyOf(readKeyFile(file))) }
}

function parsePolicy(path: string, bytes: Buffer): z.infer<typeof policySchema> {
    try {
        const policy = policySchema.parse(JSON.parse(bytes.toString()))
        if (policy.threshold > policy.keys.length) throw new Error(`${policy.threshold} of ${policy.keys.length} keys`)
        return policy
    } catch (error) {
        const why = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message
        throw new InputError(`${path}: no trust policy: ${why}; write {"threshold": 1, "keys": ["release.key"]}`)
    }
}

/** What a package says is signed: another signer can say nothing else. */
function refuseOptions(path: string, options: PackageOptions): void {
    const given = Object.entries(options).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`]))
    if (given.length > 0)
        throw new InputError(`${path}: leave out ${given.join(", ")}: this is a package already, which says so itself`)
}

function required<K extends keyof PackageOptions>(
    path: string,
    options: PackageOptions,
    names: readonly K[],
): Required<Pick<PackageOptions, K>> {
    const missing = names.filter(name => options[name] === undefined)
    if (missing.length > 0)
        throw new InputError(`${path}: a new package needs ${missing.map(name => `--${name}`).join(", ")} as well`)
    return options as Required<Pick<PackageOptions, K>>
}

type Names = Required<Pick<PackageOptions, "sequence" | "vendor" | "model">>

function targetOf({ sequence, vendor, model }: Names) {
    return { sequenceNumber: sequence, vendorId: vendorIdOf(vendor), classId: classIdOf(vendor, model) }
}

function descriptionOf({ vendor, model }: Names, { release, update = "" }: PackageOptions): Description | undefined {
    return release === undefined ? undefined : { vendorDomain: vendor, model, version: release, update }
}
