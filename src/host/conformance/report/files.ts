/** A report as files in one folder, each for somebody else. */
import fs from "node:fs"
import { join } from "node:path"
import { createFolder } from "../../identity/durable-file"
import { writeOutputFile } from "../../output-file"
import { MAP_NAMES, readMap, viewOf } from "../maps/map"
import type { Report } from "../report"
import { csvOf } from "./csv"
import { type Enclosures, htmlOf } from "./html"
import { junitOf } from "./junit"
import { reportText } from "./schema"

/** Name of the machine report: what is signed, and what the other files are views of. */
export const REPORT_FILE = "report.json"

/** By name: the page, JUnit XML, and a CSV a map. */
export function viewsOf(report: Report, enclosures: Omit<Enclosures, "views"> = {}): Record<string, string> {
    const views = MAP_NAMES.map(name => {
        const map = readMap(name)
        return { name, ...map, clauses: viewOf(map, report) }
    })
    return {
        "report.html": htmlOf(report, { ...enclosures, views }),
        "junit.xml": junitOf(report),
        ...Object.fromEntries(views.map(({ name, clauses }) => [`${name}.csv`, csvOf(clauses)])),
    }
}

/**
 * Writes the machine report and its views.
 * @param folder is made if it is not there
 * @returns names of the files @throws InputError if one cannot be written
 */
export function writeReport(folder: string, report: Report, enclosures: Omit<Enclosures, "views"> = {}): string[] {
    return writeFiles(folder, { [REPORT_FILE]: reportText(report), ...viewsOf(report, enclosures) })
}

/** Writes the views alone: the machine report stays as it was signed. @returns names of the files @throws InputError */
export function writeViews(folder: string, report: Report, enclosures: Omit<Enclosures, "views"> = {}): string[] {
    return writeFiles(folder, viewsOf(report, enclosures))
}

function writeFiles(folder: string, files: Record<string, string>): string[] {
    createFolder(fs, folder)
    for (const [name, content] of Object.entries(files)) writeOutputFile(join(folder, name), content)
    return Object.keys(files)
}
