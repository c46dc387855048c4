/** The first draft of a declaration: what a device says of itself, and what its board's circuit promises. A maker reads it, and puts it right. */
import { stringify } from "yaml"
import type { BoardDefinition } from "../../../simulators/board/definition"
import type { BoardProfile } from "../../../simulators/board/verifier"
import { callWhenFree } from "../unit/call-when-free"
import { lookedAtItself } from "../unit/looked-at-itself"
import { LinkError, type WholeLink } from "../unit/unit-link"
import type { Declaration, DeclaredOutput } from "./declaration"
import { keepsPeople } from "./keeps-people"

type Steps = DeclaredOutput["activate"]
interface OutputKind extends Pick<DeclaredOutput, "safe" | "active"> {
    /** Somebody outside has to ask first. */
    isAskedFor?: true
}

/** By kind of part: what is seen of it at rest and at work. */
const OUTPUT_KINDS: Readonly<Record<string, OutputKind>> = {
    valve: { safe: { state: "shut" }, active: { state: "open" } },
    lock: { safe: { state: "locked" }, active: { state: "released" }, isAskedFor: true },
    relay: { safe: { closed: false }, active: { closed: true } },
}
const CAPTURE_KINDS = ["camera", "microphone"]
/** Longer than any runtime stands still: on the RP2040 of the stock profile, until the next frame of a quiet bus. */
const PRESS_MS = 500
/** What the reference devices promise, where it is not `DEFAULT_WITHIN_MS`; a sensor of theirs is missed after 2 s. */
const DEFAULT_WITHIN_MS = 1000
const LIMITS_MS: DeclaredOutput["limitsMs"] = { supply: 20, hazard: 500, sensor: 2500, element: 2000, tamper: 300 }
/** Between two beats of a program that lives. */
const BEAT_MS = 50

/** @throws LinkError if the device does not answer */
export async function draftOf(
    link: WholeLink,
    { id, circuit }: BoardDefinition,
    profile: BoardProfile,
): Promise<Declaration> {
    await lookedAtItself(link)
    const { parts, switches, promises, persons } = circuit.description
    const of = (kinds: readonly string[]) =>
        Object.entries(parts).flatMap(([name, { kind }]) => (kinds.includes(kind) ? [name] : []))
    const buttonOf = (line: string) =>
        Object.keys(switches).find(name => circuit.description.lines[line]?.shorted?.by === name)
    const button = persons.map(buttonOf).find(name => name !== undefined) ?? null
    const pressed = (part: string, thenMs = PRESS_MS): Steps => [{ part, do: "press", forMs: PRESS_MS, thenMs }]
    const bells = Object.entries(switches).filter(([name, { kind }]) => kind === "button" && name !== button)
    const rung = bells.flatMap(([name]) => pressed(name))
    const capture = of(CAPTURE_KINDS)
    const [promise] = capture.map(name => promises[name])
    const has = async (ask: () => Promise<unknown>) => (await ifThere(link, ask)) !== undefined
    const outputs = of(Object.keys(OUTPUT_KINDS)).map((name): [string, DeclaredOutput] => [
        name,
        {
            part: name,
            safe: OUTPUT_KINDS[parts[name].kind].safe,
            active: OUTPUT_KINDS[parts[name].kind].active,
            withinMs: DEFAULT_WITHIN_MS,
            limitsMs: {
                ...LIMITS_MS,
                ...(promises[name] && { program: promises[name].withinMs + BEAT_MS }),
            },
            // No longer than it takes: the strike lets go after 3 s.
            activate: [...(OUTPUT_KINDS[parts[name].kind].isAskedFor ? rung : []), ...pressed(button ?? "button", 0)],
            latches: true,
        },
    ])
    const sensors = of(["gas-sensor"]).map((name): [string, Declaration["declares"]["sensors"][string]] => [
        name,
        {
            part: name,
            guards: outputs.map(([output]) => output),
            hazard: { part: name, do: "set", value: 60 },
            clear: { part: name, do: "set", value: 0 },
        },
    ])
    return {
        device: {
            model: String(await link.get("model")),
            serial: String(await link.get("serial_number")),
            board: id,
            class: (await link.get("security_class")) === 2 ? 2 : 1,
            profile,
            program: await link.programSha256(),
        },
        declares: {
            updates: await has(() => link.get("update")),
            log: (await callWhenFree(link, "read_log", { piece: 0 })).refusal === "None",
            owner: (await ifThere(link, () => keepsPeople(link))) ?? false,
            network: false,
            uses: await usesOf(link),
            outputs: Object.fromEntries(outputs),
            sensors: Object.fromEntries(sensors),
            capture,
            capturedBy: capture.length > 0 ? rung : [],
            killSwitch: promise?.switch ?? null,
            indicator: promise?.indicator ?? null,
            element: of(["atecc608"])[0] ?? null,
            caseSwitch: Object.entries(switches).find(([, { kind }]) => kind === "tamper-switch")?.[0] ?? null,
            button,
            contact: null,
            updatesUntil: null,
        },
        bench: { memories: of(["fram"]), packages: {}, sbom: null, crl: null },
    }
}

/** How many uses of data the device describes. */
async function usesOf(link: WholeLink): Promise<number> {
    for (let use = 0; ; use++) {
        const report = await ifThere(link, () => link.callOf("privacy", "describe", { use }))
        if (!report?.notice) return use
    }
}

const ASKED = 2

/**
 * Asks for what a device may not have: that it has not is believed of one that answers everything else.
 * @returns undefined if it leaves that without an answer, each time @throws LinkError if it answers nothing at all
 */
async function ifThere<T>(link: WholeLink, ask: () => Promise<T>): Promise<T | undefined> {
    for (let asked = 0; asked < ASKED; asked++)
        try {
            return await ask()
        } catch (error) {
            if (!(error instanceof LinkError)) throw error
            await link.get("model")
        }
    return undefined
}

export function declarationText(declared: Declaration): string {
    return `${HEAD}\n${stringify(declared, { lineWidth: 0 })}`
}

const HEAD = `# What the maker declares of this device (ICS), and what a laboratory needs to try it (IXIT): docs/for-laboratories.md explains each line.
# Drafted from what the device says of itself and its circuit promises. Read every line: what is wrong here is found, and counts as a finding.`
