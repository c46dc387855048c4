/** Images built before, on disk, named by what they were built from. */
import { createHash } from "node:crypto"
import files from "node:fs"
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { cliVersion, installedCli } from "../../../simulators/vm/runtime"
import { createFolder } from "../identity/durable-file"
import { writeOutputFile } from "../output-file"
import { compile } from "./compiler"
import type { Project } from "./project"

export class ImageCache {
    constructor(readonly folder: string) {}

    /**
     * The image of `project`, compiled only if it is not there yet. Builds of one project at the same time each leave a whole file.
     * @throws BuildError, RuntimeVersionError
     */
    async get(project: Project): Promise<Uint8Array> {
        const path = join(this.folder, `${project.device}-${digestOf(project)}.devs`)
        const cached = await readFile(path).catch(() => undefined)
        if (cached) return new Uint8Array(cached)

        const image = await compile(project)
        createFolder(files, this.folder)
        writeOutputFile(path, image)
        return image
    }
}

/** SHA-256 in lowercase hex over the compiler's version, the entry, and the path and text of every file. */
function digestOf(project: Project): string {
    const files = project.files.map(file => [file.path, file.text])
    return createHash("sha256")
        .update(JSON.stringify([cliVersion(installedCli()), project.entry, files]))
        .digest("hex")
}
