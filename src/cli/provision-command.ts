import { Command, InvalidArgumentError, Option } from "commander"
import { type HostClock, machineClock } from "../host/clock"
import { CA_PASSPHRASE, readPassphrase } from "../host/identity/passphrase"
import { InputError } from "../host/input-error"
import { type MakeUnitOptions, makeUnit } from "../host/unit/make-unit"
import { ProvisionError } from "../host/unit/provision"
import { LinkError } from "../host/unit/unit-link"
import { clockIsRightOption } from "./clock-option"
import { ExitStatus } from "./exit-status"
import { complain, printLines } from "./lines"
import { passphraseOption, passphraseSources } from "./passphrase-option"
import { printJson } from "./print-json"
import { Progress } from "./progress"
import { type RuntimeOptions, withRuntimeOptions } from "./runtime-options"
import { textOption } from "./text-option"
import { engineFor, parseSerial, requiredPort, simulatedUnitFile } from "./unit-options"

interface ProvisionOptions extends RuntimeOptions {
    board: string
    serial: string
    class: 1 | 2
    target: "sim" | "emulator" | "serial" | "bundle"
    ca: string
    passphraseFile?: string
    firmware?: string
    unit?: string
    port?: string
    output?: string
    deviceId?: string
    lock?: boolean
    policy?: string
    seed?: string
    clockIsRight?: boolean
    json?: boolean
}

/** @param finish takes the exit status if the command runs through */
export function provisionCommand(finish: (status: ExitStatus) => void, clock: HostClock = machineClock): Command {
    return withRuntimeOptions(new Command("provision"))
        .description(
            "Lets a unit make its key, certifies it, writes the identity into the unit, makes its label, and enters it in the manufacture log.\n" +
                "Interrupted and run again, it goes on where it was. Exit status: 0 done, 1 refused, 2 bad input.",
        )
        .requiredOption("--board <id>", "the unit's board, such as valve_pico")
        .requiredOption("--serial <number>", "the unit's serial number: capital letters, digits, hyphens", parseSerial)
        .addOption(
            new Option("--class <number>", "device class of ISO/IEC 27402").argParser(parseClass).makeOptionMandatory(),
        )
        .addOption(
            new Option(
                "--target <kind>",
                "a simulated unit, an emulated one, one on a serial port, or files for one that is not connected",
            )
                .choices(["sim", "emulator", "serial", "bundle"])
                .default("sim"),
        )
        .option("--ca <folder>", "where the authority is kept", "domovoi-ca")
        .addOption(passphraseOption())
        .option(
            "--firmware <device>",
            "what runs on the unit (sim, emulator and bundle; default: the board's reference device)",
        )
        .option("--unit <file>", "file of the simulated unit (sim and emulator; default: domovoi-units/SERIAL.json)")
        .option("--port <path>", "serial port (serial)")
        .option("-o, --output <folder>", "where the files go (bundle; default: domovoi-units/SERIAL)")
        .option("--device-id <hex>", "identifier of the chip, 16 hex digits (bundle)", parseDeviceId)
        .option("--lock", "lock the secure element of a class 2 unit; this cannot be undone")
        .option(
            "--policy <file>",
            "whose updates the unit is to take: a trust policy, as for domovoi sign (not for bundle)",
        )
        .option(
            "--seed <text>",
            "make the same simulated unit again, key and all (sim and emulator); without, its key is its own",
            textOption(64),
        )
        .addOption(clockIsRightOption())
        .option("--json", "print one JSON object")
        .addHelpText("after", EXAMPLES)
        .action(async (options: ProvisionOptions) => {
            const { serial, board, class: securityClass, ca, firmware, lock = false, clockIsRight, json } = options
            const target = await targetOf(options)
            const passphrase = await readPassphrase(passphraseSources(CA_PASSPHRASE, options.passphraseFile))
            const progress = new Progress(process.stderr)
            try {
                const made = await makeUnit({
                    ca,
                    passphrase,
                    board,
                    serial,
                    securityClass,
                    firmware,
                    target,
                    lock,
                    policyFile: options.policy,
                    now: clock(),
                    clockIsRight,
                    progress: step => progress.show(`${serial}: ${step}`),
                    waiting: progress.waiting,
                }).finally(() => progress.clear())
                const { unit, isTestUnit, certificateSha256, label, wasDone, takesUpdates } = made
                if (json) printJson({ ...unit, target, isTestUnit, certificateSha256, label, wasDone, takesUpdates })
                else
                    printLines(
                        `${serial}: ${wasDone ? "has its identity already" : "has its identity"}`,
                        `model        ${unit.model}, ${board}, class ${securityClass}`,
                        `certificate  ${certificateSha256} (SHA-256)`,
                        `label        ${label.png}, ${label.svg}`,
                        ...(isTestUnit ? [`test unit    ${TEST_UNIT}`] : []),
                    )
                if (!takesUpdates) complain(noUpdates(serial, wasDone || options.policy !== undefined))
            } catch (error) {
                if (!(error instanceof ProvisionError || error instanceof LinkError)) throw error
                const refusal = error instanceof ProvisionError ? error.refusal : "noAnswer"
                if (json) printJson({ serial, refusal, detail: error.message })
                else complain(`${serial}: not provisioned: ${error.message}`)
                finish(ExitStatus.Failed)
            }
        })
}

/** @param isDoubtful it was given a trust policy, or left the factory earlier */
function noUpdates(serial: string, isDoubtful: boolean): string {
    return isDoubtful
        ? `${serial}: it has not shown that it takes updates: see with domovoi attest; what left the factory without a trust policy never will`
        : `${serial}: it takes no updates, and never will: it was given no trust policy (--policy), and only a unit in the factory takes a first one`
}

async function targetOf(options: ProvisionOptions): Promise<MakeUnitOptions["target"]> {
    const { target, serial, unit, seed, port, output, deviceId } = options
    if (target === "sim") return { kind: "sim", file: simulatedUnitFile(unit, serial), seed }
    if (target === "emulator") {
        const engine = await engineFor(options)
        return { kind: "emulator", file: simulatedUnitFile(unit, serial), seed, engine }
    }
    if (seed !== undefined)
        throw new InputError(`--seed is for simulated units: a ${target} unit makes a key of its own`)
    if (target === "serial") return { kind: "serial", port: requiredPort(port) }
    if (!deviceId) throw new InputError("--target bundle needs --device-id: the identity is bound to the chip")
    return { kind: "bundle", folder: output ?? `domovoi-units/${serial}`, deviceId }
}

function parseClass(text: string): 1 | 2 {
    if (text === "1") return 1
    if (text === "2") return 2
    throw new InvalidArgumentError("give 1 or 2.")
}

function parseDeviceId(text: string): string {
    if (!/^[0-9a-f]{16}$/i.test(text)) throw new InvalidArgumentError("give 16 hex digits.")
    return text.toLowerCase()
}

const TEST_UNIT = "its certificate says so, and is refused wherever test units are not taken"

const EXAMPLES = `
Examples:
  domovoi provision --board valve_pico --serial GV-0001 --class 1
  domovoi provision --board doorbell_c3 --serial DB-0001 --class 2 --target serial --port /dev/ttyACM0 --lock
  domovoi provision --board valve_pico --serial GV-0002 --class 1 --target bundle --device-id e6614c311b7e6f2a`
