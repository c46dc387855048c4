/** A report as files in one folder, each for somebody else. */
import { createHash } from "node:crypto"
import fs from "node:fs"
import { join } from "node:path"
import { createFolder } from "../../identity/durable-file"
import { writeOutputFile } from "../../output-file"
import { sdkVersion } from "../../sdk-root"
import { MAP_NAMES, readMap, viewOf } from "../maps/map"
import type { Report } from "../report"
import { lackingIn } from "./consistency"
import { csvOf } from "./csv"
import type { Extras } from "./enclosures"
import { htmlOf } from "./html"
import { junitOf } from "./junit"
import { reportText } from "./schema"

/** Name of the machine report: what is signed, and what the other files are views of. */
export const REPORT_FILE = "report.json"

/** By name: the page, JUnit XML, and a CSV a map. @param text the content of the machine report's file */
export function viewsOf(report: Report, text: string | Buffer, extras: Extras = {}): Record<string, string> {
    const views = MAP_NAMES.map(name => {
        const map = readMap(name)
        return { name, ...map, clauses: viewOf(map, report) }
    })
    const sha256 = createHash("sha256").update(text).digest("hex")
    // What tests another version has had, nobody here can tell.
    const lacking = report.suite === sdkVersion() ? lackingIn(report) : []
    return {
        "report.html": htmlOf(report, { ...extras, views, sha256, lacking }),
        "junit.xml": junitOf(report),
        ...Object.fromEntries(views.map(({ name, clauses }) => [`${name}.csv`, csvOf(clauses)])),
    }
}

/**
 * Writes the machine report and its views.
 * @param folder is made if it is not there
 * @returns names of the files @throws InputError if one cannot be written
 */
export function writeReport(folder: string, report: Report, extras: Extras = {}): string[] {
    const text = reportText(report)
    return writeFiles(folder, { [REPORT_FILE]: text, ...viewsOf(report, text, extras) })
}

/** Writes files into a folder, which is made if it is not there. @returns their names @throws InputError if one cannot be written */
export function writeFiles(folder: string, files: Record<string, string>): string[] {
    createFolder(fs, folder)
    for (const [name, content] of Object.entries(files)) writeOutputFile(join(folder, name), content)
    return Object.keys(files)
}
