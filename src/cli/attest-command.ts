import { randomBytes } from "node:crypto"
import { Command } from "commander"
import { type HostClock, machineClock } from "../host/clock"
import { type AttestationVerdict, type AttestedUpdate, attest } from "../host/unit/attestation"
import { ExitStatus } from "./exit-status"
import { printLines } from "./lines"
import { printJson } from "./print-json"
import { Progress } from "./progress"
import { type OwnSessionOption, withOwnSession, withUnitInSession } from "./session-options"
import { readPolicy, type TrustOptions, type UnitOptions, withTrustOptions, withUnitOptions } from "./unit-options"

interface AttestOptions extends UnitOptions, TrustOptions, OwnSessionOption {
    json?: boolean
}

/** @param finish takes the exit status if the command runs through */
export function attestCommand(finish: (status: ExitStatus) => void, clock: HostClock = machineClock): Command {
    const command = new Command("attest").description(
        "Sends a fresh challenge, and checks the answer: certificate, revocation, signature, freshness, serial number.\n" +
            "Exit status: 0 all of it holds, 1 something does not, 2 bad input.",
    )
    return withTrustOptions(withOwnSession(withUnitOptions(command)))
        .option("--json", "print one JSON object")
        .addHelpText("after", EXAMPLES)
        .action(async ({ json, ...options }: AttestOptions) => {
            const policy = readPolicy(options, clock())
            const progress = new Progress(process.stderr)
            progress.show("waiting for the unit's answer")
            const verdict = await withUnitInSession<Verdict>(
                options,
                "open",
                link => attest(link, policy, randomBytes),
                // A unit that does not answer is one that has not proved anything.
                detail => ({ refusal: "noAnswer", detail }),
                progress.waiting,
            ).finally(() => progress.clear())
            if (json) printJson(jsonOf(verdict))
            else printLines(...linesOf(verdict))
            finish("refusal" in verdict ? ExitStatus.Failed : ExitStatus.Ok)
        })
}

type Verdict = AttestationVerdict | { refusal: "noAnswer"; detail: string }

function jsonOf(verdict: Verdict): object {
    if ("refusal" in verdict) return { valid: false, ...verdict }
    const { manufacturer, isTestUnit, certificateSerial } = verdict.unit
    return { valid: true, manufacturer, isTestUnit, certificateSerial, ...verdict.claims }
}

function linesOf(verdict: Verdict): string[] {
    if ("refusal" in verdict)
        return [`refused: ${verdict.refusal}${verdict.detail === undefined ? "" : ` (${verdict.detail})`}`]
    const { unit, claims } = verdict
    return [
        `valid: ${claims.serial}, ${claims.model} by ${unit.manufacturer}`,
        `firmware     ${claims.version}, sequence number ${claims.sequenceNumber}`,
        `class        ${claims.securityClass}`,
        `state        ${claims.state}, cause ${claims.cause}`,
        `starts       ${claims.bootCount}, up for ${claims.uptime} s`,
        `debugging    ${claims.debugEnabled ? "open" : "closed"}`,
        ...(claims.update ? [`updates      ${updateLine(claims.update)}`] : []),
        ...(unit.isTestUnit ? ["test unit    by its certificate: it proves nothing about a real one"] : []),
    ]
}

function updateLine({ state, sequenceNumber, digest, floor }: AttestedUpdate): string {
    return `state ${state}, confirmed ${sequenceNumber} (SHA-256 ${digest}), floor ${floor}`
}

const EXAMPLES = `
Examples:
  domovoi attest --serial GV-0001
  domovoi attest --target serial --port /dev/ttyACM0 --ca ca.pem --crl devices.crl --json`
