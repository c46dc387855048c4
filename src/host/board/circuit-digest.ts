import { createHash } from "node:crypto"
import type { Circuit } from "../../../simulators/circuit/circuit"

/** SHA-256, in hex, of a circuit as it was read: all that a proof or a drawing is made of, whatever the file it came from says beside it. */
export function circuitDigest({ description, pins, startLevels }: Circuit): string {
    const content = JSON.stringify([description, [...pins], [...startLevels]])
    return createHash("sha256").update(content).digest("hex")
}
