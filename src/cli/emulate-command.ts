import { Command, InvalidArgumentError, Option } from "commander"
import { type EmulationReport, emulate } from "../host/emulator/emulate"
import { FIRMWARE_VARIABLE } from "../host/emulator/runtime-files"
import { ExitStatus } from "./exit-status"
import { printLines } from "./lines"
import { printJson } from "./print-json"
import { Progress } from "./progress"
import { bootromOption } from "./runtime-options"
import { parseSpan } from "./span-option"

interface EmulateOptions {
    firmware?: string
    bootrom?: string
    board: string
    unit?: string
    deviceId?: string
    device?: string
    serialPty?: boolean
    for?: number
    trace?: string
    seed: number
    json?: boolean
}

/** @param finish takes the exit status if the command runs through */
export function emulateCommand(finish: (status: ExitStatus) => void): Command {
    return new Command("emulate")
        .description(
            "Carries out the machine code of the runtime, instruction by instruction, with the board's circuit and parts around it. Runtime and boot\n" +
                "ROM are files that you download (docs/emulator.md). Exit status: 0 it ran, 2 bad input.",
        )
        .addOption(new Option("--firmware <file>", "the runtime's firmware, a UF2 file").env(FIRMWARE_VARIABLE))
        .addOption(bootromOption())
        .option("--board <id>", "the board", "valve_pico")
        .option("--unit <file>", "what is on it: a simulated unit's file, or a bundle's FRAM image (with --device-id)")
        .option("--device-id <hex>", "identifier of the chip, 16 hex digits", parseDeviceId)
        .option("--device <device>", "its program (default: the board's reference device, or what the unit has)")
        .option("--serial-pty", "make its USB serial port a pseudo-terminal, in real time")
        .option(
            "--for <span>",
            "emulated time, such as 10s (default: 10s; with --serial-pty until interrupted)",
            parseSpan,
        )
        .option("--trace <file>", "write what happens to a file, as JSON lines")
        .option("--seed <number>", "seed of everything random", parseSeed, 1)
        .option("--json", "print one JSON object in place of the story")
        .addHelpText("after", EXAMPLES)
        .action(async ({ firmware, bootrom, json, serialPty = false, for: forUs, ...options }: EmulateOptions) => {
            const interrupt = new AbortController()
            const stop = () => interrupt.abort()
            process.once("SIGINT", stop)
            const progress = new Progress(process.stderr)
            const report = await emulate({
                ...options,
                paths: { firmware, bootrom },
                serialPty,
                forUs: forUs ?? (serialPty ? undefined : DEFAULT_US),
                signal: interrupt.signal,
                happened({ us, source, kind, ...detail }) {
                    if (!json && kind !== "frame")
                        progress.print(
                            `${(us / 1000).toFixed(1).padStart(10)} ms  ${source} ${kind} ${JSON.stringify(detail)}`,
                        )
                },
                opened: port => (json ? printJson({ port }) : progress.print(`serial port: ${port}`)),
            }).finally(() => {
                process.off("SIGINT", stop)
                progress.clear()
            })
            if (json) printJson(report)
            else printLines(...linesOf(report))
            finish(ExitStatus.Ok)
        })
}

const DEFAULT_US = 10_000_000

function linesOf(report: EmulationReport): string[] {
    const { beatGapMs, firstBeatMs, standsStillSinceMs } = report
    const ms = (value: number) => `${value.toFixed(1)} ms`
    return [
        `emulated     ${ms(report.emulatedMs)} in ${report.cpuSeconds.toFixed(1)} s of this processor's time`,
        `chip         ${(100 * report.load).toFixed(1)} % busy, ${(report.instructions / 1e6).toFixed(1)} million instructions`,
        ...(firstBeatMs === undefined ? [] : [`first beat   ${ms(firstBeatMs)} after power-on`]),
        ...(beatGapMs ? [`beat gaps    median ${ms(beatGapMs.median)}, longest ${ms(beatGapMs.longest)}`] : []),
        ...(standsStillSinceMs === undefined
            ? []
            : [`stands still since ${ms(standsStillSinceMs)}: nothing wakes the chip`]),
        ...(report.resets > 0 ? [`resets       ${report.resets}`] : []),
        `trace        ${report.traceSha256} (SHA-256)`,
    ]
}

function parseSeed(text: string): number {
    if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError("a seed is a whole number, 0 or more.")
    return Number(text)
}

function parseDeviceId(text: string): string {
    if (!/^[0-9a-f]{16}$/i.test(text)) throw new InvalidArgumentError("give 16 hex digits.")
    return text.toLowerCase()
}

const EXAMPLES = `
Examples:
  domovoi emulate --firmware devicescript-rp2040-pico.uf2 --bootrom bootrom-b1.bin --for 10s
  domovoi emulate --unit domovoi-units/GV-0001.json --serial-pty
  domovoi emulate --unit domovoi-units/GV-0002/fram.bin --device-id e6614c311b7e6f2a --json`
