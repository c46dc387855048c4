import { cp, mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { workbench } from "../../simulators/board/workbench"

const ROOT = new URL("../../../", import.meta.url).pathname

/**
 * Runs a program of `test/programs` in the VM, metered, until it prints a line that begins with `last`. The program
 * shares sources with the tests: they are laid out below a `src` folder as they lie here, because the compiler reads
 * nothing outside one.
 * @returns what it printed
 */
export async function runOnDevice(program: string, last: string) {
    const project = await mkdtemp(join(tmpdir(), "domovoi-crypto-"))
    try {
        await writeFile(join(project, "package.json"), JSON.stringify({ name: program, version: "0.0.0" }))
        for (const path of ["devs/crypto.ts", "src/core", "test/core", "test/programs"])
            await cp(join(ROOT, path), join(project, "src", path), { recursive: true })
        const bench = await workbench(join(project, "src/test/programs", `${program}.ts`), undefined, {
            metered: true,
        })
        const printed: string[] = []
        bench.trace.watch(({ kind, line }) => {
            if (kind === "log" && String(line).startsWith("> ")) printed.push(String(line).slice(2))
            if (kind === "panic") throw new Error(`${program} panicked after printing ${JSON.stringify(printed)}`)
        })
        while (!printed.at(-1)?.startsWith(last)) bench.runMs(1000)
        return { printed, meter: bench.board.meter()! }
    } finally {
        await rm(project, { recursive: true, force: true })
    }
}
