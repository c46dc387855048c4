/** Finds the DeviceScript runtime (the C runtime built for WebAssembly) inside the installed `@devicescript/cli`. */
import { createHash } from "node:crypto"
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import path from "node:path"

export const SUPPORTED_RUNTIME = {
    version: "2.16.4",
    /** SHA-256 of the WASM binary. The simulator reads structures of the runtime at fixed offsets, so it takes this build and no other. */
    sha256: "a56742b09dd4bfe278815676ac94231ed4f8995cee6260818f5d758d8ab6ee1d",
}

/** The installed `@devicescript/cli` is missing, or is not the one the simulator knows. The message names both versions. */
export class RuntimeVersionError extends Error {
    constructor(found: string, cause: string) {
        super(
            `@devicescript/cli: found ${found}, supported is ${SUPPORTED_RUNTIME.version} (${cause}); ` +
                `run: npm install @devicescript/cli@${SUPPORTED_RUNTIME.version}`,
        )
        this.name = "RuntimeVersionError"
    }
}

/** The runtime is one CommonJS block of the CLI's bundle, with the binary in it as a base64 data URL. */
const BLOCK = Buffer.from('"runtime/devicescript-vm/built/devicescript-vm.js"(exports, module2) {')
/** How base64 of a WASM binary begins: NUL, `asm`, and the first bits of the version. */
const WASM_BASE64 = Buffer.from("AGFzbQ")

/**
 * The WASM binary of the runtime, as shipped (about 240 KB).
 * @param cliFolder where `@devicescript/cli` is installed; by default, where Node finds it
 * @throws RuntimeVersionError
 */
export function readRuntimeBinary(cliFolder = installedCli()): Uint8Array<ArrayBuffer> {
    const version = cliVersion(cliFolder)
    if (version !== SUPPORTED_RUNTIME.version) throw new RuntimeVersionError(version, "another version")
    const bundle = readFileSync(path.join(cliFolder, "built", "devicescript-cli.cjs"))
    const block = bundle.indexOf(BLOCK)
    const start = block < 0 ? -1 : bundle.indexOf(WASM_BASE64, block)
    if (start < 0) throw new RuntimeVersionError(version, "its bundle holds no runtime where expected")
    const binary = Buffer.from(bundle.toString("latin1", start, bundle.indexOf('"', start)), "base64")
    const sha256 = createHash("sha256").update(binary).digest("hex")
    if (sha256 !== SUPPORTED_RUNTIME.sha256)
        throw new RuntimeVersionError(version, `unknown runtime build ${sha256.slice(0, 12)}`)
    return new Uint8Array(binary)
}

/** Folder of the installed `@devicescript/cli`. @throws RuntimeVersionError if there is none */
export function installedCli(): string {
    try {
        return path.dirname(createRequire(import.meta.url).resolve("@devicescript/cli/package.json"))
    } catch {
        throw new RuntimeVersionError("none", "not installed")
    }
}

/** @throws RuntimeVersionError if the folder holds no package */
export function cliVersion(cliFolder: string): string {
    try {
        return String(JSON.parse(readFileSync(path.join(cliFolder, "package.json"), "utf8")).version)
    } catch {
        throw new RuntimeVersionError("none", `no readable package.json in ${cliFolder}`)
    }
}
