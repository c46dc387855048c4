/** Programs of `devs/bench` about sessions: messages alone, and a device that serves people. */
export const SESSION_PROGRAMS = ["session", "people"]
