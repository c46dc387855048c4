import { createHash } from "node:crypto"
import { readdirSync, readFileSync, statSync } from "node:fs"
import { join } from "node:path"

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
