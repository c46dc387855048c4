#!/usr/bin/env node
import { readFileSync } from "node:fs"
import { Command, CommanderError } from "commander"
import { badInputLine } from "../host/bad-input"
import { sdkRoot } from "../host/build/project"
import { attestCommand } from "./attest-command"
import { buildCommand } from "./build-command"
import { caCommand } from "./ca-command"
import { ExitStatus } from "./exit-status"
import { initCommand } from "./init-command"
import { inspectCommand } from "./inspect-command"
import { keygenCommand } from "./keygen-command"
import { logCommand } from "./log-command"
import { proveCommand } from "./prove-command"
import { provisionCommand } from "./provision-command"
import { sbomCommand } from "./sbom-command"
import { signCommand } from "./sign-command"
import { simCommand } from "./sim-command"
import { updateCommand } from "./update-command"

process.exitCode = await run(process.argv)

function withSubcommands(command: Command): Command[] {
    return [command, ...command.commands.flatMap(withSubcommands)]
}

/** @param argv as Node gives it: the arguments begin at index 2 */
async function run(argv: string[]): Promise<ExitStatus> {
    const { version } = JSON.parse(readFileSync(`${sdkRoot}/package.json`, "utf8"))
    let status: ExitStatus = ExitStatus.Ok
    const finish = (outcome: ExitStatus) => {
        status = outcome
    }
    const program = new Command("domovoi")
        .description("Builds home devices for DeviceScript boards and runs them in a simulated world.")
        .version(version)
        .addCommand(simCommand(finish))
        .addCommand(buildCommand())
        .addCommand(initCommand())
        .addCommand(proveCommand(finish))
        .addCommand(caCommand())
        .addCommand(provisionCommand(finish))
        .addCommand(attestCommand(finish))
        .addCommand(logCommand(finish))
        .addCommand(keygenCommand())
        .addCommand(signCommand())
        .addCommand(inspectCommand(finish))
        .addCommand(sbomCommand())
        .addCommand(updateCommand(finish))
    // Subcommands that were built apart do not inherit this.
    for (const command of withSubcommands(program)) command.exitOverride().configureOutput({ outputError() {} })
    try {
        if (argv.length === 2) program.help()
        await program.parseAsync(argv)
        return status
    } catch (error) {
        if (error instanceof CommanderError && error.exitCode === 0) return ExitStatus.Ok
        const line = error instanceof CommanderError ? error.message : badInputLine(error)
        if (line === undefined) throw error
        process.stderr.write(`domovoi: ${line.replace(/^error: /, "")}\n`)
        return ExitStatus.BadInput
    }
}
