import { Command, InvalidArgumentError } from "commander"
import { renderCode } from "../host/session/code"
import { PairedUnit } from "../host/session/paired-unit"
import { type Person, people, ROLES, type RoleName } from "../host/session/people"
import type { Reason } from "../host/session/reasons"
import { reportAsked } from "./asked-in-session"
import type { ExitStatus } from "./exit-status"
import { Progress } from "./progress"
import { type SessionOptions, withSession, withSessionOptions } from "./session-options"
import { withUnit } from "./unit-options"

type Finish = (status: ExitStatus) => void

/** @param finish takes the exit status if the command runs through */
export function peopleCommand(finish: Finish): Command {
    return new Command("people")
        .description("Who may use a unit: lists them, invites and removes them, as the session allows it.")
        .addHelpText("after", EXAMPLES)
        .addCommand(listCommand(finish))
        .addCommand(inviteCommand(finish))
        .addCommand(removeCommand(finish))
        .addCommand(leaveCommand(finish))
}

function listCommand(finish: Finish): Command {
    return withSessionOptions(new Command("list"))
        .description(
            "Lists the people that the unit knows, by their place. Exit status: 0 listed, 1 refused, 2 bad input.",
        )
        .addHelpText("after", "\nExamples:\n  domovoi people list --serial GV-0001")
        .action(async (options: SessionOptions) => {
            const told = await asked(options, async unit => await people(unit).list())
            reportAsked(finish, options, told, ({ list }) => [
                { people: list },
                list.map(({ place, role, isMe }: Person) => `${place}  ${role}${isMe ? ", this session" : ""}`),
            ])
        })
}

function inviteCommand(finish: Finish): Command {
    return withSessionOptions(new Command("invite"))
        .description(
            "Makes an invitation, which lets one person in with a role: for 8 starts of the unit, or 48 hours that it runs.\n" +
                "Who has it is let in: show it to nobody else. Exit status: 0 invited, 1 refused, 2 bad input.",
        )
        .argument("<role>", ROLES.join(", "), parseRole)
        .addHelpText("after", "\nExamples:\n  domovoi people invite family --serial GV-0001")
        .action(async (role: RoleName, options: SessionOptions) => {
            const told = await asked(options, async unit => await people(unit).invite(String(options.serial), role))
            reportAsked(finish, options, told, ({ text }) => [
                { role, invitation: text },
                [...renderCode(text), text, `whoever is to come runs: domovoi pair --label ${text}`],
            ])
        })
}

function removeCommand(finish: Finish): Command {
    return withSessionOptions(new Command("remove"))
        .description("Has the unit forget somebody. Exit status: 0 removed, 1 refused, 2 bad input.")
        .argument("<place>", "as people list has it", parsePlace)
        .addHelpText("after", "\nExamples:\n  domovoi people remove 1 --serial GV-0001")
        .action(async (place: number, options: SessionOptions) => {
            const told = await asked(options, async unit => await people(unit).remove(place))
            reportAsked(finish, options, told, () => [
                { removed: place },
                [`the unit knows nobody at place ${place} any more`],
            ])
        })
}

function leaveCommand(finish: Finish): Command {
    return withSessionOptions(new Command("leave"))
        .description(
            "Has the unit forget whose session this is, and removes it here. Exit status: 0 left, 1 refused, 2 bad input.",
        )
        .addHelpText("after", "\nExamples:\n  domovoi people leave --serial GV-0001")
        .action(async (options: SessionOptions) => {
            const told = await asked(options, async (unit, forget) => {
                const left = await people(unit).leave()
                if (!("name" in left)) forget()
                return left
            })
            reportAsked(finish, options, told, () => [
                { left: true },
                ["the unit knows this session no more, and it is removed here"],
            ])
        })
}

/** @param ask may have the session forgotten here, too */
async function asked<T>(
    options: SessionOptions,
    ask: (unit: PairedUnit, forget: () => void) => Promise<T | Reason>,
): Promise<T | Reason> {
    const progress = new Progress(process.stderr)
    return await withSession(options, false, file =>
        withUnit<T | Reason>(
            options,
            "open",
            async link => await ask(await PairedUnit.of(link, file), () => file.forget()),
            detail => ({ name: "noAnswer", words: detail }),
            progress.waiting,
        ),
    ).finally(() => progress.clear())
}

function parseRole(text: string): RoleName {
    const role = ROLES.find(name => name === text)
    if (!role) throw new InvalidArgumentError(`a role is one of ${ROLES.join(", ")}.`)
    return role
}

function parsePlace(text: string): number {
    if (!/^[0-7]$/.test(text)) throw new InvalidArgumentError("a place is a number from 0 to 7: people list has them.")
    return Number(text)
}

const EXAMPLES = `
Examples:
  domovoi people list --serial GV-0001
  domovoi people invite guest --serial GV-0001 --json
  domovoi people remove 1 --serial GV-0001`
