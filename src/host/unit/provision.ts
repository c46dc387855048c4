import { createHash } from "node:crypto"
import { CborReader } from "../../core/cbor/reader"
import { ELEMENT_LIMIT } from "../../core/identity/element-counters"
import { encodePolicy, readPolicy, type TrustPolicy } from "../../core/suit/policy"
import type { CertificateAuthority } from "../identity/certificate-authority"
import { encodeChain } from "../identity/chain"
import type { CertificateRequest } from "../identity/device-certificate"
import type { RandomBytes } from "../identity/random-bytes"
import type { Unit } from "../identity/unit"
import type { IssueRefusal, UnitRegister } from "../identity/unit-register"
import { InputError } from "../input-error"
import { algorithmOf, VERIFIERS } from "../package/algorithms"
import { refusalName } from "../package/refusals"
import { attest } from "./attestation"
import { callWhenFree } from "./call-when-free"
import { readDocument } from "./read-document"
import type { UnitLink } from "./unit-link"

/** What a device takes in one command, in bytes. */
const PIECE_BYTES = 128
const FIRST_POLICY_BYTES = 200
/** How often the certificates are written before it is no matter of lost packets that they are not whole. */
const MOST_WRITINGS = 3
/** How often to look, and how long to wait in between, for what a device does about once a second. */
const LOOKS = 40
const LOOK_MS = 250

/** What is known of the units made so far. */
export type Units = Pick<UnitRegister, "certificateFor" | "pairingSecret" | "revocation">

export interface Provisioning {
    link: UnitLink
    unit: Unit
    /** Whether its certificate says that it is no real one, see `CertificateRequest`. */
    isTestUnit: boolean
    ca: CertificateAuthority
    register: Units
    /** Whether to lock a secure element that is not: it cannot be undone. */
    lock: boolean
    /** Whose updates it is to take; none if left out. */
    policy?: TrustPolicy
    now: Date
    random: RandomBytes
    /** Hears what is done next. */
    progress?: (step: string) => void
}

/** Why a unit was not provisioned. */
export type ProvisionRefusal =
    /** Its number has a certificate over another key, of another description, or was revoked. */
    | IssueRefusal
    /** The device is another unit already. */
    | "otherUnit"
    /** The device answers for another class, or is another model. */
    | "otherClass"
    | "otherModel"
    /** The device's secure element does not answer. */
    | "noElement"
    /** The secure element has to be locked first. */
    | "lockNeeded"
    /** A trust policy was given, and the device's firmware takes no updates. */
    | "noUpdates"
    /** The device's firmware cannot check the algorithm of a key of the trust policy. */
    | "policyAlgorithm"
    /** The firmware's sequence number is higher than the device's counter can ever stand. */
    | "sequenceNumber"
    /** The device refused a step. */
    | "deviceRefused"
    /** The device did not prove that it has the key that was certified. */
    | "notProven"

export class ProvisionError extends Error {
    constructor(
        readonly refusal: ProvisionRefusal,
        detail: string,
    ) {
        super(detail)
    }
}

export interface Provisioned {
    /** DER, the device's and the authority's. */
    chain: Uint8Array
    pairingSecret: Uint8Array
    /** Whether the device had its identity before. */
    wasDone: boolean
    /** Whether it has shown under its signature that it takes updates. Without a trust policy it never will. */
    takesUpdates: boolean
}

/**
 * Gives a device its identity: a key that it makes itself, a certificate over it, and a pairing secret. Every step can be repeated, so a
 * run that was interrupted anywhere is taken up by the next one, with the same result.
 * @throws ProvisionError; LinkError; InputError
 */
export async function provision(options: Provisioning): Promise<Provisioned> {
    const { link, unit, register, random, progress = () => {} } = options
    progress("asking the device what it is")
    await requireDescription(link, unit)
    const pairingSecret = register.pairingSecret(unit.serial, random)
    await identityOtherThan(link, "Unknown")
    if ((await link.get("identity")) === "Valid") return doneBefore(options, pairingSecret)
    const isOpen = await requireElement(options)
    // First of all that the unit keeps: what it refuses here it would refuse at every update, and nothing is spent yet.
    if ((await keepPolicy(options)) === "AlreadyProvisioned") {
        // It looks once a second: what an interrupted run has given it shows only then.
        await identityOtherThan(link, "Missing")
        return doneBefore(options, pairingSecret)
    }
    if (isOpen) await lockElement(options)
    progress("letting the device make its key")
    const { refusal, public_key } = await accepted(link, "create_key", {}, "AlreadyProvisioned")
    if (refusal === "AlreadyProvisioned") {
        await identityOtherThan(link, "Missing")
        return doneBefore(options, pairingSecret)
    }
    progress("issuing the certificate")
    const certificate = await certificateFor({ ...options, publicKey: public_key as Uint8Array })
    const chain = encodeChain(certificate, new Uint8Array(options.ca.certificate.rawData))
    progress("writing the identity")
    await accepted(link, "write_pairing_secret", { secret: pairingSecret })
    await writeIdentity(link, chain, unit.serial)
    await identityOtherThan(link, "Missing")
    return { chain, pairingSecret, wasDone: false, takesUpdates: await requireProof(options) }
}

