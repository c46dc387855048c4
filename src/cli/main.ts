import { readFileSync } from "node:fs"
import { Command, CommanderError } from "commander"
import { sdkRoot } from "../host/build/project"
import { type HostClock, machineClock } from "../host/clock"
import { notices } from "../host/notices"
import { attestCommand } from "./attest-command"
import { buildCommand } from "./build-command"
import { caCommand } from "./ca-command"
import { complaintOf } from "./complaint"
import { doctorCommand } from "./doctor-command"
import { emulateCommand } from "./emulate-command"
import { ExitStatus } from "./exit-status"
import { forgetCommand } from "./forget-command"
import { initCommand } from "./init-command"
import { inspectCommand } from "./inspect-command"
import { keygenCommand } from "./keygen-command"
import { knownKeyCommand } from "./known-key-command"
import { complain } from "./lines"
import { logCommand } from "./log-command"
import { proveCommand } from "./prove-command"
import { provisionCommand } from "./provision-command"
import { sbomCommand } from "./sbom-command"
import { signCommand } from "./sign-command"
import { simCommand } from "./sim-command"
import { updateCommand } from "./update-command"

function withSubcommands(command: Command): Command[] {
    return [command, ...command.commands.flatMap(withSubcommands)]
}

/**
 * Runs a command. Whatever goes wrong is said on one line of standard error.
 * @param argv as Node gives it: the arguments begin at index 2
 * @param clock all the time that a command knows
 */
export async function run(argv: string[], clock: HostClock = machineClock): Promise<ExitStatus> {
    notices.listen(complain)
    const { version } = JSON.parse(readFileSync(`${sdkRoot}/package.json`, "utf8"))
    let status: ExitStatus = ExitStatus.Ok
    const finish = (outcome: ExitStatus) => {
        status = outcome
    }
    const program = new Command("domovoi")
        .description("Builds home devices for DeviceScript boards and runs them in a simulated world.")
        .version(version)
        .addCommand(simCommand(finish))
        .addCommand(emulateCommand(finish))
        .addCommand(buildCommand())
        .addCommand(initCommand())
        .addCommand(proveCommand(finish))
        .addCommand(caCommand(clock))
        .addCommand(provisionCommand(finish, clock))
        .addCommand(attestCommand(finish, clock))
        .addCommand(doctorCommand(finish, clock))
        .addCommand(forgetCommand(finish))
        .addCommand(logCommand(finish, clock))
        .addCommand(keygenCommand())
        .addCommand(knownKeyCommand())
        .addCommand(signCommand())
        .addCommand(inspectCommand(finish))
        .addCommand(sbomCommand())
        .addCommand(updateCommand(finish, clock))
    // Subcommands that were built apart do not inherit this.
    for (const command of withSubcommands(program)) command.exitOverride().configureOutput({ outputError() {} })
    try {
        if (argv.length === 2) program.help()
        await program.parseAsync(argv)
        return status
    } catch (error) {
        if (error instanceof CommanderError && error.exitCode === 0) return ExitStatus.Ok
        const { line, status } = complaintOf(error)
        complain(line)
        return status
    }
}
