import { Command } from "commander"
import { type ServeReport, serveUnit } from "../host/unit/serve-unit"
import { ExitStatus, SIGNALLED } from "./exit-status"
import { printLines } from "./lines"
import { printJson } from "./print-json"
import { parseSpan } from "./span-option"
import { parseSerial, requiredUnitFile } from "./unit-options"

interface ServeOptions {
    unit?: string
    serial?: string
    for?: number
    json?: boolean
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const

/** @param finish takes the exit status if the command runs through */
export function serveCommand(finish: (status: ExitStatus) => void): Command {
    return new Command("serve")
        .description(
            "Puts a simulated unit behind a serial port of this machine, in real time, as a board on USB is: for --target serial of other commands.\n" +
                "It has the unit until it is interrupted or the time is up, and then its file has what the unit has kept. Needs python3 (docs/serial.md).\n" +
                "Exit status: 0 the time is up, 2 bad input, 130 interrupted.",
        )
        .option("--unit <file>", "file of the simulated unit (default: domovoi-units/SERIAL.json)")
        .option("--serial <number>", "the serial number of the unit", parseSerial)
        .option("--for <span>", "how long, such as 10m (default: until interrupted)", parseSpan)
        .option("--json", "print a JSON object a line: where the port is, and what came of it at the end")
        .addHelpText("after", EXAMPLES)
        .action(async ({ json, for: forUs, ...options }: ServeOptions) => {
            const interrupt = new AbortController()
            let status: number = ExitStatus.Ok
            const stop = (_: NodeJS.Signals, number: number) => {
                status = SIGNALLED + number
                interrupt.abort()
            }
            for (const signal of SIGNALS) process.once(signal, stop)
            const report = await serveUnit({
                file: requiredUnitFile(options),
                forUs,
                signal: interrupt.signal,
                opened: port => (json ? printJson({ port }) : printLines(`serial port: ${port}`)),
            }).finally(() => {
                for (const signal of SIGNALS) process.off(signal, stop)
            })
            if (json) printJson(report)
            else printLines(...linesOf(report))
            finish(status)
        })
}

function linesOf({ servedMs, lostMs, endings }: ServeReport): string[] {
    const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`
    return [
        `served  ${seconds(servedMs)}`,
        ...(lostMs > 0 ? [`late    ${seconds(lostMs)}: this machine was too slow, and so was the unit`] : []),
        ...(endings > 0 ? [`chip    ended what it did ${endings} times, and began anew`] : []),
    ]
}

const EXAMPLES = `
Examples:
  domovoi serve --serial GV-0001
  domovoi serve --unit domovoi-units/GV-0001.json --for 10m --json
  domovoi attest --target serial --port /dev/pts/3 --allow-test-units
  domovoi conform --ics valve.yaml --target serial:/dev/pts/3 --ca ca.pem --allow-test-units --out results`
