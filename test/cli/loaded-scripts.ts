import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type Outcome, spawned } from "./command"

/** Runs a Node program. @returns its outcome, and the packages of which Node has loaded a script, by name, in order */
export function packagesLoadedBy(cwd: string, ...parameters: string[]): Outcome & { packages: string[] } {
    // What is covered is what was loaded, of whatever kind of module.
    const folder = mkdtempSync(join(tmpdir(), "domovoi-loaded-"))
    try {
        const outcome = spawned(parameters, { cwd, env: { ...process.env, NODE_V8_COVERAGE: folder } })
        const urls = readdirSync(folder).flatMap(name => scriptsIn(readFileSync(join(folder, name), "utf8")))
        return { ...outcome, packages: [...new Set(urls.flatMap(packageOf))].sort() }
    } finally {
        rmSync(folder, { recursive: true })
    }
}

function scriptsIn(coverage: string): string[] {
    return (JSON.parse(coverage) as { result: { url: string }[] }).result.map(({ url }) => url)
}

function packageOf(url: string): string[] {
    return /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url)?.slice(1) ?? []
}
