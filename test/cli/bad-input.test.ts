import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { commandInProcess } from "./in-process"

const folder = mkdtempSync(join(tmpdir(), "domovoi-bad-input-"))

const HEAD = `title: A test
duration: 10s
devices:
    valve: { board: valve_pico, firmware: gas-valve }
`
const FILES = {
    "good.yaml": HEAD,
    "no-yaml.yaml": "title: [A test\n",
    "no-title.yaml": "duration: 10s\ndevices: { valve: { board: valve_pico, firmware: gas-valve } }\n",
    "extra-key.yaml": `${HEAD}colour: red\n`,
    "no-board.yaml": "title: A test\nduration: 10s\ndevices:\n    valve: { board: teapot, firmware: gas-valve }\n",
    "no-span.yaml": "title: A test\nduration: 10 minutes\ndevices: {}\n",
    "no-fault.yaml": `${HEAD}scenario:\n    - { at: 1s, fault: meteorite, device: valve }\n`,
    "no-device.yaml": `${HEAD}scenario:\n    - { at: 1s, fault: power-off, device: vlave }\n`,
    "no-part.yaml": `${HEAD}scenario:\n    - { at: 1s, do: press, part: valve.doorknob }\n`,
    "no-action.yaml": `${HEAD}scenario:\n    - { at: 1s, do: kick, part: valve.button }\n`,
    "no-argument.yaml": `${HEAD}scenario:\n    - { at: 1s, do: set, part: valve.gas, to: lots }\n`,
    "no-memory.yaml": `${HEAD}scenario:\n    - { at: 1s, fault: power-cut, device: valve, memory: led }\n`,
    "too-late.yaml": `${HEAD}scenario:\n    - { at: 11s, do: press, part: valve.button }\n`,
    "lasting-crash.yaml": `${HEAD}scenario:\n    - { at: 1s, fault: crash, device: valve, for: 2s }\n`,
    "no-window.yaml": `${HEAD}expect:\n    - { from: 1s, part: valve.valve, is: { state: shut } }\n`,
    "no-subject.yaml": `${HEAD}expect:\n    - { at: 1s, is: { state: shut } }\n`,
    "no-field.yaml": `${HEAD}expect:\n    - { at: 1s, part: valve.valve, is: { stat: shut } }\n`,
    "no-register.yaml": `${HEAD}expect:\n    - { at: 1s, device: valve, register: mood, is: good }\n`,
    "no-firmware.yaml": HEAD.replace("gas-valve", "./teapot.ts"),
    "no-name.yaml": HEAD.replace("gas-valve", "teapot"),
    "no-image.yaml": HEAD.replace("gas-valve", "./teapot.devs"),
    "not-an-image.yaml": HEAD.replace("gas-valve", "./rubbish.devs"),
    "not-compiling.yaml": HEAD.replace("gas-valve", "./src/broken.ts"),
    "rubbish.devs": "rubbish",
    "src/broken.ts": 'const a: number = "b"\n',
    "package.json": "{}",
}

