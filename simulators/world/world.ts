import { readdirSync, readFileSync } from "node:fs"
import path from "node:path"
import { z } from "zod"
import { type BoardDefinition, boardIds, loadBoard } from "../board/definition"
import type { BoardProfile } from "../board/verifier"
import { deviceIdOf } from "../bus/server"
import { ServiceSpec } from "../bus/service-spec"
import { type DocumentPath, YamlDocument } from "../document"
import type { DocumentError } from "../document-error"
import { type Expectation, expectationSchema } from "./expectation"
import type { Step } from "./scene"
import { stepSchema } from "./step"
import { parseTimeOfDay } from "./time"
import { vocabularySchemas } from "./vocabulary"
import { personName, type WorldPackage, worldHead } from "./world-head"

export interface WorldDevice {
    readonly name: string
    readonly board: BoardDefinition
    readonly profile: BoardProfile
    /** Whether the C code of the stage verifies, in place of the model of it. */
    readonly verifiesInC: boolean
    /** One of the world's `firmware`. */
    readonly firmware: string
    /** Jacdac device identifier, 16 hex digits. */
    readonly id: string
    readonly bus: string
}

/** Something that stands in a world file, and where. */
export type Placed<T> = T & { readonly path: DocumentPath }

/** A world file, read and checked: what there is, what happens, and what has to come of it. */
export interface World {
    readonly file: string
    readonly title: string
    /** Time of day at which it begins, in microseconds since midnight. */
    readonly startsUs: number
    readonly durationUs: number
    readonly devices: readonly WorldDevice[]
    readonly buses: readonly string[]
    readonly scenario: readonly Placed<Step>[]
    readonly expectations: readonly Placed<Expectation>[]
    /** Every firmware that runs in it: names of reference devices, and absolute paths. */
    readonly firmware: readonly string[]
    /** Update packages by name; what they are of is as in `firmware`, and need not be among it. */
    readonly packages: Readonly<Record<string, WorldPackage>>
    /** The service that expectations may read registers of. */
    readonly service: ServiceSpec
    /** A complaint about what stands at a path of the file. */
    problem(path: DocumentPath, message: string): DocumentError
}

/**
 * @param file a world file, by its path as it shall appear in errors
 * @param root the folder that holds `boards/` and `services/`
 * @throws DocumentError
 */
export function loadWorld(file: string, root: string): World {
    const document = new YamlDocument(file)
    const head = document.parse(worldHead)
    const startsUs = parseTimeOfDay(head.starts)
    if (startsUs === undefined)
        throw document.problem(["starts"], `"${head.starts}" is no time of day; write it as 06:30`)

    const nameOf = (reference: string) =>
        /[/\\]|\.(ts|devs)$/.test(reference) ? path.resolve(path.dirname(file), reference) : reference
    const firmware = new Set<string>()
    const addFirmware = (reference: string) => {
        const name = nameOf(reference)
        firmware.add(name)
        return name
    }

    const devices = Object.entries(head.devices).map(([name, device]): WorldDevice => {
        const boards = path.join(root, "boards")
        const known = boardIds(boards)
        if (!known.includes(device.board))
            throw document.problem(
                ["devices", name, "board"],
                `no board "${device.board}"; boards are ${known.join(", ")}`,
            )
        return {
            name,
            board: loadBoard(device.board, boards),
            profile: device.profile,
            verifiesInC: device.verifier === "c",
            firmware: addFirmware(device.firmware),
            id: device.id ?? deviceIdOf(name),
            bus: device.bus ?? name,
        }
    })

    const services = loadServices(path.join(root, "services"))
    const buses = [...new Set(devices.map(({ bus }) => bus))]
    const vocabulary = vocabularySchemas({
        devices: devices.map(({ name }) => name),
        buses,
        startsUs,
        durationUs: head.duration,
        services,
        partsOf: name => partNames(devices.find(device => device.name === name)!.board),
        firmware: addFirmware,
        packages: Object.keys(head.packages),
        people: pairedIn(head.scenario),
    })
    const packages = Object.entries(head.packages).map(([name, made]) => [name, { ...made, of: nameOf(made.of) }])
    const service = services.get("domovoi")!
    const { scenario, expect } = document.parse(
        z.looseObject({
            scenario: z.array(stepSchema(vocabulary)).default([]),
            expect: z.array(expectationSchema(vocabulary, service.registers, head.duration)).default([]),
        }),
    )
    return {
        file,
        title: head.title,
        startsUs,
        durationUs: head.duration,
        devices,
        buses,
        scenario: scenario.map((step, i) => ({ ...step, path: ["scenario", i] })),
        expectations: expect.map((expectation, i) => ({ ...expectation, path: ["expect", i] })),
        firmware: [...firmware],
        packages: Object.fromEntries(packages),
        service,
        problem: (path, message) => document.problem(path, message),
    }
}

/** Whoever a step pairs with a device, by name. Whether the step can happen is seen when it is read. */
function pairedIn(scenario: readonly unknown[]): string[] {
    const steps = z.array(z.object({ pair: personName }).catch({ pair: "" })).parse(scenario)
    return [...new Set(steps.map(({ pair }) => pair))].filter(name => name !== "")
}

/** @returns the specifications in a folder, by the names of their files */
function loadServices(folder: string): Map<string, ServiceSpec> {
    const files = readdirSync(folder).filter(file => file.endsWith(".md"))
    return new Map(
        files.map(file => [path.basename(file, ".md"), new ServiceSpec(readFileSync(path.join(folder, file), "utf8"))]),
    )
}

/** Switches, dead-man timers and indicators are parts too, beside those that the circuit calls so. */
function partNames({ circuit }: BoardDefinition): string[] {
    const { switches, deadmen, indicators, parts } = circuit.description
    return [switches, deadmen, indicators, parts].flatMap(section => Object.keys(section))
}
