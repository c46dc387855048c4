import { Command, CommanderError } from "commander"
import { type HostClock, machineClock } from "../host/clock"
import { notices } from "../host/notices"
import { sdkVersion } from "../host/sdk-root"
import { COMMANDS } from "./commands"
import { complaintOf } from "./complaint"
import { ExitStatus } from "./exit-status"
import { complain } from "./lines"

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
    let status: ExitStatus = ExitStatus.Ok
    const finish = (outcome: ExitStatus) => {
        status = outcome
    }
    try {
        const program = await programFor(argv.slice(2), finish, clock)
        // Subcommands that were built apart do not inherit this.
        for (const command of withSubcommands(program)) command.exitOverride().configureOutput({ outputError() {} })
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

/** All commands by name, and with its code the one that the arguments ask for: that is the first command that they name, if any. */
async function programFor(
    parameters: readonly string[],
    finish: (status: ExitStatus) => void,
    clock: HostClock,
): Promise<Command> {
    const program = new Command("domovoi")
        .description("Builds home devices for DeviceScript boards and runs them in a simulated world.")
        .version(sdkVersion())
        // A command and a command of its own may have options of one name.
        .enablePositionalOptions()
        .configureHelp({ subcommandTerm: command => termOf(command.name()) })
    const asked = parameters.find(word => Object.hasOwn(COMMANDS, word))
    for (const [name, { summary, load }] of Object.entries(COMMANDS)) {
        const command = name === asked ? await load(finish, clock) : new Command(name)
        program.addCommand(command.summary(summary))
    }
    return program
}

function termOf(name: string): string {
    return name === "help" ? "help [command]" : `${name} ${COMMANDS[name].takes}`.trimEnd()
}
