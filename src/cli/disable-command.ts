import { Command } from "commander"
import { disableUnit } from "../host/session/owner-words"
import { type AskOptions, askedInSession, reportAsked } from "./asked-in-session"
import type { ExitStatus } from "./exit-status"
import { withSessionOptions } from "./session-options"

/** @param finish takes the exit status if the command runs through */
export function disableCommand(finish: (status: ExitStatus) => void): Command {
    return withSessionOptions(new Command("disable"))
        .description(
            "Holds all outputs of a unit safe, and lets it do nothing but answer for itself, until domovoi enable. Only an owner may, from anywhere.\n" +
                "Exit status: 0 disabled, 1 refused, or the unit does not answer, 2 bad input.",
        )
        .addHelpText(
            "after",
            "\nExamples:\n  domovoi disable --serial GV-0001\n  domovoi disable --serial GV-0001 --json",
        )
        .action(async (options: AskOptions) => await setDisabled(finish, options, true))
}

/** @param finish takes the exit status if the command runs through */
export function enableCommand(finish: (status: ExitStatus) => void): Command {
    return withSessionOptions(new Command("enable"))
        .description(
            "Lets a unit that was disabled work again. Only an owner may, and only at the unit: press its button first, and give the command within\n" +
                "half a minute. Exit status: 0 enabled, 1 refused, or the unit does not answer, 2 bad input.",
        )
        .option("--press <part>", "the button of a simulated unit, which somebody then presses")
        .addHelpText(
            "after",
            "\nExamples:\n  domovoi enable --target serial --port /dev/ttyACM0\n  domovoi enable --serial GV-0001 --press button --json",
        )
        .action(async (options: AskOptions) => await setDisabled(finish, options, false))
}

async function setDisabled(finish: (status: ExitStatus) => void, options: AskOptions, disabled: boolean) {
    const told = await askedInSession(options, async link => (await disableUnit(link, disabled)) ?? {})
    reportAsked(finish, options, told, () => [
        { disabled },
        [disabled ? "disabled: its outputs are safe until somebody enables it at the unit" : "enabled"],
    ])
}
