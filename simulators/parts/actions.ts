import type { z } from "zod"
import type { Json } from "../trace"
import { InvalidAction, type PartContext } from "./part"

/** What can be done to a part, by name. */
export type Actions = Readonly<Record<string, Action>>

export interface Action {
    /** @throws InvalidAction if the argument does not fit */
    run(argument: Json | undefined): void
}

/** An action that takes no argument. */
export function action(run: () => void): Action {
    return {
        run(argument) {
            if (argument !== undefined) throw new InvalidAction("takes no argument")
            run()
        },
    }
}

/** An action with an argument of the given schema. */
export function actionWith<T>(schema: z.ZodType<T>, run: (argument: T) => void): Action {
    return {
        run(argument) {
            const result = schema.safeParse(argument)
            if (!result.success) throw new InvalidAction(result.error.issues[0].message)
            run(result.data)
        },
    }
}

/**
 * Does it, and notes it in the trace.
 * @throws InvalidAction naming the part and the actions that it knows
 */
export function perform(context: PartContext, actions: Actions, name: string, argument: Json | undefined): void {
    const known = Object.keys(actions)
    if (!known.includes(name))
        throw new InvalidAction(
            `${context.name}: no action "${name}"; ${known.length ? `it knows ${known.join(", ")}` : "it knows none"}`,
        )
    context.note("act", argument === undefined ? { action: name } : { action: name, argument })
    try {
        actions[name].run(argument)
    } catch (error) {
        if (error instanceof InvalidAction) throw new InvalidAction(`${context.name}: ${name}: ${error.message}`)
        throw error
    }
}
