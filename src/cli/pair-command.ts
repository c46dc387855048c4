import { Command } from "commander"
import { InputError } from "../host/input-error"
import { PairedUnit } from "../host/session/paired-unit"
import { pairingReason, type Reason, WAITS } from "../host/session/reasons"
import { sessionPath } from "../host/session/session-file"
import { readWayIn, type WayIn } from "../host/session/way-in"
import { UnitFile } from "../host/unit/unit-file"
import type { UnitLink } from "../host/unit/unit-link"
import { ExitStatus } from "./exit-status"
import { complain, printLines } from "./lines"
import { printJson } from "./print-json"
import { Progress } from "./progress"
import { type SessionOptions, withSession, withSessionOptions } from "./session-options"
import { withUnit } from "./unit-options"

interface PairOptions extends SessionOptions {
    label: string
    press?: string
}

/** How long somebody has to get to the unit and press its button, and between two tries, in milliseconds. */
const PRESS_WITHIN_MS = 120_000
const AGAIN_MS = 3_000

/** @param finish takes the exit status if the command runs through */
export function pairCommand(finish: (status: ExitStatus) => void): Command {
    const command = new Command("pair").description(
        "Pairs with a unit, by the secret on its label or by an invitation of its owner: each end proves to the other that it has it, and nobody who\n" +
            "listens learns anything. Somebody has to press the unit's button meanwhile. The first becomes the owner. The session is kept in a file.\n" +
            "Exit status: 0 paired, 1 not paired, 2 bad input.",
    )
    return withSessionOptions(command)
        .requiredOption(
            "--label <text>",
            "what the QR code of label or invitation says, or the nine groups on the label",
        )
        .option("--press <part>", "the button of a simulated unit, which somebody then presses")
        .addHelpText("after", EXAMPLES)
        .action(async ({ label, press, json, ...options }: PairOptions) => {
            const wayIn = readWayIn(label)
            const serial = options.serial ?? wayIn.serial
            if (wayIn.serial && serial !== wayIn.serial)
                throw new InputError(`that label is of ${wayIn.serial}, not of ${serial}`)
            if (press && options.target !== "sim")
                throw new InputError("--press is for simulated units: press the button yourself")
            const progress = new Progress(process.stderr)
            const named = { ...options, serial }
            const reason = await withSession(named, true, file =>
                withUnit<Reason | undefined>(
                    named,
                    "open",
                    async link => {
                        const unit = await PairedUnit.of(link, file)
                        return await paired(unit, wayIn, link, press, progress)
                    },
                    detail => ({ name: "noAnswer", words: detail }),
                    progress.waiting,
                ),
            ).finally(() => progress.clear())
            const session = named.session ?? sessionPath(String(serial))
            if (json) printJson(reason ? { paired: false, reason: reason.name } : { paired: true, serial, session })
            else if (reason) complain(`not paired: ${reason.words}`)
            else
                printLines(
                    `paired with ${serial}; the session is in ${session}, which is you to the unit: keep it to yourself`,
                )
            finish(reason ? ExitStatus.Failed : ExitStatus.Ok)
        })
}

/** @returns why not; undefined if it is */
async function paired(
    unit: PairedUnit,
    wayIn: WayIn,
    link: UnitLink,
    press: string | undefined,
    progress: Progress,
): Promise<Reason | undefined> {
    for (let waitedMs = 0; ; waitedMs += AGAIN_MS) {
        if (press && link instanceof UnitFile) await link.press(press)
        const end = await unit.pair(wayIn)
        if (end.refusal === 0) return undefined
        const reason = pairingReason(end)
        if (!WAITS.has(reason.name) || waitedMs >= PRESS_WITHIN_MS) return reason
        progress.show(reason.name === "NobodyThere" ? "press the button of the unit now" : reason.words)
        await link.wait(AGAIN_MS)
    }
}

const EXAMPLES = `
Examples:
  domovoi pair --target serial --port /dev/ttyACM0 --label DOMOVOI:1:GV-0001:4XT3GNH2PKZ6Y5D7QBVW0M8RJC
  domovoi pair --serial GV-0001 --label 4XT-3GN-H2P-KZ6-Y5D-7QB-VW0-M8R-JC8 --press button`
