/** Images built before, on disk, named by what they were built of and by. */
import { createHash } from "node:crypto"
import { digestOfFiles } from "../../../simulators/digest-of-files"
import { installedCli } from "../../../simulators/vm/runtime"
import { CODE_LIMIT, codeEnd } from "../image-header"
import { MAX_FILE_BYTES } from "../input-file"
import { CheckedCache } from "./checked-cache"
import { codeOf } from "./code-digest"
import { compile, recipeOf, tooLarge } from "./compiler"
import type { Project } from "./project"

export class ImageCache {
    readonly #images: CheckedCache

    constructor(folder: string) {
        this.#images = new CheckedCache(folder, MAX_FILE_BYTES.package)
    }

    /**
     * The image of `project`, made only if it is not there yet. Builds of one project at the same time each leave a whole file.
     * @param optimised whether the optimiser has its way, or the image is the compiler's
     * @param cli folder of the compiler's package
     * @throws BuildError, RuntimeVersionError
     */
    async get(project: Project, optimised: boolean, cli = installedCli()): Promise<Uint8Array> {
        const recipe = [recipeOf(project, cli), optimised ? optimiserDigest() : "stock"]
        const name = `${project.device}-${createHash("sha256").update(JSON.stringify(recipe)).digest("hex")}`
        return this.#images.get(name, () => (optimised ? compileOptimised(project, cli) : compile(project, cli)))
    }
}

/** For what the optimiser makes fit, more code comes out of the compiler than a runtime takes. */
async function compileOptimised(project: Project, cli: string): Promise<Uint8Array> {
    const { optimise } = await import("../image/optimise")
    const { image } = optimise({ image: await compile(project, cli, { anySize: true }) })
    if (codeEnd(image) >= CODE_LIMIT) throw tooLarge(project)
    return image
}

let optimiser: string | undefined

/** SHA-256 over the code of the optimiser. Taken once for the life of the process, as the code is. */
function optimiserDigest(): string {
    optimiser ??= digestOfFiles(codeOf(["src/host/image", "src/host/image-header.ts"]))
    return optimiser
}
