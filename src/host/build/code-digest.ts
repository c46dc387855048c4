/** What a result depends on beside what it was made of: the code that made it. */
import { createHash } from "node:crypto"
import { readdirSync, readFileSync, statSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { sdkRoot } from "./project"

/** Where the code below `src/host` may come from; `test/structure` holds it to that. */
const SOURCES = ["simulators", "src/core", "src/host"]

/**
 * SHA-256, in lowercase hex, over the code that runs: the built command, or the sources where they run themselves; and over the versions of the
 * libraries, each of which package.json names exactly. It is taken once for the life of the process, as the code is.
 */
export function codeDigest(): string {
    ownDigest ??= ownCode()
    return ownDigest
}

let ownDigest: string | undefined

function ownCode(): string {
    const self = fileURLToPath(import.meta.url)
    const code = self.endsWith(".ts") ? SOURCES.map(folder => join(sdkRoot, folder)) : [self]
    return digestOfFiles([join(sdkRoot, "package.json"), ...code])
}

/**
 * SHA-256, in lowercase hex, over files and all that is in folders, with the name of each.
 * @param paths of both
 */
export function digestOfFiles(paths: readonly string[]): string {
    const hash = createHash("sha256")
    for (const file of paths.flatMap(filesAt)) {
        const content = readFileSync(file)
        hash.update(`${JSON.stringify([file, content.length])}\n`).update(content)
    }
    return hash.digest("hex")
}

function filesAt(path: string): string[] {
    if (!statSync(path).isDirectory()) return [path]
    return readdirSync(path)
        .sort()
        .flatMap(name => filesAt(join(path, name)))
}
