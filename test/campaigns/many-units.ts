/** Makes units in the simulator as a factory does, with the real runtime in each, and looks for anything that two of them share. */
import { randomBytes } from "node:crypto"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { loadBoard } from "../../simulators/board/definition"
import { deviceIdOf } from "../../simulators/bus/server"
import type { Atecc608 } from "../../simulators/parts/atecc608"
import { buildFirmware } from "../../src/host/build/firmware"
import { createAuthority, openAuthority } from "../../src/host/identity/certificate-authority"
import { verifyChain } from "../../src/host/identity/chain"
import { UnitRegister } from "../../src/host/identity/unit-register"
import { provision } from "../../src/host/unit/provision"
import { SimulatedUnit } from "../../src/host/unit/simulated-unit"
import { SecretFinder } from "./secret-finder"
import { recordsInFram } from "./subjects"

const LINES = [
    { board: "valve_pico", firmware: "gas-valve", model: "Domovoi gas valve", securityClass: 1 },
    { board: "doorbell_c3", firmware: "doorbell", model: "Domovoi doorbell", securityClass: 2 },
] as const

export interface MadeUnit {
    serial: string
    publicKey: string
    certificateSerial: string
    pairingSecret: Uint8Array
    privateKey: Buffer
    /** Flash and FRAM, as somebody who opens the unit reads them. */
    images: Buffer[]
}

/** @returns `count` units, every second one of each kind */
export async function* makeUnits(count: number): AsyncGenerator<MadeUnit> {
    const folder = mkdtempSync(join(tmpdir(), "domovoi-many-"))
    try {
        const now = new Date()
        const record = await createAuthority({ name: "Many units", algorithm: "p256", now, random: randomBytes })
        const ca = await openAuthority(record)
        const register = new UnitRegister({ path: folder, certificate: ca.certificate })
        for (let i = 0; i < count; i++) {
            const { board, firmware, model, securityClass } = LINES[i % LINES.length]
            const { image } = await buildFirmware(firmware)
            const serial = `U-${i}`
            const link = new SimulatedUnit(loadBoard(board, "boards"), deviceIdOf(serial))
            link.board.install(image)
            await link.powerOn()
            const unit = { serial, model, board, securityClass }
            const made = await provision({
                link,
                unit,
                isTestUnit: false,
                ca,
                register,
                lock: true,
                now,
                random: randomBytes,
            })
            await link.close()
            const verdict = verifyChain(made.chain, { ca: record.certificate, revoked: new Set(), now, serial })
            if ("refusal" in verdict) throw new Error(`${serial}: certificate refused: ${verdict.refusal}`)
            const { publicKey, certificateSerial } = verdict.unit
            const { flash, parts } = link.board.save()
            yield {
                serial,
                publicKey: Buffer.from(publicKey).toString("hex"),
                certificateSerial,
                pairingSecret: made.pairingSecret,
                privateKey: await privateKeyOf(link),
                images: [flash, String(parts.fram)].map(image => Buffer.from(image, "base64")),
            }
        }
    } finally {
        rmSync(folder, { recursive: true })
    }
}

/** Taken from where no peer can reach it: the element's insides, or the record that only the device itself reads. */
async function privateKeyOf({ board }: SimulatedUnit): Promise<Buffer> {
    const element = board.parts.get("element") as Atecc608 | undefined
    if (element) return Buffer.from(element.save().slots[0], "hex").subarray(4, 36)
    return Buffer.from((await recordsInFram(board)).key, "hex").subarray(0, 32)
}

export interface Comparison {
    units: number
    /** Of each kind, how many different ones there are. */
    distinct: { publicKeys: number; privateKeys: number; certificates: number; pairingSecrets: number }
    /** `A in B`: a secret of unit A lies in unit B. */
    leaks: string[]
    /** Units in whose own memory a secret of theirs was found: the search works. */
    foundAtHome: number
}

export function compare(units: readonly MadeUnit[]): Comparison {
    const finder = new SecretFinder()
    for (const { serial, pairingSecret, privateKey } of units)
        for (const secret of [Buffer.from(pairingSecret), privateKey]) finder.add(serial, secret)
    const findings = units.map(({ serial, images }) => ({
        serial,
        owners: images.map(image => finder.ownersIn(image)),
    }))
    const count = (of: (unit: MadeUnit) => string) => new Set(units.map(of)).size
    return {
        units: units.length,
        distinct: {
            publicKeys: count(({ publicKey }) => publicKey),
            privateKeys: count(({ privateKey }) => privateKey.toString("hex")),
            certificates: count(({ certificateSerial }) => certificateSerial),
            pairingSecrets: count(({ pairingSecret }) => Buffer.from(pairingSecret).toString("hex")),
        },
        leaks: findings.flatMap(({ serial, owners }) =>
            owners.flatMap(found => [...found].filter(owner => owner !== serial).map(owner => `${owner} in ${serial}`)),
        ),
        foundAtHome: findings.filter(({ serial, owners }) => owners.some(found => found.has(serial))).length,
    }
}
