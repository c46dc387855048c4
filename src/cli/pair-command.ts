import { randomBytes } from "node:crypto"
import { existsSync } from "node:fs"
import { Command } from "commander"
import { type HostClock, machineClock } from "../host/clock"
import { InputError } from "../host/input-error"
import { PairedUnit } from "../host/session/paired-unit"
import { readCodeIn } from "../host/session/picture"
import { pairingReason, type Reason, WAITS } from "../host/session/reasons"
import { sessionPath } from "../host/session/session-file"
import { SessionLink } from "../host/session/session-link"
import { readWayIn, type WayIn } from "../host/session/way-in"
import { type AttestationVerdict, attest } from "../host/unit/attestation"
import { UnitFile } from "../host/unit/unit-file"
import type { UnitLink } from "../host/unit/unit-link"
import { ExitStatus } from "./exit-status"
import { complain, printLines } from "./lines"
import { printJson } from "./print-json"
import { Progress } from "./progress"
import { type SessionOptions, withSession, withSessionOptions } from "./session-options"
import { readPolicy, type TrustOptions, withTrustOptions, withUnit } from "./unit-options"

interface PairOptions extends SessionOptions, TrustOptions {
    label?: string
    qr?: string
    press?: string
}

/** How long somebody has to get to the unit and press its button, and between two tries, in milliseconds. */
const PRESS_WITHIN_MS = 120_000
const AGAIN_MS = 3_000

/** @param finish takes the exit status if the command runs through */
export function pairCommand(finish: (status: ExitStatus) => void, clock: HostClock = machineClock): Command {
    const command = new Command("pair").description(
        "Pairs with a unit, by the secret on its label or by an invitation of its owner: each end proves to the other that it has it, and nobody who\n" +
            "listens learns anything. Somebody has to press the unit's button meanwhile. The first becomes the owner. The session is kept in a file.\n" +
            "Where the manufacturer's authority is known (--ca), the unit then proves inside the session that it is the one on the label.\n" +
            "Exit status: 0 paired, 1 not paired or not proved, 2 bad input.",
    )
    return withTrustOptions(withSessionOptions(command))
        .option("--label <text>", "what the QR code of label or invitation says, or the nine groups on the label")
        .option("--qr <file>", "a picture of that code, as PNG or JPEG, in place of --label")
        .option("--press <part>", "the button of a simulated unit, which somebody then presses")
        .addHelpText("after", EXAMPLES)
        .action(async ({ label, qr, press, json, ...options }: PairOptions) => {
            const wayIn = readWayIn(shown(label, qr))
            const serial = options.serial ?? wayIn.serial
            if (wayIn.serial && serial !== wayIn.serial)
                throw new InputError(`that label is of ${wayIn.serial}, not of ${serial}`)
            if (press && options.target !== "sim")
                throw new InputError("--press is for simulated units: press the button yourself")
            const named = { ...options, serial }
            const policy = existsSync(options.ca) ? readPolicy(named, clock()) : undefined
            const progress = new Progress(process.stderr)
            const outcome = await withSession(named, true, file =>
                withUnit<Outcome>(
                    named,
                    "open",
                    async link => {
                        const unit = await PairedUnit.of(link, file)
                        const reason = await paired(unit, wayIn, link, press, progress)
                        if (reason || !policy) return { reason }
                        progress.show("waiting for the unit's proof that it is the one on the label")
                        return { verdict: await attest(new SessionLink(link, unit), policy, randomBytes) }
                    },
                    detail => ({ reason: { name: "noAnswer", words: detail } }),
                    progress.waiting,
                ),
            ).finally(() => progress.clear())
            show(outcome, String(serial), named.session ?? sessionPath(String(serial)), json)
            finish(outcome.reason || isRefused(outcome.verdict) ? ExitStatus.Failed : ExitStatus.Ok)
        })
}

/** @throws InputError */
function shown(label: string | undefined, qr: string | undefined): string {
    if (label !== undefined && qr !== undefined) throw new InputError("--label and --qr say the same: give one of them")
    if (qr !== undefined) return readCodeIn(qr)
    if (label !== undefined) return label
    throw new InputError("by which secret? Give what the label says (--label), or a picture of its QR code (--qr)")
}

interface Outcome {
    /** Why it was not paired. */
    reason?: Reason
    /** What the unit has proved of itself inside the session; left out where nobody knows by whom it has to be made. */
    verdict?: AttestationVerdict
}

const isRefused = (verdict: AttestationVerdict | undefined) => verdict !== undefined && "refusal" in verdict

function show({ reason, verdict }: Outcome, serial: string, session: string, json: boolean | undefined): void {
    const refusal = verdict && "refusal" in verdict ? verdict.refusal : undefined
    if (json) {
        const proved = verdict ? { proved: refusal === undefined, ...(refusal && { refusal }) } : {}
        printJson(reason ? { paired: false, reason: reason.name } : { paired: true, serial, session, ...proved })
        return
    }
    if (reason) {
        complain(`not paired: ${reason.words}`)
        return
    }
    printLines(`paired with ${serial}; the session is in ${session}, which is you to the unit: keep it to yourself`)
    if (refusal)
        complain(
            `it has the label's secret and does not prove that it is ${serial} (${refusal}): send it back, or ask who made it`,
        )
    else if (verdict) printLines(`it has proved that it is ${serial}`)
    else printLines("by whom it was made was not looked at: give --ca, or run domovoi attest")
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
  domovoi pair --serial GV-0001 --label 4XT-3GN-H2P-KZ6-Y5D-7QB-VW0-M8R-JC8 --press button
  domovoi pair --serial GV-0001 --qr GV-0001.png --press button`
