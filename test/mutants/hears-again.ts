import type { Change } from "./mutant"

const WINDOW = "src/core/session/replay-window.ts"
const DEVICE_SESSION = "src/core/session/device/device-session.ts"

/** Numbers that were heard are not told from others. */
export const HEARS_AGAIN: readonly Change[] = [[WINDOW, "return number > this.highest", "return number >= 0"]]

/** Keys of one start are in force in the next, where no number was heard yet. */
export const KEYS_OF_EVERY_START: readonly Change[] = [
    [
        DEVICE_SESSION,
        "if (this.kudos.state() !== KudosState.Pending) return refused(SessionRefusal.KeysWanted)",
        [
            "if (this.kudos.state() === KudosState.Idle) {",
            "            const { keys } = (this.kudos as any).record",
            "            return await openRequest(await contextOf(ports, keys, NO_NUMBERS), request, fields, pause)",
            "        }",
        ].join("\n"),
    ],
]
