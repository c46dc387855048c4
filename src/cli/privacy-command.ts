import { Command, InvalidArgumentError } from "commander"
import { type AnswerWord, answerUse, type DeclaredUse, listUses } from "../host/session/owner-words"
import { type AskOptions, askedInSession, reportAsked } from "./asked-in-session"
import type { ExitStatus } from "./exit-status"
import { withSessionOptions } from "./session-options"

type Finish = (status: ExitStatus) => void

/** @param finish takes the exit status if the command runs through */
export function privacyCommand(finish: Finish): Command {
    return new Command("privacy")
        .description("What a unit takes with its sensors, for what, and whether its owner has agreed.")
        .addHelpText("after", EXAMPLES)
        .addCommand(listCommand(finish))
        .addCommand(answerCommand(finish))
}

function listCommand(finish: Finish): Command {
    return withSessionOptions(new Command("list"))
        .description(
            "Lists the uses of data that the unit declares, by their numbers. Exit status: 0 listed, 1 refused, or no answer, 2 bad input.",
        )
        .addHelpText("after", "\nExamples:\n  domovoi privacy list --serial DB-0001")
        .action(async (options: AskOptions) => {
            const told = await askedInSession(options, async link => ({ uses: await listUses(link) }))
            reportAsked(finish, options, told, ({ uses }) => [
                { uses },
                uses.length === 0 ? ["the unit declares no use of data"] : uses.map(lineOf),
            ])
        })
}

function answerCommand(finish: Finish): Command {
    return withSessionOptions(new Command("answer"))
        .description(
            "Answers to a use of data. No counts at once, and what was kept for that use is erased; yes only for the version that was read.\n" +
                "Exit status: 0 the unit has it on record, 1 refused, or no answer, 2 bad input.",
        )
        .argument("<use>", "its number, as privacy list has it", parseByte)
        .argument("<version>", "its version, as privacy list has it", parseByte)
        .argument("<answer>", "yes or no", parseAnswer)
        .addHelpText("after", "\nExamples:\n  domovoi privacy answer 0 1 yes --serial DB-0001")
        .action(async (use: number, version: number, answer: AnswerWord, options: AskOptions) => {
            const told = await askedInSession(
                options,
                async link => (await answerUse(link, use, version, answer)) ?? {},
            )
            reportAsked(finish, options, told, () => [
                { use, version, answer },
                [`use ${use}, version ${version}: ${answer}`],
            ])
        })
}

function lineOf({ use, version, answer, retention, notice }: DeclaredUse): string {
    const kept = retention === 0 ? "not kept" : `kept ${retention} s`
    const answered = { None: "nobody has answered", Yes: "yes", No: "no" }[answer]
    return `${use}  version ${version}, ${answered}, ${kept}: ${notice}`
}

function parseByte(text: string): number {
    if (!/^\d{1,3}$/.test(text) || Number(text) > 255)
        throw new InvalidArgumentError("that is no number from 0 to 255: privacy list has them.")
    return Number(text)
}

function parseAnswer(text: string): AnswerWord {
    if (text !== "yes" && text !== "no") throw new InvalidArgumentError("an answer is yes or no.")
    return text
}

const EXAMPLES = `
Examples:
  domovoi privacy list --serial DB-0001 --json
  domovoi privacy answer 0 1 yes --serial DB-0001`
