import { InvalidArgumentError } from "commander"
import { spanOf } from "../host/span"

/** @returns microseconds */
export function parseSpan(text: string): number {
    const us = spanOf(text)
    if (!us) throw new InvalidArgumentError("give a time such as 10s or 1m30s.")
    return us
}
