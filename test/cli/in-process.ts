import { vi } from "vitest"
import { run } from "../../src/cli/main"
import type { HostClock } from "../../src/host/clock"
import type { Outcome } from "./command"

/** Runs a command in this process, which is much quicker than one of its own. */
export function commandInProcess(cwd: string, ...parameters: string[]): Promise<Outcome> {
    return commandAt(undefined, cwd, ...parameters)
}

/** The same on a machine with that clock. Nobody sits at a terminal, wherever the tests run. */
export async function commandAt(clock: HostClock | undefined, cwd: string, ...parameters: string[]): Promise<Outcome> {
    const before = process.cwd()
    const written = { stdout: "", stderr: "" }
    const spies = (["stdout", "stderr"] as const).map(name =>
        vi.spyOn(process[name], "write").mockImplementation(text => {
            written[name] += text
            return true
        }),
    )
    const streams = [process.stdin, process.stdout, process.stderr]
    const terminals = streams.map(({ isTTY }) => isTTY)
    for (const stream of streams) stream.isTTY = false
    process.chdir(cwd)
    try {
        return { status: await run(["node", "domovoi", ...parameters], clock), ...written }
    } finally {
        process.chdir(before)
        for (const [i, stream] of streams.entries()) stream.isTTY = terminals[i]
        for (const spy of spies) spy.mockRestore()
    }
}
