/** docs/conformance.md: what the suite says of every reference device, on every profile. */
import { conform } from "../../src/host/conformance/conform"
import { CONTROL_IDS, CONTROLS } from "../../src/host/conformance/controls"
import { type Declaration, PROFILES, type Profile } from "../../src/host/conformance/declaration"
import type { Report } from "../../src/host/conformance/report"
import { TESTS } from "../../src/host/conformance/tests/all"
import { COUNTS_AS_MET, type Verdict } from "../../src/host/conformance/verdict"
import { referenceBoard } from "../../src/host/unit/reference-board"
import { declaredSubject } from "./declared"

/** Reference devices, their boards and the classes that they are made for. */
export const DEVICES = {
    "gas-valve": { board: "valve_pico", securityClass: 1 },
    doorbell: { board: "doorbell_c3", securityClass: 2 },
} as const
export type Device = keyof typeof DEVICES

const NOW = new Date("2026-06-01T00:00:00Z")

/** A reference device as its maker declares it, and what the suite says of it. */
export async function reportOn(device: Device, profile: Profile, seed = "1"): Promise<Report> {
    const { board, securityClass } = DEVICES[device]
    const { subject, declared } = await declaredSubject(
        { device, definition: referenceBoard(board), profile, seed },
        securityClass,
    )
    try {
        return await conform({ declared: asDeclared(declared), subject, now: NOW })
    } finally {
        await subject.bench.close()
    }
}

/** What no device says of itself. */
function asDeclared(draft: Declaration): Declaration {
    const declares = { ...draft.declares, contact: "mailto:security@domovoi.example", updatesUntil: "2031-01-01" }
    return { ...draft, declares }
}

/** Reference devices on every profile, in the order of the columns. */
export const COLUMNS = (Object.keys(DEVICES) as Device[]).flatMap(device =>
    PROFILES.map(profile => ({ device, profile })),
)

const WORDS: Readonly<Record<Verdict, string>> = {
    enforced: "enforced",
    measured: "measured",
    documented: "documented",
    notMet: "**not met**",
    inconclusive: "**inconclusive**",
    notAssessed: "not assessed",
    notApplicable: "-",
}

/** @param reports in the order of `COLUMNS` */
export function pageOf(reports: readonly Report[]): string {
    const titles = COLUMNS.map(({ device, profile }) => `${device}, ${profile}`)
    const row = (cells: readonly string[]) => `| ${cells.join(" | ")} |`
    const controls = CONTROL_IDS.map(id =>
        row([
            `${id} ${CONTROLS[id].title}`,
            ...reports.map(report => WORDS[report.controls.find(control => control.id === id)!.verdict]),
        ]),
    )
    const classes = reports.map(({ classes, declared }, at) => {
        const { class: of } = declared.device
        const { isMet, missing } = classes.find(result => result.class === of)!
        return `- **${titles[at]}**: class ${of} is ${isMet ? "met" : `not met, for ${missing.map(({ id }) => id).join(", ")}`}.`
    })
    const reasons = reports.flatMap(({ results }, at) =>
        results
            .filter(({ verdict }) => !COUNTS_AS_MET.includes(verdict) && verdict !== "notApplicable")
            .map(({ id, verdict, expected, seen }) => {
                const wanted = expected === "" ? "" : `, expected ${expected}`
                return row([titles[at], id, WORDS[verdict], `${seen}${wanted}`.replaceAll("|", "\\|")])
            }),
    )
    const tests = TESTS.map(({ id, title, needs }) => row([id, title, needs.join(", ") || "-"]))
    return `${[
        "# Conformance of the reference devices",
        "",
        "Made by `npm run -s conformance`, in the simulator, with seed 1; [for laboratories](for-laboratories.md) says what the words mean. Nothing",
        "has been tried on a physical board.",
        "",
        row(["control", ...titles]),
        row(["---", ...titles.map(() => "---")]),
        ...controls,
        "",
        ...classes,
        "",
        "## What stands in the way",
        "",
        row(["device", "test", "verdict", "seen"]),
        row(["---", "---", "---", "---"]),
        ...reasons,
        "",
        "## Tests",
        "",
        row(["test", "what has to hold", "fixtures"]),
        row(["---", "---", "---"]),
        ...tests,
    ].join("\n")}\n`
}
