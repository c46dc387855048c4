import { spawnSync } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { ed25519 } from "@noble/curves/ed25519.js"
import { p256 } from "@noble/curves/nist.js"
import { onTestFinished } from "vitest"
import {
    type CertificateAuthority,
    createAuthority,
    openAuthority,
} from "../../../src/host/identity/certificate-authority"
import { issueDeviceCertificate } from "../../../src/host/identity/device-certificate"
import { fingerprint } from "../../../src/host/identity/fingerprint"
import type { KeyAlgorithm } from "../../../src/host/identity/key-algorithm"
import { seededBytes as seeded } from "../../../src/host/identity/random-bytes"
import type { Unit } from "../../../src/host/identity/unit"
import type { UnitRegister } from "../../../src/host/identity/unit-register"

export const NOW = new Date("2026-03-01T12:00:00Z")
export const DAY_MS = 86_400_000

export const DOORBELL: Unit = { serial: "DB-0001", model: "Doorbell", board: "doorbell_c3", securityClass: 2 }

/** A day after `NOW`, or so many. */
export function later(days = 1): Date {
    return new Date(NOW.getTime() + days * DAY_MS)
}

export { seeded }

export async function authority(algorithm: KeyAlgorithm, seed = "ca", years?: number): Promise<CertificateAuthority> {
    const options = { name: "Hearth Works", algorithm, years, now: NOW, random: seeded(seed) }
    return openAuthority(await createAuthority(options))
}

export function der(ca: CertificateAuthority): Buffer {
    return Buffer.from(ca.certificate.rawData)
}

/** The public key of a unit, as its key store gives it. */
export function unitKey(algorithm: KeyAlgorithm, seed = "unit"): Uint8Array {
    const random = seeded(seed)
    if (algorithm === "ed25519") return ed25519.getPublicKey(random(32))
    return p256.getPublicKey(p256.utils.randomSecretKey(random(48)), false).subarray(1)
}

export function issue(
    ca: CertificateAuthority,
    publicKey = unitKey("p256"),
    unit = DOORBELL,
    isTestUnit = false,
): Promise<Uint8Array> {
    return issueDeviceCertificate({ ca, unit, isTestUnit, publicKey, now: NOW, random: seeded("certificate") })
}

let issues = 0

/** Asks for a certificate of the doorbell, or of one that is a bit different. @returns its fingerprint, or the refusal */
export async function certify(
    units: UnitRegister,
    ca: CertificateAuthority,
    key: string,
    change: Partial<Unit> = {},
    now = NOW,
    isTestUnit = false,
): Promise<string> {
    const unit = { ...DOORBELL, ...change }
    // Every certificate that is made is a new one.
    const random = seeded(`${key} ${(issues += 1)}`)
    const issued = await units.certificateFor({ ca, unit, isTestUnit, publicKey: unitKey("ed25519", key), now, random })
    return "refusal" in issued ? issued.refusal : fingerprint(issued.certificate)
}

/** A folder that is gone after the test. */
export function temporaryFolder(): string {
    const folder = mkdtempSync(join(tmpdir(), "domovoi-identity-"))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    return folder
}

/** Whether there is an `openssl` command here. */
export const hasOpenSsl = spawnSync("openssl", ["version"]).status === 0

/** @returns what the command printed, both ways */
export function openSsl(...parameters: string[]): string {
    const { stdout, stderr } = spawnSync("openssl", parameters, { encoding: "utf8" })
    return stdout + stderr
}
