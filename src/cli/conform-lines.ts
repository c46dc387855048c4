/** What conform prints for people. */
import type { ClassResult, Report } from "../host/conformance/report"
import type { TestResult } from "../host/conformance/run"
import { COUNTS_AS_MET, type Verdict } from "../host/conformance/verdict"
import { bold, green, type Line, red, yellow } from "./lines"

export function resultLine({ id, verdict, seen }: TestResult, device?: string): Line {
    const whose = device === undefined ? "" : `${device}  `
    return [mark(verdict), `  ${whose}${id}${COUNTS_AS_MET.includes(verdict) ? "" : `: ${seen}`}`]
}

const MARKS: Readonly<Record<Verdict, Line>> = {
    enforced: green("enforced      "),
    measured: green("measured      "),
    documented: yellow("documented    "),
    notMet: red("not met       "),
    inconclusive: yellow("inconclusive  "),
    notAssessed: yellow("not assessed  "),
    notApplicable: "not applicable",
}

const mark = (verdict: Verdict) => [MARKS[verdict]].flat()[0]

/** @param isWhole whether all tests were asked for */
export function summaryOf({ before, isSame, controls, classes }: Report, isWhole: boolean): Line[] {
    const said = "refusal" in before ? `the device did not prove who it is: ${before.refusal}` : deviceLine(before)
    return [
        "",
        said,
        ...(isSame ? [] : [red("It is not proved that one device with the declared program was there all the time.")]),
        ...controls
            .filter(({ tests }) => isWhole || tests.length > 0)
            .map(({ id, title, verdict, why }): Line => [mark(verdict), `  ${id} ${title}${why ? `: ${why}` : ""}`]),
        ...classes.map(classLine),
    ]
}

const deviceLine = ({ model, serial, version, program }: Exclude<Report["before"], { refusal: string }>) =>
    `${model}, ${serial}, firmware ${version}, program ${program}`

function classLine({ class: of, isMet, missing }: ClassResult): Line {
    const name = bold(`Class ${of}`)
    return isMet
        ? [name, ": ", green("met")]
        : [name, ": ", red("not met"), `, for ${missing.map(({ id }) => id).join(", ")}`]
}