/** Certificates of which a piece was lost on the way are written anew: the unit compares their digest. */
async function writeIdentity(link: UnitLink, chain: Uint8Array, serial: string): Promise<void> {
    const digest = new Uint8Array(createHash("sha256").update(chain).digest())
    for (let writing = 1; ; writing++) {
        for (let offset = 0; offset < chain.length; offset += PIECE_BYTES)
            await accepted(link, "write_certificates", { offset, data: chain.slice(offset, offset + PIECE_BYTES) })
        const { refusal } = await callWhenFree(link, "keep_identity", { size: chain.length, serial, digest })
        if (refusal === "None") return
        if (refusal !== "Digest" || writing === MOST_WRITINGS) throw refused("keep_identity", String(refusal))
    }
}

async function doneBefore(options: Provisioning, pairingSecret: Uint8Array): Promise<Provisioned> {
    const takesUpdates = await requireProof(options)
    return { chain: await readDocument(options.link, "certificates"), pairingSecret, wasDone: true, takesUpdates }
}

/** Gives the unit the program that it runs, and whose updates it takes. @throws ProvisionError if it cannot */
async function keepPolicy({ link, policy, progress = () => {} }: Provisioning): Promise<string> {
    if (!policy) return "None"
    progress("writing the trust policy")
    const takesUpdates = await link.get("update").then(
        () => true,
        () => false,
    )
    if (!takesUpdates)
        throw new ProvisionError(
            "noUpdates",
            "the device's firmware answers nothing about updates: build it with an updater, or leave out --policy",
        )
    const program = Buffer.concat([Buffer.from(await link.programSha256(), "hex"), encodedPolicy(policy)])
    const { refusal } = await callWhenFree(link, "keep_program", { program: new Uint8Array(program) })
    if (refusal === "Policy") throw new ProvisionError("policyAlgorithm", policyAlgorithms(policy))
    if (refusal === "SequenceNumber")
        throw new ProvisionError(
            "sequenceNumber",
            `the firmware's sequence number is ${await link.get("sequence_number")}, and this device counts to ${ELEMENT_LIMIT} in all its life: number releases from 1 on`,
        )
    if (refusal !== "None" && refusal !== "AlreadyProvisioned") throw refused("keep_program", String(refusal))
    return refusal
}

function policyAlgorithms({ keys }: TrustPolicy): string {
    const names = new Set(keys.map(({ algorithm }) => algorithmOf(algorithm) ?? `algorithm ${algorithm}`))
    return `the device's firmware cannot check every algorithm of the trust policy (${[...names].join(", ")}): give one with keys of those that it was built with`
}

/**
 * The first policy goes into one packet; longer ones come as packages.
 * @throws InputError also if no firmware could ever find it met
 */
function encodedPolicy(policy: TrustPolicy): Buffer {
    const bytes = encodePolicy(policy)
    const reader = new CborReader(bytes, bytes.length)
    readPolicy(reader, VERIFIERS)
    if (reader.refusal !== 0)
        throw new InputError(
            `no update could meet the trust policy (${refusalName(reader.refusal)}): name each key once`,
        )
    if (bytes.length > FIRST_POLICY_BYTES)
        throw new InputError(
            `the trust policy takes ${bytes.length} bytes, the first one at most ${FIRST_POLICY_BYTES}: give fewer keys`,
        )
    return bytes
}

/** @throws ProvisionError if the unit gets no certificate over this key */
export async function certificateFor(request: CertificateRequest & { register: Units }): Promise<Uint8Array> {
    const issued = await request.register.certificateFor(request)
    if ("certificate" in issued) return issued.certificate
    throw new ProvisionError(issued.refusal, ISSUE_REFUSALS[issued.refusal](request.unit.serial))
}

