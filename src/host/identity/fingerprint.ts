import { createHash } from "node:crypto"

/** SHA-256 of DER, in hex. */
export function fingerprint(der: Uint8Array): string {
    return createHash("sha256").update(der).digest("hex")
}
