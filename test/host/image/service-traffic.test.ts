/** What hosts hear of a device is the same whether its image was optimised or not: every register, and the answer to every command, sound and unsound. */
import { readFileSync } from "node:fs"
import { describe, expect, test } from "vitest"
import { type FieldValue, ServiceSpec } from "../../../simulators/bus/service-spec"
import { randomStreams } from "../../../simulators/random"
import { buildFirmware } from "../../../src/host/build/firmware"
import { codeEnd } from "../../../src/host/image-header"
import { referenceBoard } from "../../../src/host/unit/reference-board"
import { manufacture } from "../../../src/host/unit/simulated-factory"
import { SimulatedUnit } from "../../../src/host/unit/simulated-unit"
import { LinkError, type OtherService } from "../../../src/host/unit/unit-link"

const CHIP = "0123456789abcdef"
const specOf = (name: string) => new ServiceSpec(readFileSync(`services/${name}.md`, "utf8"))
const SPECS = { domovoi: specOf("domovoi"), owner: specOf("owner"), privacy: specOf("privacy") }

/** By kind of field what is sent: nothing, ones, and far too much. */
const VALUES: readonly ((field: string) => FieldValue)[] = [
    field => (BYTES.includes(field) ? new Uint8Array(0) : field === "serial" ? "" : 0),
    field => (BYTES.includes(field) ? new Uint8Array(32).fill(1) : field === "serial" ? "A" : 1),
    field => (BYTES.includes(field) ? new Uint8Array(180).fill(255) : field === "serial" ? "a".repeat(40) : 255),
]
const BYTES = ["challenge", "data", "secret", "digest", "program", "credentials", "by", "about", "frame"]
/** These say when something was. */
const OF_TIME = ["uptime"]

async function traffic(device: string, board: string, optimised: boolean): Promise<string[]> {
    const { image } = await buildFirmware(device, { optimised })
    const definition = referenceBoard(board)
    const unit = new SimulatedUnit(definition, CHIP, "stock", randomStreams("traffic"))
    unit.board.restore((await manufacture(image, definition, CHIP))!)
    await unit.powerOn()
    await unit.wait(3000)
    const heard: string[] = []
    const hear = async (what: string, answer: Promise<unknown>) => {
        const said = await answer.catch(error => {
            if (error instanceof LinkError) return error.message
            throw error
        })
        heard.push(`${what}: ${JSON.stringify(said)}`)
    }
    const registers = async () => {
        for (const register of SPECS.domovoi.registers)
            if (!OF_TIME.includes(register)) await hear(register, unit.get(register))
    }
    await registers()
    for (const [service, spec] of Object.entries(SPECS))
        for (const command of spec.commands)
            for (const [at, sent] of VALUES.entries()) {
                const values = Object.fromEntries(spec.fieldsOf(command).map(field => [field, sent(field)]))
                // Random, or signed with the time in it: whether it is answered is what is compared.
                const isOwn = SIGNED.includes(command)
                const answer =
                    service === "domovoi"
                        ? unit.call(command, values)
                        : unit.callOf(service as OtherService, command, values)
                await hear(`${service}.${command} ${at}`, isOwn ? answer.then(({ refusal }) => refusal) : answer)
            }
    await registers()
    await unit.close()
    return heard
}
const SIGNED = ["attest", "sign_log", "grant_update", "challenge", "read", "read_log"]

describe.each([
    ["gas-valve", "valve_pico"],
    ["doorbell", "doorbell_c3"],
])("%s", (device, board) => {
    test("says the same", async () => {
        const [stock, optimised] = [await traffic(device, board, false), await traffic(device, board, true)]
        expect(optimised).toEqual(stock)
        expect(stock.length).toBeGreaterThan(90)
        // Commands were taken and refused, each for more than one reason.
        expect(new Set(stock.map(line => /"refusal":"?(\w+)/.exec(line)?.[1])).size).toBeGreaterThan(6)
    })

    test("is another image", async () => {
        const images = await Promise.all([false, true].map(optimised => buildFirmware(device, { optimised })))
        expect(codeEnd(images[1].image)).toBeLessThan(0.9 * codeEnd(images[0].image))
    })
})
