import { Command, InvalidArgumentError } from "commander"
import { simulate } from "../host/sim/simulate"
import { ExitStatus } from "./exit-status"
import { printLines } from "./lines"
import { printJson } from "./print-json"
import { Progress } from "./progress"
import { jsonOf, summaryOf } from "./sim-report"
import { tell } from "./sim-story"

interface SimOptions {
    seed: number
    trace?: string
    realtime?: boolean
    meter?: boolean
    json?: boolean
}

/** @param finish takes the exit status if the command runs through */
export function simCommand(finish: (status: ExitStatus) => void): Command {
    return new Command("sim")
        .description(
            "Builds the firmware of a world's devices, plays its scenario in the simulator, and checks its expectations.\n" +
                "Exit status: 0 all kept, 1 one failed, 2 bad input.",
        )
        .argument("<world>", "path of a world file, or the name of one that comes with the SDK (home)")
        .option("--seed <number>", "seed of everything random", parseSeed, 1)
        .option("--trace <file>", "write what happens to a file, as JSON lines")
        .option("--realtime", "follow the wall clock, and let devices reach servers on this machine")
        .option("--meter", "count what the virtual machines do")
        .option("--json", "print one JSON object in place of the story")
        .addHelpText("after", EXAMPLES)
        .action(async (worldName: string, { seed, trace, realtime, meter, json }: SimOptions) => {
            const progress = new Progress(process.stderr)
            const interrupt = new AbortController()
            const stop = () => interrupt.abort()
            process.once("SIGINT", stop)
            const startMs = performance.now()
            const simulation = simulate({
                world: worldName,
                seed,
                trace,
                realtime,
                metered: meter,
                signal: interrupt.signal,
                observer: {
                    loaded: world => progress.show(`building ${world.firmware.length} firmware images`),
                    progressed: (us, world) => progress.showBar(us / world.durationUs),
                    happened(entry, world) {
                        const line = json ? undefined : tell(entry, world)
                        if (line !== undefined) progress.print(line)
                    },
                },
            })
            const outcome = await simulation.finally(() => {
                process.off("SIGINT", stop)
                progress.clear()
            })
            const report = { ...outcome, seed, trace, wallMs: performance.now() - startMs }
            if (json) printJson(jsonOf(report))
            else printLines(...summaryOf(report))
            finish(outcome.result.ok ? ExitStatus.Ok : ExitStatus.Failed)
        })
}

function parseSeed(text: string): number {
    if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError("a seed is a whole number, 0 or more.")
    return Number(text)
}

const EXAMPLES = `
Examples:
  domovoi sim home
  domovoi sim home --seed 7 --trace home.jsonl
  domovoi sim worlds/kitchen.yaml --realtime
  domovoi sim home --json | jq .traceSha256`
