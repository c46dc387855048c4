import { spawn } from "node:child_process"
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, expect, test } from "vitest"
import { takeLock } from "../../src/host/lock-file"
import { BUILT_COMMAND } from "./command"
import { commandInProcess } from "./in-process"

const folder = mkdtempSync(join(tmpdir(), "domovoi-lock-command-"))
afterAll(() => rmSync(folder, { recursive: true }))
const run = (line: string) => commandInProcess(folder, ...line.split(" "))
const unit = join(folder, "domovoi-units/GV-1.json")
const lock = `${unit}.lock`

beforeAll(async () => {
    writeFileSync(join(folder, "passphrase"), "correct horse battery\n")
    expect((await run("ca init --name Hearth --passphrase-file passphrase")).status).toBe(0)
    const line = "provision --board valve_pico --class 1 --passphrase-file passphrase --serial GV-1"
    expect((await run(line)).status).toBe(0)
})

/** Starts a command on the unit, and waits until it is at work. */
async function atWork() {
    const child = spawn(process.execPath, [BUILT_COMMAND, "attest", "--serial", "GV-1"], { cwd: folder })
    const ended = new Promise<number | null>(resolve => child.once("exit", resolve))
    while (!existsSync(lock) && child.exitCode === null) await new Promise(resolve => setTimeout(resolve, 5))
    // It is to stay at work until it is told to go on.
    process.kill(child.pid!, "SIGSTOP")
    return { child, ended }
}

test("a second command on a unit is told who is at work on it, and spoils nothing", async () => {
    const { child, ended } = await atWork()
    const before = readFileSync(unit, "utf8")
    for (const line of ["attest --serial GV-1", "log pull -o gv.log --serial GV-1"]) {
        const { status, stderr, stdout } = await run(line)
        expect([status, stdout]).toEqual([2, ""])
        expect(stderr).toMatch(`"domovoi attest" is at work on it (process ${child.pid} on `)
    }
    expect(readFileSync(unit, "utf8")).toBe(before)
    process.kill(child.pid!, "SIGCONT")
    expect(await ended).toBe(0)
    expect(existsSync(lock)).toBe(false)
    expect((await run("attest --serial GV-1")).status).toBe(0)
})

test("a command that was killed is in nobody's way", async () => {
    const { child, ended } = await atWork()
    child.kill("SIGKILL")
    await ended
    expect(existsSync(lock)).toBe(true)
    expect((await run("attest --serial GV-1")).status).toBe(0)
    expect(existsSync(lock)).toBe(false)
})

test("a command that was told to end takes its lock along", async () => {
    const { child, ended } = await atWork()
    child.kill("SIGTERM")
    process.kill(child.pid!, "SIGCONT")
    await ended
    expect(existsSync(lock)).toBe(false)
})

test("a command that fails gives the lock back", async () => {
    const whole = readFileSync(unit)
    writeFileSync(unit, "{}")
    expect((await run("attest --serial GV-1")).status).toBe(2)
    expect(existsSync(lock)).toBe(false)
    writeFileSync(unit, whole)
    takeLock(unit)()
})
