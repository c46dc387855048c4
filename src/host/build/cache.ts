/** Images built before, on disk, named by what they were built of and by. */
import { createHash } from "node:crypto"
import { installedCli } from "../../../simulators/vm/runtime"
import { MAX_FILE_BYTES } from "../input-file"
import { CheckedCache } from "./checked-cache"
import { compile, recipeOf } from "./compiler"
import type { Project } from "./project"

export class ImageCache {
    readonly #images: CheckedCache

    constructor(folder: string) {
        this.#images = new CheckedCache(folder, MAX_FILE_BYTES.package)
    }

    /**
     * The image of `project`, compiled only if it is not there yet. Builds of one project at the same time each leave a whole file.
     * @param cli folder of the compiler's package
     * @throws BuildError, RuntimeVersionError
     */
    async get(project: Project, cli = installedCli()): Promise<Uint8Array> {
        const recipe = createHash("sha256")
            .update(JSON.stringify(recipeOf(project, cli)))
            .digest("hex")
        return this.#images.get(`${project.device}-${recipe}`, () => compile(project, cli))
    }
}
