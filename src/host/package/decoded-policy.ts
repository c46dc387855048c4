import { CborReader } from "../../core/cbor/reader"
import { CborRefusal } from "../../core/cbor/refusal"
import { readPolicy, type TrustPolicy } from "../../core/suit/policy"
import { IMPLEMENTATIONS, SIGNATURE_ALGORITHMS } from "./algorithms"

const VERIFIERS = SIGNATURE_ALGORITHMS.map(name => IMPLEMENTATIONS[name].verifier)

/** A trust policy as `encodePolicy` writes it. @returns undefined if it is none that any device would take */
export function decodedPolicy(bytes: Buffer): TrustPolicy | undefined {
    const reader = new CborReader(bytes, bytes.length)
    const policy = readPolicy(reader, VERIFIERS)
    return reader.refusal === CborRefusal.None ? policy : undefined
}
