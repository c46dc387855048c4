/** Software bills of materials in CycloneDX 1.6 (ECMA-424): what went into an image, the compiler included. */
import { createHash } from "node:crypto"
import { cliVersion, installedCli } from "../../../simulators/vm/runtime"
import { buildFirmware } from "../build/firmware"
import { loadProject, SDK_NAME } from "../build/project"
import { sourcesOf } from "./sources"

interface Hash {
    alg: "SHA-256"
    content: string
}

interface Component {
    type: "application" | "file" | "firmware" | "library"
    "bom-ref": string
    name: string
    version?: string
    purl?: string
    hashes?: Hash[]
}

/** The fields of CycloneDX that are used. */
export interface Sbom {
    bomFormat: "CycloneDX"
    specVersion: "1.6"
    version: 1
    metadata: { component: Component; tools: { components: Component[] } }
    components: Component[]
    dependencies: { ref: string; dependsOn: string[] }[]
}

/**
 * The bill of a device's image. Equal sources give equal bills: there is no time and no random number in it.
 * @param device the name of a reference device or the path of a TypeScript file
 * @throws BuildError if there is no such device, or it does not compile
 */
export async function sbomOf(device: string): Promise<Sbom> {
    const project = await loadProject(device)
    const { name, version, image } = await buildFirmware(device)
    const { files, libraries } = sourcesOf(project)
    const compilerVersion = cliVersion(installedCli())
    const compiler = npmComponent("application", COMPILER, compilerVersion)
    const components: Component[] = [
        // The libraries have no packages of their own: they come with the compiler, in its version.
        ...libraries.map(library => ({
            type: "library" as const,
            "bom-ref": library,
            name: library,
            version: compilerVersion,
        })),
        ...files.map(({ path, text }) => ({
            type: "file" as const,
            "bom-ref": path,
            name: path,
            ...(path.startsWith(`node_modules/${SDK_NAME}/`) ? { version } : {}),
            hashes: [sha256(text)],
        })),
    ]
    const firmware: Component = {
        type: "firmware",
        "bom-ref": `${name}@${version}`,
        name,
        version,
        hashes: [sha256(image)],
    }
    return {
        bomFormat: "CycloneDX",
        specVersion: "1.6",
        version: 1,
        metadata: { component: firmware, tools: { components: [compiler] } },
        components,
        dependencies: [{ ref: firmware["bom-ref"], dependsOn: components.map(component => component["bom-ref"]) }],
    }
}

const COMPILER = "@devicescript/cli"

function npmComponent(type: Component["type"], name: string, version: string): Component {
    const purl = `pkg:npm/${name.replace("@", "%40")}@${version}`
    return { type, "bom-ref": purl, name, version, purl }
}

function sha256(content: string | Uint8Array): Hash {
    return { alg: "SHA-256", content: createHash("sha256").update(content).digest("hex") }
}
