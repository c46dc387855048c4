/** Firmware images: DeviceScript sources in, the bytecode that a board is flashed with out. */
import { createHash } from "node:crypto"
import { BuildError } from "./build-error"
import { ImageCache } from "./cache"
import { loadProject, type Project } from "./project"

/** A compiled program, ready to deploy. */
export interface Firmware {
    /** File name of the entry without its extension: `gas-valve`. */
    name: string
    /** Version of the project that the program belongs to; the image carries it as `v` and this. */
    version: string
    /** The board whose pins the entry imports (`@dsboard/<id>`), if it imports any. */
    board: string | undefined
    image: Uint8Array
    /** SHA-256 of `image` in lowercase hex: what the runtime answers as `program_sha256`. */
    sha256: string
}

export interface BuildOptions {
    /** Where images are kept between builds. Default: `.devicescript/domovoi` in the project of the entry. */
    cacheDir?: string
    /** Sequence number to build the program with, in place of the one in its source. */
    sequenceNumber?: number
    /** Whether the image is made smaller once it is compiled; otherwise it has the bytes that `devs build` gives. Default: yes. */
    optimised?: boolean
}

/**
 * Compiles a device with the DeviceScript compiler of the installed `@devicescript/cli`. Equal sources give equal bytes, wherever the
 * project lies and whatever its git state; an image that was built before comes from the cache.
 * @param device the name of a reference device (`gas-valve`) or the path of a TypeScript file
 * @throws BuildError if the device does not exist or does not compile
 */
export async function buildFirmware(device: string, options: BuildOptions = {}): Promise<Firmware> {
    const found = await loadProject(device)
    const { sequenceNumber, optimised = true } = options
    const project = sequenceNumber === undefined ? found : withSequenceNumber(found, sequenceNumber)
    const cache = new ImageCache(options.cacheDir ?? project.cacheDir)
    const image = await cache.get(project, optimised)
    return {
        name: project.device,
        version: project.version,
        board: project.board,
        image,
        sha256: createHash("sha256").update(image).digest("hex"),
    }
}

/** @throws BuildError if the entry does not say its number once */
function withSequenceNumber(project: Project, sequenceNumber: number): Project {
    const files = project.files.map(file => {
        if (file.path !== project.entry) return file
        const parts = file.text.split(/(?<=\bsequenceNumber: )\d+\b/)
        if (parts.length !== 2)
            throw new BuildError(`${project.device} has ${parts.length - 1} places with "sequenceNumber: 1" to set`)
        return { ...file, text: parts.join(`${sequenceNumber}`) }
    })
    return { ...project, files }
}
