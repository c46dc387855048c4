import { parseSpan } from "../../simulators/world/time"

/** Time as a person writes it. @returns microseconds, or undefined if it is no span */
export const spanOf = parseSpan