const ISSUE_REFUSALS: Record<IssueRefusal, (serial: string) => string> = {
    otherKey: serial => `unit ${serial} has a certificate over another key: give this device another serial number`,
    otherDescription: serial =>
        `unit ${serial} has a certificate that says another model, board or class, or only one of both is a test unit: give this device another serial number`,
    revoked: serial => `unit ${serial} was revoked, and its serial number is spent: give this device another one`,
}

async function requireDescription(link: UnitLink, unit: Unit): Promise<void> {
    const model = await link.get("model")
    if (model !== unit.model)
        throw new ProvisionError("otherModel", `the device is a "${model}", not a "${unit.model}"`)
    const securityClass = await link.get("security_class")
    if (securityClass !== unit.securityClass)
        throw new ProvisionError(
            "otherClass",
            `the device's firmware answers for class ${securityClass}, not ${unit.securityClass}; give --class ${securityClass}`,
        )
}

/** @returns whether the device has a secure element that has to be locked, and may be, before it can make a key */
async function requireElement({ link, lock }: Provisioning): Promise<boolean> {
    const state = await link.get("identity")
    if (state === "NoElement")
        throw new ProvisionError(
            "noElement",
            "the device's secure element does not answer: check its supply and the bus",
        )
    if (state !== "ElementOpen") return false
    if (!lock)
        throw new ProvisionError(
            "lockNeeded",
            "the device's secure element is not locked, and makes no key before; run again with --lock, which cannot be undone",
        )
    return true
}

async function lockElement({ link, progress = () => {} }: Provisioning): Promise<void> {
    progress("locking the secure element")
    await accepted(link, "lock_element")
    await identityOtherThan(link, "ElementOpen")
}

/**
 * @returns whether it has shown, too, that it takes updates
 * @throws ProvisionError unless the device shows this unit's certificate, and proves that it has the key
 */
async function requireProof({
    link,
    unit,
    isTestUnit,
    ca,
    register,
    now,
    random,
    progress = () => {},
}: Provisioning): Promise<boolean> {
    progress("letting the device prove its identity")
    await programJudged(link)
    const { serial } = unit
    const revocation = register.revocation(serial)
    const revoked = new Set(revocation ? [revocation.certificateSerial] : [])
    const trusted = { ca: new Uint8Array(ca.certificate.rawData), allowTestUnits: isTestUnit }
    const verdict = await attest(link, { ...trusted, revoked, now, serial }, random)
    if (!("refusal" in verdict)) return (verdict.claims.update?.sequenceNumber ?? 0) > 0
    const { refusal, detail = refusal } = verdict
    if (refusal === "revoked") throw new ProvisionError(refusal, ISSUE_REFUSALS.revoked(serial))
    if (refusal === "serialMismatch" || refusal === "foreignCa")
        throw new ProvisionError(
            "otherUnit",
            `the device has an identity already, which is not ${serial} of this CA (${refusal})`,
        )
    throw new ProvisionError("notProven", `the device does not prove to be ${serial} (${detail})`)
}

/** Sends a command, again while the device is busy. @throws ProvisionError if it refuses, but for the reason that is `expected` */
async function accepted(
    link: UnitLink,
    command: string,
    values?: Parameters<UnitLink["call"]>[1],
    expected?: "AlreadyProvisioned",
) {
    const report = await callWhenFree(link, command, values)
    if (report.refusal === "None" || report.refusal === expected) return report
    throw refused(command, String(report.refusal))
}

function refused(command: string, refusal: string): ProvisionError {
    return new ProvisionError("deviceRefused", `the device refused ${command}: ${refusal}`)
}

/** Waits until the device has judged the program that it runs, as it does in its first cycle; if it does not, what it proves will say so. */
async function programJudged(link: UnitLink): Promise<void> {
    for (let look = 1; look < LOOKS; look++) {
        const { cause } = (await link.get("state")) as { cause: string }
        if (cause !== "Starting" && cause !== "Identity") return
        await link.wait(LOOK_MS)
    }
}

async function identityOtherThan(link: UnitLink, state: string): Promise<void> {
    for (let look = 1; (await link.get("identity")) === state; look++) {
        if (look === LOOKS)
            throw new ProvisionError("deviceRefused", `the device's identity stays ${state}: its state says why`)
        await link.wait(LOOK_MS)
    }
}
