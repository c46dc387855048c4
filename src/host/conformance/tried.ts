/** What a test was given to try, by its digest in the evidence: so that a page can say whether what it shows is that. */
import { createHash } from "node:crypto"
import type { TestResult } from "./run"

/** The test of the bill of materials. */
export const BILL_TEST = "LC.1-bill"
/** What the entry of the evidence is called that has the digest as `sha256`: of the bill's file, and of a circuit (`circuitDigest`). */
export const BILL_FILE = "the file of the bill"
export const CIRCUIT = "the circuit"

/** @returns SHA-256 in hex */
export function fileDigest(bytes: Uint8Array): string {
    return createHash("sha256").update(bytes).digest("hex")
}

/** Which tests tried something of that name, and its digest. */
export function triedAs(results: readonly TestResult[], what: string): { test: string; sha256: string }[] {
    return results.flatMap(({ id, evidence }) =>
        evidence.flatMap(entry =>
            entry.what === what && typeof entry.sha256 === "string" ? [{ test: id, sha256: entry.sha256 }] : [],
        ),
    )
}