/** Command line → what the one line on standard error says after the name of the command. */
const CASES: Record<string, string> = {
    "sim nowhere.yaml": "nowhere.yaml: no such file",
    "sim nowhere": 'no world "nowhere"; give the path of a world file, or one of home',
    "sim .": ".: cannot be read: EISDIR: illegal operation on a directory, read",
    "sim no-yaml.yaml": "no-yaml.yaml:2:1: ",
    "sim no-title.yaml": "no-title.yaml:1:1: title: give the world a title",
    "sim extra-key.yaml": "extra-key.yaml:5:1: colour: no such key",
    "sim no-board.yaml":
        'no-board.yaml:4:14: devices.valve.board: no board "teapot"; boards are doorbell_c3, valve_pico',
    "sim no-span.yaml": 'no-span.yaml:2:1: duration: "10 minutes" is no span; write it as 90s, 250ms or 1h30m',
    "sim no-fault.yaml":
        'no-fault.yaml:6:17: scenario[0].fault: unknown fault "meteorite"; known: power-off, power-on, ',
    "sim no-device.yaml": 'no-device.yaml:6:35: scenario[0].device: no device "vlave"; known: valve',
    "sim no-part.yaml":
        'no-part.yaml:6:28: scenario[0].part: no part "doorknob" on valve; its parts are button, deadman, led, fram, valve, gas',
    "sim no-action.yaml":
        'no-action.yaml:6:7: scenario[0]: valve.button: no action "kick"; it knows press, release, stick',
    "sim no-argument.yaml": "no-argument.yaml:6:7: scenario[0]: valve.gas: set: Invalid input: expected number",
    "sim no-memory.yaml": 'no-memory.yaml:6:7: scenario[0]: no memory "led" on valve; its memories are flash, fram',
    "sim too-late.yaml":
        'too-late.yaml:6:9: scenario[0].at: 11s is after the end of the world; move it or lengthen "duration"',
    "sim lasting-crash.yaml": 'lasting-crash.yaml:6:46: scenario[0].for: "crash" does not last, so it has no "for"',
    "sim no-window.yaml":
        "no-window.yaml:6:7: expect[0]: when? give at, or from and until, or after and within; nothing else",
    "sim no-subject.yaml":
        "no-subject.yaml:6:7: expect[0]: of what? give part, or device, or device and register, or device and session; nothing else",
    "sim no-field.yaml": 'no-field.yaml:6:42: expect[0].is.stat: valve.valve shows no "stat"; it shows state, openings',
    "sim no-register.yaml": "no-register.yaml:6:32: expect[0].register: known registers of service domovoi: ",
    "sim no-firmware.yaml": "no device source at ",
    "sim no-name.yaml": 'unknown device "teapot": give one of doorbell, gas-valve',
    "sim no-image.yaml": `${join(folder, "teapot.devs")}: cannot read the firmware: ENOENT`,
    "sim not-an-image.yaml": "not-an-image.yaml:4:33: devices.valve.firmware: the runtime refuses the program: error ",
    "sim not-compiling.yaml": "src/broken.ts:1:7: Type 'string' is not assignable to type 'number'.",
    "sim good.yaml --trace nowhere/trace.jsonl": "nowhere/trace.jsonl: cannot be written: ENOENT",
    "sim good.yaml --trace src": "src: cannot be written: it is a folder; choose another file",
    "sim good.yaml --seed later":
        "option '--seed <number>' argument 'later' is invalid. a seed is a whole number, 0 or more.",
    "sim good.yaml --colour": "unknown option '--colour'",
    sim: "missing required argument 'world'",
    "build teapot": 'unknown device "teapot": give one of doorbell, gas-valve',
    "build src/broken.ts": "src/broken.ts:1:7: Type 'string' is not assignable to type 'number'.",
    "build gas-valve -o nowhere/image.devs": "nowhere/image.devs: cannot be written: ENOENT",
    init: '.: no devsconfig.json, so this is no DeviceScript project; run "devs init" there first',
    dance: "unknown command 'dance'",
}

let filesBefore: string[]
beforeAll(async () => {
    mkdirSync(join(folder, "src"))
    for (const [file, text] of Object.entries(FILES)) writeFileSync(join(folder, file), text)
    filesBefore = readdirSync(folder).sort()
})
afterAll(() => rmSync(folder, { recursive: true }))

describe("bad input: one line on standard error, exit status 2, nothing half-written", () => {
    for (const [commandLine, complaint] of Object.entries(CASES))
        test(commandLine, async () => {
            const { status, stdout, stderr } = await commandInProcess(folder, ...commandLine.split(" "))
            const expected = `domovoi: ${complaint}`
            expect(stderr.slice(0, expected.length)).toBe(expected)
            expect(stderr.split("\n")).toEqual([expect.any(String), ""])
            expect(stdout).toBe("")
            expect(status).toBe(2)
            expect(readdirSync(folder).sort()).toEqual(filesBefore)
        })
})
