/**
 * Processes that compile: a program of Node's that loads the compiler (28 MB), and stays for the next compilation. By then its code is warm, and
 * takes half the time. What one compilation leaves behind in a process could mix with the next, so one that has failed in any way is not used again.
 */
import { type ChildProcess, spawn } from "node:child_process"

export interface Compilation {
    /** File of the compiler's that is run as a program. */
    launcher: string
    /** Which compiler that is: processes of another are of no use. */
    digest: string
    parameters: string[]
    folder: string
    /** What the folder, which passes for a git repository, answers when it is asked for its version. */
    version: string
    environment: Record<string, string>
}

/** How it ended: `status` is 0 if the compiler says that it went well, and `output` what it said if not. */
export interface Ending {
    status: unknown
    output: string
}

/**
 * What runs in the process. A compilation is over when nothing is left to do (`beforeExit`): the channel to whoever asked does not count meanwhile.
 * One that went wrong ends its process, so that whoever asked has all that it said: an answer could overtake that.
 * The compiler puts a version into the image only inside a git repository, and then one that depends on tags, uncommitted changes and the time:
 * so git is not asked.
 */
export const PROGRAM = `
let version = ""
require("node:child_process").execSync = command => command.startsWith("git describe") ? version : ""
process.on("message", job => {
    version = job.version
    process.chdir(job.folder)
    process.argv = [process.execPath, job.launcher, ...job.parameters]
    process.channel.unref()
    delete require.cache[require.resolve(job.launcher)]
    require(job.launcher)
    process.once("beforeExit", () => {
        if (process.exitCode) return
        process.chdir(require("node:os").tmpdir())
        process.channel.ref()
        process.send("done")
    })
})
`

/** A process that has nothing to do ends after this time. */
const IDLE_MS = 10_000

const idle = new Map<ChildProcess, { key: string; timer: NodeJS.Timeout }>()

/** Runs the compiler, in a process that has compiled before if one of the same kind is idle. */
export async function runCompiler({ launcher, digest, environment, ...job }: Compilation): Promise<Ending> {
    const key = JSON.stringify([launcher, digest, environment])
    const process = takeIdle(key) ?? start(environment)
    const ending = await endingOf(process, { launcher, ...job })
    if (ending.status === 0) keepIdle(process, key)
    else process.kill()
    return ending
}

function start(environment: Record<string, string>): ChildProcess {
    return spawn(process.execPath, ["--eval", PROGRAM], {
        env: { ...process.env, ...environment },
        stdio: ["ignore", "pipe", "pipe", "ipc"],
    })
}

/** A compiler that ends its process has said how it went by its status, and all that it had to say. */
function endingOf(process: ChildProcess, job: object): Promise<Ending> {
    return new Promise(done => {
        const said: Record<"stdout" | "stderr", string> = { stdout: "", stderr: "" }
        const hear = {
            stdout: (text: Buffer) => void (said.stdout += text),
            stderr: (text: Buffer) => void (said.stderr += text),
        }
        const end = (status: unknown) => {
            process.off("message", answered).off("close", closed).off("error", failed)
            process.stdout!.off("data", hear.stdout)
            process.stderr!.off("data", hear.stderr)
            done({ status, output: said.stderr + said.stdout })
        }
        const answered = () => end(0)
        const closed = (code: number | null, signal: string | null) => end(code ?? signal)
        const failed = (error: NodeJS.ErrnoException) => end(error.code ?? error.message)
        process.on("message", answered).on("close", closed).on("error", failed)
        process.stdout!.on("data", hear.stdout)
        process.stderr!.on("data", hear.stderr)
        process.send(job, error => error && failed(error))
    })
}

function takeIdle(key: string): ChildProcess | undefined {
    const found = [...idle].find(([process, { key: its }]) => its === key && process.connected)
    if (!found) return undefined
    const [process, { timer }] = found
    clearTimeout(timer)
    idle.delete(process)
    for (const handle of handlesOf(process)) handle.ref()
    return process
}

/** It keeps nobody from ending. */
function keepIdle(process: ChildProcess, key: string): void {
    const forget = () => void idle.delete(process)
    process.once("exit", forget)
    process.stdout!.resume()
    process.stderr!.resume()
    const timer = setTimeout(() => {
        forget()
        process.kill()
    }, IDLE_MS)
    timer.unref()
    for (const handle of handlesOf(process)) handle.unref()
    idle.set(process, { key, timer })
}

type Handle = { ref(): unknown; unref(): unknown }

/** All that keeps this process waiting for the other. */
function handlesOf(process: ChildProcess): Handle[] {
    return [process, process.channel, process.stdout, process.stderr] as unknown as Handle[]
}
