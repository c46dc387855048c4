import { createHash } from "node:crypto"
import { join } from "node:path"
import type { BoardState } from "../../../simulators/board/board"
import type { BoardDefinition } from "../../../simulators/board/definition"
import { ProgramRefused } from "../../../simulators/board/factory"
import type { World } from "../../../simulators/world/world"
import { encodePolicy, type TrustedKey, type TrustPolicy } from "../../core/suit/policy"
import { CheckedCache } from "../build/checked-cache"
import { codeDigest } from "../build/code-digest"
import { type CertificateAuthority, createAuthority, openAuthority } from "../identity/certificate-authority"
import type { ChainPolicy } from "../identity/chain"
import { issueDeviceCertificate } from "../identity/device-certificate"
import { PAIRING_SECRET_BYTES } from "../identity/pairing-secret"
import { type RandomBytes, seededBytes } from "../identity/random-bytes"
import { makeCrl } from "../identity/revocation"
import { MAX_FILE_BYTES } from "../input-file"
import { IMPLEMENTATIONS, type SignatureAlgorithm } from "../package/algorithms"
import type { Signer } from "../package/signer"
import { PRIVATE_FILE } from "../private-file"
import { sdkRoot } from "../sdk-root"
import { provision } from "./provision"
import { SimulatedUnit } from "./simulated-unit"
import { LinkError } from "./unit-link"

/** Where boards are kept between runs. Their keys are in them. */
const CACHE = new CheckedCache(join(sdkRoot, ".devicescript/domovoi/units"), MAX_FILE_BYTES.simulatedUnit, PRIVATE_FILE)
/** When everything in the simulated factory is made. */
const NOW = new Date("2026-01-01T00:00:00Z")

/** Makes the devices of a world, by name, but for those whose program knows of no identity. */
export async function manufactureAll(
    { devices }: World,
    images: ReadonlyMap<string, Uint8Array>,
): Promise<Map<string, BoardState>> {
    const units = new Map<string, BoardState>()
    for (const { name, board, id, firmware } of devices) {
        const unit = await manufacture(images.get(firmware)!, board, id)
        if (unit) units.set(name, unit)
    }
    return units
}

/**
 * A board with its program and its identity, as it leaves a factory that exists in the simulator only: its authority's key is known to
 * everybody. Equal programs, boards and identifiers give equal units; made once by this code, they are taken from a cache.
 * @param deviceId of the chip, 16 hex digits
 * @param policy whose updates it takes, if it takes any; the simulated vendor's if left out
 * @param from where it is kept
 * @param pairingSecretOf what a unit of this serial number is given, for its label to show
 * @returns undefined if the image is no Domovoi device's
 */
export async function manufacture(
    image: Uint8Array,
    definition: BoardDefinition,
    deviceId: string,
    policy?: TrustPolicy,
    from: Kept = { cache: CACHE, code: codeDigest() },
    pairingSecretOf = simulatedPairingSecret,
): Promise<BoardState | undefined> {
    const pairingSecret = pairingSecretOf(simulatedSerial(deviceId))
    const given = [deviceId, policy && encodePolicy(policy), Buffer.from(pairingSecret).toString("hex")]
    const recipe = recipeOf(image, definition, [from.code, ...given])
    const text = await from.cache.get(recipe, async () => {
        const state = await make(image, definition, deviceId, pairingSecret, policy)
        return state && Buffer.from(JSON.stringify(state))
    })
    return text && JSON.parse(Buffer.from(text).toString())
}

/** Units that were made before, and by what. */
export interface Kept {
    cache: CheckedCache
    /** Digest of the code that makes them. */
    code: string
}

