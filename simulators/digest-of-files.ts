import { createHash } from "node:crypto"
import { readdirSync, readFileSync, statSync } from "node:fs"
import { join, relative } from "node:path"
import { packageRoot } from "./package-root"

/**
 * SHA-256, in lowercase hex, over files and all that is in folders, with where each lies from the root of this package.
 * @param paths of both
 */
export function digestOfFiles(paths: readonly string[]): string {
    const hash = createHash("sha256")
    for (const file of paths.flatMap(filesAt)) {
        const content = readFileSync(file)
        hash.update(`${JSON.stringify([relative(packageRoot, file), content.length])}\n`).update(content)
    }
    return hash.digest("hex")
}

function filesAt(path: string): string[] {
    if (!statSync(path).isDirectory()) return [path]
    return readdirSync(path)
        .sort()
        .flatMap(name => filesAt(join(path, name)))
}
