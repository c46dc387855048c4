import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { loadBoard } from "../../simulators/board/definition"
import type { Atecc608 } from "../../simulators/parts/atecc608"
import { PartFault } from "../../src/core/diagnosis/part-fault"
import { buildFirmware } from "../../src/host/build/firmware"
import { workbenchFor } from "../simulators/board/workbench"

const ROOT = new URL("../../", import.meta.url).pathname

/** A doorbell whose program talks to its secure element and prints lines of the form `operation outcome milliseconds`. */
export function elementBench(image: Uint8Array, options: { seed?: number; kHz?: number } = {}) {
    const definition = loadBoard("doorbell_c3", `${ROOT}boards`)
    const { kHz } = options
    const config = kHz === undefined ? definition.config : new Map([...definition.config, ["i2c.kHz", kHz] as const])
    const bench = workbenchFor(image, { ...definition, config }, options)
    const element = bench.board.parts.get("element") as Atecc608
    /** What the element said, in hex. */
    const replies: string[] = []
    const transfer = element.transfer.bind(element)
    element.transfer = (...transaction) => {
        const reply = transfer(...transaction)
        if (reply?.length) replies.push(Buffer.from(reply).toString("hex"))
        return reply
    }
    /** Calls once when the element is about to execute the command of that name. */
    const when = (command: string, action: () => void) => {
        let done = false
        bench.trace.watch(entry => {
            if (done || entry.kind !== "command" || entry.command !== command) return
            done = true
            action()
        })
    }
    const lines: Outcome[] = []
    bench.trace.watch(entry => lines.push(...outcomeOf(entry)))
    /** Runs until it is so, at most for 30 s. */
    const runUntil = (isSo: () => boolean) => {
        for (let ms = 0; !isSo(); ms += 20) {
            if (ms > 30_000) throw new Error(`not within 30 s; printed ${JSON.stringify(lines)}`)
            bench.runMs(20)
        }
    }
    const runTours = (count: number) => {
        const end = lines.filter(isTour).length + count
        runUntil(() => lines.filter(isTour).length >= end)
    }
    return { ...bench, element, replies, when, lines, runUntil, runTours }
}

export interface Outcome {
    operation: string
    outcome: string
    ms: number
}

export const isTour = ({ operation }: Outcome) => operation === "tour"

function outcomeOf(entry: { kind: string; line?: unknown }): Outcome[] {
    const [, operation, outcome, ms] =
        /^> (\w+) (\S+) (\d+)$/.exec(entry.kind === "log" ? String(entry.line) : "") ?? []
    return operation ? [{ operation, outcome: outcome.replace(/^fault(\d+)$/, faultName), ms: Number(ms) }] : []
}

const faultName = (_: string, fault: string) => PartFault[Number(fault)]

export async function elementProgram(name: string): Promise<Uint8Array> {
    return (await buildFirmware(`${ROOT}test/programs/${name}.ts`)).image
}

/** What makes a file of the SDK a broken one. */
export interface Breakage {
    file: string
    sound: string
    broken: string
}

/** The same program on an SDK that was broken on purpose. */
export async function brokenProgram(name: string, breakages: readonly Breakage[]): Promise<Uint8Array> {
    const project = await mkdtemp(join(tmpdir(), "domovoi-broken-"))
    const sources = join(project, "src")
    try {
        await writeFile(join(project, "package.json"), JSON.stringify({ name, version: "0.0.0" }))
        for (const folder of ["devs", "src/core"])
            await cp(join(ROOT, folder), join(sources, folder), { recursive: true })
        for (const { file, sound, broken } of breakages) {
            const source = await readFile(join(sources, file), "utf8")
            if (!source.includes(sound)) throw new Error(`${file} has no ${sound}`)
            await writeFile(join(sources, file), source.replace(sound, broken))
        }
        const program = await readFile(join(ROOT, "test/programs", `${name}.ts`), "utf8")
        const entry = join(sources, `${name}.ts`)
        await writeFile(
            entry,
            program.replaceAll('"devicescript-domovoi/', '"./').replaceAll('"devicescript-domovoi"', '"./devs/index"'),
        )
        return (await buildFirmware(entry)).image
    } finally {
        await rm(project, { recursive: true, force: true })
    }
}
