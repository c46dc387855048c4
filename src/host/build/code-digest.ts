/** What a result depends on beside what it was made of: the code that made it. */
import { readdirSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { digestOfFiles } from "../../../simulators/digest-of-files"
import { sdkRoot } from "../sdk-root"

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
    return digestOfFiles([join(sdkRoot, "package.json"), ...codeOf(SOURCES)])
}

/** @returns the built command, or `sources`, files and folders of this package, where they run themselves */
export function codeOf(sources: readonly string[]): string[] {
    const self = fileURLToPath(import.meta.url)
    return self.endsWith(".ts") ? sources.map(source => join(sdkRoot, source)) : builtCode(dirname(self))
}

/** The built command is a folder of scripts, each loaded when it is needed. */
function builtCode(folder: string): string[] {
    return readdirSync(folder)
        .filter(name => name.endsWith(".js"))
        .sort()
        .map(name => join(folder, name))
}
