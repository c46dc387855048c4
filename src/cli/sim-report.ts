import { createHash } from "node:crypto"
import { basename } from "node:path"
import { type ExpectationResult, formatMoment, formatSpan, inYaml, type Simulation } from "../host/sim/simulate"
import { bold, green, type Line, red } from "./lines"

/** A simulation that was asked for on the command line. */
export interface SimReport extends Simulation {
    seed: number
    /** Where the trace was written. */
    trace?: string
    wallMs: number
}

/** The outcome for a person. */
export function summaryOf({ world, result, images, seed, trace, wallMs }: SimReport): Line[] {
    const failed = result.expectations.filter(({ kept }) => !kept)
    const kept = result.expectations.length - failed.length
    const speed = Math.round(result.virtualUs / 1000 / wallMs)
    const lines: Line[] = ["", bold(`${world.title} (${basename(world.file)}, seed ${seed})`)]
    for (const { name, state, parts } of result.devices) {
        const { board, firmware } = world.devices.find(device => device.name === name)!
        const image = images.get(firmware)!
        lines.push(
            "",
            [bold(name), `: ${basename(firmware)} on ${board.id}, ${state}`],
            `  program  ${image.length} bytes, sha256 ${sha256(image)}`,
            ...Object.entries(parts).map(([part, seen]) => `  ${part.padEnd(PART_CHARS)} ${inYaml(seen)}`),
        )
    }
    lines.push(
        "",
        failed.length === 0
            ? green(`every expectation kept (${kept})`)
            : red(`expectations: ${kept} kept, ${failed.length} failed`),
        ...failed.map(({ us, expectation: { label, note }, seen }) =>
            red(
                `  ${formatMoment(us, world.startsUs)}  ${note === undefined ? "" : `${note}: `}${label}, but it was ${seenText(seen)}`,
            ),
        ),
        "",
        `trace    ${result.traceLines} lines, sha256 ${result.traceSha256}${trace === undefined ? "" : `, in ${trace}`}`,
        `time     ${formatSpan(result.virtualUs)} virtual in ${(wallMs / 1000).toFixed(1)} s, ${speed} times real time`,
    )
    return lines
}

const PART_CHARS = 10

/** The outcome for a program. Times are in microseconds since the world began unless they say otherwise. */
export function jsonOf({ world, result, images, seed, trace, wallMs }: SimReport): object {
    const { expectations, devices, ...run } = result
    return {
        world: world.file,
        title: world.title,
        seed,
        ...run,
        wallMs: Math.round(wallMs),
        trace,
        devices: devices.map(device => {
            const { board, firmware, id } = world.devices.find(({ name }) => name === device.name)!
            return { ...device, id, board: board.id, firmware, programSha256: sha256(images.get(firmware)!) }
        }),
        expectations: expectations.map(jsonOfExpectation),
    }
}

/** @param seen undefined or null for an observation that could not be made */
export function seenText(seen: unknown): string {
    return seen === undefined || seen === null ? "not to be seen" : inYaml(seen)
}

function jsonOfExpectation({ expectation: { label, note, window }, kept, us, seen }: ExpectationResult): object {
    return { expectation: label, note, fromUs: window.fromUs, untilUs: window.untilUs, kept, decidedUs: us, seen }
}

function sha256(image: Uint8Array): string {
    return createHash("sha256").update(image).digest("hex")
}