async function make(
    image: Uint8Array,
    definition: BoardDefinition,
    deviceId: string,
    pairingSecret: Uint8Array,
    policy: TrustPolicy | undefined,
): Promise<BoardState | undefined> {
    const unit = new SimulatedUnit(definition, deviceId)
    try {
        unit.board.install(image)
        await unit.powerOn()
    } catch (error) {
        if (error instanceof LinkError || error instanceof ProgramRefused) return undefined
        throw error
    }
    const random = randomBytes(`unit ${deviceId}`)
    const ca = await authority()
    await provision({
        link: unit,
        unit: {
            serial: simulatedSerial(deviceId),
            model: String(await unit.get("model")),
            board: definition.id,
            securityClass: (await unit.get("security_class")) === 2 ? 2 : 1,
        },
        isTestUnit: true,
        ca,
        register: {
            certificateFor: async request => ({ certificate: await issueDeviceCertificate(request) }),
            pairingSecret: () => pairingSecret,
            revocation: () => undefined,
        },
        lock: true,
        policy: policy ?? (await policyFor(unit)),
        now: NOW,
        random,
    })
    await unit.close()
    return unit.board.save()
}

/** Of a simulated unit, by the identifier of its chip. */
export function simulatedSerial(deviceId: string): string {
    return `SIM-${deviceId.toUpperCase()}`
}

/** What the label of a simulated unit shows. Everybody knows it. */
export function simulatedPairingSecret(serial: string): Uint8Array {
    return randomBytes(`label ${serial}`)(PAIRING_SECRET_BYTES)
}

/** Whose updates a unit takes, if it takes any. */
async function policyFor(unit: SimulatedUnit): Promise<TrustPolicy | undefined> {
    const takesUpdates = await unit.get("update").then(
        () => true,
        () => false,
    )
    const { key } = simulatedRelease((await unit.get("security_class")) === 2 ? "ES256" : "SLH-DSA-SHA2-128s")
    return takesUpdates ? { version: 0, threshold: 1, keys: [key] } : undefined
}

/**
 * Who signs updates in the simulator: the vendor, whom all simulated units trust, or a stranger. Everybody knows their keys. Equal messages have
 * equal signatures.
 */
export function simulatedRelease(
    algorithm: SignatureAlgorithm,
    who: "vendor" | "stranger" = "vendor",
): Signer & { key: TrustedKey } {
    const { verifier, makeKey, sign } = IMPLEMENTATIONS[algorithm]
    const name = `${who} ${algorithm}`
    const { privateKey, publicKey } = makeKey(randomBytes(name))
    const key = { algorithm: verifier.algorithm, keyId: Buffer.from(name), publicKey: Buffer.from(publicKey) }
    return { ...key, key, sign: async message => Buffer.from(sign(message, privateKey)) }
}

/** What the certificates of all simulated units are measured by, but for the time. */
export async function simulatedTrust(): Promise<Pick<ChainPolicy, "ca" | "revoked" | "allowTestUnits">> {
    const { certificate } = await authority()
    return { ca: new Uint8Array(certificate.rawData), revoked: new Set(), allowTestUnits: true }
}

/** A revocation list of that authority's, with one certificate on it. @returns DER */
export async function simulatedCrl(certificateSerial: string, now: Date): Promise<Uint8Array> {
    const revocation = { certificateSerial, reason: "cessationOfOperation", at: now } as const
    return makeCrl(await authority(), { revocations: [revocation], now, days: CRL_DAYS })
}
const CRL_DAYS = 30

/** The authority of all simulated factories. */
async function authority(): Promise<CertificateAuthority> {
    const random = randomBytes("authority")
    return openAuthority(await createAuthority({ name: "Simulated factory", algorithm: "ed25519", now: NOW, random }))
}

function randomBytes(stream: string): RandomBytes {
    return seededBytes(`simulated factory/${stream}`)
}

/** All that decides about a unit. @returns SHA-256 in lowercase hex */
function recipeOf(
    image: Uint8Array,
    { id, chip, configBinary, circuit, costs }: BoardDefinition,
    others: unknown[],
): string {
    const parts = [image, configBinary].map(bytes => createHash("sha256").update(bytes).digest("hex"))
    const recipe = [...parts, id, chip, circuit.description, costs, ...others]
    return createHash("sha256").update(JSON.stringify(recipe)).digest("hex")
}
