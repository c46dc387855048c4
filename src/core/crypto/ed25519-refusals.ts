import type { PointRefusal } from "./edwards-verify"

/** Why a signature is refused. `R` and `s` are its first and second half. */
export type Ed25519Refusal =
    | "keyLength"
    | "signatureLength"
    | "sOutOfRange"
    | "keyNotCanonical"
    | "keyNotOnCurve"
    | "keySmallOrder"
    | "rNotCanonical"
    | "rNotOnCurve"
    | "rSmallOrder"
    | "mismatch"

export const KEY_REFUSALS: Record<PointRefusal, Ed25519Refusal> = {
    notCanonical: "keyNotCanonical",
    notOnCurve: "keyNotOnCurve",
    smallOrder: "keySmallOrder",
}

export const R_REFUSALS: Record<PointRefusal, Ed25519Refusal> = {
    notCanonical: "rNotCanonical",
    notOnCurve: "rNotOnCurve",
    smallOrder: "rSmallOrder",
}
