/** `npm run sizes -- DEVICE…`: what the code of devices goes to, by source; `--functions` lists each source's functions, too. */
import { Command } from "commander"
import { installedCli } from "../../simulators/vm/runtime"
import { codeSizes } from "../../src/host/build/code-sizes"
import { compileWithMap } from "../../src/host/build/compiler"
import { loadProject } from "../../src/host/build/project"
import { CODE_LIMIT, codeEnd } from "../../src/host/image-header"

const command = new Command("sizes")
    .argument("[devices...]", "names of reference devices, or paths of TypeScript files", ["gas-valve", "doorbell"])
    .option("--functions", "list the functions of each source")
    .parse()
const { functions } = command.opts<{ functions?: boolean }>()

for (const device of command.processedArgs[0] as string[]) {
    const { image, map } = await compileWithMap(await loadProject(device), installedCli())
    console.log(`${device}: code to ${codeEnd(image)} of ${CODE_LIMIT}, an image of ${image.length} bytes`)
    for (const source of codeSizes(map)) {
        console.log(line(source.bytes, `${source.path}, functions: ${source.functions.length}`))
        if (functions) for (const { name, bytes } of source.functions) console.log(line(bytes, `    ${name}`))
    }
}

function line(bytes: number, text: string): string {
    return `${String(bytes).padStart(8)}  ${text}`
}
