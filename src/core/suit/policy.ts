import { ARRAY } from "../cbor/major"
import { CborReader } from "../cbor/reader"
import { CborWriter } from "../cbor/writer"
import { KEY_ID_BYTES } from "../cose/header"
import type { Verifier } from "../cose/verifier"
import { constantTimeEqual } from "../crypto/constant-time"
import { POLICY_BYTES } from "./labels"
import { SuitRefusal } from "./refusal"

/** Most keys of a policy. */
export const MAX_POLICY_KEYS = 6
/** Longest public key in bytes. */
const PUBLIC_KEY_BYTES = 64

/** A public key whose signatures count. */
export interface TrustedKey {
    /** COSE number, see `src/core/cose/algorithms.ts`. */
    algorithm: number
    keyId: Buffer
    /** 32 bytes; 64 of P-256, x and y. */
    publicKey: Buffer
}

/**
 * Whose signatures an update needs: at least `threshold` of the keys. One key and 1 is the simplest, one key of each of two algorithms
 * and 2 holds as long as either algorithm does.
 */
export interface TrustPolicy {
    /** Sequence number of the package that brought it; rises. */
    version: number
    threshold: number
    keys: TrustedKey[]
}

/** An array of version, threshold, and an array of keys: algorithm, name, bytes. @throws RangeError above 400 bytes */
export function encodePolicy(policy: TrustPolicy): Buffer {
    const writer = new CborWriter(POLICY_BYTES)
    writer.head(ARRAY, 3).int(policy.version).int(policy.threshold).head(ARRAY, policy.keys.length)
    for (const key of policy.keys) writer.head(ARRAY, 3).int(key.algorithm).bytes(key.keyId).bytes(key.publicKey)
    return writer.finish()
}

/**
 * Reads a policy, and refuses one that could never be met or would count a signer twice.
 * @param verifiers the algorithms that this device can check
 */
export function readPolicy(cbor: CborReader, verifiers: readonly Verifier[]): TrustPolicy {
    cbor.arrayOf(3)
    const version = cbor.uint()
    const threshold = cbor.uint()
    const keys: TrustedKey[] = []
    const count = cbor.head(ARRAY)
    if (count === 0 || count > MAX_POLICY_KEYS) cbor.refuse(SuitRefusal.PolicyKeys)
    if (threshold === 0 || threshold > count) cbor.refuse(SuitRefusal.PolicyThreshold)
    for (let i = 0; i < count && i < MAX_POLICY_KEYS; i++) {
        const key = readKey(cbor, verifiers)
        for (const other of keys)
            if (constantTimeEqual(key.keyId, other.keyId) || constantTimeEqual(key.publicKey, other.publicKey))
                cbor.refuse(SuitRefusal.PolicyKeyRepeated)
        keys.push(key)
    }
    cbor.finish()
    return { version, threshold, keys }
}

/** @returns undefined unless the bytes are a policy that this device can check updates by */
export function policyOf(bytes: Buffer, verifiers: readonly Verifier[]): TrustPolicy | undefined {
    const reader = new CborReader(bytes, bytes.length)
    const policy = readPolicy(reader, verifiers)
    return reader.refusal === 0 ? policy : undefined
}

/** The verifier of an algorithm, if the device has it. */
export function verifierOf(algorithm: number, verifiers: readonly Verifier[]): Verifier | undefined {
    for (const verifier of verifiers) if (verifier.algorithm === algorithm) return verifier
    return undefined
}

function readKey(cbor: CborReader, verifiers: readonly Verifier[]): TrustedKey {
    cbor.arrayOf(3)
    const algorithm = cbor.int()
    const keyId = cbor.bytes(KEY_ID_BYTES)
    const publicKey = cbor.bytes(PUBLIC_KEY_BYTES)
    const verifier = verifierOf(algorithm, verifiers)
    if (!verifier) cbor.refuse(SuitRefusal.PolicyAlgorithm)
    else if (keyId.length === 0 || publicKey.length !== verifier.publicKeyBytes) cbor.refuse(SuitRefusal.PolicyKey)
    return { algorithm, keyId, publicKey }
}
