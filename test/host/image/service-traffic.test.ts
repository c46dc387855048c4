/**
 * What hosts hear of a device is the same whether its image was optimised or hardly: every register, and the answer to every command, sound and
 * unsound. The reference devices fit a board only when they are optimised; so the doorbell goes without what it fits without, and a valve without
 * updates stands for the other.
 */
import { readFileSync } from "node:fs"
import { describe, expect, test } from "vitest"
import { type FieldValue, ServiceSpec } from "../../../simulators/bus/service-spec"
import { randomStreams } from "../../../simulators/random"
import { installedCli } from "../../../simulators/vm/runtime"
import { compileWithMap } from "../../../src/host/build/compiler"
import { loadProject } from "../../../src/host/build/project"
import { optimise, PASSES, type Passes } from "../../../src/host/image/optimise"
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
const BYTES = ["challenge", "data", "secret", "digest", "program", "frame"]
/** These say when something was. */
const OF_TIME = ["uptime"]

/** How a program is written, and nothing of what it does. */
const FORMAT = ["shortJumps", "unreachable", "stringTables", "indexOrder", "registrationsTogether", "unusedClasses"]
const BETWEEN_FUNCTIONS = ["methods", "parts", "natives", "constructors"]

function passesThat(are: (name: string) => boolean): Passes {
    const chosen = <T>(passes: Record<string, T>) =>
        Object.fromEntries(Object.entries(passes).filter(([name]) => are(name)))
    const { inFunctions, atLast, inImage } = PASSES
    return { inFunctions: chosen(inFunctions), atLast: chosen(atLast), inImage: chosen(inImage) }
}

/** @returns the image with few passes, and with all */
async function imagesOf(device: string, few: Passes): Promise<[Uint8Array, Uint8Array]> {
    const files = await compileWithMap(await loadProject(device), installedCli(), { anySize: true })
    return [optimise(files, few).image, optimise(files).image]
}

async function traffic(image: Uint8Array, board: string): Promise<string[]> {
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
    ["test/devices/paired-valve.ts", "valve_pico", passesThat(name => FORMAT.includes(name)), 0.95, 3],
    ["doorbell", "doorbell_c3", passesThat(name => !BETWEEN_FUNCTIONS.includes(name)), 0.98, 7],
])("%s", (device, board, few, share, reasons) => {
    test("says the same", async () => {
        const [before, after] = await imagesOf(device, few)
        const [plain, optimised] = [await traffic(before, board), await traffic(after, board)]
        expect(optimised).toEqual(plain)
        expect(plain.length).toBeGreaterThan(90)
        // Commands were taken and refused, each for more than one reason.
        expect(new Set(plain.map(line => /"refusal":"?(\w+)/.exec(line)?.[1])).size).toBeGreaterThanOrEqual(reasons)
    })

    test("is another image", async () => {
        const [before, after] = await imagesOf(device, few)
        expect(codeEnd(after)).toBeLessThan(share * codeEnd(before))
    })
})
