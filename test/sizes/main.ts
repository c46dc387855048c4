/**
 * `npm run sizes -- DEVICE…`: what the code of devices goes to, by source; `--functions` lists each source's functions, too, and `--optimize` says it of
 * the optimised image. It fails where the code of a device that is held to it has risen by more than 1 % since `npm run sizes -- --accept`.
 */
import { Command } from "commander"
import { installedCli } from "../../simulators/vm/runtime"
import { codeSizes } from "../../src/host/build/code-sizes"
import { compileWithMap } from "../../src/host/build/compiler"
import { loadProject } from "../../src/host/build/project"
import { optimise } from "../../src/host/image/optimise"
import { CODE_LIMIT, codeEnd } from "../../src/host/image-header"
import { type CodeEnds, DEVICES, HOW_TO_ACCEPT, readAccepted, risen, writeAccepted } from "./accepted"

const accepted = readAccepted()
const command = new Command("sizes")
    .argument("[devices...]", "names of devices, or paths of TypeScript files", Object.keys(DEVICES))
    .option("--functions", "list the functions of each source")
    .option("--optimize", "list what the optimiser leaves")
    .option("--accept", "commit to what the code of these devices takes, in accepted.json")
    .parse()
const { functions, optimize, accept } = command.opts<{ functions?: boolean; optimize?: boolean; accept?: boolean }>()

const found: CodeEnds = {}
for (const device of command.processedArgs[0] as string[]) {
    const files = await compileWithMap(await loadProject(DEVICES[device] ?? device), installedCli(), { anySize: true })
    const smaller = optimise(files)
    const ends = { compiled: codeEnd(files.image), optimised: codeEnd(smaller.image) }
    if (device in DEVICES) found[device] = ends
    const before = accepted[device]
    console.log(
        `${device}: code to ${ends.compiled}${since(before?.compiled, ends.compiled)}, ` +
            `optimised to ${ends.optimised}${since(before?.optimised, ends.optimised)} of ${CODE_LIMIT}, an image of ${files.image.length} bytes`,
    )
    for (const source of codeSizes(optimize ? smaller.map! : files.map)) {
        console.log(line(source.bytes, `${source.path}, functions: ${source.functions.length}`))
        if (functions) for (const { name, bytes } of source.functions) console.log(line(bytes, `    ${name}`))
    }
}
if (accept) writeAccepted({ ...accepted, ...found })
else {
    const rises = risen(accepted, found)
    for (const rise of rises) console.error(rise)
    if (rises.length > 0) {
        console.error(HOW_TO_ACCEPT)
        process.exitCode = 1
    }
}

function since(before: number | undefined, end: number): string {
    return before === undefined ? "" : ` (${end < before ? "" : "+"}${end - before} since it was accepted)`
}

function line(bytes: number, text: string): string {
    return `${String(bytes).padStart(8)}  ${text}`
}
