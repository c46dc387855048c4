/** Programs that no maker would write, for the board of a device: they drive every line, beat for a while, and then end in their own way. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Circuit } from "../../../simulators/circuit/circuit"
import { buildFirmware } from "../build/firmware"

/** For so long they feed the dead-man. */
export const BEATS_MS = 2000

/** What they do then, as DeviceScript. */
export const ENDS = {
    hangs: "let n = 0\nwhile (n >= 0) n = (n + 1) & 0xff",
    throws: 'throw new Error("nobody catches this")',
    "fills the heap":
        "const kept: Buffer[] = []\nwhile (true) {\n    kept.push(Buffer.alloc(1024))\n    await ds.sleep(1)\n}",
    "falls silent": "while (true) await ds.sleep(1000)",
    "beats on": "while (true) await beat()",
    "works every line": `let n = 0
while (true) {
    for (const line of lines) {
        n++
        line.setMode(n % 3 === 0 ? ds.GPIOMode.OutputLow : ds.GPIOMode.OutputHigh)
        await beat()
    }
}`,
} as const
export type End = keyof typeof ENDS

/** @param board as programs import it @throws BuildError if there is no such board */
export async function hostileProgram(board: string, { description }: Circuit, end: End): Promise<Uint8Array> {
    const beats = [...new Set(Object.values(description.deadmen).map(({ input }) => input))]
    const lines = Object.keys(description.lines).filter(line => !beats.includes(line))
    const folder = mkdtempSync(join(tmpdir(), "domovoi-hostile-"))
    const entry = join(folder, `hostile-${end.replaceAll(" ", "-")}.ts`)
    const listed = (labels: readonly string[]) => labels.map(label => `pins.${label}`).join(", ")
    const source = `import * as ds from "@devicescript/core"
import "@devicescript/gpio"
import { pins } from "@dsboard/${board}"

const lines: ds.OutputPin[] = [${listed(lines)}]
const hearts: ds.OutputPin[] = [${listed(beats)}]
let high = false
async function beat() {
    high = !high
    for (const heart of hearts) heart.setMode(high ? ds.GPIOMode.OutputHigh : ds.GPIOMode.OutputLow)
    await ds.sleep(${BEAT_MS})
}

for (const line of lines) line.setMode(ds.GPIOMode.OutputHigh)
for (let beats = 0; beats < ${BEATS_MS / BEAT_MS}; beats++) await beat()
${ENDS[end]}
`
    writeFileSync(entry, source)
    try {
        return (await buildFirmware(entry)).image
    } finally {
        rmSync(folder, { recursive: true })
    }
}

const BEAT_MS = 50
