/** What becomes of the process around a command: pipes, devices, full disks, signals. */
import { execFileSync, spawn, spawnSync } from "node:child_process"
import { once } from "node:events"
import { lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { afterAll, beforeAll, expect, test } from "vitest"

const folder = mkdtempSync(join(tmpdir(), "domovoi-process-"))
afterAll(() => rmSync(folder, { recursive: true }))

const DOMOVOI = `"${process.execPath}" "${resolve("built/domovoi.js")}"`
const WORLD = "title: A day\nduration: 24h\ndevices: { valve: { board: valve_pico, firmware: gas-valve } }\n"

/** Runs a line of shell in which `domovoi` is the command. */
function shell(line: string) {
    const env = { ...process.env, NO_COLOR: "1" }
    const script = `domovoi() { ${DOMOVOI} "$@"; }\n${line}`
    const { status, stdout, stderr } = spawnSync("bash", ["-c", script], { cwd: folder, env, encoding: "utf8" })
    return { status, stdout, stderr }
}

beforeAll(() => {
    writeFileSync(join(folder, "day.yaml"), WORLD)
    writeFileSync(join(folder, "passphrase"), "correct horse battery\n")
    // So that what follows takes images from the cache.
    expect(shell("domovoi build gas-valve -o image.devs").status).toBe(0)
})

test("a reader that has enough ends the command quietly", () => {
    const { status, stderr } = shell("domovoi sim day.yaml | true; exit $PIPESTATUS")
    expect([stderr, status]).toEqual(["", 141])
})

test("standard output without room: one line, and no success", () => {
    const { status, stderr } = shell("domovoi build gas-valve -o image.devs > /dev/full")
    expect(stderr).toMatch(/^domovoi: standard output: cannot be written: ENOSPC.*\n$/)
    expect(status).toBe(2)
})

test("a pipe is written to as it is, if somebody reads it", () => {
    execFileSync("mkfifo", [join(folder, "pipe")])
    const { size } = statSync(join(folder, "image.devs"))
    const alone = shell("domovoi build gas-valve -o pipe")
    expect(alone.stderr).toBe("domovoi: pipe: cannot be written: it is a pipe that nobody reads; choose another file\n")
    expect(alone.status).toBe(2)
    // A shell that has opened it for both keeps what is in it until it is read.
    const read = shell(
        `exec 3<>pipe; domovoi build gas-valve -o pipe > /dev/null & head -c ${size} <&3 | cmp - image.devs && wait $!`,
    )
    expect(read).toEqual({ status: 0, stdout: "", stderr: "" })
    expect(lstatSync(join(folder, "pipe")).isFIFO()).toBe(true)
    expect(shell("domovoi build gas-valve -o /dev/fd/3 3>&1 > /dev/null | cmp - image.devs").status).toBe(0)
    rmSync(join(folder, "pipe"))
})

test.each([
    ["build gas-valve -o image.devs", "image.devs"],
    ["keygen -o new.key --passphrase-file passphrase", "new.key"],
    ["sbom gas-valve -o image.devs", "image.devs"],
    ["sim day.yaml --trace image.devs", "image.devs"],
])("files that may grow no further: %s", (line, file) => {
    const before = readdirSync(folder).sort()
    const image = readFileSync(join(folder, "image.devs"))
    const { status, stderr } = shell(`ulimit -f 0; domovoi ${line} > /dev/null`)
    expect(stderr).toMatch(new RegExp(`^domovoi: ${file}: cannot be written: EFBIG.*\n$`))
    expect(status).toBe(2)
    expect(readdirSync(folder).sort()).toEqual(before)
    expect(readFileSync(join(folder, "image.devs")).equals(image)).toBe(true)
})

test.each([
    ["SIGTERM", 143, false],
    ["SIGHUP", 129, false],
    // The simulator tells what came of the world so far.
    ["SIGINT", 1, true],
] as const)("%s in the middle: nothing half-written", async (signal, status, isKept) => {
    writeFileSync(join(folder, "long.yaml"), `${WORLD}expect: [{ at: 23h, device: valve, is: running }]\n`)
    const parameters = [resolve("built/domovoi.js"), "sim", "long.yaml", "--trace", "trace.jsonl", "--realtime"]
    const command = spawn(process.execPath, parameters, { cwd: folder, stdio: ["ignore", "pipe", "pipe"] })
    let stderr = ""
    command.stderr.on("data", text => {
        stderr += text
    })
    const ended = once(command, "exit")
    // The first line of the story: the world is being played, and its trace under way.
    await once(command.stdout, "data")
    while (!readdirSync(folder).some(name => name.endsWith(".partial"))) await sleep(20)
    command.kill(signal)
    expect(await ended).toEqual([status, null])
    expect(stderr).toMatch(isKept ? /^$/ : new RegExp(`^domovoi: ended by ${signal}; .*\n$`))
    expect(readdirSync(folder).filter(name => name.endsWith(".partial"))).toEqual([])
    expect(readdirSync(folder).includes("trace.jsonl")).toBe(isKept)
    rmSync(join(folder, "trace.jsonl"), { force: true })
})
