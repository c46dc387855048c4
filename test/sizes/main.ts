/**
 * `npm run sizes -- DEVICE…`: what the code of devices goes to, by source; `--functions` lists each source's functions, too. It fails where the code of
 * a reference device has risen by more than 1 % since `npm run sizes -- --accept`.
 */
import { Command } from "commander"
import { installedCli } from "../../simulators/vm/runtime"
import { codeSizes } from "../../src/host/build/code-sizes"
import { compileWithMap } from "../../src/host/build/compiler"
import { loadProject } from "../../src/host/build/project"
import { CODE_LIMIT, codeEnd } from "../../src/host/image-header"
import { type CodeEnds, HOW_TO_ACCEPT, readAccepted, risen, writeAccepted } from "./accepted"

const accepted = readAccepted()
const command = new Command("sizes")
    .argument("[devices...]", "names of reference devices, or paths of TypeScript files", Object.keys(accepted))
    .option("--functions", "list the functions of each source")
    .option("--accept", "commit to what the code of these reference devices takes, in accepted.json")
    .parse()
const { functions, accept } = command.opts<{ functions?: boolean; accept?: boolean }>()

const found: CodeEnds = {}
for (const device of command.processedArgs[0] as string[]) {
    const { image, map } = await compileWithMap(await loadProject(device), installedCli())
    const end = codeEnd(image)
    if (device in accepted) found[device] = end
    console.log(
        `${device}: code to ${end} of ${CODE_LIMIT}${since(accepted[device], end)}, an image of ${image.length} bytes`,
    )
    for (const source of codeSizes(map)) {
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
