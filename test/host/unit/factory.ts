import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll } from "vitest"
import { loadBoard } from "../../../simulators/board/definition"
import { buildFirmware } from "../../../src/host/build/firmware"
import type { CertificateAuthority } from "../../../src/host/identity/certificate-authority"
import type { Unit } from "../../../src/host/identity/unit"
import { UnitRegister } from "../../../src/host/identity/unit-register"
import { type Provisioning, provision } from "../../../src/host/unit/provision"
import { SimulatedUnit } from "../../../src/host/unit/simulated-unit"
import type { UnitLink } from "../../../src/host/unit/unit-link"
import { NOW, seeded } from "../identity/factory"
import { quickFiles } from "../identity/faulty-files"

export const VALVE: Unit = { serial: "GV-0001", model: "Domovoi gas valve", board: "valve_pico", securityClass: 1 }
export const DOORBELL: Unit = { serial: "DB-0001", model: "Domovoi doorbell", board: "doorbell_c3", securityClass: 2 }

const FIRMWARE = { valve_pico: "gas-valve", doorbell_c3: "doorbell" }

/** A unit as the assembly line leaves it: with its program, without an identity, without power. */
export async function assembled(board: keyof typeof FIRMWARE, deviceId = "0123456789abcdef"): Promise<SimulatedUnit> {
    const { image } = await buildFirmware(FIRMWARE[board])
    const unit = new SimulatedUnit(loadBoard(board, "boards"), deviceId)
    unit.board.install(image)
    return unit
}

const folder = mkdtempSync(join(tmpdir(), "domovoi-units-"))
afterAll(() => rmSync(folder, { recursive: true }))

/** A manufacturer with an empty register. */
export function register(ca: CertificateAuthority): UnitRegister {
    return new UnitRegister({ path: mkdtempSync(join(folder, "ca-")), certificate: ca.certificate }, quickFiles)
}

let runs = 0

/** Provisions a unit, as if it were a real one; every run draws random numbers of its own. */
export function provisioned(
    link: UnitLink,
    options: Pick<Provisioning, "ca" | "register" | "unit"> & Partial<Provisioning>,
) {
    return provision({
        lock: true,
        isTestUnit: false,
        now: NOW,
        random: seeded(`run ${(runs += 1)}`),
        ...options,
        link,
    })
}
