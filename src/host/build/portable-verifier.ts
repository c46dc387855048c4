/** Compiles boards/loader, the stage in front of a program, for the simulator. */
import { execFileSync, spawnSync } from "node:child_process"
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { PortableVerifier } from "../../../simulators/board/portable-verifier"
import type { ProgramVerifier } from "../../../simulators/board/verifier"
import type { Part } from "../../../simulators/parts/part"
import { sdkRoot } from "../sdk-root"
import { BuildError } from "./build-error"

const SOURCES = join(sdkRoot, "boards/loader")
const COMPILER = "clang"
const FLAGS = [
    ..."--target=wasm32 -std=c99 -Os -ffreestanding -fno-builtin -mbulk-memory -nostdlib".split(" "),
    ..."-Wl,--no-entry -Wl,--export=__heap_base".split(" "),
]

let compiled: WebAssembly.Module | undefined

/** Whether this machine has the compiler, and the linker that it calls. */
export function canCompileVerifier(): boolean {
    return [COMPILER, "wasm-ld"].every(tool => spawnSync(tool, ["--version"]).status === 0)
}

/** What puts the stage in C in front of a board's programs. @throws BuildError if it cannot be compiled */
export function portableVerifier(deviceId: string, parts: readonly Part[]): ProgramVerifier {
    compiled ??= compile()
    return new PortableVerifier(compiled, deviceId, parts)
}

function compile(): WebAssembly.Module {
    if (!canCompileVerifier()) throw new BuildError("the verifier in C needs clang and wasm-ld; install clang and lld")
    const folder = mkdtempSync(join(tmpdir(), "domovoi-verifier-"))
    try {
        const files = readdirSync(SOURCES).filter(file => file.endsWith(".c"))
        const sources = [...files.sort(), "ports/wasm.c"].map(file => join(SOURCES, file))
        const output = join(folder, "loader.wasm")
        execFileSync(COMPILER, [...FLAGS, ...sources, "-o", output], { stdio: ["ignore", "ignore", "inherit"] })
        return new WebAssembly.Module(readFileSync(output))
    } finally {
        rmSync(folder, { recursive: true, force: true })
    }
}
