import type { z } from "zod"
import type { Json } from "../trace"
import { InvalidAction, type PartContext } from "./part"

/** What can be done to a part, by name. */
export type Actions = Readonly<Record<string, Action>>

export interface Action {
    /** @throws InvalidAction if the argument does not fit */
    check(argument: Json | undefined): void
    /** @param argument one that `check` has let pass */
    run(argument: Json | undefined): void
}

/** An action that takes no argument. */
export function action(run: () => void): Action {
    return {
        check(argument) {
            if (argument !== undefined) throw new InvalidAction("takes no argument")
        },
        run,
    }
}

/** An action with an argument of the given schema. */
export function actionWith<T>(schema: z.ZodType<T>, run: (argument: T) => void): Action {
    return {
        check(argument) {
            const result = schema.safeParse(argument)
            if (!result.success) throw new InvalidAction(result.error.issues[0].message)
        },
        run: argument => run(schema.parse(argument)),
    }
}

/** @throws InvalidAction naming the part, and the actions that it knows or what is wrong with the argument */
export function check(context: PartContext, actions: Actions, name: string, argument: Json | undefined): void {
    const known = Object.keys(actions)
    if (!known.includes(name))
        throw new InvalidAction(
            `${context.name}: no action "${name}"; ${known.length ? `it knows ${known.join(", ")}` : "it knows none"}`,
        )
    try {
        actions[name].check(argument)
    } catch (error) {
        if (error instanceof InvalidAction) throw new InvalidAction(`${context.name}: ${name}: ${error.message}`)
        throw error
    }
}

/** Does it, and notes it in the trace. @throws InvalidAction as `check` does */
export function perform(context: PartContext, actions: Actions, name: string, argument: Json | undefined): void {
    check(context, actions, name, argument)
    context.note("act", argument === undefined ? { action: name } : { action: name, argument })
    actions[name].run(argument)
}
