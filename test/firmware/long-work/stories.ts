/** Long work that only a device with safe outputs does: in the factory, at a start, and around an update. Each with the meter on. */
import type { Board } from "../../../simulators/board/board"
import { randomStreams } from "../../../simulators/random"
import { buildFirmware } from "../../../src/host/build/firmware"
import type { CertificateAuthority } from "../../../src/host/identity/certificate-authority"
import { manufacture } from "../../../src/host/unit/simulated-factory"
import { SimulatedUnit } from "../../../src/host/unit/simulated-unit"
import { eraseSubjects, isOver, rigOf } from "../../campaigns/erase"
import { DOORBELL, provisioned, register, VALVE } from "../../host/unit/factory"
import { boardOf, type Device, packageOf, release, UNIT_ID, update, vendorPolicy } from "../../host/update/releases"

/** What a device does while its outputs are safe. Resolves when it is over, with the board that did it. */
export interface SafeWork {
    name: string
    does(device: Device, ca: CertificateAuthority): Promise<Board>
}

export const SAFE_WORKS: readonly SafeWork[] = [
    {
        name: "start",
        async does(device) {
            const unit = await provisionedUnit(device)
            await unit.powerOn()
            await unit.wait(3000)
            return unit.board
        },
    },
    {
        name: "provisioning, with a new key",
        async does(device, ca) {
            const { image } = await buildFirmware(device)
            const unit = metered(device)
            unit.board.install(image)
            await unit.powerOn()
            const options = { ca, register: register(ca), policy: vendorPolicy(device) }
            await provisioned(unit, { ...options, unit: device === "doorbell" ? DOORBELL : VALVE })
            return unit.board
        },
    },
    {
        name: "update, from its offer to the end of the trial",
        async does(device) {
            const unit = await provisionedUnit(device)
            await unit.powerOn()
            const { image } = await release(device, 2)
            const { outcome } = await update(unit, await packageOf(device, 2, image))
            if (outcome !== "confirmed") throw new Error(`the update came to nothing: ${outcome}`)
            return unit.board
        },
    },
    {
        name: "factory reset",
        async does(device) {
            const subject = (await eraseSubjects())[device === "doorbell" ? "doorbell" : "valve"]
            const rig = rigOf(subject, subject.begun, "stock", true)
            rig.board.powerOn()
            rig.run(1)
            if (!isOver(rig)) throw new Error("the reset did not end")
            return rig.board
        },
    },
]

async function provisionedUnit(device: Device): Promise<SimulatedUnit> {
    const { image } = await buildFirmware(device)
    const unit = metered(device)
    unit.board.restore((await manufacture(image, boardOf(device), UNIT_ID))!)
    return unit
}

function metered(device: Device): SimulatedUnit {
    return new SimulatedUnit(boardOf(device), UNIT_ID, "stock", randomStreams(UNIT_ID), true)
}
