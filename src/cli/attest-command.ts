import { randomBytes } from "node:crypto"
import { Command, Option } from "commander"
import { InputError } from "../host/input-error"
import { type AttestationVerdict, attest } from "../host/unit/attestation"
import { RemoteUnit } from "../host/unit/remote-unit"
import { SerialBridge } from "../host/unit/serial-bridge"
import { readTrust } from "../host/unit/trust"
import { UnitFile } from "../host/unit/unit-file"
import { LinkError, type UnitLink } from "../host/unit/unit-link"
import { ExitStatus } from "./exit-status"
import { printJson } from "./print-json"
import { Progress } from "./progress"
import { requiredPort, simulatedUnitFile } from "./unit-options"

interface AttestOptions {
    target: "sim" | "serial"
    ca: string
    crl?: string
    serial?: string
    unit?: string
    port?: string
    json?: boolean
}

/** @param finish takes the exit status if the command runs through */
export function attestCommand(finish: (status: ExitStatus) => void): Command {
    return new Command("attest")
        .summary("challenge a unit to prove who it is and what it runs")
        .description(
            "Sends a fresh challenge, and checks the answer: certificate, revocation, signature, freshness, serial number.\n" +
                "Exit status: 0 all of it holds, 1 something does not, 2 bad input.",
        )
        .addOption(new Option("--target <kind>", "where the unit is").choices(["sim", "serial"]).default("sim"))
        .option("--ca <path>", "the manufacturer's authority: its folder, or its certificate in a file", "domovoi-ca")
        .option("--crl <file>", "the authority's revocation list, where --ca is a certificate")
        .option("--serial <number>", "the serial number that it has to have")
        .option("--unit <file>", "file of the simulated unit (sim; default: domovoi-units/SERIAL.json)")
        .option("--port <path>", "serial port (serial)")
        .option("--json", "print one JSON object")
        .addHelpText("after", EXAMPLES)
        .action(async ({ ca, crl, serial, json, ...where }: AttestOptions) => {
            const now = new Date()
            const trust = await readTrust(ca, crl, now)
            const progress = new Progress(process.stderr)
            progress.show("waiting for the unit's answer")
            const verdict = await answerOf(
                () => connect({ serial, ...where }),
                link => attest(link, { ...trust, now, serial }, randomBytes),
            ).finally(() => progress.clear())
            if (json) printJson(jsonOf(verdict))
            else console.log(textOf(verdict))
            finish("refusal" in verdict ? ExitStatus.Failed : ExitStatus.Ok)
        })
}

type Verdict = AttestationVerdict | { refusal: "noAnswer"; detail: string }

/** A unit that does not answer is one that has not proved anything. */
async function answerOf(
    open: () => Promise<UnitLink>,
    ask: (link: UnitLink) => Promise<AttestationVerdict>,
): Promise<Verdict> {
    try {
        const link = await open()
        return await ask(link).finally(() => link.close())
    } catch (error) {
        if (error instanceof LinkError) return { refusal: "noAnswer", detail: error.message }
        throw error
    }
}

async function connect({ target, serial, unit, port }: Omit<AttestOptions, "ca" | "crl" | "json">): Promise<UnitLink> {
    if (target === "serial") return RemoteUnit.open(await SerialBridge.open(requiredPort(port)))
    if (!unit && !serial) throw new InputError("which simulated unit? give --unit or --serial")
    return UnitFile.open(simulatedUnitFile(unit, String(serial)))
}

function jsonOf(verdict: Verdict): object {
    if ("refusal" in verdict) return { valid: false, ...verdict }
    const { manufacturer, certificateSerial } = verdict.unit
    return { valid: true, manufacturer, certificateSerial, ...verdict.claims }
}

function textOf(verdict: Verdict): string {
    if ("refusal" in verdict)
        return `refused: ${verdict.refusal}${verdict.detail === undefined ? "" : ` (${verdict.detail})`}`
    const { unit, claims } = verdict
    return `valid: ${claims.serial}, ${claims.model} by ${unit.manufacturer}
firmware     ${claims.version}, sequence number ${claims.sequenceNumber}
class        ${claims.securityClass}
state        ${claims.state}, cause ${claims.cause}
starts       ${claims.bootCount}, up for ${claims.uptime} s
debugging    ${claims.debugEnabled ? "open" : "closed"}`
}

const EXAMPLES = `
Examples:
  domovoi attest --serial GV-0001
  domovoi attest --target serial --port /dev/ttyACM0 --ca ca.pem --crl devices.crl --json`
